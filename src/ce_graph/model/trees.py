"""Hierarchies of codes and places: what is above, what is below, and the code at a level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property


class Tree:
    """A hierarchy from pairs of narrower and broader things; a thing may have several broader ones (places do)."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), things: Iterable[str] = ()) -> None:
        parents: dict[str, set[str]] = {thing: set() for thing in things}
        for narrow, broad in pairs:
            parents.setdefault(broad, set())
            if narrow != broad:
                parents.setdefault(narrow, set()).add(broad)
        self.parents: Mapping[str, tuple[str, ...]] = {thing: tuple(sorted(found)) for thing, found in parents.items()}
        self._above: dict[str, tuple[str, ...]] = {}

    def __contains__(self, thing: object) -> bool:
        """Whether the hierarchy knows the thing."""
        return thing in self.parents

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Directly below each thing that has anything below it."""
        found: dict[str, list[str]] = {}
        for thing, above in self.parents.items():
            for parent in above:
                found.setdefault(parent, []).append(thing)
        return {thing: tuple(sorted(below)) for thing, below in found.items()}

    def above(self, thing: str) -> tuple[str, ...]:
        """The thing itself and all that is above it, nearest first; a circle in the data is walked once."""
        if thing not in self._above:
            found, edge = {thing: None}, [thing]
            while edge:
                edge = [parent for one in edge for parent in self.parents.get(one, ()) if parent not in found]
                found.update(dict.fromkeys(edge))
            self._above[thing] = tuple(found)
        return self._above[thing]

    def below(self, thing: str) -> frozenset[str]:
        """The thing itself and all that is below it."""
        found, edge = {thing}, [thing]
        while edge:
            edge = [child for one in edge for child in self.children.get(one, ()) if child not in found]
            found.update(edge)
        return frozenset(found)

    def at_level(self, thing: str, level: int) -> str:
        """The thing on the path to ``thing`` that stands at a level (1 = top), or the thing when it is higher up."""
        path = [thing]
        while (parents := self.parents.get(path[-1])) and parents[0] not in path:
            path.append(parents[0])
        return path[max(0, len(path) - level)]

    @cached_property
    def depth(self) -> int:
        """Number of levels."""
        return max((len(self.above(thing)) for thing in self.parents), default=0)

    def overlap(self, one: str, other: str) -> bool:
        """Whether two things have anything in common: one is above the other, or something is below both."""
        return one == other or not self._reach(one).isdisjoint(self._reach(other))

    def _reach(self, thing: str) -> frozenset[str]:
        if thing not in self._reached:
            self._reached[thing] = self.below(thing)
        return self._reached[thing]

    @cached_property
    def _reached(self) -> dict[str, frozenset[str]]:
        return {}
