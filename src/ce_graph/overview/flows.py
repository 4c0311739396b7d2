"""Material flows of a region: a Sankey diagram or bars, and the table of the amounts, nothing counted twice."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from ce_graph.draw import bars, sankey
from ce_graph.errors import NotFoundError, UsageError
from ce_graph.model.flows.criteria import Criteria, Selection, select
from ce_graph.model.flows.grouping import Grouped, Row, group, parse
from ce_graph.model.flows.links import ends, links
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.wording import mark

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.overview.view import Cell
    from ce_graph.wording import Wording

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
    selection = select(records.flows, records.names, criteria, by=names)
    grouped = group(records.flows, selection.mask, dimensions)
    say = wording.gettext
    title = say("Material flows")
    meant = {say(DIMENSIONS[name]): label(records, wording, value) for name, value in selection.meant.items()}
    lead = ", ".join(meant.values())
    parts = [_part(records, wording, grouped, selection, len(names), lead)]
    if grouped.inside:
        inside = _table(records, wording, grouped, grouped.inside)
        told = say("These are inside the amounts above and are not to be added to them.")
        parts.append(Part(name="inside", title=say("Inside the amounts above"), lead=told, table=inside))
    return View(name="flows", title=title, lead=say(LEAD), parts=parts, meant=meant)


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
        raise UsageError(f"level {level!r} is no number; 1 is the top of the tree of materials")
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


def _part(records: Records, wording: Wording, grouped: Grouped, selection: Selection, asked: int, title: str) -> Part:
    say = wording.gettext
    notes = [*selection.notes, *grouped.notes]
    documents = sorted({document for row in grouped.rows for document in row.documents})
    return Part(
        name="amounts",
        title=title,
        table=_table(records, wording, grouped, grouped.rows),
        picture=_picture(records, wording, grouped, asked, f"{say('Material flows')}: {title}"),
        notes=notes,
        query=stored(records, wording, "flows-of-material"),
        sources=[Link(document, records.names.label(document, wording.language)) for document in documents],
    )


def _table(records: Records, wording: Wording, grouped: Grouped, rows: tuple[Row, ...]) -> Table:
    say = wording.gettext
    columns = [
        Column(name, say(DIMENSIONS[name]), linked=name not in ("year", "rank", "hazardous")) for name in grouped.by
    ]
    columns += [
        Column("amount", say("amount"), "t", numeric=True),
        Column("rounding", say("± by rounding"), "t", numeric=True),
        Column("without_minerals", say("without soil and minerals"), "t", numeric=True),
        Column("flows", say("flows"), numeric=True),
    ]

    def cell(value: str) -> Cell:
        if " " in value and "://" in value:
            return [Link(one, label(records, wording, one)) for one in value.split(" ")]
        return Link(value, label(records, wording, value)) if "://" in value else value

    return Table(
        columns,
        [
            [*(cell(value) for value in row.key), row.amount, row.rounding, row.without_minerals, row.flows]
            for row in rows
        ],
    )


def _picture(records: Records, wording: Wording, grouped: Grouped, asked: int, title: str) -> str:
    unstated = wording.gettext("not stated")
    linked = ends(grouped.by[:asked])
    years_shown = {row.key[grouped.by.index("year")] for row in grouped.rows} if "year" in grouped.by else set()
    if linked is None or len(years_shown) > 1:
        drawn = [
            bars.Bar(
                " · ".join(label(records, wording, value) or unstated for value in row.key[:asked]),
                row.amount, row.key[0], row.lower, row.upper,
            )
            for row in grouped.rows
        ]  # fmt: skip
        return bars.draw(drawn, title, unit="t", language=wording.language)
    found = links(grouped, linked)
    labels = {key: label(records, wording, value) if value else unstated for key, value in found.nodes.items()}
    bands = [
        sankey.Flow(link.source, link.target, link.amount, ", ".join(label(records, wording, one) for one in link.note))
        for link in found.links
    ]
    return sankey.draw(bands, labels, title, unit="t", language=wording.language)
