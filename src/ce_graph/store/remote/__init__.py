"""Another SPARQL endpoint as the engine: what is sent, and whether the whole answer came back."""
