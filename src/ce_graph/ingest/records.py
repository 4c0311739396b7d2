"""Reads tables row by row: every cell checked, every refusal with its place."""

from __future__ import annotations

import csv
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from ce_graph.errors import DataError
from ce_graph.ingest.cells import Cell, CellError, Refusal
from ce_graph.ingest.columns import Column, shown
from ce_graph.ingest.tables import METADATA, Layout, Row, Table, describe
from ce_graph.wording import Said, mark, say

_MISSING, _UNKNOWN, _TWICE = mark("missing %(names)s"), mark("unknown %(names)s"), mark("twice %(names)s")

Records: TypeAlias = Iterator[tuple[int, int, Sequence[str]] | Refusal]
"""Row in the file (0 is the header), line and cells of each record, or why one cannot be had."""


def read_folder(folder: Path) -> tuple[dict[str, Table], list[Refusal]]:
    """All tables below a folder, by their path relative to it, and what was refused.

    Raises:
        DataError: the folder has no tables, or a CSV file without metadata, or metadata that cannot be used.
    """
    found = sorted(folder.rglob("*" + METADATA))
    if not found:
        raise DataError(say("%(folder)s: no tables here (looked for *%(ending)s)", folder=folder, ending=METADATA))
    tables: dict[str, Table] = {}
    for metadata in found:
        table = describe(metadata, folder)
        if table.name in tables:
            raise DataError(say("%(file)s: %(table)s is described a second time", file=metadata, table=table.name))
        tables[table.name] = table
    for path in sorted(folder.rglob("*.csv")):
        if path.relative_to(folder).as_posix() not in tables:
            beside = f"{str(path)[:-4]}{METADATA}"
            raise DataError(
                say("%(file)s: a table without metadata; write %(beside)s beside it", file=path, beside=beside)
            )
    for table in tables.values():
        for key in table.foreign_keys:
            if key.table not in tables or key.referenced not in tables[key.table].columns:
                said = say(
                    "%(file)s: the foreign key of %(column)s leads to column %(referenced)s of %(table)s,"
                    " which is not there",
                    file=table.path, column=repr(key.column), referenced=repr(key.referenced), table=key.table,
                )  # fmt: skip
                raise DataError(said)
    refusals = [refusal for table in tables.values() for refusal in read_rows(table)]
    return tables, refusals


def read_rows(table: Table) -> Iterator[Refusal]:
    """Read the table's file into its rows; yields what is wrong."""
    return add_rows(table, records(table.path), table.layout())


def records(path: Path, delimiter: str = ",") -> Records:
    """The records of a CSV file in UTF-8, read as they are asked for; whatever ends them early comes as a refusal."""
    number = -1
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True, delimiter=delimiter)
            while True:
                line = reader.line_num + 1
                record = next(reader)
                number += 1
                yield number, line, record
    except StopIteration:
        return
    except csv.Error as error:
        yield Refusal(
            str(path),
            say("not readable as CSV: %(why)s", why=error),
            say("check the quotation marks from this line on"),
            line,
            unreadable=True,
        )
    except UnicodeDecodeError:
        yield _undecodable(path)
    except OSError as error:
        yield Refusal(str(path), say("cannot be read: %(why)s", why=error.strerror), unreadable=True)


def _undecodable(path: Path) -> Refusal:
    """Which byte of a file is not UTF-8; found again line by line, as the decoder counts in blocks."""
    hint = say("save the file as CSV UTF-8")
    said, line = say("not UTF-8"), None
    with path.open("rb") as stream:
        for number, data in enumerate(stream, start=1):
            try:
                data.decode("utf-8")
            except UnicodeDecodeError as error:
                said = say("not UTF-8: byte %(byte)s cannot be decoded", byte=f"0x{data[error.start]:02X}")
                line = number
                break
    return Refusal(str(path), said, hint, line, unreadable=True)


def empty(path: Path | str) -> Refusal:
    """That a file has nothing in it."""
    return Refusal(str(path), say("the file is empty"), say("it needs at least a header line"), unreadable=True)


def miscounted(file: str, line: int, cells: int, columns: int) -> Refusal:
    """That a row has more or fewer cells than there are columns."""
    counted = say("the row has %(cells)s cells, the header %(columns)s", cells=cells, columns=columns)
    hint = say("look for a missing or stray separator, a decimal comma, or a text with commas that is not quoted")
    return Refusal(file, counted, hint, line)


def duplicate(cell: Cell, table: Table, key: tuple[str, ...], where: str) -> Refusal:
    """That a row, its key in ``cell``, has a key that stands elsewhere already; ``where`` says so."""
    said = ", ".join(f"{name} {shown(value)}" for name, value in zip(table.primary_key, key, strict=True))
    reason = say("duplicate key: %(key)s %(where)s", key=said, where=where)
    return Refusal(cell.file, reason, say("change one of them or delete one"), cell.line, cell)


def add_rows(table: Table, records: Records, layout: Layout, taken: Iterable[Row] = ()) -> Iterator[Refusal]:
    """Check the records, the first of them the header, and add the good rows to the table.

    Rows that stand elsewhere already are given as ``taken``: their keys cannot come again.
    """
    refuse = functools.partial(Refusal, layout.file)
    seen: dict[tuple[str, ...], str] = {
        table.key(row): say("stands in line %(line)s of the table already", line=row.line) for row in taken
    }
    header = False
    for record in records:
        if isinstance(record, Refusal):
            table.broken = True
            yield record
            continue
        number, line, cells = record
        if not header:
            if fault := _header_fault(table, cells):
                table.broken = True
                yield refuse(*fault, line)
                return
            header = True
        elif any(cells):
            yield from _add_row(table, Row(number, line, layout, ()), cells, seen)
    if not header and not table.broken:
        table.broken = True
        yield empty(layout.file)


def _readable(column: Column, text: str) -> tuple[str, ...]:
    """The values of a cell; none when it is not what the column holds."""
    try:
        return column.split(text)
    except CellError:
        return ()


def _header_fault(table: Table, header: Sequence[str]) -> tuple[str, str] | None:
    """Why the header is not the one of the metadata, and what to do; ``None`` when it is."""
    wanted = list(table.columns)
    if list(header) == wanted:
        return None
    hint = say("the header must have the columns of the metadata, in their order")
    for sign in (";", "\t"):
        if len(header) == 1 and len(set(header[0].split(sign)) & set(wanted)) > 1:
            said = say("the cells are separated by %(sign)s instead of commas", sign=repr(sign))
            return said, say("save the file as CSV with commas, or add its rows with ce-graph import")
    if not set(header) & set(wanted):
        return say("this line has none of the columns' names"), hint
    missing = [name for name in wanted if name not in header]
    unknown = [name for name in header if name not in wanted]
    twice = sorted({name for name in header if header.count(name) > 1})
    found = [
        say(what, names=", ".join(map(shown, names)))
        for what, names in ((_MISSING, missing), (_UNKNOWN, unknown), (_TWICE, twice))
        if names
    ] or [say("the columns stand in another order")]
    return say("header: %(faults)s", faults=_joined(found)), hint


def _joined(texts: list[Said]) -> Said:
    first, *others = texts
    return say("%(first)s; %(others)s", first=first, others=_joined(others)) if others else first


def _add_row(table: Table, row: Row, cells: Sequence[str], seen: dict[tuple[str, ...], str]) -> Iterator[Refusal]:
    """Check one row and put it among the rows or the refused ones."""
    file, columns = row.layout.file, table.columns
    if len(cells) != len(columns):
        # Its key is kept where it can be read: rows that refer to it are then known to follow.
        row.cells = tuple(
            _readable(column, text) if column.name in table.primary_key else ()
            for column, text in itertools.zip_longest(columns.values(), cells[: len(columns)], fillvalue="")
            if isinstance(column, Column)
        )
        table.refused.append(row)
        yield miscounted(file, row.line, len(cells), len(columns))
        return
    faults: list[tuple[str, str, CellError]] = []
    values: list[tuple[str, ...]] = []
    for column, text in zip(columns.values(), cells, strict=True):
        try:
            values.append(column.split(text))
        except CellError as error:
            faults.append((column.name, text, error))
            values.append(())
    row.cells = tuple(values)
    for name, text, fault in faults:
        yield Refusal(file, fault.reason, fault.hint, row.line, row.cell(name, text))
    key = table.key(row)
    known = seen.get(key)
    if not faults and known:
        yield duplicate(row.cell(table.primary_key[0]), table, key, known)
    if faults or known:
        table.refused.append(row)
        return
    seen[key] = say("stands in line %(line)s already", line=row.line)
    table.rows.append(row)
