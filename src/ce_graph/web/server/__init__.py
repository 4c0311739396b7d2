"""In front of the application: the server, what it hands over, and what is answered before Flask."""
