"""Findings in, a report in one of several formats out: one writer a format."""
