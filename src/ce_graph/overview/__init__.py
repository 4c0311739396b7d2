"""What is shown of a region, one view a module: tables, pictures and notes for pages, commands and the report."""

from ce_graph.overview.records import Records
from ce_graph.overview.view import Cell, Column, Link, Part, Table, View

__all__ = ["Cell", "Column", "Link", "Part", "Records", "Table", "View"]
