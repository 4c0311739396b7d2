"""The values of indicators: what sources publish beside what the graph computes, with the difference and its cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ce_graph.errors import NotFoundError, UsageError
from ce_graph.model.indicators.comparing import beside
from ce_graph.model.names import short
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Cell, Column, Link, Part, Table
from ce_graph.rdf.namespaces import CODE
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.indicators.comparing import Comparison
    from ce_graph.model.indicators.computed import Computed, Gap
    from ce_graph.model.indicators.facts import Facts
    from ce_graph.model.indicators.observations import Observation
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording

_YEARS = re.compile(r"(\d{4})(?:\s*[-\u2013]\s*(\d{4}))?")
_PLACES = 4
PERCENT = "/PERCENT"


class Asked(NamedTuple):
    """What is asked for, as IRIs; empty leaves a criterion out."""

    place: str = ""
    indicators: frozenset[str] = frozenset()
    """Short names."""
    years: tuple[str, str] = ("", "")
    """First and last."""

    def wants(self, indicator: str, year: str) -> bool:
        """Whether a value of an indicator (short name) and year is asked for; values of no year go with every year."""
        first, last = self.years
        return (not self.indicators or indicator in self.indicators) and (
            not first or not year or first <= year <= last
        )


def understand(records: Records, facts: Facts, region: str, indicators: Sequence[str], year: str) -> Asked:
    """What the words mean.

    Raises:
        NotFoundError: an unknown place or indicator, a year of which nothing is known; the message says what there is.
        UsageError: a year that is none.
    """
    names = records.names
    place = names.find(region, records.places, "region") if region else ""
    found = frozenset(short(names.find(one, facts.indicators, "indicator")) for one in indicators if one)
    return Asked(place, found, _years(facts, place or records.instance, year, bool(place)) if year else ("", ""))


def _years(facts: Facts, place: str, text: str, stated: bool) -> tuple[str, str]:
    match = _YEARS.fullmatch(text.strip())
    if match is None:
        raise UsageError(say("%(year)s is no year: write 2021, or 2019-2021 for several", year=repr(text)))
    first, last = match[1], match[2] or match[1]
    if first > last:
        raise UsageError(say("%(years)s: the first year is after the last", years=repr(text)))
    known = facts.years(place) if stated else sorted({one.year for one in facts.observations if len(one.year) == 4})
    if not any(first <= one <= last for one in known):
        raise NotFoundError(
            say(
                "nothing is known of %(place)s in %(years)s; there is of %(known)s",
                place=facts.names.describe(place),
                years=text,
                known=", ".join(known) or "–",  # noqa: RUF001
            )
        )
    return first, last


def indicator(records: Records, facts: Facts, name: str) -> str:
    """The IRI of an indicator by its short name, also of one that the dataset does not describe."""
    return next((iri for iri in facts.indicators if short(iri) == name), f"{records.base}id/indicator/{name}")


class Values(NamedTuple):
    """Published and computed values that are asked for, and what could not be computed."""

    known: Sequence[Observation]
    done: Sequence[Computed]
    missing: Sequence[Gap]
    comparisons: Sequence[Comparison]


def find(records: Records, facts: Facts, asked: Asked) -> Values:
    """The values that are asked for; of single materials, themes, projects and actors as well."""
    known = [
        one for one in facts.observations if one.kind == "actual" and (not asked.place or one.region == asked.place)
    ]
    places = [asked.place]
    if not asked.place:  # not the countries of a comparison
        tree = records.lists.trees["region"]
        inside = tree.below(records.instance) | set(tree.above(records.instance))
        places = sorted({one.region for one in known} & inside | {records.instance})
    known = [one for one in known if one.region in places and asked.wants(short(one.indicator), one.year)]
    done: list[Computed] = []
    missing: list[Gap] = []
    for place in places:
        found, gaps = records.computed(place)
        done += [one for one in found if asked.wants(one.indicator, one.year)]
        missing += [one for one in gaps if asked.wants(one.indicator, one.year)]
    return Values(known, done, missing, beside([one for one in done if not one.about], known))


def values(records: Records, wording: Wording, facts: Facts, asked: Asked, found: Values, picture: str) -> Part:
    """The values as a table; without a place and an indicator only the newest ones."""
    gettext = wording.gettext
    rows = [*_compared(records, wording, facts, found), *_alone(records, wording, facts, asked, found)]
    rows.sort(key=lambda cells: tuple(_text(cell).casefold() for cell in cells[:5]))
    notes = []
    if not asked.place and not asked.indicators and not any(asked.years):
        rows = sorted(_newest(rows), key=_telling)
        notes.append(gettext("The newest year of each; choose a region or an indicator to see all years."))
    if not asked.indicators:
        notes.append(gettext("Values of single materials, themes, projects and actors: choose the indicator."))
    columns = (
        Column("indicator", gettext("indicator"), linked=True),
        Column("about", gettext("of what"), linked=True, detail=not any(row[1] for row in rows)),
        Column("region", gettext("region"), linked=True),
        Column("year", gettext("year")),
        Column("published", gettext("published"), numeric=True),
        Column("qualifier", gettext("as the source says"), detail=not any(row[5] for row in rows)),
        Column("computed", gettext("computed"), numeric=True),
        Column("difference", gettext("difference"), numeric=True),
        Column("percent", gettext("difference"), "%", numeric=True),
        Column("unit", gettext("unit")),
        Column("how", gettext("how computed")),
        Column("document", gettext("source"), linked=True),
        Column("lower", gettext("at least"), numeric=True, detail=True),
        Column("upper", gettext("at most"), numeric=True, detail=True),
        Column("inputs", gettext("derived from"), linked=True, detail=True),
    )
    return Part(
        name="values",
        title=gettext("Values"),
        table=Table(columns, rows),
        picture=picture,
        notes=notes,
        query=stored(records, wording, "circularity-indicators", {"place": asked.place or records.instance}),
    )


def _compared(records: Records, wording: Wording, facts: Facts, found: Values) -> list[tuple[Cell, ...]]:
    rows = []
    for comparison in found.comparisons:
        one, other = comparison.computed, comparison.published
        low, high = other.bounds
        how = say("differs by more than rounding; %(method)s", method=one.method)
        if comparison.within_rounding:
            how = say("the same within rounding: what is published is %(low)s to %(high)s; %(method)s",
                      low=wording.number(low), high=wording.number(high), method=one.method)  # fmt: skip
        rows.append(_row(records, wording, facts, one, other, how.told(wording.language), comparison))
    return rows


def _alone(records: Records, wording: Wording, facts: Facts, asked: Asked, found: Values) -> list[tuple[Cell, ...]]:
    published = {id(one.published) for one in found.comparisons}
    compared = {id(one.computed) for one in found.comparisons}
    rows = [
        _row(records, wording, facts, one, None, one.method.told(wording.language))
        for one in found.done
        if id(one) not in compared and (asked.indicators or not one.about)
    ]
    rows += [_row(records, wording, facts, None, one, "") for one in found.known if id(one) not in published]
    return rows


def _row(records: Records, wording: Wording, facts: Facts, one: Computed | None, other: Observation | None, how: str,
         comparison: Comparison | None = None) -> tuple[Cell, ...]:  # fmt: skip
    names, language = records.names, wording.language
    either = one or other
    assert either is not None
    iri = indicator(records, facts, short(either.indicator))
    unit = (other or either).unit
    relative = None if comparison is None else comparison.relative
    return (
        Link(iri, names.label(iri, language)),
        Link(one.about, names.label(one.about, language)) if one is not None and one.about else None,
        Link(either.region, names.label(either.region, language)),
        either.year,
        None if other is None else other.value,
        names.label(f"{CODE}qualifier/{other.qualifier}", language) if other is not None and other.qualifier else "",
        None if one is None else round(one.value, _PLACES),
        None if comparison is None else round(comparison.difference, _PLACES),
        None if relative is None or unit.endswith(PERCENT) else round(relative, 2),
        names.label(unit, language) if unit else "",
        how,
        Link(other.document, names.label(other.document, language)) if other is not None and other.document else None,
        None if one is None else round(one.lower, _PLACES),
        None if one is None else round(one.upper, _PLACES),
        [] if one is None else [
            Link(entry.of, f"{entry.what} {wording.number(entry.value)}") for entry in one.inputs if entry.of
        ],
    )  # fmt: skip


def _telling(row: tuple[Cell, ...]) -> int:
    """What a newcomer looks for comes first: what is published and computed, then what is published."""
    published, computed = row[4] is not None, row[6] is not None
    return 0 if published and computed else 1 if published else 2


def _newest(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The rows of the newest year of each indicator and region."""
    newest: dict[tuple[str, str], str] = {}
    for row in rows:
        key = _text(row[0]), _text(row[2])
        newest[key] = max(newest.get(key, ""), str(row[3]))
    return [row for row in rows if str(row[3]) == newest[_text(row[0]), _text(row[2])]]


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else "" if cell is None else str(cell)
