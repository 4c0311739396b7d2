"""Documents that differ on one quantity, and series that jump."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np

from ce_graph.model.balance.findings import Finding, likely_cause
from ce_graph.model.exact import decimal
from ce_graph.model.flows.keys import combine
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.observations import Break, Observation
from ce_graph.model.names import short
from ce_graph.wording import mark, say

_JUMP = mark("%(what)s: %(before)s in %(first)s, %(after)s in %(last)s, %(percent)s %%")
_BROKEN = mark("%(what)s: %(before)s in %(first)s, %(after)s in %(last)s, %(percent)s %%, where the series breaks")

_QUANTITY = ("source", "target", "material", "waste-code", "treatment", "category", "stage", "region", "hazardous",
             "quantity")  # fmt: skip
_SERIES = ("source", "material", "stage", "category", "region")
SMALLEST_JUMP, TIMES_USUAL, LONGEST = Decimal("0.25"), 4, 2
"""A change is a jump when it is at least a quarter and four times the usual change, and within so many years."""
_ROUNDINGS = 40
"""A jump of a flow is at least so many times the rounding of its figures."""


def flow_differences(table: FlowTable) -> Iterator[Finding]:
    """Quantities of one year that documents state with figures which cannot be the same number."""
    keys, _ = combine([table.columns[name] for name in (*_QUANTITY, "year")])
    document = table.columns["document"]
    for rows in _groups(keys, table):
        if len({int(document.codes[row]) for row in rows}) < 2:
            continue
        for one, other in itertools.combinations(rows, 2):
            if document.codes[one] == document.codes[other]:
                continue
            slack = int(table.rounding[one]) + int(table.rounding[other])
            apart = max(table.lower[one], table.lower[other]) - min(table.upper[one], table.upper[other])
            if int(apart) > slack:
                a, b = (decimal(table.amount[row], table.exponent) for row in (one, other))
                yield Finding(
                    kind="sources-differ",
                    focus=table.flows[one],
                    others=(table.flows[other],),
                    found=a,
                    expected=b,
                    tolerance=decimal(slack, table.exponent),
                    message=say(
                        "%(one)s states %(value)s, %(other)s %(its)s",
                        one=_document(table, one),
                        value=a,
                        other=_document(table, other),
                        its=b,
                    ),
                    cause=likely_cause(a, b, {}),
                    documents=tuple(sorted({document.text(one), document.text(other)})),
                )


def observation_differences(observations: Sequence[Observation]) -> Iterator[Finding]:
    """Indicators of one place and time whose values cannot be the same number."""
    groups: dict[tuple[str, ...], list[Observation]] = {}
    for one in observations:
        groups.setdefault((one.indicator, one.region, one.when, one.kind, one.unit), []).append(one)
    for _, found in sorted(groups.items()):
        for one, other in itertools.combinations(sorted(found, key=lambda each: each.iri), 2):
            (low, high), (least, most) = one.bounds, other.bounds
            if one.document != other.document and (low > most or least > high):
                yield Finding(
                    kind="sources-differ",
                    focus=one.iri,
                    others=(other.iri,),
                    found=one.value,
                    expected=other.value,
                    tolerance=one.half_width + other.half_width,
                    message=say(
                        "%(what)s of %(place)s in %(when)s: %(one)s states %(value)s, %(other)s %(its)s",
                        what=short(one.indicator),
                        place=short(one.region),
                        when=one.when,
                        one=short(one.document),
                        value=one.value,
                        other=short(other.document),
                        its=other.value,
                    ),
                    cause=likely_cause(one.value, other.value, {}),
                    documents=tuple(sorted({one.document, other.document})),
                )


def observation_jumps(observations: Sequence[Observation], breaks: Sequence[Break]) -> Iterator[Finding]:
    """Series of indicators that jump from one value to the next."""
    groups: dict[tuple[str, str, str], list[Observation]] = {}
    for one in observations:
        if one.year and one.kind == "actual":
            groups.setdefault((one.indicator, one.region, one.document), []).append(one)
    for (indicator, region, _), found in sorted(groups.items()):
        ordered = sorted(found, key=lambda each: (each.year, each.iri))
        points = [(one.year, one.value, one.iri, "b" in one.flags, (one.document,)) for one in ordered]
        own = [one for one in breaks if one.indicator == indicator and one.region in ("", region)]
        yield from _jumps(points, own, say("%(what)s of %(place)s", what=short(indicator), place=short(region)))


def flow_jumps(table: FlowTable, breaks: Sequence[Break] = ()) -> Iterator[Finding]:
    """Quantities that one document, or several, state for several years, and that jump."""
    keys, _ = combine([table.columns[name] for name in _QUANTITY])
    year, document, basis = table.columns["year"], table.columns["document"], table.columns["basis"]
    for rows in _groups(keys, table):
        points: dict[str, tuple[str, Decimal, str, bool, tuple[str, ...]]] = {}
        for row in rows:
            if len(year.text(row)) == 4 and basis.text(row):
                amount = decimal(table.amount[row], table.exponent)
                points.setdefault(
                    year.text(row), (year.text(row), amount, table.flows[row], False, (document.text(row),))
                )
        if len(points) > 2:
            material, source = (short(table.columns[name].text(rows[0])) for name in ("material", "source"))
            said = say("%(what)s from %(source)s", what=material, source=source)
            rounding = decimal(max(int(table.rounding[row]) for row in rows), table.exponent)
            own = [one for one in breaks if of_series(table, one, rows[0])]
            yield from _jumps([points[one] for one in sorted(points)], own, said, rounding)


def of_series(table: FlowTable, found: Break, row: int) -> bool:
    """Whether a break that is stated for a flow is one of a row's series."""
    places = [place for place, flow in enumerate(table.flows) if flow == found.flow] if found.flow else []
    columns = [table.columns[name].codes for name in _SERIES]
    return any(all(codes[place] == codes[row] for codes in columns) for place in places)


def _jumps(
    points: Sequence[tuple[str, Decimal, str, bool, tuple[str, ...]]],
    breaks: Iterable[Break],
    said: str,
    rounding: Decimal = Decimal(0),
) -> Iterator[Finding]:
    breaks = list(breaks)
    changes = [
        abs(after[1] - before[1]) / before[1] for before, after in itertools.pairwise(points) if before[1] and after[1]
    ]
    for before, after in itertools.pairwise(points):
        if not before[1] or not after[1]:
            continue
        change = abs(after[1] - before[1]) / before[1]
        others = list(changes)
        others.remove(change)
        usual = statistics.median(others) if others else Decimal(0)
        broken = next((one for one in breaks if before[0] <= one.from_year and one.to_year <= after[0]), None)
        near = int(after[0]) - int(before[0]) <= LONGEST and abs(after[1] - before[1]) >= _ROUNDINGS * rounding
        jump = near and len(points) > 2 and change >= SMALLEST_JUMP and change >= TIMES_USUAL * usual
        if not jump and broken is None and not after[3]:
            continue
        known = broken is not None or after[3]
        percent = round(100 * (after[1] - before[1]) / before[1], 1)
        yield Finding(
            kind="break-jump" if known else "unexplained-jump",
            focus=after[2],
            others=(before[2],),
            found=after[1],
            expected=before[1],
            message=say(
                _BROKEN if known else _JUMP,
                what=said,
                before=before[1],
                first=before[0],
                after=after[1],
                last=after[0],
                percent=percent,
            ),
            cause=_reason(broken, after[3]) or likely_cause(after[1], before[1], {}),
            documents=tuple(sorted({*before[4], *after[4]} - {""})),
        )


def _groups(keys: np.typing.NDArray[np.int64], table: FlowTable) -> Iterator[list[int]]:
    rows = np.flatnonzero(table.known)
    rows = rows[np.argsort(keys[rows], kind="stable")]
    bounds = np.flatnonzero(np.concatenate(([True], keys[rows][1:] != keys[rows][:-1], [True])))
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if stop - start > 1:
            yield rows[start:stop].tolist()


def _document(table: FlowTable, row: int) -> str:
    return short(table.columns["document"].text(row)) or say("a source")


def _reason(broken: Break | None, flagged: bool) -> str:
    """What is known of a break; ``""`` when nothing is."""
    if broken is not None:
        return broken.reason
    return say("the source marks a break here (flag b)") if flagged else ""
