"""Engines of each kind for the tests, with something in them, and short ways to ask them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from ce_graph.rdf.formats import RESULTS
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_endpoint, open_engine

KINDS = ("embedded", "endpoint")
ROWS = 2000
LIMITS = Limits(seconds=20, update_seconds=20, rows=5000, result_bytes=2_000_000, workers=2, waiting=8)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
JSON, CSV, TURTLE = RESULTS[0].media_type, "text/csv", "text/turtle"
OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")


@contextlib.contextmanager
def oxigraph():
    """A real server on a free port, empty and in memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen([OXIGRAPH, "serve", "--bind", address], stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/", timeout=1):
                break
            time.sleep(0.02)
        yield f"http://{address}"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def quick_folder():
    """A folder in memory where there is one: what a process leaves behind is the same, and no disk is waited for."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@contextlib.contextmanager
def engine_of(kind):
    """An empty engine whose default graph is its own."""
    if kind == "embedded":
        with (
            quick_folder() as folder,
            open_engine(store=folder / "store", limits=LIMITS, union_default=False) as engine,
        ):
            yield engine
        return
    if OXIGRAPH is None:
        pytest.skip("oxigraph is not installed: pip install oxigraph")
    with oxigraph() as base:
        urls = {"update_url": f"{base}/update", "graphs_url": f"{base}/store"}
        with open_endpoint(f"{base}/query", **urls, limits=LIMITS, union_default=False) as engine:
            yield engine


def filled(engine):
    """The engine with three graphs in it."""
    engine.update(
        "DROP ALL ; INSERT DATA { <a:s> <a:p> 1, 2 . <a:t> <a:p> 'x},{' "
        "GRAPH <http://g/1> { <a:s> <a:p> 3 } GRAPH <http://g/2> { <a:s> <a:p> 4, 5 } }"
    )
    return engine


def values(answer):
    return sorted(answer.read().decode().split()[1:])


def count(engine, pattern="?s ?p ?o"):
    return int(values(engine.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", CSV))[0])


def write_data(folder):
    """A small dataset in three graphs."""
    path = folder / "dataset.nq"
    path.write_text("".join(f'<http://e/{i}> <http://e/p> "{i % 10}" <http://g/{i % 3}> .\n' for i in range(ROWS)))
    return path


def until(happens, seconds=20.0):
    """Wait for something that takes milliseconds, long enough for a busy machine."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def descendants(pid):
    """The processes below one, with their states."""
    found = {}
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = (int(fields[1]), fields[0])
    below = {pid}
    for _ in range(4):
        for child, (parent, state) in parents.items():
            if parent in below:
                found[child] = state
        below |= set(found)
    return found


def running(pids):
    """Those that have not ended; one that only waits for the system to collect it has."""
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}:
                found.add(pid)
    return found


def kill(pid):
    """Kill a process that may have ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
