"""An endpoint that misbehaves: cut answers, redirects, silence; nothing of it is taken for a whole answer."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading

import pytest
from store_engines import CSV, JSON, TURTLE, values

from ce_graph.errors import (
    BusyError,
    EndpointError,
    ForbiddenError,
    LimitError,
    NotFoundError,
    QueryCancelled,
    QueryError,
    QueryTimeout,
    UsageError,
)
from ce_graph.store.engine import Dataset, Limits
from ce_graph.store.opening import open_endpoint

WHOLE = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a:b"}}]}}'
QUERY = "SELECT ?x { ?x ?y ?z }"
LIMITS = Limits(seconds=20, result_bytes=1_000_000, workers=1)


def head(media_type=JSON, status="200 OK", **headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def sized(body, media_type=JSON, status="200 OK", **headers):
    return head(media_type, status, Content_Length=len(body), **headers) + body


def chunked(*pieces, end=True, media_type=JSON):
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head(media_type, Transfer_Encoding="chunked") + body + (b"0\r\n\r\n" if end else b"")


class _Handler(socketserver.StreamRequestHandler):
    """Sends what the test wants, byte by byte if need be."""

    def handle(self):
        while request := self.rfile.readline():
            headers = {}
            while line := self.rfile.readline().strip():
                name, _, value = line.decode().partition(": ")
                headers[name.lower()] = value
            body = self.rfile.read(int(headers.get("content-length", 0)))
            self.server.requests.append((request.decode().split()[:2], headers, body.decode()))
            for piece in self.server.answer(request.decode().split()[1]):
                if piece is None:
                    return
                with contextlib.suppress(OSError):
                    self.wfile.write(piece)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def server():
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.requests = []
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def engine(server):
    urls = {"update_url": f"{server.url}/update", "graphs_url": f"{server.url}/graphs"}
    with open_endpoint(f"{server.url}/query", **urls, limits=LIMITS) as engine:
        yield engine


def always(*pieces):
    return lambda _path: pieces


@pytest.mark.parametrize(
    "answer",
    [sized(WHOLE), chunked(WHOLE[:30], WHOLE[30:]), chunked(WHOLE + b"\n")],
    ids=["sized", "chunked", "newline"],
)
def test_a_whole_answer_passes(server, engine, answer):
    server.answer = always(answer)
    for _ in range(3):
        found = engine.query(QUERY, JSON)
        assert (found.rows, found.generation) == (1, "")
        assert found.read().strip() == WHOLE


@pytest.mark.parametrize(
    "answer",
    [
        sized(WHOLE)[:-1],
        head(Content_Length=1000) + WHOLE,
        chunked(WHOLE, end=False),
        chunked(WHOLE[:40], end=False),
        head() + WHOLE[:-1],
        head() + WHOLE + b"\nout of memory",
        chunked(WHOLE[:40]),
        sized(WHOLE + b"ERROR: the query was ended"),
        sized(b""),
        sized(b"<html>", "text/html"),
        sized(b"x\r\na:b\r\n", "text/csv"),
        sized(WHOLE, Content_Encoding="gzip"),
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200",
    ],
)
def test_what_is_cut_spoiled_or_something_else_is_an_error(server, engine, answer):
    server.answer = always(answer, None)
    with pytest.raises(EndpointError):
        engine.query(QUERY, JSON)


def test_an_answer_without_a_length_passes_only_where_its_end_can_be_seen(server, engine):
    server.answer = always(head() + WHOLE, None)
    assert engine.query(QUERY, JSON).rows == 1
    server.answer = always(head("text/csv") + b"x\r\na:b\r\n", None)
    with pytest.raises(EndpointError, match="how long"):
        engine.query(QUERY, CSV)
    server.answer = always(sized(b"x\r\na:b\r\n", "text/csv; charset=utf-8"))
    assert values(engine.query(QUERY, CSV)) == ["a:b"]
    server.answer = always(head("text/turtle") + b"<a:a> <a:b> 1 .\n", None)
    with pytest.raises(EndpointError, match="how long"):
        engine.query("CONSTRUCT WHERE { ?s ?p ?o }", TURTLE)


def test_a_redirect_is_followed_on_the_same_server_alone(server, engine):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.1)
        away = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/query"
        for place in (
            away,
            away.replace("127.0.0.1", "localhost"),
            "//127.0.0.2/query",
            "https://127.0.0.1/q",
            "file:///etc",
        ):
            server.answer = always(sized(b"", status="307 Temporary Redirect", Location=place))
            with pytest.raises(EndpointError, match="redirect"):
                engine.query(QUERY, JSON)
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    there = {"/query": sized(b"", status="307 Temporary Redirect", Location="/moved"), "/moved": sized(WHOLE)}
    server.answer = lambda path: [there[path]]
    assert engine.query(QUERY, JSON).rows == 1
    server.answer = always(sized(b"", status="308 Permanent Redirect", Location="/query"))
    with pytest.raises(EndpointError, match="circles"):
        engine.query(QUERY, JSON)


@pytest.mark.parametrize("slow", ["silent", "headers", "body"])
def test_an_endpoint_that_takes_its_time_is_not_waited_for(server, engine, slow):
    done = threading.Event()

    def drip(_path):
        if slow == "body":
            yield head()
        while slow != "silent" and not done.wait(0.02):
            yield b"{" if slow == "body" else b"HTTP/1.1 200 OK\r\nX: y\r\n"[:1]
        done.wait(30)
        yield None

    server.answer = drip
    with pytest.raises(QueryTimeout):
        engine.query(QUERY, JSON, seconds=0.4)
    gone = threading.Event()
    threading.Timer(0.2, gone.set).start()
    with pytest.raises(QueryCancelled):
        engine.query(QUERY, JSON, cancel=gone)
    done.set()


def test_an_endless_answer_is_cut_off_and_told(server, engine):
    def endless(_path):
        yield head(CSV, Transfer_Encoding="chunked")
        for _ in range(1000):
            yield b"%x\r\n%s\r\n" % (10_000, b"a:b\r\n" * 2000)

    server.answer = endless
    with pytest.raises(LimitError, match="larger") as caught:
        engine.query(QUERY, CSV)
    assert caught.value.limit == "bytes"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("400 Bad Request", QueryError),
        ("404 Not Found", NotFoundError),
        ("500 Internal Server Error", EndpointError),
        ("401 Unauthorized", EndpointError),
        ("504 Gateway Timeout", QueryTimeout),
        ("503 Service Unavailable", BusyError),
    ],
)
def test_refusals_are_told_in_our_terms(server, engine, status, error):
    server.answer = always(sized(b"error at 3:14: expected }\nmore", "text/plain", status, Retry_After=7))
    with pytest.raises(error) as caught:
        engine.query(QUERY, JSON)
    if error is QueryError:
        assert (caught.value.line, caught.value.column) == (3, 14)
    if error is BusyError:
        assert caught.value.retry_after == 7


def test_an_endpoint_that_is_not_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with open_endpoint(f"http://127.0.0.1:{port}/query", limits=LIMITS) as engine, pytest.raises(EndpointError):
        engine.query(QUERY, JSON)


@pytest.mark.parametrize("url", ["ftp://a/", "sparql", "http://", "http://a:port/"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UsageError):
        open_endpoint(url)


def test_a_connection_that_was_closed_meanwhile_is_opened_again_for_queries_alone(server, engine):
    server.answer = always(sized(WHOLE), None)
    for _ in range(3):
        assert engine.query(QUERY, JSON).rows == 1
    server.requests.clear()
    server.answer = always(None)
    with pytest.raises(EndpointError):
        engine.update("INSERT DATA { <a:a> <a:b> 1 }")
    assert len(server.requests) == 1


def test_credentials_in_the_address_are_sent_and_not_shown(server):
    server.answer = always(sized(b"broken", "text/plain", "500 Oops"))
    url = server.url.replace("//", "//me:p%40ss@") + "/query"
    with open_endpoint(url, limits=LIMITS) as engine, pytest.raises(EndpointError) as caught:
        engine.query(QUERY, JSON)
    assert server.requests[0][1]["authorization"] == "Basic bWU6cEBzcw=="
    assert "p%40ss" not in str(caught.value)


def test_the_guard_stands_before_the_endpoint(server, engine):
    server.answer = always(sized(b'{"head":{},"boolean":false}'))
    for refused in (
        lambda: engine.query("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", JSON),
        lambda: engine.update("LOAD <http://x/>"),
        lambda: engine.query("ASK " + "{" * 1000, JSON),
        lambda: engine.query("DROP ALL", JSON),
    ):
        with pytest.raises((ForbiddenError, QueryError)):
            refused()
    assert server.requests == []


def test_graphs_that_the_endpoint_does_not_have_are_not_named_to_it(server, engine):
    server.answer = always(sized(b'{"head":{},"boolean":false}'))
    for ask in (
        lambda: engine.query("ASK FROM <http://x/> { ?s ?p ?o }", JSON),
        lambda: engine.query("PREFIX x: <http://x/> ASK FROM NAMED x: FROM <http://x/> { ?s ?p ?o }", JSON),
        lambda: engine.query("ASK { ?s ?p ?o }", JSON, dataset=Dataset(("http://x/",), ("http://x/",))),
        lambda: engine.update("INSERT { ?s ?p 1 } USING <http://x/> WHERE { ?s ?p ?o }"),
        lambda: engine.update("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", using=Dataset(("http://x/",))),
    ):
        server.requests.clear()
        ask()
        (_, _, looked), (_, _, sent) = server.requests
        assert "ASK+%7B+GRAPH+%3Chttp%3A%2F%2Fx%2F%3E" in looked
        assert "http%3A%2F%2Fx%2F%3E+%7B" not in sent
        assert "x%3Aempty" in sent


def test_an_update_that_may_make_the_graph_that_it_reads_is_refused(server, engine):
    server.answer = always(sized(b'{"head":{},"boolean":false}'))
    for text in (
        "INSERT DATA { GRAPH <http://x/> { <a:a> <a:b> 1 } } ; INSERT { ?s ?p 2 } USING <http://x/> WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 2 } USING<http://x/>WHERE { FILTER(?a <?b#>\n ?c) }",
    ):
        with pytest.raises(QueryError, match="no graph"):
            engine.update(text)


def test_without_addresses_for_updates_and_graphs_it_is_read_only(server):
    with open_endpoint(f"{server.url}/query", limits=LIMITS) as engine:
        assert engine.writable is False
        for refused in (
            lambda: engine.update("DROP ALL"),
            lambda: engine.write_graph(None, b"", TURTLE, replace=True),
            lambda: engine.delete_graph("a:g"),
            lambda: engine.read_graph("a:g", TURTLE),
        ):
            with pytest.raises(ForbiddenError):
                refused()
    assert server.requests == []
