"""``ce-graph flows``: material flows added up by anything, without counting twice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from ce_graph.model.flows.criteria import Selection
    from ce_graph.model.flows.grouping import Grouped, Row
    from ce_graph.model.flows.table import FlowTable
    from ce_graph.model.names import Names
    from ce_graph.query.records import Reader

_NAMED = 100
"""How many flows of a row the JSON names."""
_UNSTATED = {"en": "not stated", "fi": "ei ilmoitettu", "sv": "ej angivet"}
_UNITS = {"mass": "t", "volume": "m³", "normal-volume": "Nm³", "count": "items", "length": "m"}


@click.command()
@click.option(
    "--by",
    default="treatment,year",
    show_default=True,
    metavar="DIMENSIONS",
    help="What to group by, with commas: source, target, material, waste-code, treatment, category, rank, stage,"
    " region, year, basis, hazardous, confidence, document. material:1 is the top of the tree.",
)
@click.option("--region", help="Only flows of this place and of places in it: short name, name or IRI.")
@click.option("--material", help="Only this material and what is below it.")
@click.option("--waste-code", metavar="EWC", help="Only this code of the List of Waste and what is below it.")
@click.option("--treatment", metavar="R/D", help="Only this operation, R1 to R13 or D1 to D15.")
@click.option("--category", help="Only this statistical group of treatments and what is below it.")
@click.option("--stage", help="Only this stage: generation, collection, treatment …")
@click.option("--basis", help="Only this basis; without it, capacities, plans and contracts are left out.")
@click.option("--source", help="Only flows from here: actor, facility, sector.")
@click.option("--target", help="Only flows to here.")
@click.option("--year", metavar="YEAR[-YEAR]", help="Only this year, or years from to.")
@click.option("--hazardous/--not-hazardous", default=None, help="Only flows stated to be hazardous, or not to be.")
@click.option("--quantity", default="mass", show_default=True, help="What is measured: mass, volume, count …")
@click.option(
    "--check", is_flag=True, help="Instead: where totals, capacities, documents and years contradict each other."
)
@click.option("--weighted", is_flag=True, help="Divide flows of known composition into their fractions.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("table", "csv", "json", "svg")),
    default="table",
    show_default=True,
    help="svg draws a Sankey diagram for two dimensions, else bars.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of labels."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped data."
)
def command(by: str, format_name: str, lang: str, data: Path | None, weighted: bool, check: bool, **asked: Any) -> None:
    """Add up material flows by any dimensions.

    Totals and their parts, and what two documents say of one quantity, are counted once; what must not be added
    (stages, years, kinds of material, overlapping regions) is kept apart. Notes say what was not added and why.
    """  # fmt: skip
    from ce_graph.cli.listing import open_dataset
    from ce_graph.model.flows.composition import weigh
    from ce_graph.model.flows.criteria import Criteria, select
    from ce_graph.model.flows.grouping import group, parse
    from ce_graph.query import records

    dimensions = [name for name, _ in parse(by)]
    reader = open_dataset(data)
    if check:
        sys.stdout.write(_checked(reader, format_name))
        return
    names, table = records.names(reader), records.flow_table(reader)
    selection = select(table, names, Criteria(**asked), by=dimensions)
    grouped = group(table, selection.mask, by)
    if weighted:
        table = weigh(table, grouped.counting.counted, records.compositions(reader))
        grouped = group(table, table.known, by)
    quantity = str(asked["quantity"])
    answer = _Answer(table, grouped, selection, names, lang, _UNITS.get(quantity, quantity), len(dimensions))
    writers = {"table": _as_table, "csv": _as_csv, "json": _as_json, "svg": _as_svg}
    sys.stdout.write(writers[format_name](answer))
    if format_name in ("csv", "svg"):
        for note in answer.notes:
            click.echo(f"note: {note}", err=True)


def _checked(reader: Reader, format_name: str) -> str:
    """The balance of sources: every finding, violations first."""
    from ce_graph.cli.listing import aligned, comma_separated, json_text
    from ce_graph.errors import UsageError
    from ce_graph.model.balance.review import review
    from ce_graph.query import records

    facts = records.facts(reader)
    found = review(facts.table, facts.observations, facts.breaks, records.capacities(reader))
    if format_name == "svg":
        raise UsageError("findings cannot be drawn; there is table, csv, json")
    if format_name == "json":
        return json_text([
            {"severity": one.severity, "kind": one.kind, "focus": one.focus, "others": list(one.others),
             "found": one.found, "expected": one.expected, "tolerance": one.tolerance, "message": one.message,
             "cause": one.cause, "documents": list(one.documents)}
            for one in found
        ])  # fmt: skip
    headings = ("severity", "kind", "focus", "message", "cause")
    rows = [(one.severity, one.kind, one.focus.rpartition("/")[2], one.message, one.cause) for one in found]
    if format_name == "csv":
        return comma_separated(headings, rows)
    return aligned(headings, rows, (False,) * len(headings)) + f"\n{len(found)} findings\n"


class _Answer(NamedTuple):
    """What is written, in any format."""

    table: FlowTable
    grouped: Grouped
    selection: Selection
    names: Names
    lang: str
    unit: str
    asked: int
    """How many dimensions were asked for; the others keep apart what must not be added."""

    @property
    def notes(self) -> list[str]:
        return [*self.selection.notes, *self.grouped.notes]

    def label(self, value: str) -> str:
        if "://" not in value:
            return value or "–"  # noqa: RUF001
        label, code = self.names.label(value, self.lang), value.rpartition("/")[2]
        return f"{code} {label}" if "/code/treatment/" in value or "/code/ewc/" in value else label

    def labels(self, row: Row) -> list[str]:
        return [self.label(value) for value in row.key]


def _as_table(answer: _Answer) -> str:
    from ce_graph.cli.listing import aligned
    from ce_graph.draw.svg import number

    mass = answer.unit == "t"
    headings = [*answer.grouped.by, answer.unit, "±", "flows", "sources"]
    headings += ["without soils and minerals", "undivided"] if mass else []
    right = [*(False for _ in answer.grouped.by), *(True for _ in headings[len(answer.grouped.by) :])]

    def cells(row: Row) -> list[str]:
        said = [
            number(row.amount, answer.lang),
            number(row.rounding, answer.lang),
            str(row.flows),
            str(len(row.documents)),
        ]
        if mass:
            said += [
                number(row.without_minerals, answer.lang),
                number(row.undivided, answer.lang) if row.undivided else "",
            ]
        return [*answer.labels(row), *said]

    parts = [aligned(headings, map(cells, answer.grouped.rows), right)]
    if answer.grouped.inside:
        parts.append("\nInside the amounts above, not to be added to them:\n")
        parts.append(aligned(headings, map(cells, answer.grouped.inside), right))
    notes = [f"{name} is shown: {reason}" for name, reason in answer.grouped.apart] + answer.notes
    if mass and any(row.undivided for row in answer.grouped.rows):
        notes.append("undivided: no source tells how much of it is soil or mineral waste")
    return "".join(parts) + "".join(f"\n- {note}" for note in notes) + "\n" * bool(notes)


def _as_csv(answer: _Answer) -> str:
    from ce_graph.cli.listing import comma_separated

    headings = [part for name in answer.grouped.by for part in (name, f"{name}_label")]
    headings += ["amount", "unit", "lower", "upper", "rounding", "flows", "documents", "without_minerals", "undivided",
                 "inside"]  # fmt: skip

    def cells(row: Row, inside: bool) -> list[Any]:
        keys = [
            part
            for value in row.key
            for part in (value, answer.names.label(value, answer.lang) if "://" in value else value)
        ]
        documents = " ".join(document.rpartition("/")[2] for document in row.documents)
        amounts = [row.amount, answer.unit, row.lower, row.upper, row.rounding, row.flows, documents]
        return [*keys, *amounts, row.without_minerals, row.undivided, str(inside).lower()]

    rows = [cells(row, False) for row in answer.grouped.rows] + [cells(row, True) for row in answer.grouped.inside]
    return comma_separated(headings, rows)


def _as_json(answer: _Answer) -> str:
    from ce_graph.cli.listing import json_text

    def record(row: Row) -> dict[str, Any]:
        return {
            "key": dict(zip(answer.grouped.by, row.key, strict=True)),
            "labels": dict(zip(answer.grouped.by, answer.labels(row), strict=True)),
            "amount": row.amount, "lower": row.lower, "upper": row.upper, "rounding": row.rounding,
            "without_minerals": row.without_minerals, "undivided": row.undivided,
            "flows": list(answer.grouped.members(answer.table, row)[:_NAMED]), "flow_count": row.flows,
            "documents": list(row.documents),
        }  # fmt: skip

    return json_text(
        {
            "by": list(answer.grouped.by),
            "unit": answer.unit,
            "meant": answer.selection.meant,
            "kept_apart": [{"dimension": name, "reason": reason} for name, reason in answer.grouped.apart],
            "rows": [record(row) for row in answer.grouped.rows],
            "inside": [record(row) | {"flows": []} for row in answer.grouped.inside],
            "notes": answer.notes,
        }
    )


def _as_svg(answer: _Answer) -> str:
    from ce_graph.draw import bars, sankey
    from ce_graph.model.flows.links import ends, links

    title = _title(answer)
    linked = ends(answer.grouped.by[: answer.asked])
    if linked is None:
        drawn = [bars.Bar(" · ".join(answer.labels(row)), row.amount, row.key[0], row.lower, row.upper)
                 for row in answer.grouped.rows]  # fmt: skip
        return bars.draw(drawn, title, unit=answer.unit, language=answer.lang)
    found = links(answer.grouped, linked)
    labels = {key: answer.label(value) if value else _UNSTATED[answer.lang] for key, value in found.nodes.items()}
    flows = [
        sankey.Flow(link.source, link.target, link.amount, ", ".join(answer.label(value) for value in link.note))
        for link in found.links
    ]
    return sankey.draw(flows, labels, title, unit=answer.unit, language=answer.lang)


def _title(answer: _Answer) -> str:
    meant = [f"{name}: {answer.label(value)}" for name, value in answer.selection.meant.items()]
    return f"Material flows by {', '.join(answer.grouped.by)}" + (f" ({'; '.join(meant)})" if meant else "")
