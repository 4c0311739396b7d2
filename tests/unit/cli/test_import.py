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
        "1 more: rows that refer to what was refused above",
        "3 rows read; nothing added",
    ]
    assert instance.path("things").read_bytes() == before


def test_an_unknown_table_ends_with_2(run: Run, instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id\n", encoding="utf-8")
    ended = run("import", path, "--table", "thing", "--data", instance.root)
    assert (ended.code, ended.err) == (
        2,
        "ce-graph: there is no table 'thing'; there are codes/kind, codes/measure, sources, things\n",
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
