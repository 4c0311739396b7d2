"""Value range constraints (SHACL 4.3): ``sh:minExclusive``, ``sh:minInclusive`` and the two for the other end."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import ValueConstraint, component
from ce_graph.check.shapes import short
from ce_graph.rdf.values import Order

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask

_SAYS = {
    "minExclusive": "greater than",
    "minInclusive": "greater than or equal to",
    "maxExclusive": "less than",
    "maxInclusive": "less than or equal to",
}


class Bound(ValueConstraint):
    """Each value lies on the right side of a bound; a value that cannot be compared with it does not."""

    def __init__(self, shape: Shape, parameter: str, bound: ox.Literal) -> None:
        super().__init__(shape, f"Value is not {_SAYS[parameter]} {short(bound)}", {parameter: bound})
        self._bound = bound
        self._lower = parameter.startswith("min")
        self._inclusive = parameter.endswith("Inclusive")

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        bound = np.full(len(values), evaluator.id(self._bound), np.int32)
        order = Order(evaluator.terms, np.union1d(values, bound[:1]))
        pair = (bound, values) if self._lower else (values, bound)
        return order.compare(*pair, or_equal=self._inclusive)[0]


class MinExclusive(Bound):
    """Each value is greater than the bound."""

    name = "MinExclusive"


class MinInclusive(Bound):
    """Each value is the bound or greater."""

    name = "MinInclusive"


class MaxExclusive(Bound):
    """Each value is less than the bound."""

    name = "MaxExclusive"


class MaxInclusive(Bound):
    """Each value is the bound or less."""

    name = "MaxInclusive"


def _register(make: type[Bound]) -> None:
    parameter = make.name[0].lower() + make.name[1:]

    @component(make.name, parameter)
    def _bound(reader: Reader) -> Iterator[ValueConstraint]:
        bound = reader.value(parameter)
        if bound is not None:
            if not isinstance(bound, ox.Literal):
                reader.refuse(parameter, bound, "a literal")
            yield make(reader.shape, parameter, bound)


for _kind in (MinExclusive, MinInclusive, MaxExclusive, MaxInclusive):
    _register(_kind)
