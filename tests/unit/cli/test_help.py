"""``ce-graph --help`` is quick: it imports nothing heavy, and it ends well when its reader leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ce_graph.cli import _COMMANDS
from ce_graph.ingest import build

if TYPE_CHECKING:
    from conftest import Ended

    Run = Callable[..., Ended]
else:
    Run = Callable[..., Any]

HEAVY = ("csvw", "flask", "granian", "numpy", "openpyxl", "pyoxigraph", "pyshacl", "rdflib", "reasonable")
PROGRAM = "from ce_graph.cli import main; main()"
IMPORTED = f"""
import sys
from ce_graph.cli import main
try:
    main()
finally:
    print("imported:", *sorted(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], [], *([name, "--help"] for name in sorted(_COMMANDS))]
)
def test_help_imports_no_heavy_module(arguments: list[str]) -> None:
    ended = subprocess.run([sys.executable, "-c", IMPORTED, *arguments], capture_output=True, text=True)
    assert ended.returncode == (0 if arguments else 2)
    assert ended.stderr.splitlines()[-1] == "imported:"


def test_help_names_every_command_with_what_it_is_for(run: Run) -> None:
    ended = run("--help")
    assert ended.code == 0
    for name, purpose in _COMMANDS.items():
        assert name in ended.out
        assert purpose.split()[0] in ended.out


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"]])
def test_help_in_a_pipe_whose_reader_leaves_is_no_fault(arguments: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""
    assert process.returncode in (0, 1)


def test_an_unknown_command_is_an_error_of_use(run: Run) -> None:
    ended = run("bild")
    assert ended.code == 2
    assert "No such command 'bild'" in ended.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_an_answer_that_cannot_be_written_ends_with_4_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "dataset.nq").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM, "query", "ASK {}", "--data", str(tmp_path)],
            stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (4, "ce-graph: No space left on device\n")


def test_ctrl_c_ends_with_130_and_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "read", interrupted)
    ended = run("build")
    assert (ended.code, ended.err) == (130, "ce-graph: stopped\n")


def test_the_package_can_be_run_as_a_module() -> None:
    ended = subprocess.run([sys.executable, "-m", "ce_graph", "--version"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.split()[0]) == (0, "ce-graph")


@pytest.mark.parametrize("name", ["build", "report", "template"])
def test_o_is_short_for_where_to_write(run: Run, name: str) -> None:
    assert "-o, --out" in run(name, "--help").out
