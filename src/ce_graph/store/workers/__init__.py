"""The processes that answer queries: where they come from, how queries reach them, how they are ended."""
