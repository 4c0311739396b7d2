"""Computation on the graph's records, without access to a store."""
