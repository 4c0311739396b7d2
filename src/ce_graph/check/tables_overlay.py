"""A contributor's table laid over the shipped ones, so that its rows are checked with all that they refer to."""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ce_graph import resources
from ce_graph.check.files import METADATA
from ce_graph.ingest.cells import Cell, Refusal
from ce_graph.ingest.contributions import unknown
from ce_graph.ingest.records import duplicate
from ce_graph.ingest.sheets import contributed
from ce_graph.ingest.sheets import fitting as best_of
from ce_graph.wording import say

if TYPE_CHECKING:
    from ce_graph.ingest.tables import Layout, Table


@dataclasses.dataclass(frozen=True, slots=True)
class Overlay:
    """Where the contributor's rows ended up."""

    path: Path
    inside: str
    """The file in the copy that has the shipped rows first, then the contributor's."""
    rows: Mapping[int, tuple[int, int]]
    """By line of ``inside``: the line and the row of the contributor's file."""
    layout: Layout
    refusals: Sequence[Refusal]
    """Why rows of the contributor's, or all of them, could not be laid over."""

    def has(self, place: Cell | Refusal) -> bool:
        """Whether a place is in one of the contributor's rows."""
        return place.file == self.inside and place.line in self.rows

    def moved(self, cell: Cell) -> Cell:
        """A cell of ``inside`` as one of the contributor's file; a column left out there is known by its name."""
        return self.layout.cell(*self.rows[cell.line], cell.column, cell.value)

    def moved_refusal(self, refusal: Refusal) -> Refusal:
        """A refusal in ``inside`` as one in the contributor's file."""
        cell = None if refusal.cell is None else self.moved(refusal.cell)
        line = None if refusal.line is None else self.rows[refusal.line][0]
        return dataclasses.replace(refusal, file=str(self.path), line=line, cell=cell)


def shipped() -> Mapping[str, Table]:
    """The shipped tables without their rows, by name: ``flows``, ``codes/unit``."""
    return _described(resources.data() / "tables")


@functools.cache
def _described(folder: Path) -> Mapping[str, Table]:
    from ce_graph.ingest.tables import describe

    found = (describe(path, folder) for path in sorted(folder.rglob("*" + METADATA)))
    return {table.short: table for table in found}


def fitting(path: Path, name: str | None = None) -> Table | Refusal | None:
    """The shipped table of a name; without one, the table that the headings of a file belong to, or why it has none.

    Raises:
        DataError: the file cannot be read.
        UsageError: there is no table of that name.
    """
    tables = shipped()
    if name is None:
        with _quiet():
            return best_of(path, tables.values())
    if name.removesuffix(".csv") not in tables:
        raise unknown(name, tables.values())
    return tables[name.removesuffix(".csv")]


def overlay(path: Path, table: Table, folder: Path) -> Overlay:
    """Copy the shipped data into ``folder`` with the rows of ``path`` at the end of its table.

    A shipped row whose key comes again makes room for the contributor's.

    Raises:
        DataError: the file cannot be read.
    """
    data = resources.data()
    shutil.copytree(data / "tables", folder / "tables")
    for form in ("*.ttl", "*.trig"):
        for document in data.glob(form):
            shutil.copy(document, folder)
    with _quiet():
        layout, found = contributed(path, table)
        fresh = list(found)
    records = [item for item in fresh if isinstance(item, tuple)][1:]
    refusals = [item for item in fresh if isinstance(item, Refusal)]
    if not refusals and not any(any(cells) for _, _, cells in records):
        refusals = [Refusal(str(path), say("there is no row below the header"), say("fill in at least one row"), 1)]
    once, again = _apart(table, layout, [item for item in records if any(item[2])])
    inside = folder / "tables" / table.name
    return Overlay(path, str(inside), _append(inside, table, once), layout, [*refusals, *again])


Record: TypeAlias = tuple[int, int, Sequence[str]]
"""Row and line in the file, and the cells in the order of the table."""


def _apart(table: Table, layout: Layout, records: list[Record]) -> tuple[list[Record], list[Refusal]]:
    """The records with a key of their own, and why the others are refused."""
    places = [layout.places[name] for name in table.primary_key]
    once: dict[tuple[str, ...], Record] = {}
    again: list[Refusal] = []
    for record in records:
        key = tuple(record[2][place] for place in places)
        first = once.setdefault(key, record)
        if first is not record and all(key):
            cell = layout.cell(record[1], record[0], table.primary_key[0], key[0])
            again.append(duplicate(cell, table, key, say("stands in line %(line)s already", line=first[1])))
    return list(once.values()), again


def _append(inside: Path, table: Table, records: list[Record]) -> dict[int, tuple[int, int]]:
    """Write the shipped rows and those of the contributor; where each of the latter begins."""
    with inside.open(encoding="utf-8-sig", newline="") as stream:
        header, *kept = csv.reader(stream)
    keys = [header.index(name) for name in table.primary_key]
    taken = {tuple(cells[at] for at in keys) for _, _, cells in records}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *(row for row in kept if not row or tuple(row[at] for at in keys) not in taken)])
    line = text.getvalue().count("\n") + 1
    places: dict[int, tuple[int, int]] = {}
    for number, begin, cells in records:
        places[line] = (begin, number)
        before = text.tell()
        writer.writerow(cells)
        line += text.getvalue()[before:].count("\n") if "\n" in "".join(cells) else 1
    inside.write_text(text.getvalue(), encoding="utf-8")
    return places


def _quiet() -> warnings.catch_warnings:
    """Without the warnings about styles and extensions of a workbook, which do not matter here."""
    return warnings.catch_warnings(action="ignore")
