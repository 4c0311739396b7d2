"""What a constraint and a constraint component are, and where components register."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, TypeAlias
from typing import Literal as OneOf

import numpy as np

from ce_graph.check.shapes import SH

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ce_graph.check.evaluator import Evaluator, Hits, Scope
    from ce_graph.check.findings import Term
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask

Make: TypeAlias = Callable[["Reader"], Iterable["Constraint"]]


@dataclasses.dataclass(frozen=True, slots=True)
class Component:
    """A constraint component: its IRI, its parameters' IRIs, and how its constraints are made for a shape."""

    iri: str
    parameters: tuple[str, ...]
    make: Make
    only: OneOf["node", "property"] | None = None
    """The kind of shape in which alone it is allowed."""


REGISTRY: dict[str, Component] = {}
"""The components of SHACL Core and SHACL-SPARQL by IRI, in the order of the specification."""


def component(name: str, *parameters: str, only: OneOf["node", "property"] | None = None) -> Callable[[Make], Make]:
    """Register what makes the constraints of the component ``sh:{name}ConstraintComponent``."""
    iri = f"{SH}{name}ConstraintComponent"

    def register(make: Make) -> Make:
        REGISTRY[iri] = Component(iri, tuple(SH + parameter for parameter in parameters), make, only)
        return make

    return register


class Constraint(abc.ABC):
    """One constraint of one shape."""

    name: ClassVar[str] = ""

    def __init__(self, shape: Shape, says: str, parameters: dict[str, Term] | None = None) -> None:
        """``says`` is the message when the shape has none; ``parameters`` can stand in the shape's messages."""
        self.shape = shape
        self.says = says
        self.parameters = parameters or {}

    @property
    def component(self) -> str:
        """IRI of the constraint component."""
        return f"{SH}{self.name}ConstraintComponent"

    @property
    def source(self) -> Term | None:
        """The node of the constraint itself, for SPARQL constraints."""
        return None

    @property
    def messages(self) -> tuple[ox.Literal, ...]:
        """The messages of the shapes graph for this constraint."""
        return self.shape.messages

    @abc.abstractmethod
    def hits(self, scope: Scope) -> Iterator[Hits]:
        """The results on a set of focus nodes."""


class ValueConstraint(Constraint):
    """A constraint that looks at each value node by itself."""

    nested: tuple[Shape, ...] = ()

    def hits(self, scope: Scope) -> Iterator[Hits]:
        """One result for each value node that is not fine."""
        fine = self.fine(scope.evaluator, scope.distinct)
        if not fine.all():
            yield by_row(self, scope, scope.having(scope.distinct[~fine]), self.nested)

    @abc.abstractmethod
    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        """Which of the values (ascending, distinct) satisfy the constraint."""


def by_row(
    constraint: Constraint,
    scope: Scope,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    nested: tuple[Shape, ...] = (),
) -> Hits:
    """Results with the value, for some rows of the scope."""
    from ce_graph.check.evaluator import Hits

    return Hits(constraint, scope.owners[rows], scope.owners[rows], scope.values[rows], nested=nested)


def by_node(constraint: Constraint, nodes: Ids, value: Ids | None = None) -> Hits:
    """Results about focus nodes as a whole."""
    from ce_graph.check.evaluator import Hits

    return Hits(constraint, nodes, nodes, value)
