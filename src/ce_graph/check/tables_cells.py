"""Which cell of a table a finding is about."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding, Term
    from ce_graph.check.lint import Statements
    from ce_graph.check.positions import Position
    from ce_graph.check.positions_paths import Key, Pattern
    from ce_graph.ingest.build import Built
    from ce_graph.ingest.cells import Cell

_NESTED = ("property", "not", "node")
_LISTS = ("and", "or", "xone")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


@dataclasses.dataclass(frozen=True, slots=True)
class About:
    """What a shape asks of a node."""

    properties: tuple[ox.NamedNode, ...]
    """Those that it looks at, the one that it is there for first."""
    language: str
    """The one that a value of its path must be in; ``""`` where it asks for none, or for one of several."""


class Cells:
    """The cells of some tables."""

    def __init__(self, built: Built, place: Callable[[Cell], Position | None]) -> None:
        """``place`` says where a cell stands for the user; ``None`` for one that was not asked for."""
        self._built, self._place = built, place

    def of(self, finding: Finding, ways: Sequence[Pattern], about: About) -> Position | None:
        """The cell of a finding.

        It is the one of the language that is missing; else the one that states what the finding is about (``ways``, the
        best first); where nothing is stated, the empty one of the property's column; where the finding names no
        property, the one that has its value, or states one of the properties that the shape is ``about``; else any of
        the row.
        """
        return next(filter(None, self._candidates(finding, ways, about)), None)

    def _candidates(self, finding: Finding, ways: Sequence[Pattern], about: About) -> Iterator[Position | None]:
        focus, path = finding.focus, finding.path_node
        if isinstance(path, ox.NamedNode) and about.language and finding.value is None:
            yield self._for(focus, path, about.language)
        yield from (self._stating(*way) for way in ways if way[1] is not None)
        if isinstance(path, ox.NamedNode):
            yield self._for(focus, path)
        if finding.value is not None and finding.value != focus:
            yield self._stating(focus, None, finding.value)
        yield from (self._stating(focus, property_, None) for property_ in about.properties)
        yield from (self._for(focus, property_) for property_ in about.properties)
        yield from (self._stating(*way) for way in ways if way[1] is None)

    def _stating(self, subject: Key | None, predicate: ox.NamedNode | None, object_: Key | None) -> Position | None:
        if subject is None:
            return None
        terms = (None if term is None else str(term) for term in (predicate, object_))
        return self._first(self._built.cells_of(str(subject), *terms))

    def _for(self, subject: Term, property_: ox.NamedNode, language: str = "") -> Position | None:
        return self._first(self._built.cells_for(str(subject), str(property_), language))

    def _first(self, cells: Sequence[Cell]) -> Position | None:
        return next((place for cell in cells if (place := self._place(cell)) is not None), None)


def about(statements: Statements, shape: Term) -> About:
    """What a shape is about."""
    languages = {
        item.value
        for wanted in statements.of(shape, "qualifiedValueShape")
        for listed in statements.of(wanted.object, "languageIn")
        for item in statements.items(listed.object)
        if isinstance(item, ox.Literal)
    }
    return About(_properties(statements, shape), languages.pop() if len(languages) == 1 else "")


def _properties(statements: Statements, shape: Term) -> tuple[ox.NamedNode, ...]:
    """The properties that a shape is targeted by, then those that its constraints look at."""
    found = [item.object for item in statements.of(shape, "targetSubjectsOf")]
    todo, seen = deque([shape]), {shape}
    while todo:
        node = todo.popleft()
        if paths := statements.of(node, "path"):
            found += _first_steps(statements, paths[0].object)
        for name in _PAIRS:
            found += [item.object for item in statements.of(node, name)]
        if paths and node != shape:
            continue  # what is below is about the values
        nested = [item.object for name in _NESTED for item in statements.of(node, name)]
        nested += [
            part for name in _LISTS for item in statements.of(node, name) for part in statements.items(item.object)
        ]
        todo += [part for part in nested if part not in seen]
        seen.update(nested)
    return tuple(dict.fromkeys(term for term in found if isinstance(term, ox.NamedNode)))


def _first_steps(statements: Statements, path: Term) -> list[Term]:
    """The properties with which a path can begin."""
    if isinstance(path, ox.NamedNode):
        return [path]
    alternatives = [part for item in statements.of(path, "alternativePath") for part in statements.items(item.object)]
    return [step for part in alternatives or statements.items(path)[:1] for step in _first_steps(statements, part)]
