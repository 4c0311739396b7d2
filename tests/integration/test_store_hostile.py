"""What comes from outside or fails below: redirects, no room for an answer, kill -9 where there is a union to keep."""

from __future__ import annotations

import dataclasses
import http.server
import resource
import subprocess
import sys
import threading

import pytest
from store_engines import CSV, JSON, LIMITS, count, descendants, quick_folder, running, until, values, write_data

from ce_graph.errors import ForbiddenError, QueryError, StorageError
from ce_graph.store.opening import open_engine

linux = pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux has")


class _Documents(http.server.BaseHTTPRequestHandler):
    """Has one document, and redirects to others."""

    def do_GET(self):
        self.server.paths.append(self.path)
        body = b"<a:s> <a:p> <a:o> .\n"
        self.send_response(200 if self.path == "/document.nt" else 302)
        if self.path == "/away.nt":
            self.send_header("Location", self.server.elsewhere)
        if self.path == "/file.nt":
            self.send_header("Location", "file:///etc/hostname")
        self.send_header("Content-Type", "application/n-triples")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def documents():
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Documents) as server,
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Documents) as elsewhere,
    ):
        server.paths, elsewhere.paths = [], []
        server.others = elsewhere
        server.elsewhere = f"http://127.0.0.1:{elsewhere.server_port}/document.nt"
        for each in (server, elsewhere):
            threading.Thread(target=each.serve_forever, daemon=True).start()
        yield server
        for each in (server, elsewhere):
            each.shutdown()


def test_only_an_allowed_document_is_loaded_and_no_redirect_followed(documents):
    base = f"http://127.0.0.1:{documents.server_port}"
    allowed = tuple(f"{base}/{name}.nt" for name in ("document", "away", "file"))
    with open_engine(limits=dataclasses.replace(LIMITS, services=allowed)) as engine:
        for name in ("away", "file"):
            with pytest.raises(QueryError):
                engine.update(f"LOAD <{base}/{name}.nt> INTO GRAPH <a:{name}>")
        for other in (f"{base}/other.nt", documents.elsewhere, f"http://localhost:{documents.server_port}/document.nt"):
            with pytest.raises(ForbiddenError):
                engine.update(f"LOAD <{other}>")
        assert count(engine) == 0
        engine.update(f"LOAD <{base}/document.nt>")
        assert count(engine) == 1
    assert documents.paths == ["/away.nt", "/file.nt", "/document.nt"]
    assert documents.others.paths == []


@linux
def test_an_answer_that_the_disk_does_not_take_is_an_error_and_not_a_cut_answer(tmp_path):
    """Past some MiB an answer goes to a temporary file; here none may grow past one MiB."""
    with open_engine(
        write_data(tmp_path), limits=dataclasses.replace(LIMITS, result_bytes=1 << 28, rows=1 << 20)
    ) as engine:
        long = "SELECT * { ?a <http://e/p> ?c . ?d <http://e/p> ?c } LIMIT 40000"
        with engine.query(long, JSON) as answer:
            assert answer.length > 4 << 20
        for pid in (engine._source.pid, *descendants(engine._source.pid)):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        for media_type in (JSON, CSV):
            with pytest.raises(StorageError):
                engine.query(long.replace("40000", "300000"), media_type)
        assert count(engine) == 2000


PROGRAM = """
import sys
from pathlib import Path
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine
engine = open_engine(store=Path(sys.argv[1]), limits=Limits(workers=1))
found = engine.query("SELECT ?o { GRAPH <g:1> { <a:s> <a:p> ?o } }", "text/csv").read().decode().split()[1:]
print(" ".join(found), flush=True)
number = max(map(int, found), default=0)
while True:
    number += 1
    both = f"GRAPH <g:1> {{ <a:s> <a:p> {number} }} GRAPH <g:2> {{ <a:s> <a:p> {number} }}"
    text = f"INSERT DATA {{ {both} }}"
    if number % 3 == 0:  # of which only its outcome tells what it touched
        text = f"INSERT {{ {both} <a:s> <a:r> ?r }} WHERE {{ BIND(RAND() AS ?r) }}"
    if number % 3 == 1:  # several steps
        text += f" ; DELETE {{ GRAPH <g:2> {{ ?s ?p {number} }} }} WHERE {{ GRAPH <g:1> {{ ?s ?p {number} }} }}"
    engine.update(text)
    print(number, flush=True)
"""


@linux
def test_kill_minus_9_during_writes_leaves_a_right_union(tmp_path):
    acknowledged = 0
    with quick_folder() as folder:
        for turn in range(10):
            command = [sys.executable, "-c", PROGRAM, str(folder / "store")]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
                present = [int(number) for number in server.stdout.readline().split()]
                assert sorted(present) == list(range(1, len(present) + 1))
                assert len(present) >= acknowledged
                for _ in range(1 + turn % 3):
                    acknowledged = int(server.stdout.readline())
                threading.Event().wait(turn * 0.003)
                found = descendants(server.pid)
                server.kill()
                acknowledged = int((server.stdout.read().split() or [acknowledged])[-1])
            until(lambda found=found: not running(found))
        with open_engine(store=folder / "store", limits=LIMITS) as engine:
            stated = "{ GRAPH ?g { ?s ?p ?o } } UNION { GRAPH <g:1> { ?s ?p ?o } }"
            numbers = values(engine.query("SELECT ?o { <a:s> <a:p> ?o }", CSV))
            assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1))
            assert len(numbers) >= acknowledged >= 10
            own = engine.read_graph(None, "application/n-triples").read().count(b"\n")
            distinct = values(
                engine.query(f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?s ?p ?o {{ {stated} }} }}", CSV)
            )
            assert count(engine) == int(distinct[0]) + own
            second = [number for number in range(1, len(numbers) + 1) if number % 3 != 1]
            assert count(engine, "GRAPH <g:2> { ?s <a:p> ?o }") == len(second)
