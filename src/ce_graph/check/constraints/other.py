"""Other constraints (SHACL 4.8): ``sh:closed``, ``sh:hasValue``, ``sh:in``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import Constraint, ValueConstraint, by_node, component
from ce_graph.check.shapes import short

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator, Hits, Scope
    from ce_graph.check.findings import Term
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask

_SHOWN = 12


class Closed(Constraint):
    """The value nodes have no properties but those of the shape's property shapes and the ignored ones."""

    name = "Closed"

    def __init__(self, shape: Shape, allowed: frozenset[Term]) -> None:
        super().__init__(shape, "Property is not allowed: the shape is closed")
        self._allowed = allowed

    def hits(self, scope: Scope) -> Iterator[Hits]:
        from ce_graph.check.evaluator import Hits
        from ce_graph.check.paths import matches

        data, terms = scope.data, scope.evaluator.terms
        allowed = {terms.find(term) for term in self._allowed}
        wanted = data.marked(scope.distinct)
        for predicate in data.used_predicates:
            if predicate in allowed:
                continue
            subjects, objects = data.by_predicate(predicate)
            rows = np.flatnonzero(wanted[subjects])
            if len(rows):
                found, places = matches(scope.values, subjects)
                path = terms.term(predicate)
                paths = (path if isinstance(path, ox.NamedNode) else None,) * len(found)
                owners = scope.owners[found]
                yield Hits(self, owners, owners, objects[places], paths=paths)


@component("Closed", "closed", "ignoredProperties")
def _closed(reader: Reader) -> Iterator[Constraint]:
    ignored = reader.items("ignoredProperties") or []
    for item in ignored:
        if not isinstance(item, ox.NamedNode):
            reader.refuse("ignoredProperties", item, "an IRI")
    if reader.flag("closed"):
        paths = [path for item in reader.values("property") for path in reader.graph.values(item, "path")]
        yield Closed(reader.shape, frozenset([*ignored, *(path for path in paths if isinstance(path, ox.NamedNode))]))


class HasValue(Constraint):
    """At least one of the value nodes is the given one."""

    name = "HasValue"

    def __init__(self, shape: Shape, value: Term) -> None:
        super().__init__(shape, f"The value {short(value)} is missing", {"hasValue": value})
        self._value = value

    def hits(self, scope: Scope) -> Iterator[Hits]:
        wanted = np.array([scope.evaluator.id(self._value)], np.int32)
        having = scope.data.marked(scope.owners[scope.having(wanted)])
        yield by_node(self, scope.focus[~having[scope.focus]])


@component("HasValue", "hasValue")
def _has_value(reader: Reader) -> Iterator[Constraint]:
    for value in reader.values("hasValue"):
        yield HasValue(reader.shape, value)


class In(ValueConstraint):
    """Each value is one of the list, as a term: ``1`` is not ``01``."""

    name = "In"

    def __init__(self, shape: Shape, items: list[Term]) -> None:
        shown = ", ".join(short(item) for item in items[:_SHOWN]) + (", …" if len(items) > _SHOWN else "")
        super().__init__(shape, f"Value is not one of {shown}")
        self._items = items

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        ids = evaluator.ids(self._items)
        return evaluator.data.marked(ids)[values]


@component("In", "in")
def _in(reader: Reader) -> Iterator[ValueConstraint]:
    items = reader.items("in")
    if items is not None:
        yield In(reader.shape, items)
