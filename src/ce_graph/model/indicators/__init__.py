"""Indicators: what they mean, how each is computed, and how computed values stand beside published ones."""
