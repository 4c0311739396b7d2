"""Reads the tables with their CSVW metadata: every cell checked, every refusal with its place."""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from csvw import Table as Description

from ce_graph.errors import DataError
from ce_graph.ingest.cells import Cell, Refusal
from ce_graph.ingest.columns import Column, columns_of

METADATA = "-metadata.json"
GRAPH = "https://w3id.org/ce-graph/ontology#graph"
"""The annotation of a table that names the graph of its rows, a URI template."""

Records: TypeAlias = Iterator[tuple[int, list[str] | csv.Error | Refusal]]
"""Line and cells of each record, the header first; a fault ends them."""


@dataclasses.dataclass(frozen=True, slots=True)
class ForeignKey:
    """Cells of ``column`` must stand in column ``referenced`` of the table ``resource``."""

    column: str
    resource: str
    referenced: str


@dataclasses.dataclass(slots=True)
class Row:
    """One row; ``values`` has the cells that are not empty, split where the column holds a list."""

    number: int
    line: int
    values: dict[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """The value of a column, or ``""``."""
        found = self.values.get(name)
        return found[0] if found else ""


@dataclasses.dataclass(slots=True)
class Table:
    """A table as described by its metadata, with the rows that could be read."""

    name: str
    file: str
    metadata: dict[str, Any]
    columns: dict[str, Column]
    about: str
    graph: str
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    rows: list[Row] = dataclasses.field(default_factory=list)
    read: int = 0
    """Data rows seen, refused ones included."""

    def cell(self, row: Row, column: str, value: str | None = None) -> Cell:
        """The place of a column in a row."""
        text = value if value is not None else ";".join(row.values.get(column, ()))
        return Cell(self.file, row.line, row.number, column, self.columns[column].number, text)

    def keys(self, column: str) -> dict[str, Row]:
        """The rows by the value of a column; the first row where a value recurs."""
        found: dict[str, Row] = {}
        for row in self.rows:
            for value in row.values.get(column, ()):
                found.setdefault(value, row)
        return found


def describe(metadata: Path) -> Table:
    """A table without rows, from its metadata.

    Raises:
        DataError: the file is no CSVW table description that the build can use.
    """
    try:
        raw: dict[str, Any] = json.loads(metadata.read_text(encoding="utf-8"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            described = Description.from_file(metadata)
    except (OSError, ValueError, KeyError, TypeError, UserWarning) as error:
        raise DataError(f"{metadata}: not a usable CSVW table description: {error}") from error
    schema = raw.get("tableSchema", {})
    if not isinstance(schema.get("aboutUrl"), str) or not isinstance(raw.get(GRAPH), str):
        raise DataError(f"{metadata}: needs tableSchema.aboutUrl and the annotation {GRAPH}")
    keys = schema.get("primaryKey", [])
    return Table(
        name=str(described.url),
        file=str(metadata.parent / str(described.url)),
        metadata=raw,
        columns=columns_of(described.tableSchema),
        about=schema["aboutUrl"],
        graph=raw[GRAPH],
        primary_key=(keys,) if isinstance(keys, str) else tuple(keys),
        foreign_keys=tuple(
            ForeignKey(str(key["columnReference"]), key["reference"]["resource"], key["reference"]["columnReference"])
            for key in schema.get("foreignKeys", [])
        ),
    )


def read_folder(folder: Path) -> tuple[dict[str, Table], list[Refusal]]:
    """All tables below a folder, by their path relative to it, and what was refused.

    Raises:
        DataError: the folder has no tables, or a CSV file without metadata, or metadata that cannot be used.
    """
    found = sorted(folder.rglob("*" + METADATA))
    if not found:
        raise DataError(f"{folder}: no tables here (looked for *{METADATA})")
    tables: dict[str, Table] = {}
    refusals: list[Refusal] = []
    for metadata in found:
        table = describe(metadata)
        table.name = str((metadata.parent / table.name).relative_to(folder))
        refusals += read_rows(table, Path(table.file))
        tables[table.name] = table
    orphans = sorted(str(path) for path in folder.rglob("*.csv") if str(path.relative_to(folder)) not in tables)
    if orphans:
        raise DataError(f"{orphans[0]}: a table without metadata; write {orphans[0][:-4]}{METADATA} beside it")
    return tables, refusals


def read_rows(table: Table, path: Path) -> list[Refusal]:
    """Read a CSV file into ``table.rows``; what is wrong comes back as refusals."""
    table.file = str(path)
    text, refusal = decode(path)
    if refusal:
        return [refusal]
    return list(add_rows(table, records(text)))


def decode(path: Path) -> tuple[str, Refusal | None]:
    """The text of a file that must be UTF-8, or why it cannot be had."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return "", Refusal(str(path), f"cannot be read: {error.strerror}")
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        return "", Refusal(
            str(path),
            f"not UTF-8: byte 0x{byte:02X} cannot be decoded",
            "save the file as CSV UTF-8",
            line=line,
        )


def records(text: str, delimiter: str = ",") -> Records:
    """The records with the line on which each begins; a fault of CSV itself ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
            return


def add_rows(table: Table, records: Records, taken: Iterable[Row] = ()) -> Iterator[Refusal]:
    """Check the records, the first of them the header, and add the good rows to the table.

    Rows that stand elsewhere already are given as ``taken``: their keys cannot come again.
    """
    refuse = functools.partial(Refusal, table.file)
    header: list[str] | None = None
    seen = {tuple(map(row.one, table.primary_key)): f"stands in line {row.line} of the table already" for row in taken}
    for line, record in records:
        if isinstance(record, Refusal):
            yield record
            return
        if isinstance(record, csv.Error):
            yield refuse(f"not readable as CSV: {record}", "check the quotation marks from this line on", line=line)
            return
        if header is None:
            fault = _header_fault(table, record)
            if fault:
                yield refuse(fault, "the header must have the columns of the metadata, in their order", line=line)
                return
            header = record
        elif any(record):
            table.read += 1
            yield from _add_row(table, line, record, seen, refuse)
    if header is None:
        yield refuse("the file is empty", "it needs at least a header line")


def _header_fault(table: Table, header: list[str]) -> str:
    wanted = list(table.columns)
    if header == wanted:
        return ""
    missing = [name for name in wanted if name not in header]
    unknown = [name for name in header if name not in wanted]
    twice = sorted({name for name in header if header.count(name) > 1})
    said = [
        f"{what} {', '.join(map(repr, names))}"
        for what, names in (("missing", missing), ("unknown", unknown), ("twice", twice))
        if names
    ]
    return "header: " + ("; ".join(said) if said else "the columns stand in another order")


def _add_row(
    table: Table, line: int, record: list[str], seen: dict[tuple[str, ...], str], refuse: functools.partial[Refusal]
) -> Iterator[Refusal]:
    if len(record) != len(table.columns):
        yield refuse(
            f"the row has {len(record)} cells, the header {len(table.columns)}",
            "look for a missing or stray comma, or a text with commas that is not quoted",
            line=line,
        )
        return
    row, good = Row(table.read, line, {}), True
    for column, text in zip(table.columns.values(), record, strict=True):
        try:
            values = column.split(text)
        except ValueError as error:
            good = False
            cell = Cell(table.file, line, table.read, column.name, column.number, text)
            yield refuse(str(error), column.advice(), line=line, cell=cell)
        else:
            if values:
                row.values[column.name] = values
    key = tuple(map(row.one, table.primary_key))
    if good and key in seen:
        good = False
        cell = table.cell(row, table.primary_key[0])
        said = ", ".join(f"{name} {value!r}" for name, value in zip(table.primary_key, key, strict=True))
        yield refuse(f"duplicate key: {said} {seen[key]}", "change one of them or delete one", line=line, cell=cell)
    if good:
        seen[key] = f"stands in line {line} already"
        table.rows.append(row)
