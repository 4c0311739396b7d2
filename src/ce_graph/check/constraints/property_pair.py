"""Property pair constraints (SHACL 4.5): ``sh:equals``, ``sh:disjoint``, ``sh:lessThan``, ``sh:lessThanOrEquals``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Constraint, by_row, component
from ce_graph.check.paths import Predicate, matches, pack, unpack
from ce_graph.check.shapes import short
from ce_graph.rdf.values import Order

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Hits, Scope
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Places


class Pair(Constraint):
    """A constraint between the value nodes and the values of another property of the focus node."""

    says_it = ""

    def __init__(self, shape: Shape, parameter: str, other: ox.NamedNode) -> None:
        super().__init__(shape, f"{self.says_it} {short(other)}", {parameter: other})
        self.other = Predicate(other, other)

    def both(self, scope: Scope) -> tuple[Places, Places]:
        """The value nodes and the other values, as packed pairs with their focus nodes."""
        return pack((scope.owners, scope.values)), pack(self.other.follow(scope.data, scope.focus))


def _results(constraint: Constraint, keys: Places) -> Hits:
    from ce_graph.check.evaluator import Hits

    owners, values = unpack(keys)
    return Hits(constraint, owners, owners, values)


class Equals(Pair):
    """The two sets of values are the same; one result for each value that only one has."""

    name = "Equals"
    says_it = "Value is not in both this property and"

    def hits(self, scope: Scope) -> Iterator[Hits]:
        yield _results(self, np.setxor1d(*self.both(scope), assume_unique=True))


class Disjoint(Pair):
    """The two sets of values have none in common."""

    name = "Disjoint"
    says_it = "Value is also a value of"

    def hits(self, scope: Scope) -> Iterator[Hits]:
        yield _results(self, np.intersect1d(*self.both(scope), assume_unique=True))


class LessThan(Pair):
    """Each value is less than each other value; a pair without an order is a result."""

    name = "LessThan"
    says_it = "Value is not less than each value of"
    or_equal = False

    def hits(self, scope: Scope) -> Iterator[Hits]:
        owners, others = self.other.follow(scope.data, scope.focus)
        rows, places = matches(scope.owners, owners)
        left, right = scope.values[rows], others[places]
        order = Order(scope.evaluator.terms, scope.data.distinct(np.concatenate((left, right))))
        less, _ = order.compare(left, right, or_equal=self.or_equal)
        yield by_row(self, scope, rows[~less])


class LessThanOrEquals(LessThan):
    """Each value is less than or equal to each other value; a pair without an order is a result."""

    name = "LessThanOrEquals"
    says_it = "Value is not less than or equal to each value of"
    or_equal = True


def _register(make: type[Pair], *, only_property: bool) -> None:
    parameter = make.name[0].lower() + make.name[1:]

    @component(make.name, parameter, only="property" if only_property else None)
    def _pair(reader: Reader) -> Iterator[Constraint]:
        for other in reader.iris(parameter):
            yield make(reader.shape, parameter, other)


_register(Equals, only_property=False)
_register(Disjoint, only_property=False)
_register(LessThan, only_property=True)
_register(LessThanOrEquals, only_property=True)
