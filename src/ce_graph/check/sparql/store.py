"""The data as SPARQL constraints see it: a Store that holds what the queries can reach, and the way back to terms.

The Store keeps numbers, dates, times, durations and booleans by value: ``1.50`` comes back as ``1.5``, ``xsd:byte`` as
``xsd:integer``. Results are therefore mapped back to the terms of the data. Where the rewriting can show in an answer
the query is not run here but by :mod:`ce_graph.check.sparql.lexical`, on terms as they are: when it looks at lexical
forms or datatypes, when it joins on a value that two terms of the data share, or counts such values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox

from ce_graph.check.sparql.forms import joined, looked_at, may_change, stored_forms
from ce_graph.check.sparql.query import BOUND, SHAPES_GRAPH
from ce_graph.rdf.terms import BLANK, LITERAL

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.check.sparql.lexical import Quad
    from ce_graph.check.sparql.query import Query
    from ce_graph.check.sparql.tokens import Token
    from ce_graph.rdf.columns import Columns


_BOUND = ox.NamedNode(BOUND)


@dataclasses.dataclass(frozen=True, slots=True)
class Solution:
    """One row: variable → term of the data (or a computed one), unbound variables left out.

    ``this`` and ``value`` are the numbers of these variables among the terms.
    """

    terms: dict[str, Term]
    this: int | None
    value: int | None


class SparqlData:
    """A Store that is filled as queries need it."""

    def __init__(self, data: Columns, shapes: ShapesGraph) -> None:
        """Begin empty."""
        self.data = data
        self.terms = data.terms
        self.shapes = shapes
        self.store = ox.Store()
        self.rewritten: set[int] = set()
        """Literals for which the Store has another form."""
        self.merged = False
        """Whether two literals of the data have become one."""
        self.collapsed = False
        """Whether a triple was lost by that."""
        self._loaded: set[int] = set()
        self._pieces: list[tuple[int, Any, Any]] = []
        self._bindings: list[ox.Quad] = []
        self._pairs: list[ox.Quad] = []
        self._stored: dict[int, Term] = {}
        self._back: dict[Term, list[int]] = {}
        self._bound: dict[str, set[int]] = {}
        self._shapes_loaded = False

    def emptied(self) -> SparqlData:
        """Another one on the same data, with nothing loaded."""
        return SparqlData(self.data, self.shapes)

    def reaches(self, query: Query) -> list[int]:
        """Numbers of the predicates that a query can follow; all of the data's when it has a variable there."""
        outline = query.outline
        used = self.data.used_predicates
        if outline is None or outline.negated or any(token.variable for token in outline.verbs):
            return list(used)
        wanted = {iri for token in outline.verbs if (iri := query.iri(token)) is not None}
        if any(query.iri(token) is None for token in outline.verbs):
            return list(used)
        found = [self.terms.find(ox.NamedNode(iri)) for iri in sorted(wanted)]
        return [number for number in found if number is not None and number in set(used)]

    def load(self, predicates: Iterable[int]) -> None:
        """Have the triples of these predicates in the Store."""
        for predicate in predicates:
            if predicate not in self._loaded:
                self._loaded.add(predicate)
                self.load_rows(predicate, *self.data.by_predicate(predicate))

    def load_rows(self, predicate: int, subjects: Any, objects: Any) -> None:
        """Put some triples of one predicate in the Store."""
        self._prepare(np.unique(np.concatenate((subjects, objects))))
        self._pieces.append((predicate, subjects, objects))
        if self.merged and not self.collapsed:
            first = {number: members[0] for members in self._back.values() if len(members) > 1 for number in members}
            forms = np.array([first.get(number, number) for number in objects.tolist()], np.int64)
            keys = (subjects.astype(np.int64) << 32) | forms
            self.collapsed = len(np.unique(keys)) < len(keys)
        verb: Any = self.terms.term(predicate)
        stored: dict[int, Any] = self._stored
        pairs = zip(subjects.tolist(), objects.tolist(), strict=True)
        self.store.extend(ox.Quad(stored[subject], verb, stored[value]) for subject, value in pairs)

    def _prepare(self, ids: Any) -> None:
        """Make the terms for the Store, and learn in which form it gives literals back."""
        fresh = [number for number in ids.tolist() if number not in self._stored]
        doubtful: list[int] = []
        kinds = self.terms.kind
        for number in fresh:
            own_blank = kinds[number] == BLANK and self.terms.is_of_data(number)
            term: Term = ox.BlankNode(f"d0t{number}") if own_blank else self.terms.term(number)
            self._stored[number] = term
            if kinds[number] == LITERAL and isinstance(term, ox.Literal) and may_change(term):
                doubtful.append(number)
            else:
                self._back.setdefault(term, []).append(number)
        for number, form in zip(doubtful, stored_forms([self._stored[number] for number in doubtful]), strict=True):
            if form != self._stored[number]:
                self.rewritten.add(number)
            self.merged |= form in self._back
            self._back.setdefault(form, []).append(number)

    def load_shapes(self) -> None:
        """Have the shapes graph in the Store, under the name that ``$shapesGraph`` stands for."""
        if not self._shapes_loaded:
            self._shapes_loaded = True
            graph = ox.NamedNode(SHAPES_GRAPH)
            self.store.extend(ox.Quad(*triple, graph) for triple in self.shapes.triples())

    def bind(self, rows: Iterable[dict[str, int]], constants: dict[str, Term]) -> None:
        """Set the values of the variables bound beforehand; each row gives numbers of terms."""
        self.store.remove_graph(_BOUND)
        rows = list(rows)
        self._bound = {name: {row[name] for row in rows if name in row} for name in ("this", "value")}
        self._prepare(np.unique(np.array([number for row in rows for number in row.values()], np.int32)))
        quads = []
        for index, row in enumerate(rows):
            node = ox.NamedNode(f"{BOUND}#{index}")
            for name, number in row.items():
                quads.append(ox.Quad(node, ox.NamedNode(f"{BOUND}:{name}"), self._stored[number], _BOUND))
        for name, value in constants.items():
            quads.append(ox.Quad(_BOUND, ox.NamedNode(f"{BOUND}:{name}"), value, _BOUND))
        self._bindings = self._pairs + quads
        self.store.extend(self._bindings)

    def bind_pairs(self, pairs: tuple[str, Any, Any] | None) -> None:
        """Set which other nodes each focus node is compared with; ``None`` for a query that compares none."""
        self.store.remove_graph(_BOUND)
        self._pairs = []
        if pairs is not None:
            self._prepare(np.unique(np.concatenate(pairs[1:])))
            verb = ox.NamedNode(f"{BOUND}:pair")
            stored: dict[int, Any] = self._stored
            found: Any = zip(pairs[1].tolist(), pairs[2].tolist(), strict=True)
            self._pairs = [ox.Quad(stored[this], verb, stored[other], _BOUND) for this, other in found]

    def shows(self, query: Query, constants: dict[str, Term]) -> bool:
        """Whether the rewriting of literals could show in the answer to a query."""
        values = [value for value in constants.values() if isinstance(value, ox.Literal) and may_change(value)]
        changed = any(form != value for form, value in zip(stored_forms(values), values, strict=True))
        return (
            ((changed or bool(self.rewritten)) and self._shows_forms(query))
            or (self.merged and self._joins_merged(query))
            or (self.collapsed and query.aggregates)
        )

    def _shows_forms(self, query: Query) -> bool:
        predicates = looked_at(query)
        return predicates is None or bool(self._objects(query, predicates) & self.rewritten)

    def _joins_merged(self, query: Query) -> bool:
        """Whether two literals that the Store takes for one stand where a query joins."""
        variables = joined(query)
        if variables is None:
            return True
        same = {number: form for form, numbers in self._back.items() if len(numbers) > 1 for number in numbers}
        for predicates in variables:
            found = self._objects(query, predicates) & same.keys()
            if len({same[number] for number in found}) < len(found):
                return True
        return False

    def _objects(self, query: Query, predicates: Iterable[Token]) -> set[int]:
        wanted = {query.iri(token) for token in predicates}
        numbers = [
            objects
            for predicate, _, objects in self._pieces
            if getattr(self.terms.term(predicate), "value", None) in wanted
        ]
        return set(np.unique(np.concatenate(numbers)).tolist()) if numbers else set()

    def solve(self, text: str, query: Query, constants: dict[str, Term]) -> list[Solution]:
        """Run a query whose variables have been bound."""
        found = None
        if self.shows(query, constants):
            from ce_graph.check.sparql.lexical import solve

            found = solve(self.as_written(), text)
        if found is None:
            solutions: Any = self.store.query(text)
            names = [variable.value for variable in solutions.variables]
            found = [{name: term for name in names if (term := row[name]) is not None} for row in solutions]
        computed = query.outline.select.computed if query.outline is not None else set()
        return [solution for row in found for solution in self._originals(row, computed)]

    def _originals(self, row: dict[str, Term], computed: set[str]) -> Iterator[Solution]:
        """A row in terms of the data; more than one where the data have several terms for a value of the Store."""
        choices: dict[str, list[int]] = {}
        terms: dict[str, Term] = {}
        for name, term in row.items():
            # A sum that happens to be equal to a number of the data is not that number as it is written there.
            made = name in computed and isinstance(term, ox.Literal)
            known = [] if made else self._back.get(term, [])
            terms[name] = self.terms.term(known[0]) if known else term
            if name in ("this", "value"):
                choices[name] = known or [self.terms.add(term)]
        nodes: list[int | None] = [*self._among_bound("this", choices.get("this", []))]
        for this in nodes or [None]:
            values: list[int | None] = [*self._values_of(this, choices.get("value", []))]
            for value in values or [None]:
                own = {
                    name: self.terms.term(number)
                    for name, number in (("this", this), ("value", value))
                    if number is not None and name in row and name not in computed
                }
                yield Solution(terms | own, this, value)

    def _among_bound(self, name: str, numbers: list[int]) -> list[int]:
        if len(numbers) < 2:
            return numbers
        return [number for number in numbers if number in self._bound[name]] or numbers[:1]

    def _values_of(self, this: int | None, numbers: list[int]) -> list[int]:
        if len(numbers) < 2 or self._bound["value"]:
            return self._among_bound("value", numbers)
        held = set()
        for _, subjects, objects in self._pieces:
            held |= set(objects[(subjects == this) & np.isin(objects, numbers)].tolist())
        return [number for number in numbers if number in held] or numbers[:1]

    def ask(self, text: str, query: Query, constants: dict[str, Term]) -> bool:
        """Run an ASK whose variables have been bound."""
        if self.shows(query, constants):
            from ce_graph.check.sparql.lexical import ask

            answer = ask(self.as_written(), text)
            if answer is not None:
                return answer
        return bool(self.store.query(text))

    def as_written(self) -> Iterator[Quad]:
        """All that the Store holds, with the literals as they are written."""
        stored = self._stored
        for predicate, subjects, objects in self._pieces:
            verb = self.terms.term(predicate)
            for subject, value in zip(subjects.tolist(), objects.tolist(), strict=True):
                yield stored[subject], verb, stored[value], None
        if self._shapes_loaded:
            for triple in self.shapes.triples():
                yield *triple, ox.NamedNode(SHAPES_GRAPH)
        for quad in self._bindings:
            yield quad.subject, quad.predicate, quad.object, _BOUND
