"""Flows of known composition, divided into their fractions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from ce_graph.errors import DataError
from ce_graph.model.exact import Ids, Mask, Numbers, pack
from ce_graph.model.flows.columns import Column
from ce_graph.model.flows.parts import BREAKDOWNS, Parts
from ce_graph.model.flows.table import FlowTable
from ce_graph.wording import say

_TOLERANCE = Decimal("0.01")


@dataclasses.dataclass(frozen=True, slots=True)
class Composition:
    """What a flow or a material consists of: shares by mass, of materials, as one determination found them."""

    iri: str
    shares: tuple[tuple[str, Decimal], ...]
    date: str = ""
    region: str = ""
    """The place that it was determined in; ``""`` where it holds everywhere."""

    @property
    def rest(self) -> Decimal:
        """The share that no fraction names; 0 when the fractions sum to 1."""
        return max(Decimal(0), 1 - sum((share for _, share in self.shares), Decimal(0)))


def weigh(table: FlowTable, counted: Mask, compositions: Mapping[str, Sequence[Composition]]) -> FlowTable:
    """The counted flows, those of known composition as one row a fraction; what the fractions leave keeps its material.

    ``compositions`` are by IRI of the flow, else of its material; one of a material holds for its region and for what
    lies in it. Of several the newest is taken, then the first by IRI. The rows hold no totals any more, and all of
    them can be added.

    Raises:
        DataError: the fractions of a composition are not between 0 and 1, or sum to more than 1.01.
    """
    for several in compositions.values():
        for composition in several:
            _check(composition)
    taken = taken_of(table, counted & table.known, compositions)
    rows, materials, shares = _divide(table, np.flatnonzero(counted & table.known).tolist(), taken)
    place = min((_exponent(share) for share in shares), default=0)
    factor = pack([int(share.scaleb(-place)) for share in shares], times=20 * len(table))
    index = np.array(rows, np.int64)
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(material, len(known)) if material else -1 for material in materials], np.int32)
    columns = {name: Column(column.values, column.codes[index]) for name, column in table.columns.items()}
    columns["material"] = Column(tuple(known), codes)
    none: Ids = np.empty(0, np.int32)
    return dataclasses.replace(
        table,
        flows=tuple(table.flows[row] for row in rows),
        columns=columns,
        exponent=table.exponent + place,
        amount=_product(table.amount[index], factor),
        lower=_product(table.lower[index], factor),
        upper=_product(table.upper[index], factor),
        rounding=_product(table.rounding[index], factor),
        known=table.known[index],
        is_range=table.is_range[index],
        approximate=table.approximate[index],
        by_code=table.by_code[index],
        is_total=np.zeros(len(rows), bool),
        parts=Parts(none, none, np.empty(0, np.int8), np.zeros((len(BREAKDOWNS), len(rows)), bool)),
    )


def taken_of(table: FlowTable, mask: Mask, compositions: Mapping[str, Sequence[Composition]]) -> dict[int, Composition]:
    """Row → the composition that is taken for its flow, of those that have one."""
    material, region, places = table.columns["material"], table.columns["region"], table.lists.trees.get("region")
    found: dict[int, Composition] = {}
    for row in np.flatnonzero(mask).tolist() if compositions else ():
        own = compositions.get(table.flows[row], ())
        where = region.text(row)
        inside = {where, *(places.above(where) if places is not None and where in places else ())}
        holding = own or [one for one in compositions.get(material.text(row), ()) if one.region in ("", *inside)]
        if holding:
            found[row] = _newest(holding)
    return found


def _exponent(share: Decimal) -> int:
    exponent = share.normalize().as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def _newest(found: Sequence[Composition]) -> Composition:
    latest = max(composition.date for composition in found)
    return min((one for one in found if one.date == latest), key=lambda one: one.iri)


def _check(composition: Composition) -> None:
    total = sum((share for _, share in composition.shares), Decimal(0))
    if any(not 0 <= share <= 1 for _, share in composition.shares):
        raise DataError(say("a fraction of %(composition)s is not between 0 and 1", composition=composition.iri))
    if total > 1 + _TOLERANCE:
        raise DataError(
            say(
                "the fractions of %(composition)s sum to %(total)s, more than 1",
                composition=composition.iri,
                total=total,
            )
        )


def _divide(
    table: FlowTable, counted: Sequence[int], taken: Mapping[int, Composition]
) -> tuple[list[int], list[str], list[Decimal]]:
    """For each row to be: the flow it comes from, its material, its share."""
    material = table.columns["material"]
    rows, materials, shares = [], [], []
    for row in counted:
        composition = taken.get(row)
        fractions = [(material.text(row), Decimal(1))]
        if composition is not None:
            rest = [(material.text(row), composition.rest)] if composition.rest else []
            fractions = [*composition.shares, *rest]
        for name, share in fractions:
            rows.append(row)
            materials.append(name)
            shares.append(share)
    return rows, materials, shares


def _product(numbers: Numbers, factor: Numbers) -> Numbers:
    """Products that cannot overflow."""
    if len(numbers):
        largest = int(np.abs(numbers).max()) * int(np.abs(factor).max()) * len(numbers)
        if largest >= 2**62:
            numbers = numbers.astype(object)
    product: Numbers = numbers * factor
    return product
