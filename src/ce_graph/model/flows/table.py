"""The flow table: every flow of a dataset as columns of codes and exact amounts, made once per generation."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ce_graph.model.exact import Ids, Mask, Numbers
from ce_graph.model.flows.amounts import NUMBERS, normalise
from ce_graph.model.flows.columns import Column
from ce_graph.model.flows.keys import combine
from ce_graph.model.flows.parts import BREAKDOWNS, Parts
from ce_graph.model.names import short
from ce_graph.model.trees import Tree

PROPERTIES: Mapping[str, str] = {
    "source": "source",
    "target": "target",
    "material": "material",
    "waste-code": "wasteCode",
    "treatment": "treatment",
    "category": "treatmentCategory",
    "stage": "stage",
    "region": "region",
    "basis": "basis",
    "hazardous": "hazardous",
    "confidence": "confidence",
    "document": "wasDerivedFrom",
}
"""Dimension → property that it is read from. ``year``, ``rank`` and ``quantity`` are computed."""
GROUPED = ("source", "target", "material", "waste-code", "treatment", "category", "rank", "stage", "region", "year",
           "basis", "hazardous", "confidence", "document")  # fmt: skip
"""What flows can be grouped by."""


class Stated(NamedTuple):
    """What a dataset states by one property: flow numbers, and for each the number of its text in ``texts``."""

    rows: Ids
    codes: Ids
    texts: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Lists:
    """The code lists and places that a flow table is read with."""

    trees: Mapping[str, Tree] = dataclasses.field(default_factory=dict)
    """By dimension: ``material``, ``waste-code``, ``category``, ``source``, ``target``, ``region`` (places)."""
    units: Mapping[str, tuple[str, Decimal]] = dataclasses.field(default_factory=dict)
    """Unit → quantity kind, factor to the reference unit of the kind."""
    ranks: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Treatment or treatment category → circularity rank."""
    issued: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Source graph → date of issue."""
    materials: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Waste code → the material that it is of, where its title or that of a code above it names one."""


@dataclasses.dataclass(frozen=True)
class FlowTable:
    """Flows as columns of the same length; amounts are numbers of ``10 ** exponent`` reference units of their quantity.

    A range has its middle as ``amount``; where the source gives one figure, ``lower`` and ``upper`` are equal to it.
    Rows without any figure are not ``known``.
    """

    flows: tuple[str, ...]
    columns: Mapping[str, Column]
    exponent: int
    amount: Numbers
    lower: Numbers
    upper: Numbers
    rounding: Numbers
    known: Mask
    is_range: Mask
    approximate: Mask
    by_code: Mask
    """Rows of which no source states the material: it is that of their waste code."""
    is_total: Mask
    parts: Parts
    lists: Lists
    orphans: tuple[tuple[str, str], ...] = ()
    """Flows with the totals that they point to and that are not in the table."""

    def __len__(self) -> int:
        """Number of flows."""
        return len(self.flows)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Flow → its place in the table."""
        return {flow: place for place, flow in enumerate(self.flows)}

    @cached_property
    def strata(self) -> Column:
        """Numbers that are the same where quantity, stage, year and kind of material (top of its tree) are the same."""
        names = ("quantity", "stage", "year")
        columns = [self.columns[name] for name in names]
        if "material" in self.lists.trees:
            columns.append(self.column("material", 1))
        known, places = np.unique(combine(columns)[0], return_inverse=True)
        return Column(tuple(map(str, known.tolist())), places.astype(np.int32))

    def column(self, dimension: str, level: int | None = None) -> Column:
        """A column, at a level of its code tree (1 = top) where one is given."""
        if level is None:
            return self.columns[dimension]
        if (dimension, level) not in self._levels:
            self._levels[dimension, level] = self._at_level(dimension, level)
        return self._levels[dimension, level]

    @cached_property
    def _levels(self) -> dict[tuple[str, int], Column]:
        return {}

    @cached_property
    def memo(self) -> dict[str, Any]:
        """What was computed of the whole table once, by name."""
        return {}

    def _at_level(self, dimension: str, level: int) -> Column:
        column = self.columns[dimension]
        tree = self.lists.trees[dimension]
        values = [tree.at_level(value, level) for value in column.values]
        seen: dict[str, int] = {}
        codes = np.array([seen.setdefault(value, len(seen)) for value in values] + [-1], np.int32)
        return Column(tuple(seen), codes[column.codes])


def build(flows: Sequence[str], stated: Mapping[str, Stated], lists: Lists) -> FlowTable:
    """The table of ``flows`` (IRIs) from what is stated of them, by local name of the property."""
    count = len(flows)
    columns = {name: _column(stated.get(property_), count) for name, property_ in PROPERTIES.items()}
    columns["year"] = _years(stated, count)
    columns["rank"] = _ranks(columns, lists)
    columns["material"], by_code = _by_code(columns["material"], columns["waste-code"], lists.materials)
    amounts = normalise(
        {name: _column(stated.get(name), count) for name in NUMBERS},
        _column(stated.get("unit"), count),
        _column(stated.get("density"), count),
        lists.units,
    )
    columns["quantity"] = Column(amounts.kinds, amounts.kind)
    qualifier = _column(stated.get("amountQualifier"), count)
    exact = np.array([short(value) in ("nil", "range") for value in qualifier.values] + [True], bool)
    return FlowTable(
        flows=tuple(flows),
        columns=columns,
        exponent=amounts.exponent,
        amount=amounts.amount,
        lower=amounts.lower,
        upper=amounts.upper,
        rounding=amounts.rounding,
        known=amounts.known,
        is_range=amounts.is_range,
        approximate=~exact[qualifier.codes],
        by_code=by_code,
        is_total=_flag(stated.get("isTotal"), count),
        parts=_parts(flows, stated),
        lists=lists,
        orphans=_orphans(flows, stated),
    )


def _column(stated: Stated | None, count: int) -> Column:
    """One value a row; several of one row become one value, joined by blanks in their order."""
    codes = np.full(count, -1, np.int32)
    if stated is None or not len(stated.rows):
        return Column((), codes)
    rows, texts = stated.rows, list(stated.texts)
    codes[rows] = stated.codes
    times = np.bincount(rows, minlength=count)
    joined: dict[int, set[str]] = {}
    for place in np.flatnonzero(times[rows] > 1).tolist():
        joined.setdefault(int(rows[place]), set()).add(texts[int(stated.codes[place])])
    known = {text: code for code, text in enumerate(texts)}
    for row, several in joined.items():
        text = " ".join(sorted(several))
        codes[row] = known.setdefault(text, len(known))
    return Column(tuple(known), codes)


def _years(stated: Mapping[str, Stated], count: int) -> Column:
    """The year; else the period, from start to end; else not stated."""
    year, start, end = (_column(stated.get(name), count) for name in ("year", "periodStart", "periodEnd"))
    if not len(start.values) and not len(end.values):
        return year
    known = {text: code for code, text in enumerate(year.values)}
    codes = year.codes.copy()
    for row in np.flatnonzero((codes < 0) & ((start.codes >= 0) | (end.codes >= 0))).tolist():
        first, last = start.text(row), end.text(row)
        text = first if first == last else f"{first}\u2013{last}"
        codes[row] = known.setdefault(text, len(known))
    return Column(tuple(known), codes)


def _ranks(columns: Mapping[str, Column], lists: Lists) -> Column:
    """The circularity rank of the treatment, else of the treatment category."""
    codes: Ids | None = None
    for name in ("treatment", "category"):
        column = columns[name]
        ranks = np.array([lists.ranks.get(value, 0) for value in column.values] + [0], np.int32)[column.codes]
        codes = ranks if codes is None else np.where(codes > 0, codes, ranks).astype(np.int32)
    assert codes is not None
    values = tuple(str(rank) for rank in range(1, int(codes.max(initial=0)) + 1))
    return Column(values, (codes - 1).astype(np.int32))


def _by_code(material: Column, code: Column, materials: Mapping[str, str]) -> tuple[Column, Mask]:
    """The materials, those of the waste codes filled in where none is stated; and where that was done.

    A row of several codes has a material when they are all of one.
    """
    of = [{materials.get(one, "") for one in value.split(" ")} for value in code.values]
    found = [next(iter(several)) if len(several) == 1 else "" for several in of]
    known = {text: place for place, text in enumerate(material.values)}
    codes = np.array([known.setdefault(text, len(known)) if text else -1 for text in found] + [-1], np.int32)[
        code.codes
    ]
    taken: Mask = (material.codes < 0) & (codes >= 0)
    if not taken.any():
        return material, taken
    return Column(tuple(known), np.where(taken, codes, material.codes).astype(np.int32)), taken


def _flag(stated: Stated | None, count: int) -> Mask:
    mask = np.zeros(count, bool)
    if stated is not None and len(stated.rows):
        true = np.array([text in ("true", "1") for text in stated.texts], bool)
        mask[stated.rows[true[stated.codes]]] = True
    return mask


def _parts(flows: Sequence[str], stated: Mapping[str, Stated]) -> Parts:
    number = {flow: place for place, flow in enumerate(flows)}
    edges: dict[tuple[int, int], int] = {}
    for place, (property_, _) in enumerate(BREAKDOWNS):
        found = stated.get(property_)
        if found is None:
            continue
        parents = [number.get(text, -1) for text in found.texts]
        for child, code in zip(found.rows.tolist(), found.codes.tolist(), strict=True):
            if parents[code] >= 0:
                edges.setdefault((child, parents[code]), place)
    complete = np.zeros((len(BREAKDOWNS), len(flows)), bool)
    by = stated.get("completeBy")
    if by is not None:
        names = {property_: place for place, (property_, _) in enumerate(BREAKDOWNS)}
        for row, code in zip(by.rows.tolist(), by.codes.tolist(), strict=True):
            if (place := names.get(short(by.texts[code]), -1)) >= 0:
                complete[place, row] = True
    return Parts.of(edges, complete | _flag(stated.get("partsComplete"), len(flows)))


def _orphans(flows: Sequence[str], stated: Mapping[str, Stated]) -> tuple[tuple[str, str], ...]:
    known, found = set(flows), set()
    for property_, _ in BREAKDOWNS:
        pairs = stated.get(property_)
        if pairs is not None and any(text not in known for text in pairs.texts):
            rows = zip(pairs.rows.tolist(), pairs.codes.tolist(), strict=True)
            found |= {(flows[row], pairs.texts[code]) for row, code in rows if pairs.texts[code] not in known}
    return tuple(sorted(found))
