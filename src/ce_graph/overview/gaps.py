"""What is not known: questions that the data cannot answer yet, indicators that cannot be computed, single sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.asked import questions, stored
from ce_graph.overview.indicators import not_computed
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query.texts import text_in

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


def gaps(records: Records, wording: Wording, region: str = "") -> View:
    """The gaps of a region (an IRI, by default the one that the data are about)."""
    say = wording.gettext
    parts = [
        _unanswered(records.base, wording),
        _not_computed(records, wording, region or records.instance),
        asked_part(records, wording, "municipalities-without-theme", {"theme": "construction"}),
    ]
    return View(
        name="gaps",
        title=say("What is not known"),
        lead=say("Where the data end: what would have to be found out or measured to answer more."),
        parts=[part for part in parts if part.table and part.table.rows],
    )


def _unanswered(base: str, wording: Wording) -> Part:
    say = wording.gettext
    rows = [
        (
            one.number,
            Link(f"{base}questions/{one.name}", text_in(one.title, wording.language)),
            text_in(one.reason, wording.language),
        )
        for one in questions()
        if one.reason is not None
    ]
    columns = (
        Column("number", say("number"), numeric=True),
        Column("question", say("question"), linked=True),
        Column("reason", say("what is missing")),
    )
    title = say("Questions without data yet, or with part of it")
    return Part(name="questions", title=title, table=Table(columns, rows))


def _not_computed(records: Records, wording: Wording, region: str) -> Part:
    name = records.names.label(region, wording.language)
    title = wording.gettext("Indicators that cannot be computed: %(region)s", region=name)
    query = stored(records, wording, "circularity-indicators", {"place": region})
    table = not_computed(records, wording, records.computed(region)[1])
    return Part(name="indicators", title=title, table=table, query=query)
