"""Cardinality constraints (SHACL 4.2): ``sh:minCount``, ``sh:maxCount``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Constraint, by_node, component

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Hits, Scope
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Places


def counts(scope: Scope, owners: Ids) -> Places:
    """How many of the sorted ``owners`` there are of each focus node of the scope."""
    return np.searchsorted(owners, scope.focus, "right") - np.searchsorted(owners, scope.focus, "left")


class MinCount(Constraint):
    """There are at least so many value nodes."""

    name = "MinCount"

    def __init__(self, shape: Shape, count: int) -> None:
        says = f"Fewer than {count} value{'' if count == 1 else 's'}"
        super().__init__(shape, says, {"minCount": ox.Literal(count)})
        self._count = count

    def hits(self, scope: Scope) -> Iterator[Hits]:
        if self._count == 1:
            few = ~scope.data.marked(scope.owners)[scope.focus]
        elif self._count > 1:
            few = counts(scope, scope.owners) < self._count
        else:
            return
        yield by_node(self, scope.focus[few])


@component("MinCount", "minCount", only="property")
def _min_count(reader: Reader) -> Iterator[Constraint]:
    if (count := reader.integer("minCount")) is not None:
        yield MinCount(reader.shape, count)


class MaxCount(Constraint):
    """There are at most so many value nodes."""

    name = "MaxCount"

    def __init__(self, shape: Shape, count: int) -> None:
        says = f"More than {count} value{'' if count == 1 else 's'}"
        super().__init__(shape, says, {"maxCount": ox.Literal(count)})
        self._count = count

    def hits(self, scope: Scope) -> Iterator[Hits]:
        if self._count < 0:
            yield by_node(self, scope.focus)
            return
        owners = scope.owners
        # Sorted owners: one that is the same ``count`` places on has more than ``count`` values.
        many = (
            owners[self._count :][owners[self._count :] == owners[: len(owners) - self._count]]
            if self._count
            else owners
        )
        yield by_node(self, np.unique(many))


@component("MaxCount", "maxCount", only="property")
def _max_count(reader: Reader) -> Iterator[Constraint]:
    if (count := reader.integer("maxCount")) is not None:
        yield MaxCount(reader.shape, count)
