"""From tables and hand-modelled files to one dataset."""
