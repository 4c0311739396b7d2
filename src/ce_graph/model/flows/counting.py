"""Which of the selected flows are added up, and which figures must be kept apart."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ce_graph.model.exact import Mask
from ce_graph.model.flows.columns import Column
from ce_graph.model.flows.keys import combine, present, several
from ce_graph.model.flows.overlap import implied, restated
from ce_graph.model.flows.parts import Cover
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import short
from ce_graph.wording import Said, say

NOT_HAPPENED = ("capacity", "planned", "contract")
"""Bases of figures that no material stands behind yet; never added to others."""


@dataclasses.dataclass(frozen=True)
class Strata:
    """``number`` is the same where flows may be added; ``apart`` are dimensions not asked for that tell them apart."""

    number: npt.NDArray[Any]
    apart: tuple[tuple[str, int | None, Said], ...]
    """Dimension, level, reason."""


@dataclasses.dataclass(frozen=True)
class Counting:
    """What was decided: ``counted`` is what to add up, the rest says why a selected flow is not in it."""

    counted: Mask
    cover: Cover
    restated: dict[int, int]
    """Flow → the flow of another document that states the same quantity and is taken."""
    implied: dict[int, int]
    """Flow → the flow of another document that holds it."""

    @property
    def inside(self) -> Mask:
        """Selected flows that a counted flow holds."""
        return self.cover.inside | mask_of(self.implied, len(self.counted))


def strata(table: FlowTable, mask: Mask, asked: Sequence[str]) -> Strata:
    """Keep apart what must not be added.

    A tonne is generated, collected and treated, and is one tonne; a region's figure is in that of the country; the
    product is made of the waste. So figures of different stages, years, quantities, kinds of material (waste, products
    …) and overlapping regions are never added, and capacities, plans and contracts never to what happened.
    """
    rows = np.flatnonzero(mask)
    columns = {name: table.columns[name] for name in ("stage", "year")}
    reasons = {
        "stage": say("figures of different stages are not added"),
        "year": say("figures of different years are not added"),
    }
    if "material" in table.lists.trees:
        columns["material"] = table.column("material", 1)
        reasons["material"] = say("waste, products and other kinds of material are not added")
    keys = [table.strata]
    if "region" in asked or _overlapping(table, rows):
        columns["region"] = table.columns["region"]
        reasons["region"] = say("the regions overlap, so that their figures are not added")
        keys.append(table.columns["region"])
    if several(table.columns["basis"], rows):
        keys.append(_bases(table.columns["basis"]))
    apart = tuple(
        (name, 1 if name == "material" else None, reason)
        for name, reason in reasons.items()
        if name not in asked and several(columns[name], rows)
    )
    return Strata(keys[0].codes if len(keys) == 1 else combine(keys)[0], apart)


def _bases(basis: Column) -> Column:
    classes = [NOT_HAPPENED.index(short(value)) + 1 if short(value) in NOT_HAPPENED else 0 for value in basis.values]
    return Column(("", *NOT_HAPPENED), np.array([*classes, 0], np.int32)[basis.codes])


def _overlapping(table: FlowTable, rows: npt.NDArray[np.int64]) -> bool:
    regions, tree = table.columns["region"], table.lists.trees.get("region")
    if tree is None:
        return False
    if "overlapping" not in table.memo:
        table.memo["overlapping"] = {
            frozenset(pair) for pair in itertools.combinations(regions.values, 2) if tree.overlap(*pair)
        }
    known = table.memo["overlapping"]
    if not known or not several(regions, rows):
        return False
    present_ = present(regions.codes[rows] + 1, len(regions.values) + 1).tolist()
    here = {regions.values[code - 1] for code in present_ if code}
    if not any(pair <= here for pair in known):
        return False
    keys, room = combine([table.strata, regions], rows)
    first = np.zeros(room, np.int64)
    first[keys] = rows
    together: dict[int, set[str]] = {}
    for row in first[present(keys, room)].tolist():
        if regions.codes[row] >= 0:
            together.setdefault(int(table.strata.codes[row]), set()).add(regions.text(row))
    sets = {tuple(sorted(found)) for found in together.values() if len(found) > 1}
    pairs = {pair for found in sets for pair in itertools.combinations(found, 2)}
    return any(frozenset(pair) in known for pair in pairs)


def count(table: FlowTable, mask: Mask, stratum: npt.NDArray[Any], order: Sequence[int]) -> Counting:
    """Totals or their parts, then without what another document states better or holds."""
    cover = table.parts.cover(mask, stratum, order, table.amount)
    first = restated(table, cover.tops)
    if first:  # a table is taken from one document with all its parts
        below, above = table.parts.closure
        gone = mask_of(first, len(mask))
        gone[below[gone[above]]] = True
        cover = table.parts.cover(mask & ~gone, stratum, order, table.amount)
    again = restated(table, cover.counted)
    left = cover.counted & ~mask_of(again, len(mask))
    held = implied(table, left, left | cover.replaced, stratum)
    return Counting(left & ~mask_of(held, len(mask)), cover, first | again, held)


def mask_of(rows: Iterable[int], size: int) -> Mask:
    """True at the given rows."""
    mask = np.zeros(size, bool)
    mask[list(rows)] = True
    return mask
