"""Where the statements of a source of RDF are written: no parser for Python tells that of text it accepts."""
