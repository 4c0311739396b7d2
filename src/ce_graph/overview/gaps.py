"""What is not known: questions that the data cannot answer yet, indicators that cannot be computed, single sources."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ce_graph.model.names import short
from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.asked import questions
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.query.texts import text_in

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


def gaps(records: Records, wording: Wording, region: str = "") -> View:
    """The gaps of a region (an IRI, by default the one that the data are about)."""
    say = wording.gettext
    parts = [
        _unanswered(wording),
        _not_computed(records, wording, region or records.instance),
        asked_part(records, wording, "municipalities-without-theme", {"theme": "construction"}),
    ]
    return View(
        name="gaps",
        title=say("What is not known"),
        lead=say("Where the data end: what would have to be found out or measured to answer more."),
        parts=[part for part in parts if part.table and part.table.rows],
    )


def _unanswered(wording: Wording) -> Part:
    say = wording.gettext
    rows = [
        (one.number, text_in(one.title, wording.language), text_in(one.reason, wording.language))
        for one in questions()
        if one.reason is not None
    ]
    columns = (
        Column("number", say("number"), numeric=True),
        Column("question", say("question")),
        Column("reason", say("what is missing")),
    )
    return Part(name="questions", title=say("Questions without data yet"), table=Table(columns, rows))


def _not_computed(records: Records, wording: Wording, region: str) -> Part:
    say, facts = wording.gettext, records.read(reading.facts)
    missing = records.computed(region)[1]
    by_name = {short(iri): iri for iri in facts.indicators}
    years = Counter(gap.indicator for gap in missing)
    newest = {gap.indicator: gap for gap in sorted(missing, key=lambda gap: gap.year)}
    rows = [
        (
            Link(by_name[name], records.names.label(by_name[name], wording.language)) if name in by_name else name,
            years[name],
            gap.year,
            gap.reason,
        )
        for name, gap in sorted(newest.items())
    ]
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("years", say("years without it"), numeric=True),
        Column("newest", say("the newest of them")),
        Column("reason", say("what is missing then")),
    )
    title = say("Indicators that cannot be computed: %(region)s", region=records.names.label(region, wording.language))
    return Part(name="indicators", title=title, table=Table(columns, rows))
