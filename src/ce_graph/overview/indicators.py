"""Indicators of a place: what they mean, published values beside computed ones, targets, and breaks in the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.draw import lines
from ce_graph.model.indicators.comparing import beside, progress
from ce_graph.model.indicators.definitions import DEFINITIONS
from ce_graph.model.indicators.observations import obstacle
from ce_graph.model.names import short
from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Cell, Column, Link, Part, Table, View
from ce_graph.query import records as reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.indicators.facts import Facts
    from ce_graph.model.indicators.observations import Observation
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


def indicators(records: Records, wording: Wording, region: str = "", indicator: str = "") -> View:
    """The indicators of a place (by default of all places the data have values of), or one indicator everywhere.

    Raises:
        NotFoundError: an unknown place or indicator; the message says what there is.
    """
    say, facts = wording.gettext, records.read(reading.facts)
    place = records.names.find(region, records.places, "region") if region else ""
    wanted = records.names.find(indicator, facts.indicators, "indicator") if indicator else ""
    parts = [
        _values(records, wording, facts, place, wanted),
        _targets(records, wording, facts, place, wanted),
        asked_part(
            records,
            wording,
            "series-breaks",
            title=say("Breaks in the series"),
            columns=("series", "region", "fromYear", "before", "toYear", "after", "break", "source"),
        ),
        _meanings(records, wording, facts, wanted),
    ]
    meant = {}
    if place:
        meant[say("region")] = records.names.label(place, wording.language)
    if wanted:
        meant[say("indicator")] = records.names.label(wanted, wording.language)
    return View(
        name="indicators",
        title=say("Indicators"),
        lead=say(
            "How circularity is measured: values that sources publish beside those that the graph computes from the"
            " flows, with the difference; targets beside what was reached."
        ),
        parts=[part for part in parts if part.table and (part.table.rows or part.name == "values")],
        meant=meant,
    )


def measured(records: Records) -> set[tuple[str, str]]:
    """Indicators and the regions that there are values of."""
    return {(one.indicator, one.region) for one in records.read(reading.facts).observations}


def _values(records: Records, wording: Wording, facts: Facts, place: str, wanted: str) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    known = [one for one in facts.observations if one.kind == "actual" and (not place or one.region == place)]
    places = [place] if place else sorted({one.region for one in known} & _inside(records))
    known = [one for one in known if one.region in places and (not wanted or one.indicator == wanted)]
    done = [
        one
        for somewhere in places
        for one in records.computed(somewhere)[0]
        if not wanted or one.indicator == short(wanted)
    ]
    by_name = {short(iri): iri for iri in facts.indicators}
    comparisons = beside(done, known)
    told = {id(one.published) for one in comparisons}
    compared = {id(one.computed) for one in comparisons}
    rows: list[tuple[Cell, ...]] = []

    def row(name: str, region: str, year: str, published: Cell, computed: Cell, difference: Cell, percent: Cell,
            unit: str, how: str, document: str) -> None:  # fmt: skip
        iri = by_name.get(name, "")
        rows.append((
            Link(iri, names.label(iri, language)) if iri else name,
            Link(region, names.label(region, language)), year, published, computed, difference, percent,
            names.label(unit, language) if unit else "", how,
            Link(document, names.label(document, language)) if document else None,
        ))  # fmt: skip

    for comparison in comparisons:
        one, other = comparison.computed, comparison.published
        same = say("the same within rounding") if comparison.within_rounding else say("differs by more than rounding")
        percent = None if comparison.relative is None else round(comparison.relative, 2)
        row(one.indicator, one.region, one.year, other.value, round(one.value, 4), round(comparison.difference, 4),
            percent, other.unit, f"{same}; {one.method}", other.document)  # fmt: skip
    for one in done:
        if id(one) not in compared:
            row(one.indicator, one.region, one.year, None, round(one.value, 4), None, None, one.unit, one.method, "")
    for other in known:
        if id(other) not in told:
            row(short(other.indicator), other.region, other.year, other.value, None, None, None, other.unit, "",
                other.document)  # fmt: skip
    notes = []
    if not place and not wanted:
        rows = _newest(rows)
        notes.append(say("The newest year of each; choose a region or an indicator to see all years."))
    rows.sort(key=lambda cells: (_text(cells[0]), _text(cells[1]), str(cells[2]), str(cells[3])))
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("region", say("region"), linked=True),
        Column("year", say("year")),
        Column("published", say("published"), numeric=True),
        Column("computed", say("computed"), numeric=True),
        Column("difference", say("difference"), numeric=True),
        Column("percent", say("difference"), "%", numeric=True),
        Column("unit", say("unit")),
        Column("how", say("how computed")),
        Column("document", say("source"), linked=True),
    )
    return Part(
        name="values",
        title=say("Values"),
        table=Table(columns, rows),
        picture=_picture(records, wording, facts, known, wanted),
        notes=notes,
        query=stored(records, wording, "circularity-indicators"),
    )


def _newest(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The rows of the newest year of each indicator and region."""
    newest: dict[tuple[str, str], str] = {}
    for row in rows:
        key = _text(row[0]), _text(row[1])
        newest[key] = max(newest.get(key, ""), str(row[2]))
    return [row for row in rows if str(row[2]) == newest[_text(row[0]), _text(row[1])]]


def _inside(records: Records) -> frozenset[str]:
    """The region of the instance, what lies in it and what it lies in: not the other countries of a comparison."""
    tree = records.lists.trees["region"]
    return tree.below(records.instance) | set(tree.above(records.instance))


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else str(cell)


def _picture(records: Records, wording: Wording, facts: Facts, known: Sequence[Observation], wanted: str) -> str:
    """The published series of one indicator, a line for each place, interrupted where years cannot be compared."""
    if not wanted:
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
    title = records.names.label(wanted, wording.language)
    unit = next((records.names.label(one.unit, wording.language) for one in known if one.unit), "")
    return lines.draw(drawn, title, unit=unit, language=wording.language) if drawn else ""


def _targets(records: Records, wording: Wording, facts: Facts, place: str, wanted: str) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    found = [
        one
        for one in progress(facts.observations, facts.indicators, facts.breaks)
        if (not place or one.target.region == place) and (not wanted or one.target.indicator == wanted)
    ]
    columns = (
        Column("indicator", say("indicator"), linked=True),
        Column("region", say("region"), linked=True),
        Column("target_year", say("target year")),
        Column("target", say("target"), numeric=True),
        Column("actual_year", say("year")),
        Column("actual", say("reached"), numeric=True),
        Column("gap", say("still missing"), numeric=True),
        Column("note", say("remark")),
        Column("document", say("source"), linked=True),
    )
    rows = [
        (
            Link(one.target.indicator, names.label(one.target.indicator, language)),
            Link(one.target.region, names.label(one.target.region, language)),
            one.target.year, one.target.value, one.actual.year, one.actual.value,
            None if one.obstacle else one.gap,
            one.obstacle or {True: say("reached"), False: say("not reached"), None: ""}[one.reached],
            Link(one.target.document, names.label(one.target.document, language)),
        )
        for one in found
    ]  # fmt: skip
    query = stored(records, wording, "circularity-indicators")
    return Part(name="targets", title=say("Targets and what was reached"), table=Table(columns, rows), query=query)


def _meanings(records: Records, wording: Wording, facts: Facts, wanted: str) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    directions = {"higher": say("higher is better"), "lower": say("lower is better")}
    by_name = {short(iri): iri for iri in facts.indicators}
    columns = [
        Column("indicator", say("indicator"), linked=True),
        Column("unit", say("unit")),
        Column("direction", say("direction")),
        Column("definition", say("definition")),
    ]
    if wanted:
        columns += [
            Column("formula", say("formula")),
            Column("source", say("source of the definition")),
            Column("computed_by", say("computed by")),
        ]
    rows = [
        (
            Link(by_name[one.name], names.label(by_name[one.name], language))
            if one.name in by_name
            else getattr(one.label, language),
            one.unit, directions.get(one.direction, ""), one.definition, one.formula, one.source, one.computed_by,
        )[: len(columns)]
        for one in DEFINITIONS
        if not wanted or one.name == short(wanted)
    ]  # fmt: skip
    notes = [] if wanted else [say("Choose an indicator to see its formula and what computes it.")]
    return Part(
        name="definitions",
        title=say("What the indicators mean"),
        table=Table(columns, rows),
        notes=notes,
    )
