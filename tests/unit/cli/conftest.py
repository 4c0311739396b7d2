"""Runs commands as a user does, and gives them a small data folder."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ingest"))

from small_instance import Instance

from ce_graph.cli import main


@dataclasses.dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(tmp_path / "data")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs ``ce-graph`` with some arguments in this process."""

    def called(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["ce-graph", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, written.out, written.err)

    return called
