"""SPARQL-based constraints (SHACL 5): ``sh:sparql`` with ``sh:select``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Constraint, component
from ce_graph.check.sparql.query import SHAPES_GRAPH, read_query

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator, Hits, Scope
    from ce_graph.check.findings import Term
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.check.sparql.query import Query
    from ce_graph.check.sparql.store import Solution
    from ce_graph.rdf.dictionary import Ids


class SelectConstraint(Constraint):
    """A SELECT whose every solution is a result."""

    name = "SPARQL"

    def __init__(self, shape: Shape, query: Query, says: str, parameters: dict[str, Term] | None = None) -> None:
        super().__init__(shape, says, parameters)
        self._query = query

    def hits(self, scope: Scope) -> Iterator[Hits]:
        constants = bound_constants(self.shape, self._query, self.parameters)
        found = solutions(scope.evaluator, self._query, scope.focus, constants)
        if self.shape.path is None:
            found = [
                (this, row if row.value is not None else dataclasses.replace(row, value=this)) for this, row in found
            ]
        for wanted in (True, False):
            rows = [(this, row) for this, row in found if (row.value is not None) is wanted]
            if rows:
                yield self._hits(rows, with_value=wanted)

    def _hits(self, found: list[tuple[int, Solution]], *, with_value: bool) -> Hits:
        from ce_graph.check.evaluator import Hits

        nodes = np.array([this for this, _ in found], np.int32)
        values = np.array([row.value for _, row in found], np.int32) if with_value else None
        paths = tuple(path if isinstance(path := row.terms.get("path"), ox.NamedNode) else None for _, row in found)
        return Hits(self, nodes, nodes, values, paths=paths, bindings=tuple(row.terms for _, row in found))


class SparqlConstraint(SelectConstraint):
    """``sh:sparql``."""

    def __init__(self, shape: Shape, query: Query, node: Term, messages: tuple[ox.Literal, ...]) -> None:
        super().__init__(shape, query, "A SPARQL constraint is violated")
        self._node = node
        self._messages = messages

    @property
    def source(self) -> Term | None:
        return self._node

    @property
    def messages(self) -> tuple[ox.Literal, ...]:
        return self._messages or self.shape.messages


@component("SPARQL", "sparql")
def _sparql(reader: Reader) -> Iterator[Constraint]:
    path = reader.shape.path.text() if reader.shape.path is not None else None
    for node in reader.values("sparql"):
        deactivated = reader.graph.value(node, "deactivated")
        if isinstance(deactivated, ox.Literal) and deactivated.value in ("true", "1"):
            continue
        query = read_query(reader.graph, node, "select", path)
        yield SparqlConstraint(reader.shape, query, node, reader.messages(node))


def bound_constants(shape: Shape, query: Query, parameters: dict[str, Term]) -> dict[str, Term]:
    """The values that are bound beforehand and are the same for all focus nodes, as far as the query speaks of them."""
    values: dict[str, Term] = {
        **parameters,
        "currentShape": shape.node,
        "shapesGraph": ox.NamedNode(SHAPES_GRAPH),
    }
    return {name: value for name, value in values.items() if name in query.mentioned}


def solutions(evaluator: Evaluator, query: Query, focus: Ids, constants: dict[str, Term]) -> list[tuple[int, Solution]]:
    """All solutions, each with the number of its focus node."""
    from ce_graph.check.sparql.narrow import narrow
    from ce_graph.check.sparql.pairs import compared

    sparql = evaluator.sparql
    text = query.bind(frozenset({"this"}), frozenset(constants))
    narrowed = narrow(evaluator.data, query, focus) if query.at_once and not constants else None
    if narrowed is not None:
        focus = narrowed.focus
        if not len(focus):
            return []
        sparql = sparql.emptied()
        for piece in narrowed.pieces:
            sparql.load_rows(*piece)
    else:
        pairs = compared(evaluator.data, query, focus) if query.at_once and not constants else None
        if pairs is not None and query.outline is not None:
            focus = np.unique(pairs[1])
            text = query.bind_pairs(query.outline.select.where.begin, pairs[0])
            if not len(focus):
                return []
        sparql.load(sparql.reaches(query))
        sparql.bind_pairs(pairs)
    if "shapesGraph" in constants:
        sparql.load_shapes()
    if query.at_once:
        sparql.bind([{"this": number} for number in focus.tolist()], constants)
        return [(row.this, row) for row in sparql.solve(text, query, constants) if row.this is not None]
    result: list[tuple[int, Solution]] = []
    for number in focus.tolist():
        sparql.bind([{"this": number}], constants)
        result += [(number, row) for row in sparql.solve(text, query, constants)]
    return result
