"""Finding things by their names: an index in SQLite, and what makes matches of prefixes and of mistyped words."""
