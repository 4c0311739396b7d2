"""The engine that answers SPARQL, behind a small interface."""
