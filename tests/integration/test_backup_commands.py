"""``ce-graph backup`` and ``restore`` beside a service that is written to meanwhile, and what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "web"))

from live_server import TOKEN, LiveServer, serving_nothing

FORM = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}


def run(*words: str, code: int = 0) -> str:
    command = [sys.executable, "-c", "from ce_graph.cli import main; main()", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def write(server: LiveServer, number: int) -> None:
    answer = server.ask("POST", "/update", FORM, f"INSERT DATA {{ <urn:s> <urn:p> {number} }}".encode())
    assert answer.status == 204, answer.text


def numbers(server: LiveServer) -> list[int]:
    query = quote("SELECT ?n { ?s ?p ?n } ORDER BY ?n")
    answer = server.ask("GET", f"/sparql?query={query}", {"Accept": "application/sparql-results+json"})
    return [int(row["n"]["value"]) for row in json.loads(answer.text)["results"]["bindings"]]


def settings(store: Path) -> dict[str, str]:
    return {"CE_GRAPH_UPDATE_TOKEN": TOKEN, "CE_GRAPH_ACCESS_LOG": "off", "CE_GRAPH_STORE": str(store)}


def test_a_backup_beside_writing_is_whole_and_can_be_restored_and_served(tmp_path: Path) -> None:
    store, copy = tmp_path / "store", tmp_path / "copy"
    with serving_nothing(**settings(store)) as server:
        write(server, 0)
        stop = threading.Event()
        written = [0]

        def go_on() -> None:
            while not stop.is_set() and written[-1] < 500:
                write(server, written[-1] + 1)
                written.append(written[-1] + 1)

        writer = threading.Thread(target=go_on)
        writer.start()
        try:
            assert "has generation" in run("backup", str(copy), "--store", str(store))
        finally:
            stop.set()
            writer.join()
        before = numbers(server)
        assert before == written
        run("restore", str(copy), "--store", str(store))
        after = numbers(server)
        assert after == before[: len(after)]
        assert after
        write(server, 1000)
        assert numbers(server) == [*after, 1000]
    with serving_nothing(**settings(copy)) as server:
        assert numbers(server) == after


def test_what_cannot_be_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    store, there = tmp_path / "store", tmp_path / "there"
    there.mkdir()
    with serving_nothing(**settings(store)) as server:
        write(server, 1)
        assert "is there already" in run("backup", str(there), "--store", str(store), code=2)
        assert "is no backup" in run("restore", str(there), "--store", str(store), code=2)
        assert "is no backup" in run("restore", str(tmp_path / "nowhere"), "--store", str(store), code=2)
        assert "is no folder" in run("backup", str(tmp_path / "new"), "--store", str(tmp_path / "nowhere"), code=2)
        assert "is no store" in run("backup", str(tmp_path / "new"), "--store", str(there), code=2)
        assert numbers(server) == [1]
    assert not (tmp_path / "new").exists()


def test_without_a_store_it_is_told_how_to_name_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CE_GRAPH_STORE", raising=False)
    assert "--store DIR, or CE_GRAPH_STORE" in run("backup", str(tmp_path / "new"), code=2)
    assert "--store DIR, or CE_GRAPH_STORE" in run("restore", str(tmp_path / "new"), code=2)
