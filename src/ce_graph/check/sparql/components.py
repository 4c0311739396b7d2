"""SPARQL-based constraint components (SHACL 6): components that the shapes graph itself declares."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Component, Constraint, by_row
from ce_graph.check.findings import local_name
from ce_graph.check.shapes import SH, short
from ce_graph.check.sparql.constraint import SelectConstraint, bound_constants
from ce_graph.check.sparql.query import read_query
from ce_graph.errors import ShapesError

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Hits, Scope
    from ce_graph.check.findings import Term
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.check.shapes import Node, ShapesGraph
    from ce_graph.check.sparql.query import Query

_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})


@dataclasses.dataclass(frozen=True)
class Parameter:
    """A parameter of a component: its property, the variable it is bound to, whether it may be left out."""

    iri: str
    variable: str
    optional: bool


def custom_components(graph: ShapesGraph) -> dict[str, Component]:
    """The components that a shapes graph declares, by IRI."""
    found = {}
    for node in graph.subjects:
        if not isinstance(node, ox.NamedNode) or node.value.startswith(SH) or not graph.values(node, "parameter"):
            continue
        if graph.is_instance(node, SH + "ConstraintComponent"):
            declared = _Declared(graph, node)
            found[node.value] = Component(node.value, tuple(item.iri for item in declared.parameters), declared.make)
    return found


class _Declared:
    """One declared component."""

    def __init__(self, graph: ShapesGraph, node: Node) -> None:
        self.graph = graph
        self.node = node
        self.parameters = [self._parameter(item) for item in graph.values(node, "parameter")]
        if all(item.optional for item in self.parameters):
            raise ShapesError(f"{graph.name(node)}: a constraint component needs a parameter that is not optional")

    def _parameter(self, node: Term) -> Parameter:
        path = self.graph.value(node, "path")
        if not isinstance(path, ox.NamedNode):
            raise ShapesError(f"{self.graph.name(node)}: a parameter needs an IRI as its sh:path")
        variable = local_name(path.value)
        if variable in _RESERVED or not variable.isidentifier():
            raise ShapesError(f"{self.graph.name(node)}: a parameter cannot be called {variable!r}")
        optional = self.graph.value(node, "optional")
        return Parameter(path.value, variable, isinstance(optional, ox.Literal) and optional.value in ("true", "1"))

    def make(self, reader: Reader) -> Iterator[Constraint]:
        """The constraints of this component in one shape."""
        if any(not item.optional and not reader.values(item.iri) for item in self.parameters):
            return
        if len(self.parameters) == 1:
            only = self.parameters[0]
            choices: list[dict[str, Term]] = [{only.variable: value} for value in reader.values(only.iri)]
        else:
            given = {item.variable: reader.value(item.iri) for item in self.parameters}
            choices = [{name: value for name, value in given.items() if value is not None}]
        validator = self._validator(reader.shape)
        if validator is None:
            return
        path = reader.shape.path.text() if reader.shape.path is not None else None
        names = tuple(item.variable for item in self.parameters)
        for parameters in choices:
            yield self._constraint(reader, validator, path, names, parameters)

    def _constraint(
        self, reader: Reader, validator: Term, path: str | None, names: tuple[str, ...], parameters: dict[str, Term]
    ) -> Constraint:
        messages = reader.messages(validator) or reader.messages(self.node)
        says = f"Value does not satisfy {short(self.node)}"
        if self.graph.values(validator, "ask"):
            query = read_query(self.graph, validator, "ask", path, ("value", *names))
            return AskComponent(reader.shape, query, says, parameters, self.node, messages)
        query = read_query(self.graph, validator, "select", path, names)
        return SelectComponent(reader.shape, query, says, parameters, self.node, messages)

    def _validator(self, shape: Shape) -> Term | None:
        special = "nodeValidator" if shape.path is None else "propertyValidator"
        for key in (special, "validator"):
            if found := self.graph.values(self.node, key):
                if key == "validator" and not self.graph.values(found[0], "ask"):
                    raise ShapesError(f"{self.graph.name(found[0])}: a validator of sh:validator needs sh:ask")
                return found[0]
        return None


class _OfComponent(Constraint):
    """What both kinds of validator have in common."""

    def declare(self, node: Node, messages: tuple[ox.Literal, ...]) -> None:
        """Remember the component and its messages."""
        self._component = node
        self._messages = messages

    @property
    def component(self) -> str:
        return self._component.value

    @property
    def messages(self) -> tuple[ox.Literal, ...]:
        return self.shape.messages or self._messages


class SelectComponent(_OfComponent, SelectConstraint):
    """A constraint with a SELECT validator: every solution is a result."""

    def __init__(
        self,
        shape: Shape,
        query: Query,
        says: str,
        parameters: dict[str, Term],
        node: Node,
        messages: tuple[ox.Literal, ...],
    ) -> None:
        super().__init__(shape, query, says, parameters)
        self.declare(node, messages)


class AskComponent(_OfComponent):
    """A constraint with an ASK validator: every value node for which it is false is a result."""

    def __init__(
        self,
        shape: Shape,
        query: Query,
        says: str,
        parameters: dict[str, Term],
        node: Node,
        messages: tuple[ox.Literal, ...],
    ) -> None:
        super().__init__(shape, says, parameters)
        self._query = query
        self.declare(node, messages)

    def hits(self, scope: Scope) -> Iterator[Hits]:
        query, sparql = self._query, scope.evaluator.sparql
        constants = bound_constants(self.shape, query, self.parameters)
        sparql.load(sparql.reaches(query))
        if "shapesGraph" in constants:
            sparql.load_shapes()
        names = ("this", "value") if "this" in query.mentioned else ("value",)
        columns = {"this": scope.owners, "value": scope.values}
        rows = list(dict.fromkeys(zip(*(columns[name].tolist() for name in names), strict=True)))
        bound, fixed = frozenset(names), frozenset(constants)
        if query.at_once and not query.modified:
            sparql.bind([dict(zip(names, row, strict=True)) for row in rows], constants)
            found = sparql.solve(query.bind(bound, fixed, answer=names), query, constants)
            good: set[tuple[int | None, ...]] = {tuple(getattr(row, name) for name in names) for row in found}
        else:
            good = set()
            text = query.bind(bound, fixed)
            for row in rows:
                sparql.bind([dict(zip(names, row, strict=True))], constants)
                if sparql.ask(text, query, constants):
                    good.add(row)
        pairs = zip(*(columns[name].tolist() for name in names), strict=True)
        bad = [index for index, row in enumerate(pairs) if row not in good]
        if bad:
            yield by_row(self, scope, np.array(bad, np.int64))
