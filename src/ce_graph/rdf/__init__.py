"""Names, terms and formats of RDF that all other parts share."""
