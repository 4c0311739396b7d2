"""Indicators of a place: what they mean, published values beside computed ones, targets, and breaks in the series."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ce_graph.draw import lines
from ce_graph.model.indicators.comparing import changes, progress
from ce_graph.model.indicators.observations import obstacle
from ce_graph.model.names import short
from ce_graph.overview import measured as measuring
from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.wording import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.indicators.computed import Gap
    from ce_graph.model.indicators.facts import Facts
    from ce_graph.model.indicators.observations import Observation
    from ce_graph.overview.measured import Asked
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


def indicators(records: Records, wording: Wording, region: str = "", indicator: str | Sequence[str] = "",
               year: str = "", gaps: bool = False) -> View:  # fmt: skip
    """The indicators of a place (by default of all places the data have values of), or one or some of them everywhere.

    ``gaps`` adds what could not be computed.

    Raises:
        NotFoundError: an unknown place or indicator, a year of which nothing is known; the message says what there is.
        UsageError: a year that is none.
    """
    say, facts = wording.gettext, records.read(reading.facts)
    wanted = [indicator] if isinstance(indicator, str) else indicator
    asked = measuring.understand(records, facts, region, wanted, year)
    found = measuring.find(records, facts, asked)
    parts = [
        measuring.values(records, wording, facts, asked, found, _picture(records, wording, facts, found.known, asked)),
        _targets(records, wording, facts, asked),
        _changes(records, wording, facts, asked),
        asked_part(
            records,
            wording,
            "series-breaks",
            title=say("Breaks in the series"),
            columns=("series", "region", "fromYear", "before", "toYear", "after", "break", "source"),
        ),
        definitions(records, wording, asked.indicators),
    ]
    if gaps:
        title = say("What could not be computed")
        parts.append(Part(name="gaps", title=title, table=not_computed(records, wording, found.missing)))
    meant = {}
    if asked.place:
        meant[say("region")] = records.names.label(asked.place, wording.language)
    if asked.indicators:
        known = sorted(measuring.indicator(records, facts, name) for name in asked.indicators)
        meant[say("indicator")] = ", ".join(records.names.label(iri, wording.language) for iri in known)
    if year:
        meant[say("year")] = year
    return View(
        name="indicators",
        title=say("Indicators"),
        lead=say(
            "How circularity is measured: values that sources publish beside those that the graph computes from the"
            " flows, with the difference; targets beside what was reached."
        ),
        parts=[part for part in parts if part.table and (part.table.rows or part.name in ("values", "gaps"))],
        meant=meant,
    )


def measured(records: Records) -> set[tuple[str, str]]:
    """Indicators and the regions that there are values of, published or computed of the region of the instance."""
    facts = records.read(reading.facts)
    found = {(one.indicator, one.region) for one in records.read(reading.facts).observations}
    return found | {
        (measuring.indicator(records, facts, one.indicator), one.region)
        for one in records.computed(records.instance)[0]
    }


def not_computed(records: Records, wording: Wording, missing: Sequence[Gap]) -> Table:
    """What cannot be computed: each indicator once, with the reason in its newest year and in how many years."""
    say, facts = wording.gettext, records.read(reading.facts)
    keys = [(gap.indicator, gap.about) for gap in missing]
    years = Counter(keys)
    newest = {(gap.indicator, gap.about): gap for gap in sorted(missing, key=lambda gap: gap.year)}
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("about", say("of what"), linked=True, detail=not any(about for _, about in keys)),
        Column("years", say("years without it"), numeric=True),
        Column("newest", say("the newest of them")),
        Column("reason", say("what is missing then")),
    )

    def link(iri: str) -> Link:
        return Link(iri, records.names.label(iri, wording.language))

    rows = [
        (link(measuring.indicator(records, facts, gap.indicator)), link(gap.about) if gap.about else None, years[key],
         gap.year, told(gap.reason, wording.language))
        for key, gap in sorted(newest.items())
    ]  # fmt: skip
    return Table(columns, rows)


def _picture(records: Records, wording: Wording, facts: Facts, known: Sequence[Observation], asked: Asked) -> str:
    """The published series of one indicator, a line for each place, interrupted where years cannot be compared."""
    if len(asked.indicators) != 1:
        return ""
    series: dict[str, dict[str, Observation]] = {}
    for one in sorted(known, key=lambda one: (one.year, one.confidence == "high", one.iri)):
        if one.year.isdecimal():
            series.setdefault(one.region, {})[one.year] = one
    drawn = [
        lines.Series(
            records.names.label(region, wording.language),
            [
                lines.Point(int(year), one.value, before is None or not obstacle(before, one, facts.breaks), False)
                for before, (year, one) in zip([None, *values.values()], values.items(), strict=False)
            ],
        )
        for region, values in sorted(series.items(), key=lambda item: (-len(item[1]), item[0]))[:6]
        if len(values) > 1
    ]
    (name,) = asked.indicators
    title = records.names.label(measuring.indicator(records, facts, name), wording.language)
    unit = next((records.names.label(one.unit, wording.language) for one in known if one.unit), "")
    return lines.draw(drawn, title, unit=unit, language=wording.language) if drawn else ""


def _targets(records: Records, wording: Wording, facts: Facts, asked: Asked) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    found = [
        one
        for one in progress(facts.observations, facts.indicators, facts.breaks)
        if (not asked.place or one.target.region == asked.place)
        and (not asked.indicators or short(one.target.indicator) in asked.indicators)
    ]
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("region", say("region"), linked=True),
        Column("target_year", say("target year")),
        Column("target", say("target"), numeric=True),
        Column("actual_year", say("year")),
        Column("actual", say("reached"), numeric=True),
        Column("gap", say("still missing"), numeric=True),
        Column("needed", say("needed a year"), numeric=True),
        Column("note", say("remark")),
        Column("document", say("source"), linked=True),
    )
    rows = [
        (
            Link(one.target.indicator, names.label(one.target.indicator, language)),
            Link(one.target.region, names.label(one.target.region, language)),
            one.target.year, one.target.value, one.actual.year, one.actual.value,
            None if one.obstacle else one.gap,
            None if one.obstacle or one.needed_per_year is None else round(one.needed_per_year, 2),
            told(one.obstacle, language) or {True: say("reached"), False: say("not reached"), None: ""}[one.reached],
            Link(one.target.document, names.label(one.target.document, language)),
        )
        for one in found
    ]  # fmt: skip
    query = stored(records, wording, "circularity-indicators", {"place": asked.place or records.instance})
    return Part(name="targets", title=say("Targets and what was reached"), table=Table(columns, rows), query=query)


def _changes(records: Records, wording: Wording, facts: Facts, asked: Asked) -> Part:
    """From year to year, of the indicators asked for; no change where the years must not be compared."""
    say, names, language = wording.gettext, records.names, wording.language
    wanted = sorted({
        (one.indicator, one.region)
        for one in facts.observations
        if short(one.indicator) in asked.indicators and (not asked.place or one.region == asked.place)
    })  # fmt: skip
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("region", say("region"), linked=True),
        Column("from_year", say("from year")),
        Column("before", say("before"), numeric=True),
        Column("to_year", say("to year")),
        Column("after", say("after"), numeric=True),
        Column("change", say("change"), numeric=True),
        Column("note", say("remark")),
        Column("document", say("source"), linked=True),
    )
    rows = [
        (
            Link(indicator, names.label(indicator, language)), Link(region, names.label(region, language)),
            one.before.year, one.before.value, one.after.year, one.after.value, one.difference,
            told(one.obstacle, language), Link(one.after.document, names.label(one.after.document, language)),
        )
        for indicator, region in wanted
        for one in changes(facts.observations, indicator, region, facts.breaks)
        if asked.wants(short(indicator), one.after.year)
    ]  # fmt: skip
    query = stored(records, wording, "circularity-indicators", {"place": asked.place or records.instance})
    return Part(name="changes", title=say("Changes from year to year"), table=Table(columns, rows), query=query)


def definitions(records: Records, wording: Wording, wanted: frozenset[str] = frozenset()) -> Part:
    """What the indicators that are computed mean (or those asked for, by short name), and how they are computed."""
    say, names, language = wording.gettext, records.names, wording.language
    directions = {"higher": say("higher is better"), "lower": say("lower is better")}
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("unit", say("unit")),
        Column("direction", say("direction")),
        Column("definition", say("definition")),
        Column("formula", say("formula"), detail=not wanted),
        Column("source", say("source of the definition"), detail=not wanted),
        Column("computed_by", say("computed by"), detail=not wanted),
    )
    rows = [
        (
            Link(one.iri, names.label(one.iri, language)), names.label(one.unit, language) if one.unit else "",
            directions.get(one.direction, ""), one.definition(language), one.formula, one.source, one.computed_by,
        )
        for one in records.read(reading.definitions)
        if (short(one.iri) in wanted if wanted else one.computed_by)
    ]  # fmt: skip
    notes = [] if wanted else [say("Choose an indicator to see its formula and what computes it.")]
    return Part(name="definitions", title=say("What the indicators mean"), table=Table(columns, rows), notes=notes)
