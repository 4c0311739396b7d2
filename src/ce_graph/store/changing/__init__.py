"""Stores that take updates: one change, the next generation, what keeps the union right."""
