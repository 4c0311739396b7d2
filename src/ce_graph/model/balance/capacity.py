"""What flows into a facility in a year against what it can take."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np

from ce_graph.model.balance.findings import Finding
from ce_graph.model.exact import Mask, decimal
from ce_graph.model.flows.amounts import MASS
from ce_graph.model.flows.counting import NOT_HAPPENED, count, strata
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import short
from ce_graph.wording import say


@dataclasses.dataclass(frozen=True, slots=True)
class Capacity:
    """What a facility can take in a year, in tonnes, as one document states it."""

    facility: str
    tonnes: Decimal
    document: str = ""


def capacity_findings(table: FlowTable, capacities: Iterable[Capacity]) -> Iterator[Finding]:
    """Facilities and years where the flows, each tonne once, exceed the largest capacity that any document states.

    Only flows of a known year that happened are added up; figures of different stages are taken for the same tonnes, so
    that the largest of them counts.
    """
    known: dict[str, list[Capacity]] = {}
    for capacity in capacities:
        known.setdefault(capacity.facility, []).append(capacity)
    target, year = table.columns["target"], table.columns["year"]
    happened = _happened(table)
    for facility, stated in sorted(known.items()):
        here = np.array([facility in value.split(" ") for value in target.values] + [False], bool)[target.codes]
        largest = max(capacity.tonnes for capacity in stated)
        for code in np.unique(year.codes[here & happened]).tolist():
            if code < 0 or len(year.values[code]) != 4:
                continue
            yield from _of_year(
                table, facility, stated, largest, here & happened & (year.codes == code), year.values[code]
            )


def _happened(table: FlowTable) -> Mask:
    basis, quantity = table.columns["basis"], table.columns["quantity"]
    real = np.array([short(value) not in NOT_HAPPENED for value in basis.values] + [True], bool)[basis.codes]
    mass = np.array([value == MASS for value in quantity.values] + [False], bool)[quantity.codes]
    found: Mask = real & mass & table.known
    return found


def _of_year(
    table: FlowTable, facility: str, stated: Sequence[Capacity], largest: Decimal, mask: Mask, year: str
) -> Iterator[Finding]:
    counted = count(table, mask, strata(table, mask, ["region"]).number, ()).counted
    stage = table.columns["stage"].codes
    best: list[int] = []
    for code in np.unique(stage[counted]).tolist():
        rows = np.flatnonzero(counted & (stage == code)).tolist()
        if sum(int(table.amount[row]) for row in rows) > sum(int(table.amount[row]) for row in best):
            best = rows
    amount = decimal(sum(int(table.amount[row]) for row in best), table.exponent)
    slack = decimal(sum(int(table.rounding[row]) for row in best), table.exponent)
    if amount - slack > largest:
        yield Finding(
            kind="capacity",
            focus=facility,
            others=tuple(table.flows[row] for row in best),
            found=amount,
            expected=largest,
            tolerance=slack,
            message=say(
                "%(amount)s t flowed in in %(year)s, the capacity is stated as %(capacity)s t a year",
                amount=amount,
                year=year,
                capacity=tuple(sorted(capacity.tonnes for capacity in stated)),
            ),
            documents=tuple(sorted({capacity.document for capacity in stated if capacity.document})),
        )
