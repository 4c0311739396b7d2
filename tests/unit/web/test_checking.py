"""The check of what is served: once for each generation, and what stops it is told instead of findings."""

from __future__ import annotations

import dataclasses
import subprocess
from typing import TYPE_CHECKING

from memory_engine import MemoryEngine

from ce_graph.errors import BusyError
from ce_graph.web import checking
from ce_graph.web.asking import Asker
from ce_graph.web.dumps import Dumps
from ce_graph.web.queries.results import Results
from ce_graph.wording import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from flask.testing import FlaskClient

_LONG = 300.0
"""Seconds; far more than the check of the sample takes."""


def checks(data: Path) -> tuple[MemoryEngine, checking.Checking]:
    engine = MemoryEngine(data / "dataset.nq")
    dumps = Dumps(engine, Asker(Results(engine, 1_000_000)))
    dumps.made()
    return engine, checking.Checking(engine, dumps)


def test_a_generation_is_checked_once_and_the_next_one_again(data: Path) -> None:
    engine, made = checks(data)
    first = made.found(_LONG)
    assert first is not None
    assert first.fault == ""
    assert first.findings
    assert made.found() is first
    engine.update("INSERT DATA { GRAPH <https://example.org/g> { <https://example.org/a> <https://example.org/p> 1 } }")
    second = made.found(_LONG)
    assert second is not None
    assert second.generation != first.generation


def test_one_check_tells_its_findings_in_every_language(data: Path) -> None:
    made = checks(data)[1]
    found = made.found(_LONG)
    assert found is not None
    assert set(found.findings) == set(LANGUAGES)
    told = {language: {one.message for one in said} for language, said in found.findings.items()}
    assert told["fi"].isdisjoint(told["en"])
    assert told["sv"].isdisjoint(told["en"])
    same = [[dataclasses.replace(one, message="") for one in said] for said in found.findings.values()]
    assert same[0] == same[1] == same[2]


def test_data_that_are_too_large_are_not_checked_and_the_page_can_say_so(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_LARGEST", 10)
    found = checks(data)[1].found(_LONG)
    assert found is not None
    assert not found.findings
    assert "more than the 10 that are checked here" in found.fault


def test_a_check_that_takes_too_long_is_ended(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def noted(*given: object, **named: object) -> subprocess.Popen[bytes]:
        started.append(begin(*given, **named))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(checking, "_SECONDS", 0.01)
    monkeypatch.setattr(subprocess, "Popen", noted)
    found = checks(data)[1].found(_LONG)
    assert found is not None
    assert "timed out" in found.fault
    assert [process.returncode for process in started] == [-9]


def test_a_fault_is_told_in_a_line_and_the_next_reader_has_the_data_checked_anew(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = checks(data)[1]
    with monkeypatch.context() as broken:
        broken.setattr(checking, "_COMMAND", ("-c", "raise RuntimeError('made up')"))
        found = made.found(_LONG)
        assert found is not None
        assert found.fault == "RuntimeError: made up"
    again = made.found(_LONG)
    assert again is not None
    assert again.fault == ""


def test_data_that_cannot_be_had_are_a_fault_and_no_endless_wait(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = checks(data)[1]

    def busy(*_: object, **__: object) -> None:
        raise BusyError("made up")

    with monkeypatch.context() as broken:
        broken.setattr(Dumps, "open", busy)
        found = made.found(_LONG)
        assert found is not None
        assert found.fault == "made up"
    again = made.found(_LONG)
    assert again is not None
    assert again.fault == ""


def test_while_the_data_are_checked_the_page_says_so_and_looks_again_by_itself(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking.Checking, "found", lambda *_: None)
    answer = client.get("/quality", headers={"Accept": "text/html", "Accept-Language": "sv"})
    assert answer.status_code == 503
    assert answer.headers["Refresh"] == answer.headers["Retry-After"] == "4"
    assert "Data kontrolleras." in answer.text
    monkeypatch.setattr(checking.Checking, "found", lambda *_: checking.Checked("g", fault="made up"))
    answer = client.get("/quality", headers={"Accept": "text/html"})
    assert "made up" in answer.text
    assert "Refresh" not in answer.headers
