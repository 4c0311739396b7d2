"""Carries out a plan on columns, a set of focus nodes at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.shapes import SUBCLASS, TYPE

if TYPE_CHECKING:
    from ce_graph.check.constraints.base import Constraint
    from ce_graph.check.findings import Term
    from ce_graph.check.plan import Shape
    from ce_graph.check.shapes import Node, ShapesGraph
    from ce_graph.check.sparql.store import SparqlData
    from ce_graph.rdf.columns import Columns
    from ce_graph.rdf.dictionary import Ids, Mask


@dataclasses.dataclass(frozen=True)
class Hits:
    """Results of one constraint, one row each.

    ``root`` is the node that does not conform to the shape being evaluated; ``focus`` is the focus node of the result,
    a different one where a property shape is nested in another.
    """

    constraint: Constraint
    root: Ids
    focus: Ids
    value: Ids | None = None
    paths: tuple[ox.NamedNode | None, ...] | None = None
    """The path of each row, where it is not that of the shape."""
    nested: tuple[Shape, ...] = ()
    """Shapes that the values do not conform to: their results explain."""
    bindings: tuple[dict[str, Term], ...] | None = None
    """Per row, variables for the message (``message`` itself: the message)."""

    def rows(self, rows: np.ndarray[tuple[int], np.dtype[np.int64]], root: Ids | None = None) -> Hits:
        """Some of the rows, perhaps several times, perhaps with another root."""
        wanted = rows.tolist() if self.paths is not None or self.bindings is not None else []
        return dataclasses.replace(
            self,
            root=self.root[rows] if root is None else root,
            focus=self.focus[rows],
            value=None if self.value is None else self.value[rows],
            paths=None if self.paths is None else tuple(self.paths[row] for row in wanted),
            bindings=None if self.bindings is None else tuple(self.bindings[row] for row in wanted),
        )


class Scope:
    """One shape and the focus nodes that it is evaluated on; ``focus`` is ascending and distinct.

    The value nodes are the pairs (``owners``, ``values``), sorted by owner; for a node shape, each node with itself.
    """

    def __init__(self, evaluator: Evaluator, shape: Shape, focus: Ids) -> None:
        """Find the value nodes."""
        self.evaluator = evaluator
        self.data = evaluator.data
        self.shape = shape
        self.focus = focus
        self.owners, self.values = (focus, focus) if shape.path is None else shape.path.follow(evaluator.data, focus)

    @cached_property
    def distinct(self) -> Ids:
        """The distinct value nodes, ascending."""
        return self.values if self.shape.path is None else self.data.distinct(self.values)

    def having(self, ids: Ids) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Rows whose value is among ``ids``."""
        return np.flatnonzero(self.data.marked(ids)[self.values])


class Evaluator:
    """The state of one validation: the data, and what has been worked out about it so far."""

    def __init__(self, data: Columns, shapes: ShapesGraph) -> None:
        """Begin with nothing worked out."""
        self.data = data
        self.terms = data.terms
        self.shapes = shapes
        self._instances: dict[Term, Ids] = {}

    def id(self, term: Term) -> int:
        """The number of a term."""
        return self.terms.add(term)

    def ids(self, terms: list[Term]) -> Ids:
        """The numbers of terms, ascending and distinct."""
        return np.unique(np.array([self.id(term) for term in terms], np.int32))

    @cached_property
    def sparql(self) -> SparqlData:
        """The data as SPARQL constraints see it."""
        from ce_graph.check.sparql.store import SparqlData

        return SparqlData(self.data, self.shapes)

    def instances(self, node: Node) -> Ids:
        """The SHACL instances of a class: nodes with it or a subclass of it as a type, ascending and distinct."""
        if node not in self._instances:
            start = np.array([self.id(node)], np.int32)
            classes, new = start, start
            below, above = self.data.of(ox.NamedNode(SUBCLASS))
            while len(new) and len(below):
                found = self.data.distinct(below[self.data.marked(new)[above]])
                new = np.setdiff1d(found, classes, assume_unique=True)
                classes = np.union1d(classes, new)
            subjects, types = self.data.of(ox.NamedNode(TYPE))
            self._instances[node] = self.data.distinct(subjects[self.data.marked(classes)[types]])
        return self._instances[node]

    def conforms(self, shape: Shape, nodes: Ids) -> Mask:
        """Which of ``nodes`` (ascending, distinct) conform to a shape."""
        failing = [hits.root for hits in self.hits(shape, nodes)]
        if not failing:
            return np.ones(len(nodes), bool)
        return ~self.data.marked(np.concatenate(failing))[nodes]

    def hits(self, shape: Shape, focus: Ids) -> Iterator[Hits]:
        """The results of a shape on focus nodes (ascending, distinct)."""
        if shape.deactivated or not len(focus):
            return
        scope = Scope(self, shape, focus)
        for constraint in shape.constraints:
            for hits in constraint.hits(scope):
                if len(hits.root):
                    yield hits
