"""The stored queries and what they return."""
