"""Takes in a contributor's CSV or XLSX file: checks every row against a table's metadata, then adds the rows."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ce_graph.errors import DataError, UsageError
from ce_graph.ingest import documents
from ce_graph.ingest.build import state
from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.links import dangling, missing
from ce_graph.ingest.tables import Records, Table, add_rows, decode, read_folder, records
from ce_graph.settings import VOCABULARY


def find(tables: dict[str, Table], name: str) -> Table:
    """The table of a name such as ``flows`` or ``codes/unit``.

    Raises:
        UsageError: there is none.
    """
    if name + ".csv" not in tables:
        known = ", ".join(sorted(table.removesuffix(".csv") for table in tables))
        raise UsageError(f"there is no table {name!r}; there are {known}")
    return tables[name + ".csv"]


def contribute(path: Path, name: str, data: Path, *, dry_run: bool = False) -> tuple[int, list[Refusal]]:
    """Add the rows of ``path`` to the table ``name`` of a data folder: all of them, or none when anything is wrong.

    Returns the number of rows read and what is wrong with them.

    Raises:
        DataError: the tables of the folder, or the file, cannot be read.
        UsageError: there is no such table, or the file is neither CSV nor XLSX.
    """
    tables, refusals = read_folder(data / "tables")
    if refusals:
        raise DataError(f"the tables of {data} have faults of their own; mend them first:\n{refusals[0]}")
    table = find(tables, name)
    new = dataclasses.replace(table, file=str(path), rows=[], read=0)
    found = list(add_rows(new, _in_order(new, _records(path, name)), taken=table.rows))
    if not found and not new.rows:
        found = [Refusal(str(path), "there is no row below the header", "fill in at least one row")]
    tables[table.name] = dataclasses.replace(table, file=str(path), rows=[*table.rows, *new.rows])
    lines, origins, mappers = state(tables, VOCABULARY)
    ours = set(map(id, new.rows))
    found += missing({table.name: new}, mappers)
    theirs = {line: [origin for origin in stated if id(origin[1]) in ours] for line, stated in origins.items()}
    documented, _ = documents.read_all(data, VOCABULARY)
    found += dangling([*lines, *documented], theirs, [], VOCABULARY)
    if not found and not dry_run:
        _append(Path(table.file), new)
    return new.read, found


def _append(target: Path, new: Table) -> None:
    added = io.StringIO()
    writer = csv.writer(added, lineterminator="\n")
    for row in new.rows:
        writer.writerow(
            [(column.separator or ";").join(row.values.get(name, ())) for name, column in new.columns.items()]
        )
    before = target.read_bytes()
    if not before.endswith(b"\n"):
        before += b"\n"
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(before + added.getvalue().encode())
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error


def _records(path: Path, name: str) -> Records:
    if path.suffix.lower() == ".xlsx":
        return _spreadsheet(path, name)
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path}: a contribution is a .csv or an .xlsx file")
    return _text(path)


def _text(path: Path) -> Records:
    text, refusal = decode(path)
    if refusal:
        return iter([(1, refusal)])
    header = text.partition("\n")[0]
    return records(text, max(",;\t", key=header.count))


def _in_order(table: Table, found: Records) -> Records:
    """The records with their cells in the order of the table; a heading may be a name or a title in any language."""
    order: list[int | None] | None = None
    for line, record in found:
        if not isinstance(record, list):
            yield line, record
        elif order is None:
            names = [_name_of(table, heading) for heading in record]
            unknown = [heading for heading, name in zip(record, names, strict=True) if heading.strip() and not name]
            required = [name for name, column in table.columns.items() if column.required and name not in names]
            twice = sorted({name for name in names if name and names.count(name) > 1})
            for what, which in (("unknown", unknown), ("missing", required), ("repeated", twice)):
                if which:
                    hint = f"the columns are {', '.join(table.columns)}"
                    yield line, Refusal(table.file, f"{what} column: {', '.join(which)}", hint, line=line)
                    return
            order = [names.index(name) if name in names else None for name in table.columns]
            yield line, list(table.columns)
        elif len(record) > len(names) and any(record[len(names) :]):
            yield line, record
        else:
            yield line, ["" if at is None or at >= len(record) else record[at].strip() for at in order]


def _name_of(table: Table, heading: str) -> str:
    wanted = heading.strip().casefold()
    for name, column in table.columns.items():
        if wanted in {name.casefold(), *(title.casefold() for titles in column.titles.values() for title in titles)}:
            return name
    return ""


def _spreadsheet(path: Path, name: str) -> Records:
    """The records of the sheet that is called like the table, else of the first sheet."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(path, read_only=True)
    except (OSError, KeyError, ValueError, InvalidFileException, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: not a readable XLSX file: {error}") from error
    title = name if name in book.sheetnames else book.sheetnames[0]
    rows = zip(book[title].iter_rows(), formulas[title].iter_rows(), strict=True)
    for line, (values, written) in enumerate(rows, start=1):
        record: list[str] = []
        for value, cell in zip(values, written, strict=True):
            if cell.data_type == "e" or value.data_type == "e" or (cell.data_type == "f" and value.value is None):
                where = f"cell {cell.coordinate}"
                hint = "write the value itself, or open the file in a spreadsheet program and save it"
                yield line, Refusal(str(path), f"{where} holds an error or a formula without a value", hint, line=line)
                return
            record.append(_cell_text(value.value))
        yield line, record


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    return str(value).strip()


def headings(table: Table, language: str) -> Iterator[str]:
    """The columns' titles in a language, the name where there is none."""
    for name, column in table.columns.items():
        titles = column.titles.get(language) or []
        yield titles[0] if titles else name
