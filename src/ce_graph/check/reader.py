"""Reads the parameters of one shape, and refuses values that the specification does not allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.shapes import RDF, XSD, short
from ce_graph.errors import ShapesError

if TYPE_CHECKING:
    from typing import NoReturn

    from ce_graph.check.constraints.base import Constraint
    from ce_graph.check.findings import Term
    from ce_graph.check.plan import Compiler, Shape

_INTEGER = re.compile(r"[+-]?[0-9]{1,1000}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Reader:
    """The parameters of one shape."""

    shape: Shape

    def __init__(self, compiler: Compiler, node: ox.NamedNode | ox.BlankNode) -> None:
        """Read from ``node``."""
        self.compiler = compiler
        self.graph = compiler.graph
        self.node = node
        self.name = self.graph.name(node)

    def refuse(self, parameter: str, value: Term, wanted: str) -> NoReturn:
        """Say that a value is not what the parameter takes."""
        raise ShapesError(f"{self.name}: {_named(parameter)} {short(value)} is not {wanted}")

    def values(self, parameter: str) -> list[Term]:
        """All values of a parameter."""
        return self.graph.values(self.node, parameter)

    def value(self, parameter: str) -> Term | None:
        """The only value of a parameter that may have one at most."""
        found = self.values(parameter)
        if len(found) > 1:
            raise ShapesError(f"{self.name}: {_named(parameter)} has {len(found)} values; it can have one")
        return found[0] if found else None

    def iri(self, parameter: str) -> ox.NamedNode | None:
        """The only value, an IRI."""
        value = self.value(parameter)
        if value is not None and not isinstance(value, ox.NamedNode):
            self.refuse(parameter, value, "an IRI")
        return value

    def iris(self, parameter: str) -> list[ox.NamedNode]:
        """All values, each an IRI."""
        return [
            value if isinstance(value, ox.NamedNode) else self.refuse(parameter, value, "an IRI")
            for value in self.values(parameter)
        ]

    def integer(self, parameter: str) -> int | None:
        """The only value, an ``xsd:integer``."""
        value = self.value(parameter)
        if value is None:
            return None
        if (
            isinstance(value, ox.Literal)
            and value.datatype.value == XSD + "integer"
            and _INTEGER.fullmatch(value.value)
        ):
            return int(value.value)
        return self.refuse(parameter, value, "an xsd:integer")

    def flag(self, parameter: str) -> bool:
        """The only value, an ``xsd:boolean``; false when there is none."""
        value = self.value(parameter)
        if value is None:
            return False
        if isinstance(value, ox.Literal) and value.datatype.value == XSD + "boolean" and value.value in _BOOLEANS:
            return _BOOLEANS[value.value]
        return self.refuse(parameter, value, "an xsd:boolean")

    def string(self, parameter: str) -> str | None:
        """The only value, an ``xsd:string``."""
        value = self.value(parameter)
        return None if value is None else self.as_string(parameter, value)

    def as_string(self, parameter: str, value: Term) -> str:
        """A value that must be an ``xsd:string``."""
        if not isinstance(value, ox.Literal) or value.datatype.value != XSD + "string":
            self.refuse(parameter, value, "an xsd:string")
        return value.value

    def items(self, parameter: str) -> list[Term] | None:
        """The members of the only value, an RDF list."""
        value = self.value(parameter)
        return None if value is None else self.graph.items(value)

    def shapes(self, parameter: str) -> list[Shape]:
        """All values, compiled as shapes."""
        return [self.compiler.shape(value) for value in self.values(parameter)]

    def shape_lists(self, parameter: str) -> list[tuple[Shape, ...]]:
        """All values, lists of shapes, compiled."""
        return [
            tuple(self.compiler.shape(item) for item in self.graph.items(value)) for value in self.values(parameter)
        ]

    def messages(self, node: Term) -> tuple[ox.Literal, ...]:
        """``sh:message`` of a shape, a constraint or a validator."""
        found = []
        for value in self.graph.values(node, "message"):
            if not isinstance(value, ox.Literal) or value.datatype.value not in (XSD + "string", RDF + "langString"):
                self.refuse("message", value, "an xsd:string or a text with a language")
            found.append(value)
        return tuple(found)

    def constraints(self) -> Iterator[Constraint]:
        """The constraints of the shape, in the order of the registered components."""
        used = self.graph.properties(self.node)
        for component in self.compiler.components.values():
            if any(parameter in used for parameter in component.parameters):
                if component.only == "property" and self.shape.path is None:
                    self._misplaced(component.parameters, "a property shape, one with sh:path")
                if component.only == "node" and self.shape.path is not None:
                    self._misplaced(component.parameters, "a node shape, one without sh:path")
                yield from component.make(self)

    def _misplaced(self, parameters: tuple[str, ...], where: str) -> NoReturn:
        used = next(parameter for parameter in parameters if parameter in self.graph.properties(self.node))
        raise ShapesError(f"{self.name}: {short(ox.NamedNode(used))} is only allowed in {where}")


def _named(parameter: str) -> str:
    return f"sh:{parameter}" if ":" not in parameter else short(ox.NamedNode(parameter))
