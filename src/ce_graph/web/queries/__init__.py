"""Queries that clients send: how they are read, answered and remembered, and the page for them."""
