"""Processes of the engine that die or are killed: what goes on, and that nothing of them stays."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from store_engines import CSV, ENDLESS, JSON, ROWS, count, descendants, kill, running, until, values, write_data

from ce_graph.errors import BusyError, ForbiddenError, LimitError, QueryError, QueryTimeout
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine

LIMITS = Limits(seconds=20, worker_memory=256 << 20, workers=2, waiting=16)
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def engine(data):
    with open_engine(data, limits=LIMITS) as engine:
        yield engine


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


@linux
def test_a_worker_that_dies_is_replaced(engine):
    workers = descendants(engine._source.pid)
    assert workers
    for pid in workers:
        kill(pid)
    assert count(engine) == ROWS


@linux
def test_a_worker_that_dies_at_work_takes_only_its_query_along(engine):
    failures = []

    def ask():
        try:
            engine.query(ENDLESS, JSON)
        except (LimitError, QueryError) as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: engine.load.running == 1)
    while thread.is_alive():
        for pid in descendants(engine._source.pid):
            kill(pid)
        thread.join(0.05)
    assert len(failures) == 1
    assert count(engine) == ROWS


@linux
def test_the_holder_is_started_again_and_the_query_asked_again(engine):
    outcomes = []

    def ask():
        try:
            engine.query(ENDLESS, JSON, seconds=2)
        except QueryTimeout:
            outcomes.append("asked again")

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: engine.load.running == 1)
    before = engine._source.pid
    time.sleep(0.1)
    os.kill(before, signal.SIGKILL)
    until(lambda: engine._source.pid != before)
    assert count(engine) == ROWS
    thread.join()
    assert outcomes == ["asked again"]


@linux
def test_no_zombie_and_no_open_file_stays(engine):
    for _ in range(2):  # the first round has all places taken once
        before = open_files()
        for _ in range(10):
            with pytest.raises(QueryTimeout):
                engine.query(ENDLESS, JSON, seconds=0.05)
            count(engine)
    assert open_files() <= before
    until(lambda: "Z" not in descendants(os.getpid()).values())


@linux
def test_closing_leaves_no_process(data):
    engine = open_engine(data, limits=LIMITS)
    found = descendants(engine._source.pid).keys() | {engine._source.pid}
    assert len(found) == 3
    outcomes = []

    def ask():
        try:
            engine.query(ENDLESS, JSON)
        except BusyError as error:
            outcomes.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: engine.load.running == 1)
    engine.close()
    thread.join()
    assert len(outcomes) == 1
    until(lambda: not running(found))
    with pytest.raises(BusyError):
        engine.query("ASK {}", JSON)


PROGRAM = """
import signal, sys, threading, time
from pathlib import Path
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background of a shell ignore it
engine = open_engine(Path(sys.argv[1]), limits=Limits(workers=2))
for _ in range(2):
    threading.Thread(target=engine.query, args=(sys.argv[2], "application/sparql-results+json"), daemon=True).start()
while engine.load.running < 2:
    time.sleep(0.01)
time.sleep(0.3)
print("ready", flush=True)
time.sleep(60)
"""


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_server_that_is_killed(data, how):
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(data), ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with server:
        assert server.stdout.readline() == b"ready\n"
        found = descendants(server.pid)
        assert len(found) >= 3
        server.send_signal(how)
        server.wait(30)
    until(lambda: not running(found))


class _Endpoint(http.server.BaseHTTPRequestHandler):
    """Answers SERVICE, or redirects it."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        body = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a:b"}}]}}'
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", self.server.away)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def endpoint():
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as server,
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as elsewhere,
    ):
        server.paths, elsewhere.paths = [], []
        server.away = elsewhere.away = f"http://127.0.0.1:{elsewhere.server_port}/away"
        server.elsewhere = elsewhere
        threads = [threading.Thread(target=each.serve_forever, daemon=True) for each in (server, elsewhere)]
        for thread in threads:
            thread.start()
        yield server
        for each in (server, elsewhere):
            each.shutdown()


def test_only_an_allowed_service_is_asked_and_no_redirect_followed(endpoint, data):
    base = f"http://127.0.0.1:{endpoint.server_port}"
    allowed = Limits(services=(f"{base}/sparql", f"{base}/away"), workers=1)
    with open_engine(data, limits=allowed) as engine:
        assert values(engine.query(f"SELECT ?x {{ SERVICE <{base}/sparql> {{ ?x ?y ?z }} }}", CSV)) == ["a:b"]
        with pytest.raises(QueryError):
            engine.query(f"SELECT ?x {{ SERVICE <{base}/away> {{ ?x ?y ?z }} }}", CSV)
        for other in (f"{base}/other", endpoint.away, f"{base}/sparql/../other"):
            with pytest.raises(ForbiddenError):
                engine.query(f"SELECT ?x {{ SERVICE <{other}> {{ ?x ?y ?z }} }}", CSV)
    assert endpoint.paths == ["/sparql", "/away"]
    assert endpoint.elsewhere.paths == []
