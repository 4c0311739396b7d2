"""Logical constraints (SHACL 4.6): ``sh:not``, ``sh:and``, ``sh:or``, ``sh:xone``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ce_graph.check.constraints.base import ValueConstraint, component

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask, Places


class Not(ValueConstraint):
    """No value conforms to the shape."""

    name = "Not"

    def __init__(self, shape: Shape, inner: Shape) -> None:
        super().__init__(shape, f"Value conforms to {inner.name}, which it must not")
        self._inner = inner

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        return ~evaluator.conforms(self._inner, values)


@component("Not", "not")
def _not(reader: Reader) -> Iterator[ValueConstraint]:
    for inner in reader.shapes("not"):
        yield Not(reader.shape, inner)


class Members(ValueConstraint):
    """A constraint on how many shapes of a list each value conforms to."""

    says_it = ""

    def __init__(self, shape: Shape, members: tuple[Shape, ...]) -> None:
        super().__init__(shape, self.says_it)
        self.nested = members

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        counts = np.zeros(len(values), np.int64)
        for member in self.nested:
            counts += evaluator.conforms(member, values)
        return self.enough(counts)

    def enough(self, counts: Places) -> Mask:
        """Which counts of shapes conformed to are fine."""
        raise NotImplementedError


class And(Members):
    """Each value conforms to all shapes."""

    name = "And"
    says_it = "Value does not conform to all of the shapes"

    def enough(self, counts: Places) -> Mask:
        fine: Mask = counts == len(self.nested)
        return fine


class Or(Members):
    """Each value conforms to at least one of the shapes."""

    name = "Or"
    says_it = "Value conforms to none of the shapes"

    def enough(self, counts: Places) -> Mask:
        return counts > 0


class Xone(Members):
    """Each value conforms to exactly one of the shapes."""

    name = "Xone"
    says_it = "Value does not conform to exactly one of the shapes"

    def enough(self, counts: Places) -> Mask:
        fine: Mask = counts == 1
        return fine


def _register(make: type[Members]) -> None:
    parameter = make.name.lower()

    @component(make.name, parameter)
    def _members(reader: Reader) -> Iterator[ValueConstraint]:
        for members in reader.shape_lists(parameter):
            yield make(reader.shape, members)


for _kind in (And, Or, Xone):
    _register(_kind)
