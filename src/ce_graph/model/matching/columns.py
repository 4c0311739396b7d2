"""Offers and needs as columns, so that many pairs are judged at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from ce_graph.model.exact import Numbers
from ce_graph.model.matching.entries import Entry, Rules, unit_vectors
from ce_graph.model.matching.pairwise import Trees
from ce_graph.model.trees import Tree

Rows = npt.NDArray[np.int64]
Steps = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
BROADER = 127
"""Levels of an offer that is only broader than what is needed."""
Qualities = dict[tuple[str, str], tuple[Floats, Floats]]
"""Name and unit of a quality → lower and upper bound by entry, not a number where it is not stated."""


class Entries:
    """What offers and needs have in common; arrays by their place in the list."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.count = len(entries)
        vectors = unit_vectors([entry.point for entry in entries])
        self.x, self.y, self.z = (np.ascontiguousarray(vectors[:, axis]) for axis in range(3))
        self.weight = np.array([math.nan if one.tonnes is None else float(one.tonnes) for one in entries], np.float64)
        self.hazardous = np.array([bool(entry.hazardous) for entry in entries], bool)
        self.rank = np.array([entry.rank for entry in entries], np.int64)
        periods = [entry.period for entry in entries]
        self.start = np.array([first.toordinal() for first, _ in periods], np.int64)
        self.end = np.array([last.toordinal() for _, last in periods], np.int64)
        self.words = np.array([bool(entry.words) for entry in entries], bool)
        self.qualities = _qualities(entries)


class Offers(Entries):
    """Offers, and where each material and code is offered."""

    def __init__(self, entries: Sequence[Entry], trees: Trees) -> None:
        super().__init__(entries)
        self._trees = trees
        self._materials, self._codes = _places(entries, "materials"), _places(entries, "codes")
        amounts = [Decimal(-1) if one.tonnes is None else one.tonnes for one in entries]
        self.whole = all(amount == amount.to_integral_value() and abs(amount) < 2**62 for amount in amounts)
        self.tonnes: Numbers = (
            np.array([int(amount) for amount in amounts], np.int64) if self.whole else np.array(amounts, object)
        )

    def candidates(self, materials: Iterable[str], codes: Iterable[str]) -> tuple[Rows, Steps]:
        """Offers that may fit, ascending, with the levels down to them; ``BROADER`` for what is only broader."""
        known = np.full(self.count, -1, np.int8)
        steps: list[tuple[int, Rows]] = []
        for tree, places, wanted in (
            (self._trees.material, self._materials, materials),
            (self._trees.code, self._codes, codes),
        ):
            for one in wanted:
                steps += _below(tree, places, one)
                for above in tree.above(one)[1:]:
                    if above in places:
                        known[places[above]] = BROADER
        for level, rows in sorted(steps, key=lambda step: -step[0]):
            known[rows] = level
        found = np.flatnonzero(known >= 0)
        return found, known[found]


class Needs(Entries):
    """Needs, and the least and most that each takes."""

    def __init__(self, entries: Sequence[Entry], rules: Rules, *, whole: bool) -> None:
        super().__init__(entries)
        least = [max(one.smallest or Decimal(0), rules.tonnes or Decimal(0)) for one in entries]
        # A whole amount is below a bound when it is below the next whole number.
        self.least: Numbers = (
            np.array([min(2**62, math.ceil(bound)) for bound in least], np.int64) if whole else np.array(least, object)
        )
        self.never = np.array([_never(one, rules) for one in entries], bool)
        """Needs that take too little for any pair."""

    def groups(self, entries: Sequence[Entry]) -> dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]]:
        """Needs of the same materials and codes."""
        found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
        for number, entry in enumerate(entries):
            found.setdefault((entry.materials, entry.codes), []).append(number)
        return found


def _never(need: Entry, rules: Rules) -> bool:
    if need.tonnes is None:
        return False
    return need.tonnes <= 0 or (rules.tonnes is not None and need.tonnes < rules.tonnes)


def _places(entries: Sequence[Entry], field: str) -> dict[str, Rows]:
    found: dict[str, list[int]] = {}
    for row, entry in enumerate(entries):
        for term in getattr(entry, field):
            found.setdefault(term, []).append(row)
    return {term: np.array(rows, np.int64) for term, rows in found.items()}


def _below(tree: Tree, places: dict[str, Rows], thing: str) -> list[tuple[int, Rows]]:
    """Offers of a thing and of all below it, by the number of levels down."""
    found, edge, level, seen = [], [thing], 0, {thing}
    while edge:
        found += [(level, places[one]) for one in edge if one in places]
        edge = [child for one in edge for child in tree.children.get(one, ()) if child not in seen]
        seen.update(edge)
        level += 1
    return found


def _qualities(entries: Sequence[Entry]) -> Qualities:
    found: Qualities = {}
    for row, entry in enumerate(entries):
        for limit in entry.limits:
            key = (limit.name, limit.unit)
            if key not in found:
                found[key] = np.full(len(entries), math.nan), np.full(len(entries), math.nan)
            found[key][0][row], found[key][1][row] = limit.low, limit.high
    return found
