"""Validates columns of data against a graph of shapes."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from ce_graph.check.findings import Checked, LeftOut, Report
from ce_graph.errors import UsageError

if TYPE_CHECKING:
    from ce_graph.check.constraints.base import Constraint
    from ce_graph.check.findings import Finding
    from ce_graph.check.plan import Plan
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.rdf.columns import Columns

ENGINES = ("columns", "pyshacl")


def validate(data: Columns, shapes: ShapesGraph, *, engine: str = "columns", limit: int | None = None) -> Report:
    """Check ``data`` against ``shapes``.

    ``engine`` is ``columns`` (this package's own) or ``pyshacl``. ``limit`` keeps at most that many findings per
    constraint in the report; all are counted in ``Report.total``.

    Raises:
        ShapesError: the shapes are ill-formed, recursive, or hold SPARQL that the specification forbids.
    """
    if engine not in ENGINES:
        raise UsageError(f"unknown engine {engine!r}; known are {', '.join(ENGINES)}")
    if engine == "pyshacl":
        from ce_graph.check.pyshacl import validate as validate_with_pyshacl

        return validate_with_pyshacl(data, shapes, limit=limit)
    from ce_graph.check.plan import compile_plan

    return run(compile_plan(shapes), data, limit=limit)


def run(plan: Plan, data: Columns, *, limit: int | None = None) -> Report:
    """Carry out a plan; see :func:`validate`."""
    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.results import findings, first_rows, in_order

    evaluator = Evaluator(data, plan.graph)
    found: list[Finding] = []
    checked: list[Checked] = []
    kept: Counter[Constraint] = Counter()
    for shape, targets in plan.targeted:
        begin = time.perf_counter()
        focus = targets.find(evaluator)
        number = 0
        for hits in evaluator.hits(shape, focus):
            number += len(hits.root)
            room = None if limit is None else limit - kept[hits.constraint]
            kept[hits.constraint] += len(hits.root)
            if room is None or room > 0:
                found += findings(evaluator, first_rows(hits, room))
        checked.append(Checked(shape.node, len(focus), number, time.perf_counter() - begin))
    total = sum(item.findings for item in checked)
    return Report(
        conforms=total == 0,
        findings=tuple(in_order(found)),
        checked=tuple(checked),
        unsupported=plan.unsupported,
        total=total,
        left_out=tuple(
            LeftOut(constraint.shape.node, constraint.shape.level, number - limit)
            for constraint, number in kept.items()
            if limit is not None and number > limit
        ),
    )
