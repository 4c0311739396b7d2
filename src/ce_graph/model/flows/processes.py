"""The balance of processes: what goes in against what comes out, by year."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from ce_graph.model.exact import Mask, decimal
from ce_graph.model.flows.amounts import MASS
from ce_graph.model.flows.counting import mask_of
from ce_graph.model.flows.table import FlowTable

TOLERANCE = Decimal("0.05")


@dataclasses.dataclass(frozen=True, slots=True)
class Process:
    """A process with the flows that go in and come out, by IRI."""

    iri: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    fully_itemised: bool = False
    tolerance: Decimal = TOLERANCE
    at: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Balance:
    """Inputs and outputs of a process in a year, in tonnes."""

    process: str
    year: str
    into: Decimal
    out: Decimal
    status: str
    """``balanced``, ``off`` (beyond the tolerance), ``open`` (not fully itemised, so that nothing can be said), or
    ``not-weighed`` (a flow has no mass)."""
    tolerance: Decimal
    rounding: Decimal
    """How far inputs and outputs together may be off by rounding alone."""
    unweighed: tuple[str, ...] = ()

    @property
    def residual(self) -> Decimal:
        """Inputs less outputs: what was lost, stored, or is missing from the graph."""
        return self.into - self.out

    @property
    def share(self) -> Decimal | None:
        """The residual as a share of the inputs; ``None`` when nothing goes in."""
        return self.residual / self.into if self.into else None


def balances(table: FlowTable, processes: Iterable[Process]) -> list[Balance]:
    """The balance of each process and year; totals and their parts are counted once.

    A residual counts as ``off`` only where it is beyond both the tolerance and the rounding of the figures.
    """
    place = {flow: row for row, flow in enumerate(table.flows)}
    found = []
    for process in sorted(processes, key=lambda one: one.iri):
        sides = [_rows(table, place, flows) for flows in (process.inputs, process.outputs)]
        years = sorted({table.columns["year"].text(row) for side in sides for row in np.flatnonzero(side).tolist()})
        found += [_balance(table, process, year, sides[0], sides[1]) for year in years]
    return found


def _rows(table: FlowTable, place: dict[str, int], flows: Sequence[str]) -> Mask:
    return mask_of([place[flow] for flow in flows if flow in place], len(table))


def _balance(table: FlowTable, process: Process, year: str, inputs: Mask, outputs: Mask) -> Balance:
    column = table.columns["year"]
    of_year = np.array([text == year for text in column.values] + [year == ""], bool)[column.codes]
    quantity = table.columns["quantity"]
    mass = np.array([kind == MASS for kind in quantity.values] + [False], bool)[quantity.codes] & table.known
    same: npt.NDArray[np.int64] = np.zeros(len(table), np.int64)
    sums, rounding = [], 0
    for side in (inputs, outputs):
        counted = table.parts.cover(side & of_year & mass, same, (), table.amount).counted
        sums.append(decimal(sum(table.amount[counted].tolist()), table.exponent))
        rounding += sum(table.rounding[counted].tolist())
    unweighed = (inputs | outputs) & of_year & ~mass
    result = Balance(
        process=process.iri,
        year=year,
        into=sums[0],
        out=sums[1],
        status="open",
        tolerance=process.tolerance,
        rounding=decimal(rounding, table.exponent),
        unweighed=tuple(table.flows[row] for row in np.flatnonzero(unweighed).tolist()),
    )
    return dataclasses.replace(result, status=_status(result, process))


def _status(balance: Balance, process: Process) -> str:
    if balance.unweighed:
        return "not-weighed"
    if not process.fully_itemised:
        return "open"
    beyond = abs(balance.residual) - balance.rounding
    return "off" if beyond > balance.into * process.tolerance else "balanced"
