"""The examples for Python in the docs run as they stand, and give what the docs say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ce_graph.check.findings import Finding
from ce_graph.check.outcome import Outcome
from ce_graph.check.positions import Position

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_of_a_validation_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    section = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8").partition("## From Python\n")[2]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    outcome = names["outcome"]
    assert isinstance(outcome, Outcome)
    for result in outcome.results:
        assert isinstance(result.finding, Finding)
        assert isinstance(result.position, Position)
    *findings, last = capsys.readouterr().out.splitlines()
    assert len(findings) == len(outcome.results)
    assert last == f"{outcome.exit_code} {outcome.counts()}"
    assert any(line.startswith("data/tables/projects.csv:2 ") for line in findings)
