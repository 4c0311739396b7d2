"""Adds flows up by any dimensions, so that nothing is counted twice, and says what was not added and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from ce_graph.errors import UsageError
from ce_graph.model.exact import Mask, Numbers, decimal, sum_by
from ce_graph.model.flows.columns import Column
from ce_graph.model.flows.comparing import divided_differently
from ce_graph.model.flows.counting import Counting, count, strata
from ce_graph.model.flows.keys import combine, present, several
from ce_graph.model.flows.minerals import MINERAL, MIXED, classes
from ce_graph.model.flows.parts import MATERIAL
from ce_graph.model.flows.table import GROUPED, FlowTable
from ce_graph.model.names import short
from ce_graph.wording import Said, mark, say

_NAMED = 8
_SMALL = 1
_NONE = Decimal(0)
_RESTATED = mark("flows not added, because another document states the same quantity: %(count)s; %(flows)s")
_IMPLIED = mark("flows not added, because a flow of another document holds them: %(count)s; %(flows)s")
_BOUNDS = ("lower", "upper")


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of the answer; amounts in the reference unit (tonnes for mass)."""

    key: tuple[str, ...]
    """One value for each dimension: an IRI, a year, a rank; ``""`` where nothing is stated."""
    amount: Decimal
    lower: Decimal
    upper: Decimal
    """Bounds that published ranges give; equal to the amount when there are none."""
    rounding: Decimal
    """How far the sum may be off by the rounding of its figures alone."""
    flows: int
    documents: tuple[str, ...]
    without_minerals: Decimal
    """The part that surely is neither soil nor major mineral waste."""
    undivided: Decimal
    """The part of which no source tells how much of it is soil or mineral waste."""


@dataclasses.dataclass(frozen=True)
class Grouped:
    """The answer; rows differ in at least one dimension, and figures of one row could be added."""

    by: tuple[str, ...]
    apart: tuple[tuple[str, Said], ...]
    """Dimensions that were not asked for but keep apart what must not be added, each with the reason."""
    rows: tuple[Row, ...]
    inside: tuple[Row, ...]
    """Details that the rows do not show, because they are inside what the rows count already."""
    notes: tuple[Said, ...]
    counting: Counting

    def members(self, table: FlowTable, row: Row) -> tuple[str, ...]:
        """The flows of a row."""
        levels = dict(self.levels)
        mask = self.counting.counted.copy()
        for name, value in zip(self.by, row.key, strict=True):
            column = table.column(name, levels[name])
            mask &= np.array([text == value for text in column.values] + [value == ""], bool)[column.codes]
        return tuple(table.flows[place] for place in np.flatnonzero(mask).tolist())

    levels: tuple[tuple[str, int | None], ...] = ()


def parse(text: str | Sequence[str]) -> tuple[tuple[str, int | None], ...]:
    """Dimensions such as ``material:1,year``; the number is a level of the code tree, 1 the top.

    Raises:
        UsageError: an unknown dimension, one named twice, or a level that is no number.
    """
    names = text.split(",") if isinstance(text, str) else list(text)
    found: list[tuple[str, int | None]] = []
    for name in (name.strip() for name in names):
        dimension, colon, level = name.partition(":")
        if dimension not in GROUPED:
            raise UsageError(
                say("flows cannot be grouped by %(name)s; they can by %(known)s", name=repr(dimension),
                    known=", ".join(GROUPED))
            )  # fmt: skip
        if colon and (not level.isdecimal() or int(level) < 1):
            raise UsageError(say("%(name)s: a level is a number from 1 (the top of the code tree)", name=repr(name)))
        if dimension in (known for known, _ in found):
            raise UsageError(say("grouped by %(name)s twice", name=repr(dimension)))
        found.append((dimension, int(level) if colon else None))
    return tuple(found)


def group(table: FlowTable, mask: Mask, by: str | Sequence[str], *, each: Sequence[str] = ()) -> Grouped:
    """Add up the selected flows by dimensions; a total stands aside for its parts where these are complete.

    The flows of each value of the dimensions ``each`` are added up as if there were no others: a total of a broader
    material then takes nothing from the figures of a narrower one, and figures of the two must not be added.

    Raises:
        UsageError: a dimension or level that there is not.
    """
    dimensions = parse(by)
    for name, level in dimensions:
        if level is not None and (name not in table.lists.trees or name == "region"):
            levelled = sorted(set(table.lists.trees) - {"region"})
            raise UsageError(
                say("%(name)s has no levels; these have: %(known)s", name=name, known=", ".join(levelled) or "–")  # noqa: RUF001
            )
    asked = [name for name, _ in dimensions]
    mask = mask & table.known
    kept = strata(table, mask, asked)
    stratum = _within(kept.number, [table.columns[name] for name in each]) if each else kept.number
    levels = (*dimensions, *((name, level) for name, level, _ in kept.apart))
    columns = [table.column(name, level) for name, level in levels]
    order = table.parts.needed(asked)
    counting = count(table, mask, stratum, order)
    hidden = _not_shown(columns, counting) if counting.inside.any() else counting.inside
    below = count(table, hidden, stratum, order).counted if hidden.any() else hidden
    divided = MATERIAL in order or not table.parts.has(MATERIAL)
    rows, inside = (
        _rows(table, columns, shown, shown if divided else _by_material(table, mask, stratum, shown))
        for shown in (counting.counted, below)
    )
    return Grouped(
        by=tuple(name for name, _ in levels),
        apart=tuple((name, reason) for name, _, reason in kept.apart),
        rows=rows,
        inside=inside,
        notes=(
            *_notes(table, counting, columns[: len(dimensions)], stratum),
            *divided_differently([name for name, _ in levels], [row.key for row in rows], table.lists.trees),
        ),
        counting=counting,
        levels=levels,
    )


def _within(number: npt.NDArray[Any], columns: Sequence[Column]) -> npt.NDArray[np.int64]:
    """Numbers that are the same where the given ones and the values of the columns are."""
    known, places = np.unique(number, return_inverse=True)
    return combine([Column(tuple(map(str, known.tolist())), places.astype(np.int32)), *columns])[0]


def _by_material(table: FlowTable, mask: Mask, stratum: npt.NDArray[Any], counted: Mask) -> Mask:
    """The counted flows divided by material and by nothing else, so that each part stays in the row of its total."""
    if not counted.any():
        return counted
    below, above = table.parts.closure
    within = counted.copy()
    within[below[counted[above]]] = True
    return count(table, within & mask, stratum, (MATERIAL,)).counted


def _not_shown(columns: Sequence[Column], counting: Counting) -> Mask:
    """Flows inside counted ones, of a combination of values that no counted flow has."""
    hidden = counting.inside
    both = np.flatnonzero(counting.counted | hidden)
    keys, room = combine(columns, both)
    shown = np.zeros(room, bool)
    shown[keys[counting.counted[both]]] = True
    mask = np.zeros(len(hidden), bool)
    mask[both[~shown[keys]]] = True
    return mask


def _rows(table: FlowTable, columns: Sequence[Column], counted: Mask, finer: Mask) -> tuple[Row, ...]:
    """Add up ``counted``; what is mineral or undivided is told by ``finer``, the same flows divided by material."""
    both = np.flatnonzero(counted if finer is counted else counted | finer)
    keys, room = combine(columns, both)
    first = np.zeros(room, np.int64)
    first[keys] = both
    here, there = (slice(None), slice(None)) if finer is counted else (counted[both], finer[both])
    rows, groups = both[here], keys[here]
    documents, exponent = _documents(table, groups, rows), table.exponent
    sums = {"amount": sum_by(groups, table.amount[rows], room)}
    if table.rounding.any():
        sums["rounding"] = sum_by(groups, table.rounding[rows], room)
    if bool(table.is_range.any()) and bool(table.is_range[rows].any()):
        sums |= {name: sum_by(groups, getattr(table, name)[rows], room) for name in ("lower", "upper")}
    minerals, undivided = _minerals(table, both[there], keys[there], room)
    counts = np.bincount(groups, minlength=room)
    found = []
    for number in np.flatnonzero(counts).tolist():
        total = int(sums["amount"][number])
        amount = decimal(total, exponent)
        bounds = {name: decimal(sums[name][number], exponent) if name in sums else amount for name in _BOUNDS}
        row = Row(
            key=tuple(column.text(int(first[number])) for column in columns),
            amount=amount,
            **bounds,
            rounding=decimal(sums["rounding"][number], exponent) if "rounding" in sums else _NONE,
            flows=int(counts[number]),
            documents=documents.get(number, ()),
            without_minerals=decimal(max(0, total - int(minerals[number]) - int(undivided[number])), exponent),
            undivided=decimal(min(total, int(undivided[number])), exponent),
        )
        found.append(row)
    return tuple(sorted(found, key=lambda row: row.key))


def _minerals(table: FlowTable, rows: npt.NDArray[Any], keys: npt.NDArray[Any], room: int) -> tuple[Numbers, Numbers]:
    """Sums of what is mineral and of what is undivided."""
    if not classes(table).any():
        none = np.zeros(room, np.int64)
        return none, none
    kinds = classes(table)[rows]
    found = []
    for kind in (MINERAL, MIXED):
        part = np.flatnonzero(kinds == kind)
        found.append(sum_by(keys[part], table.amount[rows[part]], room))
    return found[0], found[1]


def _documents(table: FlowTable, keys: npt.NDArray[Any], rows: npt.NDArray[Any]) -> dict[int, tuple[str, ...]]:
    column = table.columns["document"]
    if not several(column, rows):
        only = (column.text(int(rows[0])),) if len(rows) and column.codes[rows[0]] >= 0 else ()
        return dict.fromkeys(present(keys, _SMALL).tolist(), only)
    width = len(column.values) + 1
    used = present(keys * width + column.codes[rows] + 1, width * (int(keys.max(initial=0)) + 1))
    found: dict[int, list[str]] = {}
    for pair in used.tolist():
        if pair % width:
            found.setdefault(pair // width, []).append(column.values[pair % width - 1])
    return {number: tuple(sorted(texts)) for number, texts in found.items()}


def _notes(
    table: FlowTable, counting: Counting, asked: Sequence[Column], stratum: npt.NDArray[np.int64]
) -> tuple[Said, ...]:
    notes = []
    whole = _undivided(table, counting, asked, stratum)
    if whole:
        notes.append(
            say("totals counted as a whole, because not all parts are in the graph: %(count)s (%(flows)s)",
                count=len(whole), flows=_list(table, whole))
        )  # fmt: skip
    if counting.cover.overlapping.any():
        rows = np.flatnonzero(counting.cover.overlapping).tolist()
        notes.append(
            say("flows not added, because they share parts with a larger total: %(count)s (%(flows)s)", count=len(rows),
                flows=_list(table, rows))
        )  # fmt: skip
    for found, message in (
        (counting.restated, _RESTATED),
        (counting.implied, _IMPLIED),
    ):
        if found:
            pairs = [f"{short(table.flows[row])} ({short(table.flows[other])})" for row, other in sorted(found.items())]
            more = " …" if len(pairs) > _NAMED else ""
            notes.append(say(message, count=len(found), flows=f"{', '.join(pairs[:_NAMED])}{more}"))
    if (coded := int((table.by_code & counting.counted).sum())) > 0:
        notes.append(say("flows whose material is that of their waste code: %(count)s", count=coded))
    if (ranges := int((table.is_range & counting.counted).sum())) > 0:
        notes.append(say("ranges counted with the middle: %(count)s", count=ranges))
    return tuple(notes)


def _undivided(
    table: FlowTable, counting: Counting, asked: Sequence[Column], stratum: npt.NDArray[np.int64]
) -> list[int]:
    """Counted totals that hold flows which the dimensions asked for would tell apart."""
    if not counting.cover.inside.any():
        return []
    below, above = table.parts.closure
    pairs = counting.counted[above] & counting.cover.inside[below] & (stratum[below] == stratum[above])
    below, above = below[pairs], above[pairs]
    keys, _ = combine(asked, np.concatenate((below, above)))
    found: list[int] = np.unique(above[keys[: len(below)] != keys[len(below) :]]).tolist()
    return found


def _list(table: FlowTable, rows: Sequence[int]) -> str:
    return ", ".join(short(table.flows[row]) for row in rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")
