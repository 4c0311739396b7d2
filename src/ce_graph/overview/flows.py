"""Material flows of a region: a Sankey diagram or bars, and the table of the amounts, nothing counted twice."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ce_graph.draw import bars, sankey
from ce_graph.errors import NotFoundError, UsageError
from ce_graph.model.flows.composition import weigh
from ce_graph.model.flows.criteria import Criteria, Selection, select
from ce_graph.model.flows.grouping import Grouped, Row, group, parse
from ce_graph.model.flows.links import ends, links
from ce_graph.model.names import short
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.wording import mark, say, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.flows.table import FlowTable
    from ce_graph.overview.records import Records
    from ce_graph.overview.view import Cell
    from ce_graph.wording import Said, Wording

DIMENSIONS = {
    "source": mark("from"),
    "target": mark("to"),
    "material": mark("material"),
    "waste-code": mark("waste code"),
    "treatment": mark("treatment"),
    "category": mark("kind of treatment"),
    "rank": mark("circularity rank"),
    "stage": mark("stage"),
    "region": mark("region"),
    "year": mark("year"),
    "basis": mark("basis"),
    "hazardous": mark("hazardous"),
    "confidence": mark("confidence"),
    "document": mark("source"),
}
CHOICES = {
    "material,category": mark("material → kind of treatment"),
    "material,treatment": mark("material → treatment"),
    "source,target": mark("from whom → to whom"),
    "source,material,target": mark("from whom → material → to whom"),
    "source,category": mark("from whom → kind of treatment"),
    "stage,material": mark("stage → material"),
    "category,year": mark("kind of treatment, by year"),
    "material:1,year": mark("main groups of material, by year"),
}
"""What the flows of the page go between."""
DEFAULT = "material,category"
UNITS = {"mass": "t", "volume": "m³", "normal-volume": "Nm³", "count": mark("items"), "length": "m"}
"""Quantity → the unit that its flows are added up in."""
_NAMED = 100
"""How many flows of a row a file names."""


def flows(records: Records, wording: Wording, region: str = "", year: str = "", by: str = "", material: str = "",
          level: str = "", stage: str = "") -> View:  # fmt: skip
    """The flows of a region and year between two or three dimensions.

    Without a year it is the one with most flows, except when years are compared. Where treatments are asked for and no
    stage, it is treatment: what is generated is treated later and would be in the picture twice. Both may be ``all``.

    Raises:
        NotFoundError: an unknown region, material or dimension, or nothing fits; the message says what there is.
        UsageError: a level that is none.
    """
    dimensions = _dimensions(by or DEFAULT, level)
    names = [name for name, _ in parse(dimensions)]
    where = region or records.instance
    criteria = Criteria(
        region=where,
        material=material or None,
        stage=_asked(stage, "treatment" if {"treatment", "category"} & set(names) else ""),
    )
    if "year" not in names or year:
        criteria = dataclasses.replace(criteria, year=_asked(year, "" if year else _fullest(records, criteria)))
    return added(records, wording, criteria, dimensions)


def added(records: Records, wording: Wording, criteria: Criteria, by: str, *, weighted: bool = False) -> View:
    """The flows that fit the criteria, added up by dimensions such as ``material:1,year``.

    ``weighted`` divides those of known composition into their fractions.

    Raises:
        NotFoundError: an unknown word, or nothing fits; the message says what there is.
        UsageError: an unknown dimension or level, criteria that contradict each other.
        DataError: a composition that cannot be.
    """
    say, names = wording.gettext, [name for name, _ in parse(by)]
    table = records.flows
    selection = select(table, records.names, criteria, by=names)
    grouped = group(table, selection.mask, by)
    if weighted:
        table = weigh(table, grouped.counting.counted, records.read(reading.compositions))
        grouped = group(table, table.known, by)
    added_ = _Added(records, wording, table, grouped, say(UNITS.get(criteria.quantity, criteria.quantity)))
    meant = {say(DIMENSIONS[name]): label(records, wording, value) for name, value in selection.meant.items()}
    parts = [_part(added_, selection, len(names), ", ".join(meant.values()))]
    if grouped.inside:
        told_ = say("These are inside the amounts above and are not to be added to them.")
        title = say("Inside the amounts above")
        parts.append(Part(name="inside", title=title, lead=told_, table=_table(added_, grouped.inside)))
    return View(name="flows", title=say("Material flows"), lead=say(LEAD), parts=parts, meant=meant)


class _Added(NamedTuple):
    """What is shown."""

    records: Records
    wording: Wording
    table: FlowTable
    grouped: Grouped
    unit: str

    def label(self, value: str) -> str:
        return label(self.records, self.wording, value)


LEAD = mark(
    "What moves where and what becomes of it, as the sources state it. Totals and their parts are counted once; what"
    " must not be added up is kept apart."
)


def _asked(given: str, default: str) -> str | None:
    """What is asked for: what is given, else the default; ``None`` for all."""
    return None if given == "all" else given or default or None


def _dimensions(by: str, level: str) -> str:
    if not level:
        return by
    if not level.isdecimal():
        raise UsageError(say("level %(level)s is no number; 1 is the top of the tree of materials", level=repr(level)))
    return ",".join(f"{name}:{level}" if name == "material" else name for name in by.split(","))


def years(records: Records) -> list[str]:
    """The years that flows are of, the newest first."""
    column = records.flows.columns["year"]
    return sorted({value for value in column.values if len(value) == 4}, reverse=True)


def stages(records: Records) -> list[str]:
    """The stages that flows are of."""
    return sorted(records.flows.columns["stage"].values)


def _fullest(records: Records, criteria: Criteria) -> str:
    """The year with the most flows that fit; the newest of several."""
    try:
        found = select(records.flows, records.names, criteria)
    except NotFoundError:
        return ""
    column = records.flows.columns["year"]
    counts = Counter(column.text(row) for row in found.mask.nonzero()[0].tolist())
    single = {year: count for year, count in counts.items() if len(year) == 4}
    return max(single, key=lambda year: (single[year], year), default="")


def label(records: Records, wording: Wording, value: str) -> str:
    """What a value of a dimension is called; codes that people know by number have it before the name."""
    if "://" not in value:
        return value
    name, code = records.names.label(value, wording.language), value.rpartition("/")[2]
    return f"{code} {name}" if "/code/treatment/" in value or "/code/ewc/" in value else name


def _part(shown: _Added, selection: Selection, asked: int, title: str) -> Part:
    say, grouped, records, language = shown.wording.gettext, shown.grouped, shown.records, shown.wording.language
    apart = [
        say("%(dimension)s is shown: %(reason)s", dimension=say(DIMENSIONS[name]), reason=told(reason, language))
        for name, reason in grouped.apart
    ]
    notes = [*apart, *(told(note, language) for note in (*selection.notes, *grouped.notes, *_breaks(shown)))]
    if shown.unit == "t" and any(row.undivided for row in grouped.rows):
        notes.append(say("Undivided: no source tells how much of it is soil or mineral waste."))
    documents = sorted({document for row in grouped.rows for document in row.documents})
    heading = say("Material flows")
    return Part(
        name="amounts",
        title=title,
        table=_table(shown, grouped.rows),
        picture=_picture(shown, asked, f"{heading}: {title}" if title else heading),
        notes=notes,
        query=stored(records, shown.wording, "flows-of-material", _same(shown, selection)),
        sources=[Link(document, records.names.label(document, language)) for document in documents],
    )


def _breaks(shown: _Added) -> list[Said]:
    """The known breaks of series that the rows of several years cross."""
    if "year" not in shown.grouped.by or shown.table is not shown.records.flows:
        return []
    counted, row = shown.grouped.counting.counted, shown.table.row
    return [
        say(
            "%(flow)s: the series breaks between %(before)s and %(after)s: %(reason)s",
            flow=shown.label(shown.table.columns["material"].text(row[one.flow])), before=one.from_year,
            after=one.to_year, reason=one.reason,
        )
        for one in shown.records.read(reading.breaks)
        if one.flow in row and counted[row[one.flow]]
    ]  # fmt: skip


def _same(shown: _Added, selection: Selection) -> dict[str, str]:
    """The criteria as far as the stored question on flows knows them; without a material, the top that most are of."""
    meant, top = selection.meant, shown.records.flows.column("material", 1)
    most = Counter(top.codes[selection.mask & (top.codes >= 0)].tolist())
    first, _, last = meant.get("year", "").partition("-")
    found = {
        "material": meant.get("material", "") or next((top.values[code] for code, _ in most.most_common(1)), ""),
        "place": meant.get("region", ""),
        "from": first.strip(),
        "to": last.strip() or first.strip(),
    }
    return {name: value for name, value in found.items() if value}


def _table(shown: _Added, rows: Sequence[Row]) -> Table:
    say, mass = shown.wording.gettext, shown.unit == "t"
    columns = [
        Column(name, say(DIMENSIONS[name]), linked=name not in ("year", "rank", "hazardous"))
        for name in shown.grouped.by
    ]
    undivided = any(row.undivided for row in rows)
    columns += [
        Column("amount", say("amount"), shown.unit, numeric=True),
        Column("rounding", say("± by rounding"), shown.unit, numeric=True),
        Column("without_minerals", say("without soil and minerals"), shown.unit, numeric=True, detail=not mass),
        Column("undivided", say("undivided"), shown.unit, numeric=True, detail=not (mass and undivided)),
        Column("flows", say("flows"), numeric=True),
        Column("lower", say("at least"), shown.unit, numeric=True, detail=True),
        Column("upper", say("at most"), shown.unit, numeric=True, detail=True),
        Column("documents", say("sources"), linked=True, detail=True),
        Column("members", say("the first of the flows"), detail=True),
    ]

    def cell(value: str) -> Cell:
        if " " in value and "://" in value:
            return [Link(one, shown.label(one)) for one in value.split(" ")]
        return Link(value, shown.label(value)) if "://" in value else value

    def members(row: Row) -> Cell:
        return [Link(flow, short(flow)) for flow in shown.grouped.members(shown.table, row)[:_NAMED]]

    return Table(
        columns,
        [
            [
                *(cell(value) for value in row.key), row.amount, row.rounding, row.without_minerals, row.undivided,
                row.flows, row.lower, row.upper, [Link(one, shown.label(one)) for one in row.documents], members(row),
            ]
            for row in rows
        ],
    )  # fmt: skip


def _picture(shown: _Added, asked: int, title: str) -> str:
    grouped, language = shown.grouped, shown.wording.language
    unstated = shown.wording.gettext("not stated")
    linked = ends(grouped.by[:asked])
    years_shown = {row.key[grouped.by.index("year")] for row in grouped.rows} if "year" in grouped.by else set()
    if linked is None or len(years_shown) > 1:  # a diagram of flows is of one year
        told_apart = len(grouped.by) if linked is not None else asked
        drawn = [
            bars.Bar(
                " · ".join(shown.label(value) or unstated for value in row.key[:told_apart]),
                row.amount, row.key[0], row.lower, row.upper,
            )
            for row in grouped.rows
        ]  # fmt: skip
        return bars.draw(drawn, title, unit=shown.unit, language=language)
    found = links(grouped, linked)
    labels = {key: shown.label(value) if value else unstated for key, value in found.nodes.items()}
    bands = [
        sankey.Flow(link.source, link.target, link.amount, ", ".join(shown.label(one) for one in link.note))
        for link in found.links
    ]
    return sankey.draw(bands, labels, title, unit=shown.unit, language=language)
