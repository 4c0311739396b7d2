"""What is read along with the data: the shipped dataset to look things up in, and imported ontologies that ship."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ce_graph import resources
from ce_graph.errors import ShapesError
from ce_graph.rdf.sources import Source, of_path
from ce_graph.settings import VOCABULARY, load

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ce_graph.check.findings import Report
    from ce_graph.check.lint import Statements
    from ce_graph.rdf.columns import Columns

_IMPORTS = "http://www.w3.org/2002/07/owl#imports"
SHIPPED = frozenset((VOCABULARY + "ontology", VOCABULARY + "shapes"))
"""Ontologies that can be imported without a network."""


def shipped(instance: str) -> list[Source]:
    """The shipped dataset, built when that has not happened yet.

    Raises:
        DataError: a row of the shipped tables was refused.
    """
    from ce_graph.ingest import build

    return [of_path(build.current(load({"base": instance})) / build.DATASET)]


def imported(imports: Iterable[object], here: set[object]) -> list[Source]:
    """The shipped files of ontologies that are imported and not among the files already."""
    folders = {VOCABULARY + "ontology": resources.ontology, VOCABULARY + "shapes": resources.shapes}
    found = []
    for term in imports:
        name = getattr(term, "value", "")
        if name in folders and term not in here:
            found += [of_path(path) for path in sorted(folders[name]().glob("*.ttl"))]
    return found


def with_imports(sources: Sequence[Source]) -> Statements:
    """The shapes with what they import of the package's own; nothing is fetched."""
    from ce_graph.check.lint import Statements

    statements = Statements(sources)
    more = imported({item.object for item in statements if item.predicate == _IMPORTS}, set(statements.subjects()))
    return Statements([*sources, *more]) if more else statements


def imports(data: Columns) -> list[ox.NamedNode]:
    """Ontologies that the data import and do not hold themselves."""
    import pyoxigraph as ox

    numbers = sorted(set(data.of(ox.NamedNode(_IMPORTS))[1].tolist()))
    terms = [data.terms.term(number) for number in numbers if not bool((data.subjects == number).any())]
    return [term for term in terms if isinstance(term, ox.NamedNode)]


def counted(report: Report, statements: Statements, data: Columns) -> Report:
    """The report of an engine that does not tell how many nodes it has looked at, with their numbers."""
    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.plan import compile_plan
    from ce_graph.check.shapes import ShapesGraph

    try:
        plan = compile_plan(ShapesGraph(statements.triples()))
    except ShapesError:  # what only that engine can carry out
        return report
    evaluator = Evaluator(data, plan.graph)
    numbers: dict[object, int] = {shape.node: len(targets.find(evaluator)) for shape, targets in plan.targeted}
    checked = [
        dataclasses.replace(item, focus_nodes=max(item.focus_nodes, numbers.get(item.shape, 0)))
        for item in report.checked
    ]
    return dataclasses.replace(report, checked=tuple(checked))


def alone(statements: Statements, sources: Sequence[Source]) -> tuple[int, bool]:
    """How many triples sources have without their context, and whether a shape applies to what they state."""
    import numpy as np
    import pyoxigraph as ox

    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.plan import compile_plan
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.rdf import columns

    if not sources:
        return 0, False
    # Numbers of terms are handed out in the order of the sources, so the subjects have the same ones in both.
    few = columns.read(sources)
    stated = np.unique(few.subjects)
    own = columns.read([*sources, *imported([ox.NamedNode(VOCABULARY + "ontology")], set())])
    plan = compile_plan(ShapesGraph(statements.triples()))
    evaluator = Evaluator(own, plan.graph)
    found = (bool(np.isin(targets.find(evaluator), stated).any()) for _, targets in plan.targeted)
    return len(few), any(found)
