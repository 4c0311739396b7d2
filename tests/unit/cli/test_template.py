"""``ce-graph template`` writes a file to fill in and says what to do with it; it overwrites none unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from small_instance import Instance

if TYPE_CHECKING:
    from conftest import Ended

    Run = Callable[..., Ended]
else:
    Run = Callable[..., Any]


def test_a_template_is_written_into_the_current_folder(
    run: Run, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run("template", "things", "--data", instance.root)
    assert (ended.code, ended.err) == (0, "")
    then = f"ce-graph import things.xlsx --table things --data {instance.root}"
    assert ended.out == f"things.xlsx: fill it in, then run {then}\n"
    assert openpyxl.load_workbook("things.xlsx").sheetnames[:2] == ["things", "Description"]


def test_a_code_list_is_written_under_its_own_name(
    run: Run, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("template", "codes/kind", "--data", instance.root, "--lang", "fi").code == 0
    assert openpyxl.load_workbook("kind.xlsx").sheetnames[:2] == ["kind", "Kuvaus"]


def test_a_file_that_is_there_is_not_overwritten_unasked(run: Run, instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("precious", encoding="utf-8")
    ended = run("template", "things", "--out", path, "--data", instance.root)
    assert ended.code == 2
    assert ended.err == f"ce-graph: {path} is there already; give another name with --out, or --force\n"
    assert path.read_text(encoding="utf-8") == "precious"
    assert run("template", "things", "--out", path, "--data", instance.root, "--force").code == 0
    assert path.read_text(encoding="utf-8-sig").startswith("Id,Name en,")


def test_an_unknown_table_or_ending_ends_with_2(run: Run, instance: Instance, tmp_path: Path) -> None:
    assert run("template", "nothing", "--out", tmp_path / "a.csv", "--data", instance.root).code == 2
    ended = run("template", "things", "--out", tmp_path / "a.pdf", "--data", instance.root)
    assert (ended.code, ended.err) == (2, f"ce-graph: {tmp_path / 'a.pdf'}: a template is a .xlsx or a .csv file\n")
    assert list(tmp_path.glob("a.*")) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("things",), "täytä se ja aja sitten ce-graph import"),
        (("wares",), "taulukkoa 'wares' ei ole; on codes/kind"),
        (("things", "--out", "things.pdf"), "pohja on .xlsx- tai .csv-tiedosto"),
    ],
)
def test_what_is_said_is_said_in_the_language_of_the_reader(
    run: Run, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run("template", *words, "--data", instance.root, "--lang", "fi")
    assert said in ended.out + ended.err


def test_a_file_that_is_there_is_kept_and_told_in_swedish(run: Run, instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    ended = run("template", "things", "--data", instance.root, "--out", tmp_path / "mine.csv", "--lang", "sv")
    assert "finns redan; ange ett annat namn med --out" in ended.err
    assert (tmp_path / "mine.csv").read_text() == "mine"
