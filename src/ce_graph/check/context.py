"""What is read along with the data: the shipped dataset to look things up in, and imported ontologies that ship."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ce_graph import resources
from ce_graph.rdf.sources import Source, of_path
from ce_graph.settings import VOCABULARY, load

if TYPE_CHECKING:
    from ce_graph.check.lint import Statements

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


def any_target(statements: Statements, sources: Sequence[Source]) -> bool:
    """Whether a shape applies to something that the sources themselves state, read without their context."""
    import numpy as np
    import pyoxigraph as ox

    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.plan import compile_plan
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.rdf import columns

    if not sources:
        return False
    # Numbers of terms are handed out in the order of the sources, so the subjects have the same ones in both.
    stated = np.unique(columns.read(sources).subjects)
    own = columns.read([*sources, *imported([ox.NamedNode(VOCABULARY + "ontology")], set())])
    plan = compile_plan(ShapesGraph(statements.triples()))
    evaluator = Evaluator(own, plan.graph)
    return any(bool(np.isin(targets.find(evaluator), stated).any()) for _, targets in plan.targeted)
