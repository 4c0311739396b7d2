"""The service: one Flask application over an engine."""
