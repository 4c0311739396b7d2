"""Totals and their parts: which flows to add up so that nothing is counted twice and nothing is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

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
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


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
        begins, ends = (np.searchsorted(child, np.arange(count), side) for side in _SIDES)
        while len(edge):
            below, middle = np.divmod(edge, count)
            first, times = begins[middle], ends[middle] - begins[middle]
            if not times.any():
                break
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

    def has(self, breakdown: int) -> bool:
        """Whether any flow is a part by a breakdown."""
        return bool((self.breakdown == breakdown).any())

    @cached_property
    def flat(self) -> bool:
        """Whether no part has parts of its own, and no flow is a part of two."""
        below, _ = self.closure
        return len(below) == len(self.child) == len(np.unique(self.child))

    @cached_property
    def _edges(self) -> dict[int, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Ids]]:
        """For each breakdown in use: its edges by total, where each total's begin (and all end), and the totals."""
        found = {}
        for place in _ADDING:
            edges = np.flatnonzero(self.breakdown == place)
            if len(edges):
                edges = edges[np.argsort(self.parent[edges], kind="stable")]
                totals = self.parent[edges]
                begins = np.flatnonzero(np.concatenate(([True], totals[1:] != totals[:-1], [True])))
                found[place] = (edges, begins, totals[begins[:-1]])
        return found

    @cached_property
    def _whole(self) -> dict[tuple[int, ...], tuple[npt.NDArray[Any], Cover]]:
        return {}

    def cover(self, selected: Mask, stratum: npt.NDArray[Any], order: Sequence[int], amount: Numbers) -> Cover:
        """Divide the selected flows; only flows of one ``stratum`` (numbers that are the same) can hold each other.

        A total is replaced by its parts where a breakdown of ``order`` is complete, all of its parts are selected, and
        one at least is in its stratum; else the total is counted and its parts of the same stratum are inside it.
        """
        none = np.zeros(len(selected), bool)
        if not len(self.child):
            return Cover(selected, selected, none, none, none)
        if not np.array_equal(selected[self.child], selected[self.parent]):
            return self._cover(selected, stratum, order, amount)
        # No total is parted from its parts, so that what holds for all flows holds for these; that is found once.
        known = self._whole.get(tuple(order))
        if known is None or known[0] is not stratum:
            known = stratum, self._cover(np.ones(len(selected), bool), stratum, order, amount)
            self._whole[tuple(order)] = known
        masks = (getattr(known[1], field.name) & selected for field in dataclasses.fields(Cover))
        return Cover(*masks)

    def _cover(self, selected: Mask, stratum: npt.NDArray[Any], order: Sequence[int], amount: Numbers) -> Cover:
        there = selected[self.child] & selected[self.parent]
        usable = there & (stratum[self.child] == stratum[self.parent])
        below, above = self.closure
        inner = usable if self.flat else selected[below] & selected[above] & (stratum[below] == stratum[above])
        below, above = below[inner], above[inner]
        none = np.zeros(len(selected), bool)
        top = selected.copy()
        top[below] = False
        counted, replaced = self._divide(there, usable, order, top, none)
        overlapping = none
        if not self.flat:
            clash = _clashes(counted, below, above)
            if clash:
                force = none.copy()
                force[[flow for pair in clash for flow in pair]] = True
                counted, replaced = self._divide(there, usable, order, top, force)
            # A part of a total that is counted as a whole is not counted; of totals that overlap, the larger one is.
            counted[below[counted[below] & counted[above]]] = False
            overlapping = none.copy()
            for one, other in _clashes(counted, below, above):
                if counted[one] and counted[other]:
                    lost = one if (amount[one], other) < (amount[other], one) else other
                    overlapping[lost], counted[lost] = True, False
        return Cover(top, counted, replaced, selected & ~counted & ~replaced & ~overlapping, overlapping)

    def _divide(self, there: Mask, usable: Mask, order: Sequence[int], top: Mask, force: Mask) -> tuple[Mask, Mask]:
        """Flows reached from the tops through replaced totals, and the totals replaced.

        ``there`` are edges with both ends selected, ``usable`` those within one stratum as well.
        """
        count = len(top)
        choice = np.full(count, -1, np.int8)
        for place in [*order, *(place for place in _ADDING if force.any() and place not in order)]:
            if place in self._edges:
                edges, begins, totals = self._edges[place]
                sizes = np.diff(begins)
                can = (_sums(there[edges], begins) == sizes) & (_sums(usable[edges], begins) > 0)
                can &= self.complete[place, totals] & (choice[totals] < 0)
                choice[totals[can if place in order else can & force[totals]]] = place
        way = np.flatnonzero(usable & (choice[self.parent] == self.breakdown))
        child, parent = self.child[way], self.parent[way]
        reached, before = top.copy(), -1
        while len(child) and (now := int(np.count_nonzero(reached))) != before:
            before = now
            reached[child[np.flatnonzero(reached[parent])]] = True
            if self.flat:
                break
        replaced = reached & (choice >= 0)
        return reached & ~replaced, replaced


def _sums(mask: Mask, begins: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many are true from each beginning to the next."""
    running = np.concatenate(([0], np.cumsum(mask, dtype=np.int64)))
    return np.diff(running[begins])


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
