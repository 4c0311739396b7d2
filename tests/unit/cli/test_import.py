"""``ce-graph import`` adds right rows, names wrong ones, and ends with a code that a script can use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from small_instance import Instance

if TYPE_CHECKING:
    from conftest import Ended

    Run = Callable[..., Ended]
else:
    Run = Callable[..., Any]


@pytest.fixture
def hand_in(run: Run, instance: Instance, tmp_path: Path) -> Callable[..., Ended]:
    """Imports a file with some text into the table of things."""

    def called(text: str, *more: str) -> Ended:
        path = tmp_path / "mine.csv"
        path.write_text(text, encoding="utf-8")
        return run("import", path, "--table", "things", "--data", instance.root, *more)

    return called


def test_right_rows_are_added_and_the_next_step_is_named(hand_in: Run, instance: Instance) -> None:
    ended = hand_in("id,kind,source\nvase,thing,fair\njug,thing,fair\n")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"2 rows are right and were added to things; now run ce-graph validate {instance.root}\n"
    assert instance.path("things").read_text(encoding="utf-8").endswith("jug,,,thing,,,,,,,,,,fair\n")


def test_one_row_is_one_row(hand_in: Run) -> None:
    ended = hand_in("id,kind,source\nvase,thing,fair\n", "--dry-run")
    assert ended.out == "1 row is right\n"


def test_a_dry_run_adds_nothing(hand_in: Run, instance: Instance) -> None:
    before = instance.path("things").read_bytes()
    assert hand_in("id,kind,source\nvase,thing,fair\njug,thing,fair\n", "--dry-run").out == "2 rows are right\n"
    assert instance.path("things").read_bytes() == before


def test_wrong_rows_are_named_nothing_is_added_and_the_exit_code_is_1(
    hand_in: Run, instance: Instance, tmp_path: Path
) -> None:
    before = instance.path("things").read_bytes()
    ended = hand_in("id,kind,source,near\nvase,thin,fair,\njug,thing,fair,vase\ncup,thing,fair,\n")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        f"{tmp_path / 'mine.csv'}:2: column 'kind' (cell B2): 'thin' is not in codes/kind.csv; did you mean 'thing'?",
        "1 more row or statement only refers to what was refused above; --all names it",
        "3 rows read; nothing added",
    ]
    assert instance.path("things").read_bytes() == before


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fi",
            [
                "1: solussa C1 on otsikko 'amuont', jota taulukossa things ei ole; tarkoititko 'amount'?",
                "1: otsikkoriviltä puuttuu 'source'; lisää sarake kullekin; jokaisella rivillä on oltava siinä arvo",
            ],
        ),
        (
            "sv",
            [
                "1: cell C1 har rubriken 'amuont', som inte finns i tabellen things; menade du 'amount'?",
                "1: rubrikraden saknar 'source'; lägg till en kolumn för varje; varje rad måste ha ett värde i den",
            ],
        ),
    ],
)
def test_faults_of_the_header_are_told_in_the_language_of_the_reader(
    hand_in: Run, tmp_path: Path, language: str, said: list[str]
) -> None:
    ended = hand_in("id,kind,amuont\nvase,thing,1\n", "--lang", language)
    assert ended.err.splitlines()[:2] == [f"{tmp_path / 'mine.csv'}:{line}" for line in said]


@pytest.mark.parametrize(
    ("language", "said", "end"),
    [
        ("fi", "sarake 'kind' (solu B2): arvoa 'thin' ei ole taulukossa codes/kind.csv; tarkoititko 'thing'?",
         "2 riviä luettu; mitään ei lisätty"),
        ("sv", "kolumn 'kind' (cell B2): 'thin' finns inte i codes/kind.csv; menade du 'thing'?",
         "2 rader lästa; inget lades till"),
    ],
)  # fmt: skip
def test_faults_of_cells_are_told_in_the_language_of_the_reader(
    hand_in: Run, tmp_path: Path, language: str, said: str, end: str
) -> None:
    ended = hand_in("id,kind,source\nvase,thin,fair\njug,thing,fair\n", "--lang", language)
    assert ended.err.splitlines() == [f"{tmp_path / 'mine.csv'}:2: {said}", end]


def test_columns_are_called_as_the_headings_of_the_file_call_them(hand_in: Run) -> None:
    said = hand_in("id,kind,source,Nimi suomeksi,  AMOUNT \nvase,thing,fair,,many\n").err
    assert "column 'AMOUNT' (cell E2): 'many' is not a valid decimal" in said


def test_a_number_out_of_bounds_is_told_with_its_bound_in_the_language_of_the_reader(hand_in: Run) -> None:
    ended = hand_in("id,kind,source,amount\nvase,thing,fair,-1\n", "--lang", "fi")
    assert "'-1' on liian pieni; kirjoita vähintään 0" in ended.err


def test_errors_of_use_are_told_in_the_language_of_the_reader(run: Run, instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("id\n", encoding="utf-8")
    ended = run("import", tmp_path / "mine.csv", "--table", "wares", "--data", instance.root, "--lang", "sv")
    assert ended.err.startswith("ce-graph: det finns ingen tabell 'wares'; det finns codes/kind")


def test_titles_above_the_headings_are_found_out(hand_in: Run) -> None:
    said = hand_in("Things of 2024,,\n,,\nid,kind,source\nvase,thing,fair\n").err
    assert ":3: the headings stand in row 3, not in the first; delete the rows above the headings" in said


def test_an_unknown_table_ends_with_2(run: Run, instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id\n", encoding="utf-8")
    ended = run("import", path, "--table", "wares", "--data", instance.root)
    assert (ended.code, ended.err) == (
        2,
        "ce-graph: there is no table 'wares'; there are codes/kind, codes/measure, sources, things\n",
    )


def test_a_file_that_cannot_be_read_ends_with_2(run: Run, instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_bytes(b"not a workbook")
    ended = run("import", tmp_path / "mine.xlsx", "--table", "things", "--data", instance.root)
    assert ended.code == 2
    assert "mine.xlsx: not a readable XLSX file" in ended.err


def test_the_table_must_be_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("id\n", encoding="utf-8")
    ended = run("import", tmp_path / "mine.csv")
    assert ended.code == 2
    assert "--table" in ended.err


@pytest.mark.parametrize("name", ["thing", "Things", "things.csv"])
def test_a_table_that_is_called_a_little_differently_is_suggested(
    run: Run, instance: Instance, tmp_path: Path, name: str
) -> None:
    (tmp_path / "mine.csv").write_text("id\n", encoding="utf-8")
    ended = run("import", tmp_path / "mine.csv", "--table", name, "--data", instance.root)
    assert (ended.code, ended.err) == (2, f"ce-graph: there is no table '{name}'; did you mean 'things'?\n")


def test_headings_below_a_title_are_found_whatever_separates_the_cells(hand_in: Run, tmp_path: Path) -> None:
    ended = hand_in("My things\n\nid;kind;source\nvase;thing;fair\n")
    assert ended.err.startswith(f"{tmp_path / 'mine.csv'}:3: the headings stand in row 3, not in the first;")
