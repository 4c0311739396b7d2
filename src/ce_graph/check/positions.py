"""Attaches to findings where in a file, or in which cell of a table, the statement stands that each is about."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ce_graph.check.notices import Notice, notice
from ce_graph.check.positions_paths import Key, Pattern, patterns
from ce_graph.errors import DataError

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding, Term
    from ce_graph.rdf.columns import Columns
    from ce_graph.rdf.positions import Spot
    from ce_graph.rdf.sources import Source

_LARGE = 32 << 20
"""Bytes from which on a file is scanned no further than to the last place that is looked for."""
_FREE = ("rdfxml", "jsonld")
"""Formats that can put names together from anything."""
_PREFIX = re.compile(rb"prefix\b", re.IGNORECASE)
_WHOLE_PREFIX = re.compile(rb"prefix\s+[^\s:<>]*:\s*<[^<>]*[/#:?=]>", re.IGNORECASE)
_FEW = 40
"""Up to so many names are looked for in a file's bytes before the file is parsed again."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; lines, columns and rows count from 1, columns of text in characters."""

    file: str
    line: int = 0
    """0: somewhere in the file."""
    column: int = 0
    row: int = 0
    """The data row of a table, and below its column by name and number and the cell's text."""
    column_name: str = ""
    cell: str = ""
    cell_name: str = ""
    """As spreadsheets name it, e.g. ``C7``."""
    heading: str = ""
    """What the file writes above the column, where that is not its name."""

    def __str__(self) -> str:
        """``file:line:column``, as far as known."""
        return ":".join(map(str, (self.file, *(number for number in (self.line, self.column) if number))))


Places: TypeAlias = "dict[Finding, Position]"


def locate(
    findings: Iterable[Finding],
    data: Columns,
    sources: Sequence[Source],
    cells: Callable[[Finding, Sequence[Pattern]], Position | None] | None = None,
) -> tuple[Places, list[Notice]]:
    """The positions of findings and of their inner causes; each file is scanned once, and only if it may hold one.

    ``sources`` are those that ``data`` was read from, in the same order; ``cells`` answers for what tables state, from
    a finding and the statements to look for. The notices name the files of which no lines can be told.
    """
    places: Places = {}
    keys = _Keys(data)
    wanted: dict[Finding, list[Pattern]] = {}
    for finding in _with_details(findings):
        ways = patterns(finding, data)
        found = cells(finding, ways) if cells is not None else None
        if found is not None:
            places[finding] = found
        else:
            wanted[finding] = [keys.pattern(way) for way in ways]
    seen, notices = _scan(wanted, sources, data)
    for finding, ways in wanted.items():
        place = next((seen[way] for way in ways if way in seen), None)
        if place is not None:
            places[finding] = place
    return places, notices


def _with_details(findings: Iterable[Finding]) -> Iterator[Finding]:
    todo = list(findings)
    while todo:
        finding = todo.pop()
        todo += finding.details
        yield finding


class _Keys:
    """Terms as keys; the same one for a blank node whichever parse of its file names it."""

    def __init__(self, data: Columns) -> None:
        self._data = data
        self._blank: dict[ox.BlankNode, Key] = {}

    def pattern(self, pattern: Pattern) -> Pattern:
        subject, predicate, object_ = pattern
        return self._of(subject), predicate, self._of(object_)

    def _of(self, term: Key | None) -> Key | None:
        if not isinstance(term, ox.BlankNode):
            return term
        if term not in self._blank:
            number = self._data.terms.blank(term)
            origin = None if number is None else self._data.terms.origin(number)
            self._blank[term] = term if origin is None else (origin.source, origin.ordinal)
        return self._blank[term]


def _scan(
    wanted: dict[Finding, list[Pattern]], sources: Sequence[Source], data: Columns
) -> tuple[dict[Pattern, Position], list[Notice]]:
    best = {way for ways in wanted.values() for way in ways[:1]}
    every = {way for ways in wanted.values() for way in ways}
    found: dict[Pattern, Position] = {}
    notices: list[Notice] = []
    for number, source in enumerate(sources):
        if not (missing := best - found.keys()):
            break
        try:
            places = _places(number, source, every, missing, data)
        except (ValueError, OSError, DataError):  # no line is better than a wrong one
            places, said = _unplaced(number, source, every)
            notices += said
        for pattern, position in places.items():
            found.setdefault(pattern, position)
    return found, notices


def _places(
    number: int, source: Source, every: set[Pattern], best: set[Pattern], columns: Columns
) -> dict[Pattern, Position]:
    from ce_graph.rdf.positions import Lines, placed, read

    if number in columns.written:
        from ce_graph.check.positions_written import offsets

        found = offsets(number, every, columns)
        data = read(source) if found else b""
    else:
        data = read(source)
        if not _may_hold(number, source, data, every):
            return {}
        found = _offsets(number, placed(source, data), every, best if len(data) > _LARGE else None)
    lines = Lines(data)
    return {way: Position(source.name, *lines.at(offset)) for way, offset in found.items()}


def _unplaced(number: int, source: Source, every: set[Pattern]) -> tuple[dict[Pattern, Position], list[Notice]]:
    """The statements that a source holds somewhere, and why no lines of it can be told."""
    from ce_graph.rdf.positions import LARGEST_TREE, read, unplaced

    file = Position(source.name)
    try:
        data = read(source)
        held = dict.fromkeys(_offsets(number, unplaced(source, data), every, None), file)
    except (OSError, DataError) as error:
        return {}, [notice("unreadable", "violation", file, why="system", said=error)]
    large = source.format.name == "jsonld" and len(data) > LARGEST_TREE
    return held, [notice("no-lines", "info", file, why="large" if large else "")] if held else []


def _offsets(
    number: int, statements: Iterable[tuple[ox.Quad, Spot]], every: set[Pattern], best: set[Pattern] | None
) -> dict[Pattern, int]:
    """Where statements begin, by reading their source once more: all of it, or until each of ``best`` was seen."""
    offsets: dict[Pattern, int] = {}
    key = _Ranks(number, every).key
    ends = {way[0] for way in every} | {way[2] for way in every if way[0] is None}
    for quad, spot in statements:
        subject, object_ = key(quad.subject), key(quad.object)
        if subject not in ends and object_ not in ends:
            continue
        predicate = quad.predicate
        for way, offset in (
            ((subject, predicate, object_), spot.object),
            ((subject, predicate, None), spot.predicate),
            ((subject, None, None), spot.subject),
            ((None, predicate, object_), spot.object),
            ((None, None, object_), spot.object),
        ):
            if way in every:
                offsets.setdefault(way, offset)
                if best is not None:
                    best.discard(way)
        if best is not None and not best:
            break  # the rest would only show that scan and parser agree to the end
    return offsets


class _Ranks:
    """Blank nodes of a source as keys, in the order of their first appearance, up to the last that is looked for."""

    def __init__(self, number: int, every: set[Pattern]) -> None:
        self._number = number
        wanted = (end[1] for way in every for end in (way[0], way[2]) if isinstance(end, tuple) and end[0] == number)
        self._last = max(wanted, default=-1)
        self._known: dict[ox.BlankNode, int] = {}

    def key(self, term: Term) -> Key:
        if not isinstance(term, ox.BlankNode):
            return term
        rank = self._known.get(term, -1)
        if rank < 0 and len(self._known) <= self._last:
            rank = self._known[term] = len(self._known)
        return self._number, rank


def _splits_names(data: bytes) -> bool:
    """Whether a prefix of Turtle may end within a part of a name, so that the part is nowhere written as a whole."""
    return len(_PREFIX.findall(data)) > len(_WHOLE_PREFIX.findall(data))


def _may_hold(number: int, source: Source, data: bytes, every: set[Pattern]) -> bool:
    """Whether a file can hold any of the statements, by the ends of the names in them."""
    names = {end for way in every for end in (way[0] or way[2],)}
    if len(names) > _FEW or source.format.name in _FREE or b"\\" in data or _splits_names(data):
        return True
    data += (source.base or "").encode()  # which relative names may be written without
    for name in names:
        if isinstance(name, tuple):
            if name[0] == number:
                return True
        elif isinstance(name, ox.NamedNode):
            tail = name.value.rstrip("/#")
            tail = tail[max(map(tail.rfind, "/#:?=")) + 1 :]
            if tail.encode() in data:
                return True
        else:
            return True
    return False
