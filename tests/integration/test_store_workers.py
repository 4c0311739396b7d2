"""Queries in worker processes: what kills them, what does not, and that nothing of them stays."""

from __future__ import annotations

import contextlib
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from store_engines import CSV, ENDLESS, JSON, count, values

from ce_graph.errors import BusyError, DataError, ForbiddenError, LimitError, QueryError, QueryTimeout, StorageError
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine

LIMITS = Limits(seconds=20, worker_memory=256 << 20, workers=2, waiting=16)
ROWS = 2000
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "dataset.nq"
    path.write_text("".join(f"<http://e/{i}> <http://e/p> {i % 10} <http://g/{i % 3}> .\n".replace(
        f" {i % 10} ", f' "{i % 10}" ') for i in range(ROWS)))  # fmt: skip
    return path


@pytest.fixture(scope="module")
def engine(data):
    with open_engine(data, limits=LIMITS) as engine:
        yield engine


def until(happens, seconds=20.0):
    """Wait for something that takes milliseconds, long enough for a busy machine."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


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


def test_the_union_is_asked_by_default(engine):
    assert engine.union_default
    assert count(engine) == ROWS
    assert count(engine, "GRAPH <http://g/0> { ?s ?p ?o }") == 667
    assert values(engine.query("SELECT (COUNT(*) AS ?n) FROM <http://g/0> { ?s ?p ?o }", CSV)) == ["667"]


def test_the_generation_names_the_content(engine, data, tmp_path):
    copy = tmp_path / "copy.nq"
    copy.write_bytes(data.read_bytes())
    with open_engine(copy, limits=LIMITS) as same:
        assert same.generation == engine.generation != ""
        assert same.query("ASK {}", JSON).generation == engine.generation
    copy.write_bytes(data.read_bytes() + b"<a:a> <a:b> <a:c> .\n")
    with open_engine(copy, limits=LIMITS) as other:
        assert other.generation != engine.generation


def test_built_data_cannot_be_changed(engine):
    for change in (
        lambda: engine.update("DROP ALL"),
        lambda: engine.write_graph(None, b"", "text/turtle", replace=True),
        lambda: engine.delete_graph(None),
    ):
        with pytest.raises(ForbiddenError, match="read-only"):
            change()
    assert engine.writable is False


def test_data_that_are_missing_or_broken_are_told(tmp_path):
    with pytest.raises(DataError):
        open_engine(tmp_path / "none.nq")
    (tmp_path / "broken.nq").write_text("<a:a> <a:b> .\n")
    with pytest.raises(StorageError, match="cannot be read"):
        open_engine(tmp_path / "broken.nq")


def test_what_does_not_fit_the_memory_is_answered_from_disk(data, tmp_path):
    copy = tmp_path / "dataset.nq"
    copy.write_bytes(data.read_bytes())
    with open_engine(copy, limits=Limits(memory=1000, workers=1)) as engine:
        assert not engine.in_memory
        assert count(engine) == ROWS
        with pytest.raises(QueryTimeout):
            engine.query(ENDLESS, JSON, seconds=0.4)
        os.kill(engine._source.pid, signal.SIGKILL)
        until(lambda: not engine._source.alive)
        assert count(engine) == ROWS
    assert list(tmp_path.iterdir()) == [copy]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a ?c { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT ?l { BIND('0123456789abcdef' AS ?a)"
        + "".join(f" BIND(CONCAT(?{a}{f',?{a}' * 15}) AS ?{b})" for a, b in zip("abcdefgh", "bcdefghl", strict=True))
        + " }",
    ],
    ids=["sort", "aggregate", "doubling"],
)
def test_a_query_that_takes_too_much_memory_is_ended(engine, text):
    with pytest.raises(LimitError, match="memory") as caught:
        engine.query(text, JSON)
    assert caught.value.limit == "memory"
    assert count(engine) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p " + "(" * 150 + ")" * 150 + " }",
        "ASK { ?s " + "(" * 150 + "<a:p>" + ")*" * 150 + " ?o }",
        "ASK { ?s ?p ?o " + "OPTIONAL { ?o ?p ?s } " * 5000 + "}",
        "ASK { FILTER(1" + " + 1" * 20_000 + " = 1) }",
    ],
    ids=["lists", "stars", "optionals", "sums"],
)
def test_what_takes_a_parser_or_an_optimiser_exponential_time_does_no_harm(engine, text):
    with contextlib.suppress(QueryTimeout, LimitError):
        engine.query(text, JSON, seconds=0.4)
    assert count(engine) == ROWS


def test_a_long_answer_lies_in_a_file(engine):
    with engine.query("SELECT * { ?a <http://e/p> ?c . ?d <http://e/p> ?c } LIMIT 40000", JSON) as answer:
        assert answer.length > 4 << 20
        assert os.fstat(answer.body.fileno()).st_size == answer.length
        assert os.fstat(answer.body.fileno()).st_nlink == 0
        assert len(answer.body.read()) == answer.length


def test_short_queries_pass_long_ones(engine):
    """Two hundred endless queries at once: a short one is answered, or told to come again, while they go on."""
    outcomes, answers = [], []

    def ask():
        try:
            engine.query(ENDLESS, JSON, seconds=3)
        except (BusyError, QueryTimeout) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    until(lambda: engine.load.running >= 2 or len(outcomes) == 200)
    while any(thread.is_alive() for thread in threads):
        try:
            answers.append(values(engine.query("SELECT (1 AS ?x) {}", CSV, seconds=1)))
        except (BusyError, QueryTimeout):
            time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert len(outcomes) == 200
    assert QueryTimeout in outcomes
    assert ["1"] in answers


@linux
def test_a_worker_that_dies_is_replaced(engine):
    workers = descendants(engine._source.pid)
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
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
            os.kill(pid, signal.SIGKILL)
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
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in found))
    with pytest.raises(BusyError):
        engine.query("ASK {}", JSON)


PROGRAM = """
import sys, threading, time
from pathlib import Path
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine
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
        server.wait()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in found))


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
