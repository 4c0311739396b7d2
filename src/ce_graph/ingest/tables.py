"""A table as its CSVW metadata describe it, with the rows that were read."""

from __future__ import annotations

import copy
import dataclasses
import json
import posixpath
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from csvw import Table as Description

from ce_graph.errors import DataError
from ce_graph.ingest.cells import Cell
from ce_graph.ingest.columns import Column, columns_of, virtual_columns_of
from ce_graph.ingest.iris import Template
from ce_graph.wording import Said, say

METADATA = "-metadata.json"
GRAPH = "https://w3id.org/ce-graph/ontology#graph"
"""The annotation of a table that names the graph of its rows, a URI template."""

_KNOWN = {
    "the table": {"@context", "@type", "url", "tableSchema"},
    "tableSchema": {"@type", "columns", "primaryKey", "foreignKeys", "aboutUrl"},
    "a column": {
        "@type", "name", "titles", "datatype", "required", "propertyUrl", "valueUrl", "separator", "lang",
        "suppressOutput", "virtual",
    },
}  # fmt: skip
"""What the build understands of CSVW, beside annotations; the rest is refused, not passed over."""
_FAULTS = (ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError, UserWarning)
"""What the reader of CSVW raises when metadata are not what the standard says."""


@dataclasses.dataclass(frozen=True, slots=True)
class ForeignKey:
    """Values of ``column`` must stand in column ``referenced`` of the table named ``table``."""

    column: str
    table: str
    referenced: str


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """Where a table's columns stand: ``places`` in a row's cells, ``numbers`` in the file (from 1)."""

    file: str
    places: dict[str, int]
    numbers: dict[str, int]
    headings: dict[str, str] = dataclasses.field(default_factory=dict)
    """What the file writes above columns, where that is not their name."""

    def cell(self, line: int, row: int, column: str, value: str) -> Cell:
        """A cell of a row of the file."""
        heading = self.headings.get(column, "")
        return Cell(self.file, line, row, column, self.numbers.get(column, 0), value, heading)


@dataclasses.dataclass(slots=True, eq=False)
class Row:
    """One row; ``cells`` has the values of each column of the table, none where the cell is empty."""

    number: int
    """Row below the header as a spreadsheet counts, blank ones included."""
    line: int
    layout: Layout
    cells: tuple[tuple[str, ...], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a column."""
        return self.cells[self.layout.places[name]]

    def one(self, name: str) -> str:
        """The value of a column, or ``""``; also where the table has no such column."""
        place = self.layout.places.get(name)
        return self.cells[place][0] if place is not None and self.cells[place] else ""

    def first(self, names: Iterable[str]) -> dict[str, str]:
        """The values of some columns."""
        return {name: self.one(name) for name in names}

    def cell(self, column: str, value: str | None = None) -> Cell:
        """The place of a column, with a value of it or all of them."""
        text = ";".join(self.all(column)) if value is None else value
        return self.layout.cell(self.line, self.number, column, text)


@dataclasses.dataclass(slots=True)
class Table:
    """A table as described by its metadata, with the rows that could be read."""

    name: str
    """Path below the folder of tables: ``flows.csv``, ``codes/unit.csv``."""
    path: Path
    metadata: dict[str, Any]
    columns: dict[str, Column]
    virtual: list[tuple[str, Template]]
    about: Template
    graph: Template
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    rows: list[Row] = dataclasses.field(default_factory=list)
    refused: list[Row] = dataclasses.field(default_factory=list)
    """Rows that cannot be taken, with those of their cells that are right."""
    broken: bool = False
    """Whether the file could not be read to its end, so that nobody knows which rows are missing."""

    @property
    def short(self) -> str:
        """The name as commands take it: ``flows``, ``codes/unit``."""
        return self.name.removesuffix(".csv")

    @property
    def read(self) -> int:
        """Number of rows seen."""
        return len(self.rows) + len(self.refused)

    def layout(self, file: str | None = None, header: Sequence[tuple[str, str]] | None = None) -> Layout:
        """The layout of rows of a file, of the table's own unless another one is given.

        ``header`` has the name of each of the file's columns (``""`` for one that is not of the table) and what the
        file writes above it; without it the columns are those of the table, in their order.
        """
        numbers = {name: column.number for name, column in self.columns.items()}
        if header is not None:
            numbers = {name: number for number, (name, _) in reversed([*enumerate(header, start=1)]) if name}
        headings = {name: heading for name, heading in header or () if heading != name}
        places = {name: place for place, name in enumerate(self.columns)}
        return Layout(str(self.path) if file is None else file, places, numbers, headings)

    def key(self, row: Row) -> tuple[str, ...]:
        """The primary key of a row."""
        return tuple(map(row.one, self.primary_key))

    def by(self, column: str) -> dict[str, Row]:
        """The rows by the value of a column; the first row where a value recurs."""
        found: dict[str, Row] = {}
        for row in self.rows:
            for value in row.all(column):
                found.setdefault(value, row)
        return found


def describe(metadata: Path, folder: Path) -> Table:
    """A table without rows, from its metadata somewhere below a folder of tables.

    Raises:
        DataError: the file is no CSVW table description that the build can use.
    """
    try:
        raw: dict[str, Any] = json.loads(metadata.read_text(encoding="utf-8-sig"))
        for what, known, described in _parts(raw):
            strange = sorted(name for name in described if name not in known and ":" not in name)
            if strange:
                names = ", ".join(strange)
                raise ValueError(say("the build does not know %(names)s of %(what)s", names=names, what=what))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _table(raw, Description.fromvalue(copy.deepcopy(raw)), metadata, folder)
    except json.JSONDecodeError as error:
        where = f"{metadata}:{error.lineno}"
        said = say("%(file)s: not JSON: %(why)s in column %(column)s", file=where, why=error.msg, column=error.colno)
        raise DataError(said) from error
    except OSError as error:
        raise DataError(say("%(file)s: cannot be read: %(why)s", file=metadata, why=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise DataError(say("%(file)s: not UTF-8 (at byte %(byte)s)", file=metadata, byte=error.start)) from error
    except _FAULTS as error:
        why: object = error.args[0] if error.args and isinstance(error.args[0], Said) else error
        why = say("%(name)s is missing", name=error) if isinstance(error, KeyError) else why
        said = say("%(file)s: not a usable CSVW table description: %(why)s", file=metadata, why=why)
        raise DataError(said) from error


def _parts(raw: Any) -> Iterator[tuple[str, set[str], dict[str, Any]]]:
    """The objects of a description, each with the properties it may have.

    Raises:
        ValueError: there are none; a schema elsewhere is refused here, before anything would be fetched.
    """
    schema = raw.get("tableSchema") if isinstance(raw, dict) else None
    if not isinstance(schema, dict) or not isinstance(schema.get("columns"), list):
        raise ValueError(say("needs an object tableSchema with a list of columns"))  # noqa: TRY004 - of the file, not of code
    yield from ((say("the table"), _KNOWN["the table"], raw), ("tableSchema", _KNOWN["tableSchema"], schema))
    for column in schema["columns"]:
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            raise ValueError(say("each column needs a name"))  # noqa: TRY004
        yield say("column %(name)s", name=repr(column["name"])), _KNOWN["a column"], column


def _table(raw: dict[str, Any], described: Description, metadata: Path, folder: Path) -> Table:
    schema, file = raw["tableSchema"], str(described.url)
    if PurePosixPath(file).name != file or not file.endswith(".csv"):
        said = say("url must be the name of a .csv file in the same folder, not %(file)s", file=repr(file))
        raise ValueError(said)
    for name in ("aboutUrl", GRAPH):
        if not isinstance((schema if name == "aboutUrl" else raw).get(name), str):
            raise ValueError(say("needs %(name)s, a URI template", name=name))  # noqa: TRY004
    keys = schema.get("primaryKey", [])
    within = metadata.parent.relative_to(folder)
    table = Table(
        name=(within / file).as_posix(),
        path=metadata.parent / file,
        metadata=raw,
        columns=columns_of(described.tableSchema),
        virtual=virtual_columns_of(schema),
        about=Template(schema["aboutUrl"]),
        graph=Template(raw[GRAPH]),
        primary_key=(keys,) if isinstance(keys, str) else tuple(keys),
        foreign_keys=tuple(_foreign_key(key, within) for key in schema.get("foreignKeys", [])),
    )
    used = {*table.primary_key, *table.about.names, *table.graph.names}
    others = {key.column for key in table.foreign_keys}.union(*(made.names for _, made in table.virtual))
    if unknown := sorted((used | others) - table.columns.keys()):
        raise ValueError(say("there is no column %(names)s", names=", ".join(unknown)))
    if not table.primary_key:
        raise ValueError(say("needs a primaryKey"))
    for name in used:
        table.columns[name].required = True  # without it the row would have no name or no graph
    return table


def _foreign_key(key: dict[str, Any], within: Path) -> ForeignKey:
    ends = (key["columnReference"], key["reference"]["columnReference"])
    column, referenced = (end[0] if isinstance(end, list) and len(end) == 1 else end for end in ends)
    if not isinstance(column, str) or not isinstance(referenced, str):
        raise ValueError(say("a foreign key has one column, not %(ends)s", ends=ends))  # noqa: TRY004
    return ForeignKey(column, posixpath.normpath((within / key["reference"]["resource"]).as_posix()), referenced)
