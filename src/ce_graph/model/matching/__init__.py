"""Matching: who offers what somebody needs, why they fit, and which one thing keeps others apart."""
