"""Views of the region as a command writes them: aligned text, CSV, JSON, SVG; and the dataset that they are of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ce_graph.model.indicators.statements import Statement
    from ce_graph.overview import Part, Records, Table, View
    from ce_graph.wording import Wording


def open_records(data: Path | None) -> Records:
    """The built dataset of a folder, or the shipped data's, built when it is missing or stale.

    Raises:
        UsageError: the folder has no dataset.
        DataError: the dataset cannot be read.
    """
    from ce_graph.overview import Records
    from ce_graph.query.records import from_file
    from ce_graph.query.running import on_store
    from ce_graph.settings import load
    from ce_graph.store.opening import in_memory
    from ce_graph.web.opening import dataset

    settings = load({"data": data})
    file = dataset(settings)
    return Records(from_file(file), on_store(in_memory(file)), settings.base)


def shown(view: View, wording: Wording, format_name: str, parts: Sequence[str] = ()) -> str:
    """A view, or the named ones of its parts: all of them as text and JSON, the first as CSV and SVG.

    Notes of CSV and SVG go to standard error, where they are in nobody's way.

    Raises:
        UsageError: the part cannot be drawn, or several are asked for as one file.
    """
    from ce_graph.errors import UsageError
    from ce_graph.overview.writing import as_csv, as_json
    from ce_graph.wording import say

    chosen = [part for part in view.parts if part.name in parts or not parts]
    if format_name == "json":
        return as_json(dataclasses.replace(view, parts=chosen))
    if not chosen:
        click.echo(wording.gettext("Nothing to show."), err=True)
        return ""
    if format_name == "table":
        return "\n".join(_text(part, wording, titled=len(chosen) > 1) for part in chosen)
    if len(parts) > 1:
        raise UsageError(say("one file has one table: choose one of %(parts)s", parts=", ".join(parts)))
    first = chosen[0]
    if format_name == "svg" and not first.picture:
        raise UsageError(say("%(part)s cannot be drawn; there is table, csv, json", part=first.name))
    for note in first.notes:
        click.echo(f"note: {note}", err=True)
    if more := [part.title for part in chosen[1:] if part.table is not None]:
        said = wording.gettext("not in this file, but with --format json: %(parts)s", parts=", ".join(more))
        click.echo(f"note: {said}", err=True)
    if format_name == "svg":
        return first.picture
    return as_csv(first.table) if first.table is not None else ""


def _text(part: Part, wording: Wording, *, titled: bool) -> str:
    head = f"{part.title}\n\n" if titled and part.title else ""
    body = aligned(part.table.brief, wording) if part.table is not None and part.table.rows else ""
    notes = "".join(f"- {note}\n" for note in part.notes)
    if not body:
        body = f"{part.lead or wording.gettext('Nothing to show.')}\n"
    return head + body + (f"\n{notes}" if notes else "")


def aligned(table: Table, wording: Wording) -> str:
    """Lines of columns; columns of numbers are set to the right."""
    from ce_graph.overview.writing import heading, text_of

    rows = [[heading(column) for column in table.columns]]
    rows += [[text_of(cell, wording) for cell in row] for row in table.rows]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if column.numeric else cell.ljust(width)
            for cell, width, column in zip(cells, widths, table.columns, strict=True)
        ).rstrip()
        for cells in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"


def turtle(statements: Iterable[Statement]) -> str:
    """Computed statements as Turtle."""
    import pyoxigraph as ox

    from ce_graph.rdf.namespaces import PREFIXES

    triples = []
    for found in statements:
        value: ox.Literal | ox.NamedNode = ox.NamedNode(found.object) if not found.datatype else ox.Literal("")
        if found.datatype.startswith("@"):
            value = ox.Literal(found.object, language=found.datatype[1:])
        elif found.datatype:
            value = ox.Literal(found.object, datatype=ox.NamedNode(found.datatype))
        triples.append(ox.Triple(ox.NamedNode(found.subject), ox.NamedNode(found.predicate), value))
    prefixes = {name: PREFIXES[name] for name in ("ce", "prov", "skos", "xsd")}
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()
