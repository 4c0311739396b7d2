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
        ([{"region": "atlantis"}], "region", 2, "nothing is known as 'atlantis' among 'place'"),
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
    assert "which the table actors does not have" in render(validation.validate(path, table="actors"))
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
