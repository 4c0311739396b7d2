"""An empty table explains itself, and what is filled into it can be imported and built."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from small_instance import THINGS, Instance

from ce_graph.errors import StorageError, UsageError
from ce_graph.ingest.contributions import contribute
from ce_graph.ingest.templates import write_template


@pytest.fixture
def book(instance: Instance, tmp_path: Path) -> openpyxl.Workbook:
    write_template("things", instance.root, tmp_path / "things.xlsx")
    return openpyxl.load_workbook(tmp_path / "things.xlsx")


def column_of(sheet: object, number: int) -> list[object]:
    return [row[number - 1] for row in sheet.iter_rows(values_only=True)]  # type: ignore[attr-defined]


def test_the_first_sheet_has_the_headings_and_no_rows(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    assert sheet.title == "things"
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]][:4] == ["Id", "Name en", "Name in Finnish", "Kind"]


def test_the_second_sheet_explains_each_column(book: openpyxl.Workbook) -> None:
    sheet = book["Description"]
    assert column_of(sheet, 2)[1:] == THINGS.strip().split(",")
    explained = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert explained["kind"][2:6] == ("yes", None, "string", "codes/kind")
    assert explained["near"][2:6] == (None, "yes: ;", "string", "things")
    assert explained["seen"][4] == "partialDate"
    assert explained["source"][2] == "yes"


@pytest.mark.parametrize(
    ("language", "title", "yes", "heading"),
    [
        ("en", "Description", "yes", "Name in Finnish"),
        ("fi", "Kuvaus", "kyllä", "Nimi suomeksi"),
        ("sv", "Beskrivning", "ja", "Namn på finska"),
    ],
)
def test_the_template_speaks_three_languages(
    instance: Instance, tmp_path: Path, language: str, title: str, yes: str, heading: str
) -> None:
    write_template("things", instance.root, tmp_path / "a.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[:2] == ["things", title]
    assert heading in [cell.value for cell in book.worksheets[0][1]]
    assert heading in column_of(book[title], 1)
    assert yes in column_of(book[title], 3)


def test_each_list_of_codes_is_a_sheet_with_labels(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["things", "Description", "kind", "things1", "measure", "sources"]
    assert list(book["kind"].iter_rows(values_only=True)) == [("thing", "Thing"), ("light", "Light"), ("seat", "Seat")]
    assert column_of(book["measure"], 1) == ["kg"]
    assert list(book["things1"].iter_rows(values_only=True)) == [("lamp", "Lamp"), ("stool", "Stool")]


def test_cells_offer_their_codes_and_refuse_others_but_new_things_may_come(book: openpyxl.Workbook) -> None:
    offered = {
        str(found.sqref): (found.formula1, found.errorStyle or "stop")
        for found in book["things"].data_validations.dataValidation
    }
    assert offered == {
        "D2:D10000": ("='kind'!$A$1:$A$3", "stop"),
        "M2:M10000": ("='measure'!$A$1:$A$1", "stop"),
        "N2:N10000": ("='sources'!$A$1:$A$2", "warning"),
    }


def test_a_long_list_is_named_but_not_offered(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ce_graph.ingest.templates._LIST", 2)
    write_template("things", instance.root, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert "kind" not in book.sheetnames
    assert "codes/kind" in column_of(book["Description"], 6)


def test_what_is_no_number_is_kept_as_it_is_typed(book: openpyxl.Workbook) -> None:
    """018 would lose its zero and 2021-11 become a day, if the spreadsheet program had its way."""
    sheet = book["things"]
    for column in sheet[1]:
        kept = sheet.column_dimensions[column.column_letter].number_format == "@"
        assert kept == (column.value not in ("Amount", "Count", "Useful")), column.value


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_filled_in_template_is_imported_and_built(
    instance: Instance, tmp_path: Path, language: str, ending: str
) -> None:
    path = tmp_path / f"mine.{ending}"
    write_template("things", instance.root, path, language)
    cells = [
        "vase",
        None,
        "Maljakko",
        "thing",
        1.5,
        None,
        None,
        "2021",
        "2021-11",
        True,
        "lamp;stool",
        None,
        "kg",
        "fair",
    ]
    if ending == "xlsx":
        book = openpyxl.load_workbook(path)
        book.worksheets[0].append(cells)
        book.save(path)
    else:
        text = ",".join("" if cell is None else str(cell).lower() if cell is True else str(cell) for cell in cells)
        path.write_text(path.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")
    assert contribute(path, "things", instance.root) == (1, [])
    built = instance.build()
    assert built.complete
    assert any(
        line.startswith("<https://w3id.org/ce-graph/id/thing/vase> ") and '"Maljakko"@fi' in line
        for line in built.lines
    )


def test_a_csv_template_begins_with_a_mark_that_spreadsheets_know_utf_8_by(instance: Instance, tmp_path: Path) -> None:
    write_template("things", instance.root, tmp_path / "a.csv", "sv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfid,name_en,Namn p\xc3\xa5 finska,")


def test_a_code_list_has_a_template_too(instance: Instance, tmp_path: Path) -> None:
    write_template("codes/kind", instance.root, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["kind", "Description", "kind1"]
    assert book["kind"].data_validations.dataValidation[0].formula1 == "='kind1'!$A$1:$A$3"


def test_another_ending_is_refused_before_anything_is_written(instance: Instance, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a\.ods: a template is a \.xlsx or a \.csv file"):
        write_template("things", instance.root, tmp_path / "a.ods")
    assert not (tmp_path / "a.ods").exists()


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_that_cannot_be_written_is_an_error(instance: Instance, tmp_path: Path, name: str) -> None:
    with pytest.raises(StorageError, match="cannot be written: No such file or directory"):
        write_template("things", instance.root, tmp_path / "nowhere" / name)
