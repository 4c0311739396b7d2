"""The pictures that pages have of a thing: an indicator's series as lines."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from markupsafe import Markup

from ce_graph.draw import lines

if TYPE_CHECKING:
    from ce_graph.web.descriptions import Description
    from ce_graph.web.sections import Section

_MOST = 6
"""Lines in one picture."""


def of(found: Description, language: str) -> Markup | None:
    """The picture of a thing, or ``None`` when there is none to make of it."""
    tables = {section.name: section for section in found.sections}
    series = tables.get("indicator-series")
    return _lines(found, series, tables.get("indicator-breaks"), language) if series else None


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
    chosen = sorted(values, key=lambda region: (-len(values[region]), region))[:_MOST]
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
