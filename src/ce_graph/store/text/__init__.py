"""What is seen in the text of a query or an update before any parser sees it."""
