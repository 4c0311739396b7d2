"""Totals against the sum of their parts, and parts against the totals that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from ce_graph.model.balance.findings import Finding, likely_cause
from ce_graph.model.exact import decimal
from ce_graph.model.flows.keys import combine
from ce_graph.model.flows.parts import BREAKDOWNS
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import short
from ce_graph.wording import mark, say

_SUBSET = 3
_ENOUGH = 20
"""How many figures must be round before the document is taken to round."""
_SEVERAL = 3
_ONE = mark("the only part %(by)s comes to %(added)s, the total is %(printed)s")
_SUM = mark("%(count)s parts %(by)s sum to %(added)s, the total is %(printed)s")
_TABLE = ("document", "year", "stage", "region", "source", "target", "treatment", "category", "basis")
_WORDS = (mark("by treatment"), mark("by material"), mark("by source"), mark("of which"), mark("without a dimension"))


def total_findings(table: FlowTable) -> Iterator[Finding]:
    """Everything that is wrong with totals and parts, by total."""
    yield from _unknown(table)
    yield from _without_total(table)
    parts = table.parts
    parents = sorted(set(parts.parent.tolist()) | set(np.flatnonzero(table.is_total).tolist()))
    places = np.argsort(parts.parent, kind="stable")
    ordered = parts.parent[places]
    for total in parents:
        edges = places[np.searchsorted(ordered, total) : np.searchsorted(ordered, total, "right")]
        if not len(edges):
            yield Finding(
                kind="total-without-parts",
                focus=table.flows[total],
                message=say("a total, but none of its parts is in the graph"),
                documents=_documents(table, [total]),
            )
        for place in range(len(BREAKDOWNS)):
            rows = parts.child[edges[parts.breakdown[edges] == place]].tolist()
            if rows and table.known[total]:
                yield from _larger(table, total, rows)
                if place != _SUBSET:
                    yield from _sum(table, total, place, rows)


def _larger(table: FlowTable, total: int, rows: list[int]) -> Iterator[Finding]:
    for row in rows:
        if not _comparable(table, total, [row]):
            continue
        slack = int(table.rounding[row]) + int(table.rounding[total])
        if int(table.lower[row]) - int(table.upper[total]) > slack:
            yield Finding(
                kind="part-above-total",
                focus=table.flows[row],
                others=(table.flows[total],),
                found=_of(table, table.amount[row]),
                expected=_of(table, table.amount[total]),
                tolerance=_of(table, slack),
                message=say(
                    "%(part)s is a part of %(total)s, which is %(amount)s",
                    part=_of(table, table.amount[row]),
                    total=short(table.flows[total]),
                    amount=_of(table, table.amount[total]),
                ),
                cause=likely_cause(_of(table, table.amount[row]), _of(table, table.amount[total]), {}),
                documents=_documents(table, [row, total]),
            )


def _sum(table: FlowTable, total: int, place: int, rows: list[int]) -> Iterator[Finding]:
    if not _comparable(table, total, rows):
        return
    whole = bool(table.parts.complete[place, total])
    slack = sum(int(table.rounding[row]) for row in (*rows, total))
    low, high = (sum(int(column[row]) for row in rows) for column in (table.lower, table.upper))
    above = low - int(table.upper[total]) > slack
    below = int(table.lower[total]) - high > slack
    added, printed = (
        _of(table, number) for number in (sum(int(table.amount[row]) for row in rows), table.amount[total])
    )
    if above or (below and whole):
        yield Finding(
            kind="total-parts",
            focus=table.flows[total],
            others=tuple(table.flows[row] for row in rows),
            found=added,
            expected=printed,
            tolerance=_of(table, slack),
            message=say(
                _ONE if len(rows) == 1 else _SUM,
                count=len(rows),
                by=say(_WORDS[place]),
                added=added,
                printed=printed,
            ),
            cause=_coarse(table, total, rows) or likely_cause(added, printed, _others(table, total, rows)),
            documents=_documents(table, [total, *rows]),
        )
    elif not whole and not below and len(rows) > 1:
        yield Finding(
            kind="parts-complete",
            focus=table.flows[total],
            others=tuple(table.flows[row] for row in rows),
            found=added,
            expected=printed,
            tolerance=_of(table, slack),
            message=say(
                "%(count)s parts %(by)s sum to the total; if they are all, ce:completeBy can say so",
                count=len(rows),
                by=say(_WORDS[place]),
            ),
            documents=_documents(table, [total, *rows]),
        )


def _unknown(table: FlowTable) -> Iterator[Finding]:
    for flow, total in table.orphans:
        yield Finding(
            kind="total-unknown",
            focus=flow,
            others=(total,),
            message=say("points to the total %(total)s, which is not in the graph", total=short(total)),
        )
    for row in sorted(set(table.parts.parent.tolist())):
        if not table.known[row]:
            children = table.parts.child[table.parts.parent == row].tolist()
            yield Finding(
                kind="total-unknown",
                focus=table.flows[row],
                others=tuple(table.flows[child] for child in children),
                message=say("a total without a figure; its parts cannot be checked"),
                documents=_documents(table, [row]),
            )


def _without_total(table: FlowTable) -> Iterator[Finding]:
    """Several materials of one document that differ in nothing else, and none of them is part of anything."""
    columns = [table.columns[name] for name in _TABLE]
    keys, _ = combine(columns)
    alone = np.ones(len(table), bool)
    alone[table.parts.child] = alone[table.parts.parent] = False
    groups: dict[int, list[int]] = {}
    for row in np.flatnonzero(alone & table.known).tolist():
        groups.setdefault(int(keys[row]), []).append(row)
    material, tree = table.columns["material"], table.lists.trees["material"]
    for _, rows in sorted(groups.items(), key=lambda item: table.flows[item[1][0]]):
        found = {material.text(row) for row in rows}
        if len(found) < _SEVERAL or any(set(tree.above(one)[1:]) & found for one in found):
            continue
        yield Finding(
            kind="parts-without-total",
            focus=table.flows[rows[0]],
            others=tuple(table.flows[row] for row in rows[1:]),
            message=say("%(count)s figures of one table by material; its total is not in the graph", count=len(rows)),
            documents=_documents(table, rows),
        )


def _comparable(table: FlowTable, total: int, rows: list[int]) -> bool:
    kinds = table.columns["quantity"].codes
    return all(table.known[row] and kinds[row] == kinds[total] for row in rows)


def _others(table: FlowTable, total: int, rows: list[int]) -> dict[str, Decimal]:
    """Further figures of the total's document and year, and the parts themselves."""
    columns = [table.columns[name].codes for name in ("document", "year", "quantity")]
    near = np.logical_and.reduce([codes == codes[total] for codes in columns]) & table.known
    near[[total, *rows]] = False
    found = np.flatnonzero(near).tolist()[:500]
    return {short(table.flows[row]): _of(table, table.amount[row]) for row in (*rows, *found)}


def _coarse(table: FlowTable, total: int, rows: list[int]) -> str:
    """Whether the document prints everything in tens, hundreds … and the difference is within that rounding."""
    columns = [table.columns[name].codes for name in ("document", "year", "quantity")]
    near = np.logical_and.reduce([codes == codes[total] for codes in columns]) & table.known & (table.amount != 0)
    figures = [int(number) for number in table.amount[near].tolist()]
    one = 10 ** max(0, -table.exponent)
    step = one
    while figures and all(figure % (step * 10) == 0 for figure in figures):
        step *= 10
    difference = abs(sum(int(table.amount[row]) for row in rows) - int(table.amount[total]))
    if len(figures) < _ENOUGH or step == one or difference > step * (len(rows) + 1) // 2:
        return ""
    return say("all %(count)s figures of the table are multiples of %(step)s: it is rounded, and more than it shows",
               count=len(figures), step=Decimal(step // one))  # fmt: skip


def _of(table: FlowTable, number: int) -> Decimal:
    return decimal(number, table.exponent)


def _documents(table: FlowTable, rows: list[int]) -> tuple[str, ...]:
    column = table.columns["document"]
    return tuple(sorted({column.text(row) for row in rows} - {""}))
