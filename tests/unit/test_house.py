"""The rules of the house hold: layers, types, style, and no word that does not belong in the project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports",),
    ],
    ids=["ruff-check", "ruff-format", "mypy", "import-linter"],
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    found = run(str(BIN / command[0]), *command[1:])
    assert found.returncode == 0, found.stdout + found.stderr


def tracked() -> list[Path]:
    listed = run("git", "ls-files", "-co", "--exclude-standard")
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(
        rb"/tmp/work|/work/(main|shared)|https?://(registry|files|deb|security)\.[a-z]", re.IGNORECASE
    )
    here = Path(__file__).resolve()
    hits = [str(path.relative_to(ROOT)) for path in tracked() if path != here and forbidden.search(path.read_bytes())]
    assert hits == []


def test_modules_say_what_they_are_for_and_stay_small() -> None:
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith('"""'), f"{path} does not begin with a sentence"
        assert text.count("\n") <= 330, f"{path} has outgrown one room"
