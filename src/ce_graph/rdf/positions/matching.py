"""Pairs the parser's statements of JSON-LD with those found by following the contexts, which may miss some."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.positions.spots import Spot

if TYPE_CHECKING:
    from ce_graph.rdf.positions.jsonld import Stated

_LOOK_AHEAD = 64
"""How many statements with the same predicate are tried: both sides are nearly in the same order."""


def matched(quads: Iterable[ox.Quad], stated: Iterable[Stated]) -> Iterator[tuple[ox.Quad, Spot]]:
    """Yield every quad with its spot, or with the nearest one: its subject's, else that of the quad before."""
    waiting: dict[str, deque[Stated]] = {}
    for item in stated:
        waiting.setdefault(item.predicate, deque()).append(item)
    pairs = _Pairs()
    begins: dict[object, Spot] = {}
    last = Spot(0, 0, 0)
    for quad in quads:
        found = pairs.take(quad, waiting.get(quad.predicate.value))
        last = found.spot if found else begins.get(quad.subject, Spot(last.object, last.object, last.object))
        begin = last.subject
        begins.setdefault(quad.subject, Spot(begin, begin, begin))
        begins.setdefault(quad.object, Spot(last.object, last.object, last.object))
        yield quad, last


class _Pairs:
    """Which blank node of the parser is which of ours, as far as statements have shown."""

    def __init__(self) -> None:
        self._ours: dict[ox.BlankNode, int] = {}
        self._taken: dict[int, ox.BlankNode] = {}

    def take(self, quad: ox.Quad, waiting: deque[Stated] | None) -> Stated | None:
        for number in range(min(len(waiting or ()), _LOOK_AHEAD)):
            assert waiting is not None
            item = waiting[number]
            if self._same(quad.subject, item.subject) and self._same(quad.object, item.object):
                del waiting[number]
                for term, name in ((quad.subject, item.subject), (quad.object, item.object)):
                    if isinstance(term, ox.BlankNode) and isinstance(name, int):
                        self._ours[term] = name
                        self._taken[name] = term
                return item
        return None

    def _same(self, term: object, name: str | int | None) -> bool:
        if isinstance(term, ox.NamedNode):
            return term.value == name
        if isinstance(term, ox.BlankNode):
            if not isinstance(name, int):
                return False
            known = self._ours.get(term)
            return name not in self._taken if known is None else known == name
        return name is None
