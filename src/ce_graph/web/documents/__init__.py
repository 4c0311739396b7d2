"""What the service says about one thing: its statements, in every form, and what its page shows beside them."""
