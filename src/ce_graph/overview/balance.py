"""The balance of sources: where totals, capacities, documents and years contradict each other."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

from ce_graph import resources
from ce_graph.check.reviewed import FILE, Reviews
from ce_graph.model.balance.review import review
from ce_graph.model.flows.processes import balances
from ce_graph.overview.asked import stored
from ce_graph.overview.quality import SEVERITIES
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.wording import mark, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ce_graph.model.balance.findings import Finding
    from ce_graph.model.flows.table import FlowTable
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


_STATUS = {
    "balanced": mark("balanced"),
    "off": mark("beyond the tolerance"),
    "open": mark("not all flows are known"),
    "not-weighed": mark("a flow has no mass"),
}
_SHAPES = {
    "total-parts": ("TotalPartsShape",),
    "capacity": ("CapacityAgreementShape",),
    "sources-differ": ("FlowAgreementShape", "ObservationAgreementShape"),
}
"""Kind of finding → the shapes that find the same, with the causes that were found out."""


def _reviewed(base: str) -> Callable[[Finding], str]:
    """What the lists of reviewed findings of the shipped data say of a finding; ``""`` when nobody looked into it."""
    known: dict[tuple[str, str], str] = {}
    for one in Reviews(resources.data() / FILE, base).all:
        known.setdefault((one.shape, one.focus), one.reason)
    with (resources.data() / "reviewed-balance.csv").open(encoding="utf-8", newline="") as stream:
        known |= {(row["kind"], row["focus"]): row["reason"] for row in csv.DictReader(stream)}

    def cause(finding: Finding) -> str:
        things = [iri.removeprefix(base) for iri in (finding.focus, *finding.others)]
        keys = ((name, thing) for thing in things for name in (*_SHAPES.get(finding.kind, ()), finding.kind))
        return next((known[key] for key in keys if key in known), "")

    return cause


def balance(records: Records, wording: Wording) -> View:
    """Every contradiction of the figures of all sources, violations first."""
    say, language = wording.gettext, wording.language
    facts = records.read(reading.facts)
    found = review(facts.table, facts.observations, facts.breaks, records.read(reading.capacities))
    columns = (
        Column("severity", say("severity")),
        Column("kind", say("kind")),
        Column("focus", say("what it is about"), linked=True),
        Column("message", say("what was found")),
        Column("cause", say("likely cause")),
        Column("found", say("found"), numeric=True, detail=True),
        Column("expected", say("expected"), numeric=True, detail=True),
        Column("tolerance", say("± by rounding"), numeric=True, detail=True),
        Column("others", say("what it contradicts"), linked=True, detail=True),
        Column("documents", say("sources"), linked=True, detail=True),
    )

    def links(iris: Iterable[str]) -> list[Link]:
        return [Link(iri, records.names.label(iri, language)) for iri in iris]

    reviewed = _reviewed(records.base)
    rows = [
        (say(SEVERITIES[one.severity]), one.kind, *links([one.focus]), told(one.message, language),
         reviewed(one) or told(one.cause, language), one.found, one.expected, one.tolerance, links(one.others),
         links(one.documents))
        for one in found
    ]  # fmt: skip
    counts = Counter(one.severity for one in found)
    note = ", ".join(f"{say(name)}: {wording.number(counts[key])}" for key, name in SEVERITIES.items())
    part = Part(name="balance", title=say("Balance of the sources"), table=Table(columns, rows), notes=[note],
                lead="" if rows else say("No contradiction was found."))  # fmt: skip
    parts = [part, _processes(records, wording, facts.table)]
    return View(
        name="balance",
        title=part.title,
        lead="",
        parts=[part, *(one for one in parts[1:] if one.table and one.table.rows)],
    )


def _processes(records: Records, wording: Wording, table: FlowTable) -> Part:
    """What goes into each process against what comes out."""
    say, language = wording.gettext, wording.language
    columns = (
        Column("process", say("process"), linked=True),
        Column("year", say("year")),
        Column("into", say("in"), "t", numeric=True),
        Column("out", say("out"), "t", numeric=True),
        Column("residual", say("residual"), "t", numeric=True),
        Column("share", say("residual"), "%", numeric=True),
        Column("status", say("balance")),
        Column("unweighed", say("flows without a mass"), linked=True, detail=True),
    )
    rows = [
        (
            Link(one.process, records.names.label(one.process, language)), one.year, one.into, one.out, one.residual,
            None if one.share is None else round(100 * one.share, 2), say(_STATUS[one.status]),
            [Link(flow, records.names.label(flow, language)) for flow in one.unweighed],
        )
        for one in balances(table, records.read(reading.processes))
    ]  # fmt: skip
    query = stored(records, wording, "mass-balance")
    return Part(name="processes", title=say("Mass balance of processes"), table=Table(columns, rows), query=query)
