"""Totals and their parts: which flows to add up so that nothing is counted twice and nothing is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ce_graph.model.exact import Ids, Mask, Numbers

BREAKDOWNS = (
    ("detailByTreatmentOf", frozenset({"treatment", "category", "rank"})),
    ("detailByMaterialOf", frozenset({"material", "waste-code", "hazardous"})),
    ("detailBySourceOf", frozenset({"source", "target"})),
    ("subsetOf", frozenset[str]()),
    (
        "detailOf",
        frozenset({"treatment", "category", "rank", "material", "waste-code", "hazardous", "source", "target"}),
    ),
)
"""Property that a part points to its total with, and the dimensions that the breakdown tells more about.

A pair stated by several properties counts for the first of them; ``subsetOf`` (an “of which”) never adds up to the
total.
"""
MATERIAL = 1
_ADDING = (0, 1, 2, 4)


@dataclasses.dataclass(frozen=True)
class Cover:
    """What becomes of the selected flows."""

    tops: Mask
    """Flows that no other selected flow holds."""
    counted: Mask
    """To be added up."""
    replaced: Mask
    """Totals that stand aside for their complete parts."""
    inside: Mask
    """Not added, because a counted flow holds them."""
    overlapping: Mask
    """Not added, because they share parts with a larger total and neither can be divided."""


@dataclasses.dataclass(frozen=True)
class Parts:
    """Edges from parts to totals; ``complete[b, flow]`` says that all parts of a breakdown are in the graph."""

    child: Ids
    parent: Ids
    breakdown: npt.NDArray[np.int8]
    complete: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, edges: Mapping[tuple[int, int], int], complete: npt.NDArray[np.bool_]) -> Parts:
        """From ``(part, total) → breakdown``."""
        pairs = np.array(sorted(edges), np.int32).reshape(-1, 2)
        kinds = np.array([edges[pair] for pair in sorted(edges)], np.int8)
        return cls(pairs[:, 0], pairs[:, 1], kinds, complete)

    @cached_property
    def closure(self) -> tuple[Ids, Ids]:
        """Every pair of a flow and a total that holds it, directly or through others."""
        count = self.complete.shape[1]
        order = np.argsort(self.child, kind="stable")
        child, parent = self.child[order].astype(np.int64), self.parent[order].astype(np.int64)
        known = edge = np.unique(child * count + parent)
        while len(edge):
            below, middle = np.divmod(edge, count)
            first, last = np.searchsorted(child, middle), np.searchsorted(child, middle, "right")
            times = last - first
            at = np.repeat(first - np.cumsum(times) + times, times) + np.arange(int(times.sum()))
            found = np.unique(np.repeat(below, times) * count + parent[at])
            edge = np.setdiff1d(found, known, assume_unique=True)
            known = np.union1d(known, edge)
        below, above = np.divmod(known, max(1, count))
        own = below != above
        return below[own].astype(np.int32), above[own].astype(np.int32)

    def needed(self, dimensions: Sequence[str]) -> tuple[int, ...]:
        """The breakdowns that tell more about the dimensions, in the order of the dimensions."""
        found = [place for name in dimensions for place, (_, tells) in enumerate(BREAKDOWNS) if name in tells]
        return tuple(dict.fromkeys(found))

    def cover(self, selected: Mask, stratum: npt.NDArray[Any], order: Sequence[int], amount: Numbers) -> Cover:
        """Divide the selected flows; only flows of one ``stratum`` (numbers that are the same) can hold each other.

        A total is replaced by its parts where a breakdown of ``order`` is complete, all of its parts are selected, and
        one at least is in its stratum; else the total is counted and its parts of the same stratum are inside it.
        """
        below, above = self.closure
        inner = selected[below] & selected[above] & (stratum[below] == stratum[above])
        below, above = below[inner], above[inner]
        top = selected.copy()
        top[below] = False
        force = np.zeros(len(selected), bool)
        counted, replaced = self._divide(selected, stratum, order, top, force)
        clash = _clashes(counted, below, above)
        if len(clash):
            force[[flow for pair in clash for flow in pair]] = True
            counted, replaced = self._divide(selected, stratum, order, top, force)
        held = counted.copy()
        held[below[counted[below] & counted[above]]] = False  # a part of a total that is counted as a whole
        overlapping = np.zeros(len(selected), bool)
        for one, other in _clashes(held, below, above):
            if held[one] and held[other]:
                overlapping[one if (amount[one], other) < (amount[other], one) else other] = True
        counted = held & ~overlapping
        inside = selected & ~counted & ~replaced & ~overlapping
        return Cover(top, counted, replaced, inside, overlapping)

    def _divide(
        self, selected: Mask, stratum: npt.NDArray[Any], order: Sequence[int], top: Mask, force: Mask
    ) -> tuple[Mask, Mask]:
        """Flows reached from the tops through replaced totals, and the totals replaced."""
        count = len(selected)
        child, parent = self.child, self.parent
        there = selected[child] & selected[parent]
        usable = there & (stratum[child] == stratum[parent])
        choice = np.full(count, -1, np.int8)
        for place in (*order, *(place for place in _ADDING if place not in order)):
            mine = self.breakdown == place
            all_ = np.bincount(parent[mine], minlength=count)
            here = np.bincount(parent[mine & there], minlength=count)
            near = np.bincount(parent[mine & usable], minlength=count)
            can = self.complete[place] & (near > 0) & (all_ == here) & (choice < 0)
            choice[can if place in order else can & force] = place
        way = usable & (choice[parent] == self.breakdown)
        child, parent = child[way], parent[way]
        reached, before = top.copy(), -1
        while (now := int(reached.sum())) != before:
            before = now
            reached[child[reached[parent]]] = True
        replaced = reached & (choice >= 0)
        return reached & ~replaced, replaced


def _clashes(counted: Mask, below: Ids, above: Ids) -> list[tuple[int, int]]:
    """Pairs of counted flows that hold a part in common, or one of which is a part of the other."""
    held = counted[above]
    pairs: set[tuple[int, int]] = set()
    holders: dict[int, list[int]] = {}
    twice = np.bincount(below[held], minlength=len(counted)) + counted
    relevant = held & (twice[below] > 1)
    for low, high in zip(below[relevant].tolist(), above[relevant].tolist(), strict=True):
        holders.setdefault(low, [low] if counted[low] else []).append(high)
    for several in holders.values():
        first, *rest = sorted(several)
        pairs.update((first, other) for other in rest)
    return sorted(pairs)
