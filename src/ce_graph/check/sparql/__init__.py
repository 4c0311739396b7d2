"""SPARQL in shapes (SHACL-SPARQL): what is allowed, how variables are bound beforehand, how it is evaluated."""
