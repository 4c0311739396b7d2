"""Reads what a contributor hands in, CSV or XLSX, as the records of a table."""

from __future__ import annotations

import contextlib
import datetime
import difflib
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_graph.errors import DataError, UsageError
from ce_graph.ingest.cells import Cell, Refusal
from ce_graph.ingest.columns import canonical, shown
from ce_graph.ingest.records import Records, empty, miscounted, records
from ce_graph.ingest.tables import Layout, Table
from ce_graph.wording import mark, say

if TYPE_CHECKING:
    from openpyxl import Workbook

_DAMAGED = mark("%(file)s: not a readable XLSX file: damaged or of another kind; save it as XLSX again")
_DELIMITERS = (",", ";", "\t")
_UNPACKED = 1 << 30
"""Bytes that an XLSX file may unpack to."""
_NO_MEMORY = 1
"""How the parser of XML says that it finds no memory (``XML_ERROR_NO_MEMORY``)."""
_DIGITS = ".15g"
"""As many digits as spreadsheets show; the sixteenth is an artefact of binary numbers."""
_FEW = 3
"""Unknown headings that are always told one by one; more of them than known ones are those of another table."""
_TITLE_ROWS = 20
"""Rows below the first in which headings are looked for when the first has none of them."""


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
        return table.layout(str(path)), iter([first or empty(path), *_other_sheets(path, sheet_title(table))])
    _, line, header = first
    names = [_name_of(table, heading) for heading in header]
    layout = table.layout(str(path), [*zip(names, map(str.strip, header), strict=True)])
    faults = _header_faults(table, layout.file, line, header, names)
    if faults and not any(names):
        faults = _headings_below(table, layout.file, found) or faults
    if faults:
        faults += _other_sheets(path, sheet_title(table))
    return layout, iter(faults) if faults else _in_order(layout, line, names, found, narrow=path.suffix != ".xlsx")


def fitting(path: Path, tables: Iterable[Table]) -> Table | Refusal | None:
    """The table that a file's headings belong to: of those that know at least half of them, the one that fits best.

    A refusal says why the file has no headings.

    Raises:
        DataError: the file cannot be read.
        UsageError: the file is neither CSV nor XLSX.
    """
    found = []
    sheets = _sheet_titles(path) if path.suffix.lower() == ".xlsx" else None
    firsts: dict[str, tuple[int, int, Sequence[str]] | Refusal] = {}
    for table in tables:
        title = sheet_title(table)
        source = table.name if sheets is None else title if title in sheets else ""  # a sheet is read once
        if source not in firsts:
            firsts[source] = next(_read(path, table), empty(path))
        first = firsts[source]
        if isinstance(first, Refusal):
            return first
        found.append((_likeness(first[2], path, table), table))
    best, table = max(found, key=lambda pair: pair[0])
    return table if best[0] else None


def _likeness(header: Sequence[str], path: Path, table: Table) -> tuple[bool, bool, bool, int, int]:
    """Whether it may be this table, has all it needs, has its name; headings known, and columns left out (negative)."""
    headings = [text for text in header if text.strip()]
    names = [_name_of(table, heading) for heading in headings]
    known = len({name for name in names if name})
    required = all(name in names for name, column in table.columns.items() if column.required)
    fits = bool(known) and known == len(headings) and required
    return 2 * known >= max(1, len(headings)), fits, path.stem == Path(table.name).stem, known, -len(table.columns)


def _read(path: Path, table: Table) -> Records:
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(say("%(file)s: a contribution is a .csv or an .xlsx file; save it as one of them", file=path))
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
    by_title = {title.casefold(): name for name, *titles in _headings(table) for title in titles}
    return (by_title | {name.casefold(): name for name in table.columns}).get(wanted, "")


def _header_faults(table: Table, file: str, line: int, header: Sequence[str], names: list[str]) -> list[Refusal]:
    """What is wrong with the first row: headings that are not of the table, some that are missing or come twice."""
    strange = [heading for heading, name in zip(header, names, strict=True) if heading.strip() and not name]
    if len(strange) > max(_FEW, sum(map(bool, names))):
        said = say("%(n)s headings are not of the table %(table)s: %(names)s",
                   n=len(strange), table=table.short, names=", ".join(map(shown, strange)))  # fmt: skip
        hint = say("is it the right table? ce-graph template %(table)s has all its headings", table=table.short)
        return [Refusal(file, said, hint, line)]
    faults = []
    known = sorted({text for texts in _headings(table) for text in texts})
    for number, (heading, name) in enumerate(zip(header, names, strict=True), start=1):
        cell = Cell(file, line, 0, name, number, heading).name
        if heading.strip() and not name:
            said = say("cell %(cell)s has the heading %(heading)s, which the table %(table)s does not have",
                       cell=cell, heading=shown(heading), table=table.short)  # fmt: skip
            near = difflib.get_close_matches(heading.strip(), known, n=1)
            hint = (
                say("did you mean %(names)s?", names=repr(near[0]))
                if near
                else say("delete the column; ce-graph template %(table)s has all headings", table=table.short)
            )
            faults.append(Refusal(file, said, hint, line))
        elif name and name in names[: number - 1]:
            said = say("cell %(cell)s has a second heading for the column %(column)s", cell=cell, column=repr(name))
            faults.append(Refusal(file, said, say("delete one of the two columns"), line))
    if missing := [name for name, column in table.columns.items() if column.required and name not in names]:
        said = say("the header lacks %(names)s", names=", ".join(map(shown, missing)))
        faults.append(Refusal(file, said, say("add a column for each; every row must have a value in it"), line))
    return faults


def _other_sheets(path: Path, title: str) -> list[Refusal]:
    """Which sheet was read, where there are several and none has the title of the table."""
    titles = _sheet_titles(path) if path.suffix.lower() == ".xlsx" else []
    if len(titles) < 2 or title in titles:
        return []
    said = say("the rows were looked for in the first sheet, %(sheet)s", sheet=repr(titles[0]))
    return [Refusal(str(path), said, say("call the sheet that has them %(title)s", title=repr(title)))]


def _headings_below(table: Table, file: str, found: Records) -> list[Refusal]:
    """That the headings do not stand in the first row but in a later one, when that is so."""
    for record in itertools.islice(found, _TITLE_ROWS):
        if isinstance(record, Refusal):
            break
        number, line, cells = record
        if sum(1 for cell in cells if _name_of(table, cell)) > 1:
            said = say("the headings stand in row %(row)s, not in the first", row=number + 1)
            return [Refusal(file, said, say("delete the rows above the headings"), line)]
    return []


def _headings(table: Table) -> Iterator[tuple[str, ...]]:
    """Each column's name and its titles in all languages."""
    for name, column in table.columns.items():
        yield (name, *(title for titles in column.titles.values() for title in titles))


def _in_order(layout: Layout, line: int, names: list[str], found: Records, *, narrow: bool) -> Records:
    """The records with their cells in the order of the table; where ``narrow``, none has more cells than the header."""
    yield 0, line, list(layout.places)
    order = [names.index(name) if name in names else None for name in layout.places]
    for record in found:
        if isinstance(record, Refusal):
            yield record
            continue
        number, line, cells = record
        stray = [
            place for place, text in enumerate(cells) if text.strip() and (place >= len(names) or not names[place])
        ]
        if narrow and len(cells) > len(names):
            yield miscounted(layout.file, line, len(cells), len(names))
        elif stray:
            cell = Cell(layout.file, line, number, "", stray[0] + 1, cells[stray[0]])
            said = say("%(value)s in cell %(cell)s stands below no heading", value=shown(cell.value), cell=cell.name)
            hint = say(
                "give the column a heading of its own (headings in merged cells do not count), or empty the cell"
            )
            yield Refusal(layout.file, said, hint, line)
        else:
            yield number, line, ["" if at is None or at >= len(cells) else cells[at].strip() for at in order]


def _delimiter(path: Path, table: Table) -> str:
    """The delimiter with which most headings are known."""
    known: dict[str, int] = {}
    for delimiter in _DELIMITERS:
        firsts = itertools.islice(records(path, delimiter), _TITLE_ROWS)
        headers = [first[2] for first in firsts if isinstance(first, tuple)]
        known[delimiter] = max((sum(1 for text in header if _name_of(table, text)) for header in headers), default=0)
    return max(_DELIMITERS, key=lambda delimiter: known[delimiter])


def _workbook(path: Path, title: str) -> Records:
    """The records of the sheet with a title, else of the first sheet."""
    with _readable(path), contextlib.ExitStack() as stack:
        values = stack.enter_context(contextlib.closing(_open(path, values=True)))
        formulas = stack.enter_context(contextlib.closing(_open(path, values=False)))
        if sheets := _titles(values):
            yield from _sheet(path, values, formulas, title if title in sheets else sheets[0])


def _sheet_titles(path: Path) -> list[str]:
    """The titles of the sheets of a workbook, in the order in which they are looked at."""
    with _readable(path), contextlib.closing(_open(path, values=True)) as book:
        return _titles(book)


def _titles(book: Workbook) -> list[str]:
    """The titles of the sheets, hidden ones last."""
    return [sheet.title for sheet in sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")]


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Make an error of the user's of whatever a damaged workbook does to the reader."""
    try:
        yield
    except (DataError, MemoryError):
        raise
    except zipfile.BadZipFile as error:
        raise DataError(say(_DAMAGED, file=path)) from error
    except Exception as error:  # what a damaged file does to the reader is listed nowhere
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from error
        raise DataError(say("%(file)s: not a readable XLSX file: %(why)s", file=path, why=error)) from error


def _open(path: Path, *, values: bool) -> Workbook:
    import openpyxl

    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
            limit = _UNPACKED >> 20
            raise DataError(
                say("%(file)s: unpacks to more than %(limit)s MiB; split it, or hand in CSV", file=path, limit=limit)
            )
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
