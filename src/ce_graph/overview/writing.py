"""Writes views and their tables as JSON, CSV and Markdown: the same numbers in each, with all their digits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ce_graph.model.exact import plain
from ce_graph.overview.view import Cell, Column, Link, Table, View

if TYPE_CHECKING:
    from ce_graph.wording import Wording


def as_csv(table: Table) -> str:
    """A table with a header, lines ended by line feeds; several links in a cell have a space between their IRIs."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([name for column in table.columns for name in _names(column)])
    for row in table.rows:
        writer.writerow(
            [part for column, cell in zip(table.columns, row, strict=True) for part in _parts(column, cell)]
        )
    return stream.getvalue()


def as_json(view: View) -> str:
    """A whole view, without its pictures."""
    told = {
        "name": view.name,
        "title": view.title,
        "meant": dict(view.meant),
        "parts": [
            {
                "name": part.name,
                "title": part.title,
                "columns": [
                    {"name": column.name, "title": column.title, "unit": column.unit or None}
                    for column in part.table.columns
                ],
                "rows": [
                    {column.name: _jsonable(cell) for column, cell in zip(part.table.columns, row, strict=True)}
                    for row in part.table.rows
                ],
                "notes": list(part.notes),
                "sources": [source.iri for source in part.sources],
                "query": part.query or None,
            }
            for part in view.parts
            if part.table is not None
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_markdown(table: Table, wording: Wording) -> str:
    """A table in the pipe syntax of GitHub; what would end a cell is escaped."""
    head = "| " + " | ".join(_escaped(heading(column)) for column in table.columns) + " |"
    rule = "| " + " | ".join("---:" if column.numeric else "---" for column in table.columns) + " |"
    rows = ("| " + " | ".join(_escaped(text_of(cell, wording)) for cell in row) + " |" for row in table.rows)
    return "\n".join((head, rule, *rows)) + "\n"


def text_of(cell: Cell, wording: Wording) -> str:
    """A cell as the reader's language writes it; ``""`` where nothing is known."""
    if isinstance(cell, bool):
        return wording.gettext("yes") if cell else wording.gettext("no")
    if isinstance(cell, int | Decimal):
        return wording.number(cell)
    if isinstance(cell, Link):
        return cell.text
    if cell is None or isinstance(cell, str):
        return cell or ""
    return ", ".join(link.text for link in cell)


def heading(column: Column) -> str:
    """What stands above a column, with the unit of its numbers."""
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _escaped(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split())


def _names(column: Column) -> Iterator[str]:
    yield column.name
    if column.linked:
        yield f"{column.name}_label"


def _parts(column: Column, cell: Cell) -> Iterator[str]:
    links: Sequence[Link] = [cell] if isinstance(cell, Link) else []
    if isinstance(cell, Sequence) and not isinstance(cell, str):
        links = cell
    if links:
        yield " ".join(link.iri for link in links)
        if column.linked:
            yield ", ".join(link.text for link in links)
        return
    if cell is None or isinstance(cell, str):
        yield cell or ""
    elif isinstance(cell, bool):
        yield str(cell).lower()
    elif isinstance(cell, int | Decimal):
        yield plain(Decimal(cell))
    else:
        yield ""
    if column.linked:
        yield ""


def _jsonable(cell: Cell) -> Any:
    if isinstance(cell, Link):
        return {"iri": cell.iri, "label": cell.text}
    if isinstance(cell, Decimal):
        return int(cell) if cell == int(cell) else float(cell)
    if cell is None or isinstance(cell, str | int):
        return cell
    return [_jsonable(link) for link in cell]
