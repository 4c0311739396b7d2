"""``ce-graph --help`` is quick: it imports nothing heavy, and it ends well when its reader leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from ce_graph.cli import _COMMANDS

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
