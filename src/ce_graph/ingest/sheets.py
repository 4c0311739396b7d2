"""Reads what a contributor hands in, CSV or XLSX, as the records of a table."""

from __future__ import annotations

import contextlib
import datetime
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_graph.errors import DataError, UsageError
from ce_graph.ingest.cells import Cell, Refusal
from ce_graph.ingest.columns import canonical, shown
from ce_graph.ingest.records import Records, records
from ce_graph.ingest.tables import Layout, Table
from ce_graph.wording import mark, say

if TYPE_CHECKING:
    from openpyxl import Workbook

_UNKNOWN, _MISSING, _REPEATED = (
    mark("header: unknown %(names)s"),
    mark("header: missing %(names)s"),
    mark("header: repeated %(names)s"),
)
_DELIMITERS = (",", ";", "\t")
_UNPACKED = 1 << 30
"""Bytes that an XLSX file may unpack to."""
_DIGITS = ".15g"
"""As many digits as spreadsheets show; the sixteenth is an artefact of binary numbers."""


def contributed(path: Path, table: Table) -> tuple[Layout, Records]:
    """Where the columns stand in the file, and its records with their cells in the order of the table.

    A heading may be a column's name or its title in any language, in any order; other than required columns may be
    left out.

    Raises:
        DataError: the file cannot be read.
        UsageError: the file is neither CSV nor XLSX.
    """
    found = _read(path, table)
    first = next(found, None)
    if first is None or isinstance(first, Refusal):
        return table.layout(str(path)), iter(() if first is None else (first,))
    _, line, header = first
    names = [_name_of(table, heading) for heading in header]
    if refusal := _header_fault(table, str(path), line, header, names):
        return table.layout(str(path)), iter((refusal,))
    numbers = {name: names.index(name) + 1 if name in names else 0 for name in table.columns}
    return table.layout(str(path), numbers), _in_order(table, str(path), line, names, found)


def fitting(path: Path, tables: Iterable[Table]) -> Table | None:
    """The table that a file's headings belong to: of those that know at least half of them, the one that fits best.

    Raises:
        DataError: the file cannot be read.
        UsageError: the file is neither CSV nor XLSX.
    """
    found = [(_likeness(path, table), table) for table in tables]
    best, table = max(found, key=lambda pair: pair[0], default=((False,), None))
    return table if best[0] else None


def _likeness(path: Path, table: Table) -> tuple[bool, bool, bool, int, int]:
    """Whether it may be this table, has all it needs, has its name; headings known, and columns left out (negative)."""
    first = next(_read(path, table), None)
    headings = [text for text in first[2] if text.strip()] if isinstance(first, tuple) else []
    names = [_name_of(table, heading) for heading in headings]
    known = len({name for name in names if name})
    required = all(name in names for name, column in table.columns.items() if column.required)
    fits = bool(known) and known == len(headings) and required
    return 2 * known >= max(1, len(headings)), fits, path.stem == Path(table.name).stem, known, -len(table.columns)


def _read(path: Path, table: Table) -> Records:
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(f"{path}: a contribution is a .csv or an .xlsx file")
    return _workbook(path, sheet_title(table)) if kind == ".xlsx" else records(path, _delimiter(path, table))


def sheet_title(table: Table) -> str:
    """The title of the sheet that holds the rows of a table; spreadsheets allow 31 characters."""
    return Path(table.name).stem[:31]


def headings(table: Table, language: str) -> list[str]:
    """The columns' titles in a language, the name where there is none."""
    return [(column.titles.get(language) or [name])[0] for name, column in table.columns.items()]


def _name_of(table: Table, heading: str) -> str:
    """The column that a heading means, or ``""``; a name comes before a title."""
    wanted = " ".join(heading.split()).casefold()
    by_title = {
        title.casefold(): name
        for name, column in table.columns.items()
        for titles in column.titles.values()
        for title in titles
    }
    return (by_title | {name.casefold(): name for name in table.columns}).get(wanted, "")


def _header_fault(table: Table, file: str, line: int, header: Sequence[str], names: list[str]) -> Refusal | None:
    unknown = [heading for heading, name in zip(header, names, strict=True) if heading.strip() and not name]
    required = [name for name, column in table.columns.items() if column.required and name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    for what, which in ((_UNKNOWN, unknown), (_MISSING, required), (_REPEATED, twice)):
        if which:
            hint = say("the columns are %(names)s", names=", ".join(table.columns))
            return Refusal(file, say(what, names=", ".join(map(shown, which))), hint, line)
    return None


def _in_order(table: Table, file: str, line: int, names: list[str], found: Records) -> Records:
    yield 0, line, list(table.columns)
    order = [names.index(name) if name in names else None for name in table.columns]
    for record in found:
        if isinstance(record, Refusal):
            yield record
            continue
        number, line, cells = record
        stray = [
            place for place, text in enumerate(cells) if text.strip() and (place >= len(names) or not names[place])
        ]
        if stray:
            cell = Cell(file, line, number, "", stray[0] + 1, cells[stray[0]])
            said = say("%(value)s in cell %(cell)s stands below no heading",
                       value=shown(cells[stray[0]]), cell=f"{cell.letter}{number + 1}")  # fmt: skip
            yield Refusal(file, said, say("give the column its heading, or delete the cell"), line)
        else:
            yield number, line, ["" if at is None or at >= len(cells) else cells[at].strip() for at in order]


def _delimiter(path: Path, table: Table) -> str:
    """The delimiter with which most headings are known."""
    known: dict[str, int] = {}
    for delimiter in _DELIMITERS:
        first = next(records(path, delimiter), None)
        header = first[2] if isinstance(first, tuple) else ()
        known[delimiter] = sum(1 for heading in header if _name_of(table, heading))
    return max(_DELIMITERS, key=lambda delimiter: known[delimiter])


def _workbook(path: Path, title: str) -> Records:
    """The records of the sheet with a title, else of the first sheet."""
    with contextlib.ExitStack() as stack:
        try:
            values = stack.enter_context(contextlib.closing(_open(path, values=True)))
            formulas = stack.enter_context(contextlib.closing(_open(path, values=False)))
            sheets = [sheet.title for sheet in values.worksheets]
            if sheets:
                yield from _sheet(path, values, formulas, title if title in sheets else sheets[0])
        except DataError:
            raise
        except Exception as error:  # what a damaged file does to the reader is listed nowhere
            raise DataError(f"{path}: not a readable XLSX file: {error}") from error


def _open(path: Path, *, values: bool) -> Workbook:
    import openpyxl

    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
            raise DataError(f"{path}: unpacks to more than {_UNPACKED >> 20} MiB; split it, or hand in CSV")
    return openpyxl.load_workbook(path, read_only=True, data_only=values)


def _sheet(path: Path, values: Workbook, formulas: Workbook, title: str) -> Iterator[Any]:
    sheets: list[Any] = [book[title] for book in (values, formulas)]
    for sheet in sheets:
        sheet.reset_dimensions()  # some programs write wrong ones, and cells beyond them would be left out
    for number, (row, written) in enumerate(zip(*(sheet.iter_rows() for sheet in sheets), strict=True)):
        fault = next(
            (
                cell.coordinate
                for cell, value in zip(written, row, strict=True)
                if "e" in (cell.data_type, value.data_type) or (cell.data_type == "f" and value.value is None)
            ),
            None,
        )
        if fault:
            hint = say("write the value itself, or open the file in a spreadsheet program and save it")
            said = say("cell %(cell)s holds an error or a formula without a value", cell=fault)
            yield Refusal(str(path), said, hint, number + 1)
        else:
            yield number, number + 1, [_cell_text(value.value) for value in row]


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return canonical(Decimal(format(value, _DIGITS)))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    return str(value).strip()
