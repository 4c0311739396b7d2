"""What stands in a spreadsheet becomes the text that the table would have."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from small_instance import Instance

from ce_graph.errors import DataError
from ce_graph.ingest import sheets
from ce_graph.ingest.contributions import contribute
from ce_graph.ingest.records import read_folder

HEADER = ["id", "kind", "source", "amount", "count", "bought", "year", "useful", "name_en"]


def save(path: Path, rows: Iterable[list[object]], title: str = "things", before: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if before:
        sheet.title = before
        sheet = book.create_sheet(title)
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def hand_in(instance: Instance, path: Path) -> list[str]:
    _, refusals = contribute(path, "things", instance.root)
    return [str(refusal).replace(f"{path.parent}/", "") for refusal in refusals]


def last(instance: Instance) -> str:
    return instance.path("things").read_text(encoding="utf-8").splitlines()[-1]


def test_numbers_dates_and_truth_values_are_written_as_the_table_writes_them(
    instance: Instance, tmp_path: Path
) -> None:
    day = datetime.date(2021, 11, 30)
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair", 1234.5, 3.0, day, 2021, True, "Vase"]])
    assert hand_in(instance, path) == []
    assert last(instance) == "vase,Vase,,thing,1234.5,3,2021-11-30,2021,,true,,,,fair"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (7.0, "7"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1e21, "1000000000000000000000"),
        (-2.50, "-2.5"),
        (datetime.datetime(2021, 11, 30), "2021-11-30"),
        (datetime.datetime(2021, 11, 30, 12), "2021-11-30T12:00:00"),
        ("  text ", "text"),
    ],
)
def test_a_cell_becomes_the_text_that_a_reader_sees(value: object, text: str) -> None:
    assert sheets._cell_text(value) == text


def test_a_number_that_a_spreadsheet_made_of_a_code_is_refused_not_guessed(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", 17, "fair"]])
    (said,) = hand_in(instance, path)
    assert said.startswith("a.xlsx:2: column 'kind' (cell B2): '17' is not in codes/kind.csv")


def test_the_sheet_that_is_called_like_the_table_is_read(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair"]], before="Notes")
    assert hand_in(instance, path) == []


def test_without_such_a_sheet_the_first_is_read(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair"]], title="Taul1")
    assert hand_in(instance, path) == []


def test_a_formula_that_was_never_computed_is_refused_with_its_cell(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair", "=1+1"], ["jug", "thing", "fair", "x"]])
    assert hand_in(instance, path) == [
        "a.xlsx:2: cell D2 holds an error or a formula without a value;"
        " write the value itself, or open the file in a spreadsheet program and save it",
        "a.xlsx:3: column 'amount' (cell D3): 'x' is not a valid decimal;"
        " write digits with a point, such as 1234.5, without blanks or units",
    ]


def test_a_cell_that_holds_an_error_is_refused(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair", None, None, None, None, None, "#N/A"]])
    (said,) = hand_in(instance, path)
    assert said.startswith("a.xlsx:2: cell I2 holds an error or a formula without a value")


def test_blank_rows_count_as_the_spreadsheet_counts_them(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, [], ["vase", "thing", "fair", "x"]])
    (said,) = hand_in(instance, path)
    assert said.startswith("a.xlsx:3: column 'amount' (cell D3)")


def test_an_empty_sheet_says_so(instance: Instance, tmp_path: Path) -> None:
    assert hand_in(instance, save(tmp_path / "a.xlsx", []))[0].endswith("it needs at least a header line")


def test_wrong_dimensions_in_the_file_hide_no_cells(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair", None, None, None, None, None, "Vase"]])
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(other, "w") as spoiled:
        for part in packed.namelist():
            content = packed.read(part)
            spoiled.writestr(part, content.replace(b'<dimension ref="A1:I2"', b'<dimension ref="A1:A1"'))
            assert part != "xl/worksheets/sheet1.xml" or b"A1:I2" in content
    assert hand_in(instance, other) == []
    assert last(instance).startswith("vase,Vase,,thing,")


def test_what_the_reader_says_about_styles_is_not_passed_on(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair"]])
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(other, "w") as spoiled:
        for part in packed.namelist():
            spoiled.writestr(part, re.sub(rb"<cellStyles.*</cellStyles>", b"", packed.read(part)))
    with pytest.warns(UserWarning, match="no default style"):
        openpyxl.load_workbook(other)
    assert hand_in(instance, other) == []  # warnings are errors here


@pytest.mark.parametrize("content", [b"", b"id,kind\n", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 an old .xls"])
def test_a_file_that_is_only_called_xlsx_is_an_error(instance: Instance, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.xlsx: not a readable XLSX file"):
        contribute(path, "things", instance.root)


def test_an_archive_that_is_no_workbook_is_an_error(instance: Instance, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr("hello.txt", "hello")
    with pytest.raises(DataError, match="not a readable XLSX file"):
        contribute(tmp_path / "a.xlsx", "things", instance.root)


def test_a_workbook_with_a_damaged_sheet_is_an_error(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair"]])
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(other, "w") as spoiled:
        for part in packed.namelist():
            content = packed.read(part)
            spoiled.writestr(part, content[: len(content) // 2] if part.endswith("sheet1.xml") else content)
    with pytest.raises(DataError, match=r"b\.xlsx: not a readable XLSX file"):
        contribute(other, "things", instance.root)


def test_a_file_that_unpacks_to_more_than_can_be_held_is_not_unpacked(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["vase", "thing", "fair"]])
    monkeypatch.setattr(sheets, "_UNPACKED", 1 << 10)
    with pytest.raises(DataError, match="unpacks to more than 0 MiB; split it, or hand in CSV"):
        contribute(path, "things", instance.root)


def test_the_table_of_a_workbook_is_found_by_reading_each_of_its_sheets_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "kind", "source", "amount"])
    book.create_sheet("measure").append(["notation"])
    book.save(tmp_path / "mine.xlsx")
    tables, _ = read_folder(Instance(tmp_path / "data").root / "tables")
    opened: list[Path] = []
    usual = sheets._open
    monkeypatch.setattr(sheets, "_open", lambda path, values: opened.append(path) or usual(path, values=values))
    found = sheets.fitting(tmp_path / "mine.xlsx", tables.values())
    assert found is tables["things.csv"]
    assert len(opened) <= 5  # once for the titles, twice for each of two sheets


def test_the_headings_of_another_table_are_told_at_once(instance: Instance, tmp_path: Path) -> None:
    path = save(tmp_path / "mine.xlsx", [["id", "colour", "size", "price", "shop"], ["vase", 1, 2, 3, 4]])
    assert hand_in(instance, path) == [
        "mine.xlsx:1: 4 headings are not of the table things: 'colour', 'size', 'price', 'shop';"
        " is it the right table? ce-graph template things has all its headings"
    ]


def test_which_sheet_was_read_is_told_when_it_does_not_fit_and_there_are_others(
    instance: Instance, tmp_path: Path
) -> None:
    path = save(tmp_path / "mine.xlsx", [["id", "kind", "source"]], title="Rows", before="Cover")
    assert hand_in(instance, path)[-1] == (
        "mine.xlsx: the rows were looked for in the first sheet, 'Cover'; call the sheet that has them 'things'"
    )


def test_a_hidden_sheet_is_not_taken_for_the_first(instance: Instance, tmp_path: Path) -> None:
    path = save(
        tmp_path / "mine.xlsx", [["id", "kind", "source"], ["vase", "thing", "fair"]], title="Rows", before="Cover"
    )
    book = openpyxl.load_workbook(path)
    book["Cover"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert hand_in(instance, path) == []
