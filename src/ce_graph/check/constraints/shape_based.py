"""Shape-based constraints (SHACL 4.7): ``sh:node``, ``sh:property``, ``sh:qualifiedValueShape``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Constraint, ValueConstraint, by_node, component
from ce_graph.check.constraints.cardinality import counts
from ce_graph.check.paths import matches

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator, Hits, Scope
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask, Places


class Node(ValueConstraint):
    """Each value conforms to the node shape."""

    name = "Node"

    def __init__(self, shape: Shape, inner: Shape) -> None:
        super().__init__(shape, f"Value does not conform to {inner.name}", {"node": inner.node})
        self.nested = (inner,)

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        return evaluator.conforms(self.nested[0], values)


@component("Node", "node")
def _node(reader: Reader) -> Iterator[ValueConstraint]:
    for inner in reader.shapes("node"):
        if inner.path is not None:
            reader.refuse("node", inner.node, "a node shape: it has sh:path")
        yield Node(reader.shape, inner)


class Property(Constraint):
    """Each value, as a focus node, conforms to the property shape: its results are the results."""

    name = "Property"

    def __init__(self, shape: Shape, inner: Shape) -> None:
        super().__init__(shape, f"Value does not conform to {inner.name}")
        self._inner = inner

    def hits(self, scope: Scope) -> Iterator[Hits]:
        for hits in scope.evaluator.hits(self._inner, scope.distinct):
            if scope.shape.path is None:
                yield hits
                continue
            order = np.argsort(scope.values, kind="stable")
            rows, places = matches(hits.root, scope.values[order])
            yield hits.rows(rows, root=scope.owners[order][places])


@component("Property", "property")
def _property(reader: Reader) -> Iterator[Constraint]:
    for inner in reader.shapes("property"):
        if inner.path is None:
            reader.refuse("property", inner.node, "a property shape: it has no sh:path")
        yield Property(reader.shape, inner)


class Qualified(Constraint):
    """So many values conform to a shape (and, when disjoint, to none of the sibling shapes)."""

    def __init__(self, shape: Shape, inner: Shape, siblings: tuple[Shape, ...], count: int) -> None:
        few = self.name == "QualifiedMinCount"
        super().__init__(shape, f"{'Fewer' if few else 'More'} than {count} values conform to {inner.name}")
        self.parameters = {"qualifiedMinCount" if few else "qualifiedMaxCount": ox.Literal(count)}
        self._inner = inner
        self._siblings = siblings
        self._count = count

    def hits(self, scope: Scope) -> Iterator[Hits]:
        evaluator, values = scope.evaluator, scope.distinct
        fine = evaluator.conforms(self._inner, values)
        for sibling in self._siblings:
            fine &= ~evaluator.conforms(sibling, values)
        owners = scope.owners[scope.having(values[fine])]
        yield by_node(self, scope.focus[self.wrong(counts(scope, owners), self._count)])

    def wrong(self, found: Places, count: int) -> Mask:
        """Which numbers of values are not what the constraint asks for."""
        raise NotImplementedError


class QualifiedMinCount(Qualified):
    """At least so many."""

    name = "QualifiedMinCount"

    def wrong(self, found: Places, count: int) -> Mask:
        return found < count


class QualifiedMaxCount(Qualified):
    """At most so many."""

    name = "QualifiedMaxCount"

    def wrong(self, found: Places, count: int) -> Mask:
        return found > count


def _register(make: type[Qualified]) -> None:
    parameter = make.name[0].lower() + make.name[1:]

    @component(make.name, parameter)
    def _qualified(reader: Reader) -> Iterator[Constraint]:
        count = reader.integer(parameter)
        if count is None:
            return
        disjoint = reader.flag("qualifiedValueShapesDisjoint")
        for inner in reader.shapes("qualifiedValueShape"):
            others = [node for node in reader.compiler.siblings(reader.node) if node != inner.node] if disjoint else []
            yield make(reader.shape, inner, tuple(reader.compiler.shape(node) for node in others), count)


_register(QualifiedMinCount)
_register(QualifiedMaxCount)
