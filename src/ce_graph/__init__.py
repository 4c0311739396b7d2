"""A linked-data knowledge graph and SPARQL service for the circular economy of a region."""

__version__ = "0.1.0"
