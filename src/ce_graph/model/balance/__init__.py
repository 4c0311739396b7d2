"""The balance of sources: figures that contradict each other, or themselves."""
