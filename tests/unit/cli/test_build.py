"""``ce-graph build`` writes everything or says what is wrong, where, and writes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from small_instance import GRAPH, ID, Instance

if TYPE_CHECKING:
    from conftest import Ended

    Run = Callable[..., Ended]
else:
    Run = Callable[..., Any]

WRONG = "vase,,,thing,x,,,,,,,,,fair"


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


def test_a_folder_without_faults_is_built(run: Run, instance: Instance, tmp_path: Path) -> None:
    ended = run("build", instance.root, "--out", tmp_path / "out")
    assert ended.code == 0
    assert ended.err == ""
    quads = f"{report(tmp_path / 'out')['quads']:,}"
    assert ended.out == f"8 rows read, 0 refused, {quads} quads → {tmp_path / 'out' / 'dataset.nq'}\n"
    assert report(tmp_path / "out")["complete"] is True


def test_nothing_is_said_when_it_should_be_quiet_and_all_is_well(run: Run, instance: Instance, tmp_path: Path) -> None:
    assert run("build", instance.root, "--out", tmp_path / "out", "--quiet").out == ""


def test_a_refused_row_is_named_nothing_is_written_and_the_exit_code_is_1(
    run: Run, instance: Instance, tmp_path: Path
) -> None:
    instance.add("things", WRONG)
    ended = run("build", instance.root, "--out", tmp_path / "out", "--quiet")
    assert ended.code == 1
    assert ended.out == ""
    first, last = ended.err.splitlines()
    assert first == (
        f"{instance.path('things')}:4: column 'amount' (cell E4): 'x' is not a valid decimal;"
        " write digits with a point, such as 1234.5, without blanks or units"
    )
    assert last == "9 rows read, 1 refused; nothing written"
    assert not (tmp_path / "out").exists()


def test_an_earlier_build_is_left_alone_when_a_row_is_refused(run: Run, instance: Instance, tmp_path: Path) -> None:
    run("build", instance.root, "--out", tmp_path / "out")
    before = (tmp_path / "out" / "dataset.nq").read_bytes()
    instance.add("things", WRONG)
    assert run("build", instance.root, "--out", tmp_path / "out").code == 1
    assert (tmp_path / "out" / "dataset.nq").read_bytes() == before


def test_refused_rows_can_be_skipped_and_the_report_says_that_it_is_incomplete(
    run: Run, instance: Instance, tmp_path: Path
) -> None:
    instance.add("things", WRONG, "jug,,,thing,,,,,,,vase,,,fair", "tray,,,thing,,,,,,,,,,fair")
    ended = run("build", instance.root, "--out", tmp_path / "out", "--skip-refused")
    assert ended.code == 0
    found = report(tmp_path / "out")
    assert found["complete"] is False
    assert "inputs" not in found
    assert (found["rows"], found["refused"]) == (11, 2)
    assert [(refusal["line"], refusal["follows"]) for refusal in found["refusals"]] == [(4, False), (5, True)]
    dataset = (tmp_path / "out" / "dataset.nq").read_text(encoding="utf-8")
    assert f"<{ID}thing/tray> " in dataset
    assert f"{ID}thing/vase" not in dataset
    assert f"{ID}thing/jug" not in dataset


def test_what_follows_from_a_fault_is_counted_and_does_not_bury_it(
    run: Run, instance: Instance, tmp_path: Path
) -> None:
    instance.rows("codes/kind", "")
    file = instance.path("codes/kind")
    ended = run("build", instance.root, "--out", tmp_path / "out")
    assert ended.err.splitlines() == [
        f"{file}: the file is empty; it needs at least a header line",
        "2 more rows or statements only refer to what was refused above; --all names them",
        f"5 rows read, 2 refused (not counted: what could not be read of {file}); nothing written",
    ]


def test_what_follows_from_a_fault_is_named_when_that_is_asked_for(
    run: Run, instance: Instance, tmp_path: Path
) -> None:
    instance.rows("codes/kind", "")
    ended = run("build", instance.root, "-o", tmp_path / "out", "--all")
    assert [line.partition(": ")[2] for line in ended.err.splitlines()[1:-1]] == [
        "column 'kind' (cell D2): 'light' was refused itself",
        "column 'kind' (cell D3): 'seat' was refused itself",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tables/things-metadata.json", "{"),
        ("tables/more.csv", "id\n"),
    ],
)
def test_data_that_cannot_be_understood_end_with_2_and_one_line(
    run: Run, instance: Instance, tmp_path: Path, name: str, content: str
) -> None:
    (instance.root / name).write_text(content, encoding="utf-8")
    ended = run("build", instance.root, "--out", tmp_path / "out")
    assert ended.code == 2
    assert ended.err.startswith(f"ce-graph: {instance.root / 'tables'}")
    assert ended.err.count("\n") == 1


def test_a_folder_without_tables_ends_with_2(run: Run, tmp_path: Path) -> None:
    ended = run("build", tmp_path)
    assert (ended.code, ended.err) == (2, f"ce-graph: {tmp_path}: no folder 'tables' here\n")


def test_a_folder_that_is_not_there_ends_with_2(run: Run, tmp_path: Path) -> None:
    assert run("build", tmp_path / "nowhere").code == 2


def test_a_folder_that_cannot_be_written_ends_with_4(run: Run, instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ended = run("build", instance.root, "--out", tmp_path / "file" / "out")
    assert ended.code == 4
    assert "cannot be written" in ended.err


@pytest.mark.parametrize("how", ["option", "environment", "file"])
def test_another_base_can_be_set_in_every_way_that_settings_can(
    run: Run, instance: Instance, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = "https://a.example/valley/"
    arguments = ["build", instance.root, "--out", tmp_path / "out"]
    if how == "option":
        arguments += ["--base", base]
    elif how == "environment":
        monkeypatch.setenv("CE_GRAPH_BASE", base)
    else:
        (tmp_path / "settings.toml").write_text(f'base = "{base}"\n', encoding="utf-8")
        monkeypatch.setenv("CE_GRAPH_SETTINGS", str(tmp_path / "settings.toml"))
    assert run(*arguments).code == 0
    dataset = (tmp_path / "out" / "dataset.nq").read_text(encoding="utf-8")
    assert f"<{base}id/thing/lamp> " in dataset
    assert f" <{base}graph/fair> .\n" in dataset
    assert f"<{ID}" not in dataset
    assert f"<{GRAPH}" not in dataset
    assert "<https://w3id.org/ce-graph/ontology#Flow> " in dataset
    assert "<https://w3id.org/ce-graph/code/kind/light> " in dataset


@pytest.mark.parametrize("base", ["https://a.example", "a.example/", "https://a.example/a b/", "https://a.example/>/"])
def test_a_base_that_would_make_bad_iris_is_refused(run: Run, instance: Instance, base: str) -> None:
    ended = run("build", instance.root, "--base", base)
    assert ended.code == 2
    assert "base must be an http(s) IRI that ends with '/'" in ended.err


def test_the_command_line_builds_the_same_bytes_as_another_process(
    run: Run, instance: Instance, tmp_path: Path
) -> None:
    run("build", instance.root, "--out", tmp_path / "here")
    subprocess.run(
        [sys.executable, "-c", "from ce_graph.cli import main; main()", "build", "data", "--out", "there"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
    )
    for name in ("dataset.nq", "report.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


@pytest.mark.parametrize(
    ("language", "fault", "end"),
    [
        ("fi", "sarake 'amount' (solu E4): 'x' ei ole kelvollinen desimaaliluku; kirjoita luku", "hylätty 1"),
        ("sv", "kolumn 'amount' (cell E4): 'x' godtas inte; här väntas: decimaltal; skriv siffror", "1 avvisade"),
    ],
)
def test_refusals_are_told_in_the_language_of_the_reader(
    run: Run, instance: Instance, tmp_path: Path, language: str, fault: str, end: str
) -> None:
    instance.add("things", WRONG)
    ended = run("build", instance.root, "--out", tmp_path / "out", "--lang", language)
    assert ended.code == 1
    first, last = ended.err.splitlines()
    assert fault in first
    assert end in last


def test_a_build_that_is_stopped_while_it_writes_leaves_nothing_behind(
    run: Run, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    assert run("build", instance.root, "--out", tmp_path / "out").code == 130
    assert list((tmp_path / "out").iterdir()) == []
