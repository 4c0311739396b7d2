"""Each of the mistakes that contributors make is told at its cell, in CSV and in XLSX, in three languages."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from ce_graph import resources
from ce_graph.check import validation
from ce_graph.errors import UsageError
from ce_graph.report import render
from ce_graph.report.view import View
from ce_graph.wording import say

Rows = list[dict[str, str]]
TITLES = {"id": "Tunnus", "unit": "Yksikkö", "region": "alue"}


def flows(*changed: dict[str, str]) -> Rows:
    """New rows of the flows table: the first that ships, changed; columns that stay empty are left out."""
    with (resources.data() / "tables" / "flows.csv").open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    rows = [{**first, "id": f"new-{number}", **changes} for number, changes in enumerate(changed, 1)]
    return [{name: row[name] for name in first if any(each[name] for each in rows)} for row in rows]


def write(path: Path, rows: Rows) -> list[str]:
    """Write the rows below Finnish titles where there are some; returns the columns."""
    table = [[TITLES.get(name, name) for name in rows[0]], *(list(row.values()) for row in rows)]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(table)
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in table:
            book.active.append(row)
        book.save(path)
    return list(rows[0])


def told(path: Path, language: str = "en") -> dict[tuple[str, str], str]:
    """What is said, by column and cell."""
    outcome = validation.validate(path)
    assert outcome.exit_code == 1
    view = View(outcome, language)
    found = [(item.notice.position, view.notice(item.notice)) for item in outcome.failing_notices]
    found += [(item.position, view.message(item.finding)) for item in outcome.results]
    return {(place.column_name, place.cell_name): text for place, text in found if place is not None}


WHOLE = {"amount": "100", "amount_stated": "100", "is_total": "true", "complete_by": "Material", "amount_qualifier": ""}
PART = {"amount_stated": "30", "amount": "30", "part_of_by_material": "new-1", "amount_qualifier": ""}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("rows", "column", "row", "words"),
    [
        ([{"waste_code": "999999"}], "waste_code", 2, "'999999' is not in codes/ewc.csv"),
        ([{"year": "2021-02-30"}], "year", 2, "'2021-02-30' is not a valid year; write a year of four digits"),
        ([{"period_start": "2021-02-30"}], "period_start", 2, "does not exist in the calendar"),
        ([{"unit": "litre-of-fun"}], "unit", 2, "'litre-of-fun' is not in codes/unit.csv"),
        ([{"region": "atlantis"}], "region", 2, "'atlantis' is not in places.csv; did you mean"),
        (
            [{"waste_code": "010304", "hazardous": "false"}],
            "hazardous",
            2,
            "“hazardous” contradicts the waste code: in the list of waste, a code of this kind with an asterisk is",
        ),
        (
            [WHOLE, PART, {**PART, "material": "biowaste"}],
            "amount",
            2,
            "All parts linked by “part_of_by_material” are said to be there, yet they sum to 60, less than",
        ),
    ],
    ids=["code", "year", "date", "unit", "place", "hazard", "sum"],
)
def test_a_mistake_is_told_at_its_cell(
    tmp_path: Path, kind: str, rows: list[dict[str, str]], column: str, row: int, words: str
) -> None:
    path = tmp_path / f"mine.{kind}"
    columns = write(path, flows(*rows))
    letter = openpyxl.utils.get_column_letter(columns.index(column) + 1)
    found = told(path)
    assert words in found[column, f"{letter}{row}"]


def test_a_mistake_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    write(path, flows({"unit": "tonnit"}))
    (finnish,) = told(path, "fi").values()
    (swedish,) = told(path, "sv").values()
    assert finnish.startswith("arvoa 'tonnit' ei ole taulukossa codes/unit.csv")
    assert swedish.startswith("'tonnit' finns inte i codes/unit.csv")


def test_the_table_is_the_one_that_is_named_and_a_misspelt_heading_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    rows = [{("amuont" if name == "amount" else name): value for name, value in row.items()} for row in flows({})]
    write(path, rows)
    assert "mine.csv:1: violation: cell I1 has the heading 'amuont', which" in render(validation.validate(path))
    assert "headings are not of the table actors" in render(validation.validate(path, table="actors"))
    with pytest.raises(UsageError, match="there is no table 'nonsense'"):
        validation.validate(path, table="nonsense")


def test_a_file_without_rows_says_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,origin,target,material,unit,stage,region,basis,source,confidence\n")
    assert "there is no row below the header; fill in at least one row" in render(validation.validate(path))


def test_a_text_is_told_in_a_language_with_the_texts_inside_it() -> None:
    text = say("did you mean %(names)s?", names=say("%(first)s or %(others)s", first="a", others="b"))
    assert (text, text.told("fi"), text.told("sv")) == (
        "did you mean a or b?", "tarkoititko a tai b?", "menade du a eller b?",
    )  # fmt: skip


def test_the_words_of_the_file_stand_in_place_of_iris_in_three_languages(tmp_path: Path) -> None:
    rows = [{**row, "hazardous": "false"} for row in flows({"waste_code": "010304"})]
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        titles = {"hazardous": "Vaarallinen", "waste_code": "Jätenimike (EWC)"}
        csv.writer(stream).writerows([[titles.get(name, name) for name in rows[0]], list(rows[0].values())])
    outcome = validation.validate(path)
    (found,) = outcome.failing
    said = {language: View(outcome, language).message(found.finding) for language in ("en", "fi", "sv")}
    assert said["en"].startswith("“Vaarallinen” contradicts the waste code")
    assert said["fi"].endswith("Korjaa ”Vaarallinen” tai valitse oikea ”Jätenimike (EWC)”.")
    assert said["sv"].endswith("Rätta ”Vaarallinen” eller välj rätt ”Jätenimike (EWC)”.")
    text = render(outcome, language="fi")
    assert "(rivi 1, sarake Vaarallinen, " in text
    assert "): new-1 ”false”" in text
    assert "ce:" not in text.replace("ces:HazardFlagShape", "")


def test_a_missing_value_is_told_at_its_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    rows = flows({"amount": "", "amount_stated": "", "amount_qualifier": ""}, {})
    columns = write(path, rows)
    letter = openpyxl.utils.get_column_letter(columns.index("amount") + 1)
    assert "one amount above zero" in told(path)["amount", f"{letter}2"]


def test_a_column_that_the_file_leaves_out_is_named_without_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    write(path, flows({"amount": "", "amount_stated": "", "amount_qualifier": ""}))
    assert "one amount above zero" in told(path)["amount", ""]


def test_things_of_other_rows_are_called_by_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    write(path, flows({"unit": "t", "amount": "5"}, {"unit": "m3", "subset_of": "new-1"}))
    outcome = validation.validate(path)
    (found,) = [item for item in outcome.failing if "PartUnitShape" in str(item.finding.shape)]
    assert found.position is not None
    assert (found.position.column_name, found.position.cell, found.position.row) == ("subset_of", "new-1", 2)
    assert View(outcome).message(found.finding).startswith("The part is measured in m3 and its total new-1 in t:")


def test_a_row_that_comes_twice_is_told_by_the_lines_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    write(path, [*flows({}), *flows({})])
    assert told(path)["id", "A3"].startswith("duplicate key: id 'new-1' stands in line 2 already")


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"unit": "tonni"}, "unit", "did you mean 't'?"),
        ({"region": "Espoo"}, "region", "is not in places.csv; did you mean 'espoo'"),
        ({"id": "New flow"}, "id", "write small letters (a–z) and digits"),
        ({"origin": "households"}, "origin", "write what it is and its id: id/actor/…"),
        ({"amount": "-4"}, "amount", "'-4' is too small; write 0 or more"),
    ],
)
def test_what_to_write_instead_is_told_in_plain_words(
    tmp_path: Path, changes: dict[str, str], column: str, words: str
) -> None:
    path = tmp_path / "mine.csv"
    write(path, flows(changes))
    (said,) = [text for (name, _), text in told(path).items() if name == column]
    assert words in said


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("id,kind\nTörmä".encode("latin-1"), "not UTF-8: byte 0xF6 cannot be decoded"),
        (b"", "the file is empty; it needs at least a header line"),
        ("id,unit".encode("utf-16"), "not UTF-8: byte 0xFF cannot be decoded"),
        (b'id,origin,target,material,unit,stage,region,basis,source,confidence\n"a', "not readable as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_no_finding_of_the_data(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(data)
    outcome = validation.validate(path, table="flows")
    assert outcome.exit_code == 2
    assert words in render(outcome)


def test_a_name_that_is_missing_in_a_language_is_told_at_the_column_of_that_language(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name_fi,name_sv,name_en,actor_type,source,confidence\nnew,Uusi,,New,company,hsy_stt23,high\n")
    outcome = validation.validate(path, table="actors")
    (found,) = [item for item in outcome.results if item.finding.shape.value.endswith("#SwedishLabelShape")]  # type: ignore[union-attr]
    assert found.position is not None
    assert (found.position.column_name, found.position.cell_name) == ("name_sv", "C2")
    text = render(outcome)
    assert "There is no Swedish name. Add “name_sv” when a source has one" in text
    assert "(row 1, column name_sv, C2): new “New”\n" in text
