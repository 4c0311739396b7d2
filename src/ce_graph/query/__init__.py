"""Stored questions: SPARQL in ``.rq`` files with a header, asked with typed parameters, answered as typed rows."""
