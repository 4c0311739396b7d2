"""Property paths (SHACL 2.3.1): read from the shapes graph, written as SPARQL, and followed set at a time."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyoxigraph as ox

from ce_graph.check.shapes import NIL, RDF
from ce_graph.errors import DataError, ShapesError
from ce_graph.rdf.columns import NO_IDS
from ce_graph.rdf.dictionary import Ids

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.rdf.columns import Columns

Pairs: TypeAlias = tuple[Ids, Ids]
"""Distinct pairs (start, end), as two columns sorted by start."""

DEEPEST = 60
"""Paths within paths beyond this are refused; each level takes stack."""
MOST_PAIRS = 200_000_000
"""A path that leads to more pairs than this is refused: they would need more memory than there is."""


@dataclasses.dataclass(frozen=True)
class Path:
    """A path; ``node`` is what stands for it in the shapes graph."""

    node: Term

    def text(self) -> str:
        """The path in the syntax of SPARQL."""
        raise NotImplementedError

    def follow(self, data: Columns, start: Ids) -> Pairs:
        """All pairs that begin in ``start`` (ascending, distinct)."""
        raise NotImplementedError

    def turned(self) -> Path:
        """The inverse of this path."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Predicate(Path):
    """One predicate, forwards or (``backwards``) from object to subject."""

    predicate: ox.NamedNode
    backwards: bool = False

    def text(self) -> str:
        return f"^{self.predicate}" if self.backwards else str(self.predicate)

    def follow(self, data: Columns, start: Ids) -> Pairs:
        subjects, objects = data.of(self.predicate)
        if not self.backwards:
            wanted = data.marked(start)[subjects]
            return (subjects, objects) if wanted.all() else (subjects[wanted], objects[wanted])
        wanted = data.marked(start)[objects]
        subjects, objects = subjects[wanted], objects[wanted]
        order = np.argsort(objects, kind="stable")
        return objects[order], subjects[order]

    def turned(self) -> Path:
        return Predicate(self.node, self.predicate, not self.backwards)


@dataclasses.dataclass(frozen=True)
class Inverse(Path):
    """``^path``: follows the path with every step turned round."""

    path: Path

    def text(self) -> str:
        return f"^({self.path.text()})"

    def follow(self, data: Columns, start: Ids) -> Pairs:
        return self.path.turned().follow(data, start)

    def turned(self) -> Path:
        return self.path


@dataclasses.dataclass(frozen=True)
class Sequence(Path):
    """``first/second/…``."""

    steps: tuple[Path, ...]

    def text(self) -> str:
        return "/".join(_grouped(step) for step in self.steps)

    def follow(self, data: Columns, start: Ids) -> Pairs:
        pairs = self.steps[0].follow(data, start)
        for step in self.steps[1:]:
            pairs = join(pairs, step.follow(data, data.distinct(pairs[1])))
        return pairs

    def turned(self) -> Path:
        return Sequence(self.node, tuple(step.turned() for step in reversed(self.steps)))


@dataclasses.dataclass(frozen=True)
class Alternative(Path):
    """``one|other|…``."""

    paths: tuple[Path, ...]

    def text(self) -> str:
        return "|".join(_grouped(path) for path in self.paths)

    def follow(self, data: Columns, start: Ids) -> Pairs:
        return merge([path.follow(data, start) for path in self.paths])

    def turned(self) -> Path:
        return Alternative(self.node, tuple(path.turned() for path in self.paths))


@dataclasses.dataclass(frozen=True)
class Repeated(Path):
    """``path*``, ``path+`` or ``path?``."""

    path: Path
    zero: bool
    many: bool

    def text(self) -> str:
        sign = {(True, True): "*", (False, True): "+", (True, False): "?"}[self.zero, self.many]
        return f"{_grouped(self.path)}{sign}"

    def follow(self, data: Columns, start: Ids) -> Pairs:
        new = self.path.follow(data, start)
        found = new
        while self.many and len(new[0]):
            reached = join(new, self.path.follow(data, data.distinct(new[1])))
            both = merge([found, reached])
            if len(both[0]) == len(found[0]):
                break
            new = _without(reached, found)
            found = both
        return merge([found, (start, start)]) if self.zero else found

    def turned(self) -> Path:
        return Repeated(self.node, self.path.turned(), self.zero, self.many)


def _grouped(path: Path) -> str:
    return path.text() if isinstance(path, Predicate) and not path.backwards else f"({path.text()})"


def join(left: Pairs, right: Pairs) -> Pairs:
    """Distinct (a, c) with (a, b) in ``left`` and (b, c) in ``right``, which is sorted by b."""
    rows, places = matches(left[1], right[0])
    return merge([(left[0][rows], right[1][places])])


def matches(wanted: Ids, column: Ids) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """All (row of ``wanted``, row of the sorted ``column``) with equal values, by row of ``wanted``."""
    low = np.searchsorted(column, wanted, "left")
    counts = np.searchsorted(column, wanted, "right") - low
    total = int(counts.sum())
    if total > MOST_PAIRS:
        raise DataError(f"a path of the shapes leads to more than {MOST_PAIRS:,} pairs of nodes; name a shorter one")
    rows = np.repeat(np.arange(len(wanted)), counts)
    places = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)
    return rows, places


def pack(pairs: Pairs) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Each pair as one number."""
    return (pairs[0].astype(np.int64) << 32) | pairs[1]


def unpack(keys: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Pairs:
    """Pairs from their numbers."""
    return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)


def merge(parts: list[Pairs]) -> Pairs:
    """The distinct pairs of several sets of pairs, sorted."""
    keys = np.concatenate([pack(part) for part in parts])
    if len(keys) > MOST_PAIRS:
        raise DataError(f"a path of the shapes leads to more than {MOST_PAIRS:,} pairs of nodes; name a shorter one")
    return unpack(np.unique(keys)) if len(keys) else (NO_IDS, NO_IDS)


def _without(pairs: Pairs, known: Pairs) -> Pairs:
    return unpack(np.setdiff1d(pack(pairs), pack(known), assume_unique=True))


_REPEATS = {"zeroOrMorePath": (True, True), "oneOrMorePath": (False, True), "zeroOrOnePath": (True, False)}


def read_path(shapes: ShapesGraph, node: Term, above: tuple[Term, ...] = ()) -> Path:
    """The path that a node of the shapes graph stands for.

    Raises:
        ShapesError: it is no well-formed path.
    """
    if isinstance(node, ox.NamedNode) and node != NIL:
        return Predicate(node, node)
    if not isinstance(node, ox.BlankNode):
        raise ShapesError(f"{node} is not a property path: a path is an IRI or a blank node")
    if node in above:
        raise ShapesError(f"the path at {shapes.name(above[0])} contains itself")
    if len(above) >= DEEPEST:
        raise ShapesError(f"the path at {shapes.name(above[0])} is nested more than {DEEPEST} deep")
    above = (*above, node)
    if shapes.values(node, RDF + "first"):
        return Sequence(node, _members(shapes, node, node, above))
    found = [
        (key, values) for key in (*_REPEATS, "inversePath", "alternativePath") if (values := shapes.values(node, key))
    ]
    if len(found) != 1 or len(found[0][1]) != 1:
        raise ShapesError(f"{shapes.name(node)} is not a well-formed property path")
    key, (value,) = found[0]
    if key == "alternativePath":
        return Alternative(node, _members(shapes, value, node, above))
    inner = read_path(shapes, value, above)
    if key == "inversePath":
        return (
            Predicate(node, inner.predicate, backwards=True)
            if isinstance(value, ox.NamedNode) and isinstance(inner, Predicate)
            else Inverse(node, inner)
        )
    return Repeated(node, inner, *_REPEATS[key])


def _members(shapes: ShapesGraph, head: Term, node: Term, above: tuple[Term, ...]) -> tuple[Path, ...]:
    members = tuple(read_path(shapes, member, above) for member in shapes.items(head))
    if len(members) < 2:
        raise ShapesError(f"the path at {shapes.name(node)} needs at least two members")
    return members
