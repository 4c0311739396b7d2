"""Writes an empty table to fill in: XLSX with a sheet that explains the columns and lists of codes, or bare CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.errors import StorageError, UsageError
from ce_graph.ingest.columns import Column
from ce_graph.ingest.contributions import find
from ce_graph.ingest.records import read_folder
from ce_graph.ingest.sheets import headings, sheet_title
from ce_graph.ingest.tables import Table
from ce_graph.wording import say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WORDS = {
    "en": ("Description", ("Column", "Name", "Required", "Several values", "Kind of value", "Codes", "Meaning"), "yes"),
    "fi": ("Kuvaus", ("Sarake", "Nimi", "Pakollinen", "Useita arvoja", "Arvon laji", "Koodit", "Merkitys"), "kyllä"),
    "sv": ("Beskrivning", ("Kolumn", "Namn", "Krävs", "Flera värden", "Slag av värde", "Koder", "Betydelse"), "ja"),
}
_LIST = 300
"""Longest list that gets a sheet and is offered to choose from; a longer one is only named."""
_ROWS = 10_000
"""Rows for which cells offer their list and keep what is typed."""
_NUMBERS = {"decimal", "integer", "nonNegativeInteger", "boolean"}
"""Datatypes that a spreadsheet may make of what is typed; all others are kept as typed, 018 and 2021-11 too."""


def write_template(name: str, data: Path, target: Path, language: str = "en") -> None:
    """Write an empty table ``name`` with headings in a language: ``.xlsx``, or ``.csv`` with the headings only.

    Raises:
        StorageError: the file cannot be written.
        UsageError: there is no such table, or the file has another ending.
    """
    tables, _ = read_folder(data / "tables")
    table = find(tables, name)
    kind = target.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(say("%(file)s: a template is a .xlsx or a .csv file", file=target))
    try:
        if kind == ".csv":
            with target.open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream).writerow(headings(table, language))
        else:
            _workbook(table, tables, language).save(target)
    except OSError as error:
        raise StorageError(say("%(file)s: cannot be written: %(why)s", file=target, why=error.strerror)) from error


def _workbook(table: Table, tables: dict[str, Table], language: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_title(table)
    sheet.append(headings(table, language))
    sheet.freeze_panes = "A2"
    explained = book.create_sheet(_WORDS[language][0])
    explained.append(_WORDS[language][1])
    lists: dict[str, str] = {}
    for column, heading in zip(table.columns.values(), headings(table, language), strict=True):
        linked, key = _linked(table, column, tables)
        explained.append(_explained(column, heading, linked, language))
        if linked is not None and 0 < len(linked.rows) <= _LIST:
            if linked.name not in lists:
                lists[linked.name] = _list_sheet(book, linked, key, language)
            if not column.separator:
                _offer(sheet, column, lists[linked.name], closed=linked.name.startswith("codes/"))
    for page in book.worksheets:
        _dress(page)
    for column in table.columns.values():
        if column.type_name not in _NUMBERS:
            _keep_as_typed(sheet, column)
    return book


def _linked(table: Table, column: Column, tables: dict[str, Table]) -> tuple[Table | None, str]:
    """The table whose rows the cells of a column name, by a foreign key or by the IRIs that they make, and its key."""
    for key in table.foreign_keys:
        if key.column == column.name:
            return tables[key.table], key.referenced
    prefix = column.template.prefix if column.template else ""
    named = [other for other in tables.values() if prefix and other.about.prefix == prefix]
    if not named:
        return None, ""
    found = min(named, key=lambda other: len(other.primary_key))  # others only add to what this one describes
    return found, found.about.names[0]


def _explained(column: Column, heading: str, linked: Table | None, language: str) -> list[str]:
    yes = _WORDS[language][2]
    return [
        heading,
        column.name,
        yes if column.required else "",
        f"{yes}: {column.separator}" if column.separator else "",
        column.type_name,
        linked.short if linked else "",
        column.description,
    ]


def _list_sheet(book: Workbook, linked: Table, key: str, language: str) -> str:
    """A sheet with what may be written and its name; returns the range of the former."""
    sheet = book.create_sheet(sheet_title(linked))  # another title when there is one of that name
    labels = [f"{label}_{tongue}" for tongue in (language, "en", "fi", "sv") for label in ("label", "name")]
    for value, row in linked.by(key).items():
        sheet.append([value, next(filter(None, map(row.one, [*labels, "title"])), "")])
    return f"'{sheet.title}'!$A$1:$A${sheet.max_row}"


def _offer(sheet: Worksheet, column: Column, cells: str, *, closed: bool) -> None:
    """Let the cells of a column be chosen from a list; other values are refused when the list is closed."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(type="list", formula1="=" + cells, allow_blank=not column.required, showErrorMessage=True)
    offered.errorStyle = "stop" if closed else "warning"  # a new source or actor may come in the same go
    letter = get_column_letter(column.number)
    offered.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(offered)


def _keep_as_typed(sheet: Worksheet, column: Column) -> None:
    from openpyxl.utils import get_column_letter

    sheet.column_dimensions[get_column_letter(column.number)].number_format = "@"


def _dress(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, cells in enumerate(sheet.iter_cols(), start=1):
        width = max(len(str(cell.value or "")) for cell in cells)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(width + 2, 10), 60)
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=width > 58)
    if sheet.freeze_panes:
        for cell in sheet[1]:
            cell.font = Font(bold=True)
