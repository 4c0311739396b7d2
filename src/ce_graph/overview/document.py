"""The report on a region: the views as chapters of one document, with the queries and the sources behind them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ce_graph.overview.chapters import CHAPTERS
from ce_graph.overview.sources import documents
from ce_graph.overview.view import Link, Part, View
from ce_graph.query.records import last_read

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """A query behind some of the figures, and the anchor that it has in the document."""

    anchor: str
    title: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """Chapters in the language of the reader; the same data and language give the same document."""

    title: str
    lead: str
    chapters: Sequence[View]
    queries: Sequence[Query]

    def anchor(self, part: Part) -> str:
        """Where the query of a part stands; ``""`` when it has none."""
        return next((query.anchor for query in self.queries if query.text == part.query), "") if part.query else ""


def compose(records: Records, wording: Wording, region: str | None = None) -> Document:
    """The report on a region by short name, label or IRI; by default on the one that the instance is about.

    Its day is the last one on which a source was read, so that the same data give the same report on every day.

    Raises:
        NotFoundError: there is no such region, or the data do not say which one they are about.
    """
    day = records.read(last_read)
    records = records.as_of(day) if day else records
    place = records.instance if region is None else records.names.find(region, records.places, "region")
    name = records.names.label(place, wording.language)
    views = [chapter(records, wording, place) for chapter in CHAPTERS]
    views = [view for view in views if view.parts]
    views.append(_sources(records, wording, views))
    return Document(
        title=wording.gettext("The circular economy of the region: %(region)s", region=name),
        lead=" ".join(
            (
                wording.gettext(
                    "What the open data say about strengths, measures, material flows, unused potential, cooperation"
                    " and funding. Every figure has its query, every statement its source."
                ),
                *(
                    [wording.gettext("As of %(day)s, when a source was last read.", day=wording.date(day))]
                    if day
                    else []
                ),
            )
        ),
        chapters=views,
        queries=_queries(views),
    )


def _queries(views: Sequence[View]) -> tuple[Query, ...]:
    """Each query once, named after the first part that it is behind."""
    found: dict[str, Query] = {}
    for view in views:
        for part in view.parts:
            if part.query and part.query not in found:
                title = view.title if part.title == view.title else f"{view.title}: {part.title}"
                found[part.query] = Query(f"query-{len(found) + 1}", title, part.query)
    return tuple(found.values())


def _sources(records: Records, wording: Wording, views: Sequence[View]) -> View:
    """The source documents that the chapters rest on."""
    say = wording.gettext
    part = documents(records, wording, {link.iri for view in views for part in view.parts for link in _named(part)})
    return View(
        name="sources",
        title=say("Sources"),
        lead=say("The documents behind the figures of this report."),
        parts=(part,),
    )


def _named(part: Part) -> Iterator[Link]:
    """The documents of a part, in its list of sources and in its table."""
    yield from part.sources
    for row in part.table.rows if part.table else ():
        for cell in row:
            for link in (cell,) if isinstance(cell, Link) else cell if isinstance(cell, tuple | list) else ():
                if "/graph/" in link.iri:
                    yield link
