"""Writes an empty table to fill in: XLSX with a sheet that explains the columns and lists of codes, or bare CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.errors import UsageError
from ce_graph.ingest.columns import Column
from ce_graph.ingest.contributions import find, headings
from ce_graph.ingest.tables import Table, read_folder

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WORDS = {
    "en": ("Description", ("Column", "Name", "Required", "Several values", "Kind of value", "Codes", "Meaning"), "yes"),
    "fi": ("Kuvaus", ("Sarake", "Nimi", "Pakollinen", "Useita arvoja", "Arvon laji", "Koodit", "Merkitys"), "kyllä"),
    "sv": ("Beskrivning", ("Kolumn", "Namn", "Krävs", "Flera värden", "Slag av värde", "Koder", "Betydelse"), "ja"),
}
_DROPDOWN = 300
"""Longest list of codes that a cell offers to choose from; a longer one is only named."""


def write_template(name: str, data: Path, target: Path, language: str = "en") -> None:
    """Write an empty table ``name`` with headings in a language: ``.xlsx``, or ``.csv`` with the headings only.

    Raises:
        UsageError: there is no such table, or the file cannot be written or has another ending.
    """
    tables, _ = read_folder(data / "tables")
    table = find(tables, name)
    try:
        if target.suffix.lower() == ".csv":
            with target.open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream).writerow(headings(table, language))
        elif target.suffix.lower() == ".xlsx":
            _workbook(table, tables, name, language).save(target)
        else:
            raise UsageError(f"{target}: a template is a .xlsx or a .csv file")
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error


def _workbook(table: Table, tables: dict[str, Table], name: str, language: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name.rpartition("/")[2][:31]
    sheet.append(list(headings(table, language)))
    sheet.freeze_panes = "A2"
    explained = book.create_sheet(_WORDS[language][0])
    explained.append(_WORDS[language][1])
    links = {key.column: tables.get(key.resource) for key in table.foreign_keys}
    lists: dict[str, str] = {}
    for column, heading in zip(table.columns.values(), headings(table, language), strict=True):
        linked = links.get(column.name)
        explained.append(_explained(column, heading, linked, language))
        if linked is not None and linked.name.startswith("codes/") and len(linked.rows) <= _DROPDOWN:
            if linked.name not in lists:
                lists[linked.name] = _list_sheet(book, linked, language)
            if not column.separator:
                _offer(sheet, column, lists[linked.name])
    for page in book.worksheets:
        _dress(page)
    return book


def _explained(column: Column, heading: str, linked: Table | None, language: str) -> list[str]:
    yes = _WORDS[language][2]
    return [
        heading,
        column.name,
        yes if column.required else "",
        f"{yes}: {column.separator}" if column.separator else "",
        column.type_name,
        linked.name.removesuffix(".csv") if linked else "",
        column.description,
    ]


def _list_sheet(book: Workbook, codes: Table, language: str) -> str:
    """A sheet with the codes and their labels; returns the range of the codes."""
    title = codes.name.removeprefix("codes/").removesuffix(".csv")[:31]
    sheet = book.create_sheet(title)
    for row in codes.rows:
        sheet.append([row.one("notation"), row.one(f"label_{language}") or row.one("label_en")])
    return f"'{title}'!$A$1:$A${len(codes.rows)}"


def _offer(sheet: Worksheet, column: Column, cells: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(type="list", formula1="=" + cells, allow_blank=not column.required, showErrorMessage=True)
    letter = get_column_letter(column.number)
    offered.add(f"{letter}2:{letter}10000")
    sheet.add_data_validation(offered)


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
