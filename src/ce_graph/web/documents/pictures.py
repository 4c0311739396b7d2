"""The pictures that pages have of a thing: a series as lines, dates on a timeline, places on a map, its links."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox
from markupsafe import Markup

from ce_graph.draw import lines, timeline
from ce_graph.draw.neighbourhood import Neighbour
from ce_graph.draw.neighbourhood import draw as draw_neighbourhood
from ce_graph.rdf.namespaces import DCTERMS, ONTOLOGY, PROV, RDF
from ce_graph.search.entries import kind_of
from ce_graph.web import i18n
from ce_graph.web.documents import places
from ce_graph.web.documents.sections import PLACES, SHORT, heading
from ce_graph.web.links import page_of
from ce_graph.web.presentation import title_of
from ce_graph.web.service import service

if TYPE_CHECKING:
    from ce_graph.web.documents.descriptions import Description
    from ce_graph.web.documents.sections import Section

_MOST = 6
"""Lines in one picture."""
_PLAIN = {str(RDF.type), str(PROV.wasDerivedFrom), str(DCTERMS.source), ONTOLOGY + "confidence"}
"""Properties of what is said of the thing, not of the thing."""
_BETWEEN = {"participation", "funding-share", "application", "decision", "composition", "fraction", "series-break"}
"""Kinds of things that stand between the two that they join."""
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*|Z|[+-]\d{2}:\d{2})?")


NEIGHBOURHOOD = "neighbourhood"


def of(found: Description, language: str) -> dict[str, Markup]:
    """The pictures of a thing, each under the name of the section whose table it shows."""
    tables = {section.name: section for section in found.sections}
    made: dict[str, Markup | None] = {}
    if series := tables.get("indicator-series"):
        made[series.name] = _lines(found, series, tables.get("indicator-breaks"), language)
    if dates := tables.get("project-timeline"):
        made[dates.name] = _timeline(found, dates)
    if located := tables.get(PLACES.name):
        made[located.name] = places.draw(found, located, language)
    made[NEIGHBOURHOOD] = _neighbourhood(found)
    return {name: picture for name, picture in made.items() if picture is not None}


def _neighbourhood(found: Description) -> Markup | None:
    """What the thing is linked with, as far as the page tells it; ``None`` when it is linked with nothing.

    What only stands between two things (participations, shares) is left out: the tables name what is at its other end.
    """
    after = [
        _neighbour(found, item.term.value, title_of(property_.iri, found.labels).text)
        for property_ in found.properties
        if property_.iri not in _PLAIN
        for item in property_.values
        if isinstance(item.term, ox.NamedNode) and page_of(item.term.value, local=True)
    ]
    after = list({one.address: one for one in reversed(after)}.values())[::-1]
    known = {one.address for one in after}
    before = [
        _neighbour(found, subject, title_of(group.property, found.labels).text)
        for group in found.incoming.groups
        for subject in group.subjects
        if kind_of(subject, service().settings.base) not in _BETWEEN
    ]
    before += [
        _neighbour(found, term.value, section.title)
        for section in found.sections
        if section.name != PLACES.name
        for row in section.shown
        for name, term in row.items()
        if isinstance(term, ox.NamedNode) and term.value != found.iri and "/id/" in term.value and name not in SHORT
    ]
    once = {one.address: one for one in reversed(before) if one.address and one.address not in known}
    before = [one for one in before if once.get(one.address) is one]
    if not before and not after:
        return None
    name = found.labels.label(found.iri).text
    title = i18n.gettext("What it is linked with: %(name)s", name=name)
    left_out = i18n.gettext("and %(n)s more on this page", n="%s")
    return Markup(draw_neighbourhood(name, before, after, title, more=left_out))  # noqa: S704 - see above


def _neighbour(found: Description, iri: str, relation: str) -> Neighbour:
    return Neighbour(found.labels.label(iri).text, relation, page_of(iri) or "")


def _timeline(found: Description, dates: Section) -> Markup | None:
    """Each date beside its source's words; a bar is as long as what was understood is vague: a year, a month, a day."""
    spans: dict[tuple[str, str, str], timeline.Span] = {}
    for row in dates.rows:
        date = str(getattr(row.get("date"), "value", ""))
        start, end = _period(date)
        if start is None:
            continue
        iri = (row.get("event") or row["property"]).value
        label, stated = found.labels.label(iri).text, str(getattr(row.get("stated"), "value", "")) or date
        said = f"{stated} ({heading('date')}: {date})"
        spans.setdefault(
            (iri, date, stated), timeline.Span(f"{label}: {stated}", start, end, said, row["property"].value)
        )
    if not spans:
        return None
    picture = timeline.draw(list(spans.values()), dates.title, width=720)
    return Markup(picture)  # noqa: S704 - the drawing escapes what it is given


def _period(date: str) -> tuple[float | None, float | None]:
    """When a year, a month or a day begins and ends, as years with fractions; ``None`` where it is no such date."""
    match = _DATE.fullmatch(date)
    if match is None:
        return None, None
    year, month, day = (int(part) if part else None for part in match.groups())
    start = (year or 0) + ((month or 1) - 1) / 12 + ((day or 1) - 1) / 372
    return start, start + (1 if month is None else 1 / 12 if day is None else 1 / 372)


def _lines(found: Description, series: Section, breaks: Section | None, language: str) -> Markup | None:
    """The values by year, a line for each area; targets are marks, and a break in the series interrupts the line."""
    stops = {(_year(row.get("fromYear")), _year(row.get("toYear"))) for row in (breaks.rows if breaks else ())}
    values: dict[str, dict[tuple[int, bool], Decimal]] = {}
    units = set()
    for row in series.rows:
        year, value = _year(row.get("year")), _decimal(row.get("value"))
        if year is None or value is None or "region" not in row:
            continue
        target = getattr(row.get("valueKind"), "value", "").endswith("/target")
        values.setdefault(row["region"].value, {}).setdefault((year, target), value)
        if "unit" in row:
            units.add(row["unit"].value)
    chosen = sorted(values, key=lambda region: -len(values[region]))[:_MOST]
    if not chosen or len(units) > 1 or max(len(values[region]) for region in chosen) < 2:
        return None
    drawn = [
        lines.Series(
            found.labels.label(region).text,
            [
                lines.Point(year, value, not any(_within(stop, year, values[region]) for stop in stops), target)
                for (year, target), value in sorted(values[region].items())
            ],
        )
        for region in chosen
    ]
    unit = found.labels.label(units.pop()).text if units else ""
    picture = lines.draw(drawn, found.labels.label(found.iri).text, unit=unit, language=language)
    return Markup(picture)  # noqa: S704 - the drawing escapes what it is given


def _within(stop: tuple[int | None, int | None], year: int, values: dict[tuple[int, bool], Decimal]) -> bool:
    """Whether a break lies between a year and the one before it that has a value."""
    before = max((other for other, _ in values if other < year), default=year)
    return stop[0] is not None and stop[1] is not None and before <= stop[0] and stop[1] <= year


def _year(term: object) -> int | None:
    text = str(getattr(term, "value", ""))[:4]
    return int(text) if text.isascii() and text.isdecimal() else None


def _decimal(term: object) -> Decimal | None:
    try:
        found = Decimal(str(getattr(term, "value", "")))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
