"""Lets ``python -m ce_graph`` be the same as ``ce-graph``."""

from ce_graph.cli import main

if __name__ == "__main__":
    main()
