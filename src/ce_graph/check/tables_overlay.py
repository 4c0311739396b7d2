"""A contributor's CSV laid over the shipped tables, so that its rows are checked with all that they refer to."""

from __future__ import annotations

import csv
import dataclasses
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph import resources
from ce_graph.check.files import METADATA

if TYPE_CHECKING:
    from ce_graph.ingest.cells import Cell, Refusal
    from ce_graph.ingest.tables import Table


@dataclasses.dataclass(frozen=True, slots=True)
class Overlay:
    """Where the contributor's rows ended up."""

    path: Path
    inside: str
    """The file in the copy that has the shipped rows first, then the contributor's."""
    lines: int
    """Lines of the shipped rows and the header in it."""
    rows: int
    """Shipped rows in it."""

    def is_new(self, line: int) -> bool:
        """Whether a line of ``inside`` is the contributor's."""
        return line > self.lines

    def moved(self, cell: Cell) -> Cell:
        """A cell of ``inside`` as one of the contributor's file."""
        return dataclasses.replace(cell, file=str(self.path), line=cell.line - self.lines + 1, row=cell.row - self.rows)

    def moved_refusal(self, refusal: Refusal) -> Refusal:
        """A refusal in ``inside`` as one in the contributor's file."""
        line = None if refusal.line is None else refusal.line - self.lines + 1
        cell = None if refusal.cell is None else self.moved(refusal.cell)
        return dataclasses.replace(refusal, file=str(self.path), line=line, cell=cell)


def fitting(path: Path) -> Table | str:
    """The shipped table that has the columns of a CSV file, else the names of the tables there are.

    Raises:
        OSError, UnicodeDecodeError: the file cannot be read.
    """
    from ce_graph.ingest.tables import describe

    with path.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline()
    header = {cell.strip() for cell in next(csv.reader([line], delimiter=_delimiter(line)), [])}
    shipped = resources.data() / "tables"
    tables = [describe(name, shipped) for name in sorted(shipped.rglob("*" + METADATA))]
    for table in sorted(tables, key=lambda table: table.path.stem != path.stem):
        if set(table.columns) == header:
            return table
    return ", ".join(sorted(table.path.name for table in tables))


def overlay(path: Path, table: Table, folder: Path) -> Overlay:
    """Copy the shipped data into ``folder`` with the rows of ``path`` at the end of its table.

    A shipped row whose key comes again makes room for the contributor's.
    """
    data = resources.data()
    shutil.copytree(data / "tables", folder / "tables")
    for form in ("*.ttl", "*.trig"):
        for document in data.glob(form):
            shutil.copy(document, folder)
    inside = folder / "tables" / table.path.relative_to(data / "tables")
    columns = list(table.columns)
    fresh = _records(path, columns)
    keys = [columns.index(name) for name in table.primary_key]
    taken = {tuple(record[at] for at in keys) for record in fresh if len(record) == len(columns)}
    kept = [
        record for record in _records(inside, columns) if not record or tuple(record[at] for at in keys) not in taken
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([columns, *kept])
    lines = text.getvalue().count("\n")
    for record in fresh:
        writer.writerow(record) if record else text.write("\n")
    inside.write_text(text.getvalue(), encoding="utf-8")
    return Overlay(path, str(inside), lines, sum(1 for record in kept if any(record)))


def _records(path: Path, columns: list[str]) -> list[list[str]]:
    """The rows below the header, with the cells in the order of ``columns``; a row of another length stays as it is."""
    text = path.read_text(encoding="utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0])))
    header = [cell.strip() for cell in found[0]] if found else columns
    order = [header.index(name) for name in columns]
    return [[record[at] for at in order] if len(record) == len(columns) else record for record in found[1:]]


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
