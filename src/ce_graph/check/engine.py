"""Validates columns of data against a graph of shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_graph.check.findings import Report
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.rdf.columns import Columns


def validate(data: Columns, shapes: ShapesGraph, *, engine: str = "columns", limit: int | None = None) -> Report:
    """Check ``data`` against ``shapes``.

    ``engine`` is ``columns`` (this package's own) or ``pyshacl``. ``limit`` keeps at most that many findings per
    constraint in the report; all are counted in ``Report.total``.

    Raises:
        ShapesError: the shapes are ill-formed, recursive, or hold SPARQL that the specification forbids.
    """
    raise NotImplementedError
