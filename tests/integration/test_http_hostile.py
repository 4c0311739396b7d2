"""Hostile and broken requests at a real server over real sockets: each is told what is wrong, and the service lives."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "web"))

from live_server import TOKEN, LiveServer, serving_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

BEARER = {"Authorization": f"Bearer {TOKEN}"}
QUERY, UPDATE = {"Content-Type": "application/sparql-query"}, {"Content-Type": "application/sparql-update"}


LIMITS = {
    "CE_GRAPH_BODY_SECONDS": "0.5",
    "CE_GRAPH_QUERY_ROWS": "1000",
    "CE_GRAPH_RESULT_BYTES": str(8 << 20),
    "CE_GRAPH_UPDATE_BYTES": str(1 << 20),
    "CE_GRAPH_WORKER_MEMORY": str(256 << 20),
}
DATA = "INSERT DATA {" + " ".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(2000)) + "}"
HOSTS = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0.0.0.0",
    "[::ffff:127.0.0.1]",
    "localhost.",
    "a@127.0.0.1",
]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serving_nothing(CE_GRAPH_UPDATE_TOKEN=TOKEN, CE_GRAPH_ACCESS_LOG="off", **LIMITS) as started:
        assert started.ask("POST", "/update", BEARER | UPDATE, DATA.encode()).status == 204
        yield started


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that nobody may contact; the test fails when somebody has."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        yield listening
        with pytest.raises(TimeoutError):
            listening.accept()


def count(server: LiveServer) -> int:
    answer = server.ask("GET", "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o }"))
    return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])


def raw(server: LiveServer, *parts: bytes, pause: float = 0.0) -> bytes:
    """The head of what the server says to bytes that no proper client would send."""
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        with contextlib.suppress(ConnectionError):  # it may have answered already and read no more
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        said = b""
        while b"\r\n\r\n" not in said and (chunk := connection.recv(65536)):
            said += chunk
        return said


@pytest.mark.parametrize(
    "text",
    [
        "ASK { <id/a> ?p ",
        "ASK { <id/a> ?p ?o ?x }",
        "SELECT * { <id/a> ?p ?o FILTER(?o < ) }",
        "PREFIX x: <x/> SELECT * { <id/a> x:p ?o } ORDER",
        "SELECT *\n{ <id/a> ?p ?o FILTER(?o < ) }",
    ],
)
def test_a_syntax_error_is_told_at_its_place_in_the_query_as_it_was_sent(server: LiveServer, text: str) -> None:
    with pytest.raises(SyntaxError) as error:
        ox.Store().query(text, base_iri="http://e.example/")
    place = str(error.value).removeprefix("error at ").split(": ")[0]
    for answer in (
        server.ask("GET", "/sparql?query=" + quote(text)),
        server.ask("POST", "/sparql", QUERY, text.encode()),
    ):
        told = json.loads(answer.body)
        assert (answer.status, f"{told['line']}:{told['column']}") == (400, place)
        assert f"line {told['line']}, column {told['column']}" in told["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <id/a> <p> }",
        "DELETE WHERE { <id/a> <p> ?o ; CLEAR ALL",
        "INSERT DATA { <id/a> <p> 1 } ; INSERT DATA { <id/a> }",
        "INSERT DATA { <id/a> <p> 1 } ;\nINSERT DATA { <id/a> }",
    ],
)
def test_a_syntax_error_is_told_at_its_place_in_the_update_as_it_was_sent(server: LiveServer, text: str) -> None:
    with pytest.raises(SyntaxError) as error:
        ox.Store().update(text, base_iri="http://e.example/")
    answer = server.ask("POST", "/update", BEARER | UPDATE, text.encode())
    told = json.loads(answer.body)
    place = str(error.value).removeprefix("error at ").split(": ")[0]
    assert (answer.status, f"{told['line']}:{told['column']}") == (400, place)


def test_whatever_is_cut_off_a_query_it_is_answered_or_refused(server: LiveServer) -> None:
    text = "PREFIX p: <urn:> SELECT ?s ('a' AS ?b) { ?s p:p ?o FILTER(?o < 3 && ?o > 1) } ORDER BY ?s LIMIT 3 # end"
    statuses = {
        (end, server.ask("POST", "/sparql", QUERY, text[:end].encode()).status) for end in range(1, len(text) + 1)
    }
    assert {status for _, status in statuses} == {200, 400}
    assert (len(text), 200) in statuses
    for end in range(1, 30):
        answer = server.ask("POST", "/update", BEARER | UPDATE, DATA[: -37 * end].encode())
        assert answer.status == 400
    assert count(server) == 2000


def test_a_mebibyte_in_the_address_or_a_header_is_refused(server: LiveServer) -> None:
    long = b"x" * (1 << 20)
    for head in (b"GET /sparql?query=" + long + b" HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nAccept: " + long + b"\r\n"):
        try:
            said = raw(server, head + b"Host: a.example\r\n\r\n")
        except ConnectionError:
            said = b""  # it does not read to the end of what it refuses
        assert said == b"" or re.match(rb"HTTP/1.1 4\d\d ", said)
    assert server.ask("GET", "/health").status == 200


@pytest.mark.parametrize("host", HOSTS)
def test_no_spelling_of_this_machine_is_reached_for(server: LiveServer, listener: socket.socket, host: str) -> None:
    here = f"http://{host}:{listener.getsockname()[1]}/"
    for query in (
        f"SELECT * {{ SERVICE <{here}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{here}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?x {{ <{here}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    ):
        assert server.ask("GET", "/sparql?query=" + quote(query)).status == 403
    for update in (
        f"LOAD <{here}>",
        f"LOAD SILENT <{here}> INTO GRAPH <urn:g>",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{here}> {{ ?s ?p ?o }} }}",
        f"INSERT DATA {{ }} ; LOAD <{here}>",
    ):
        assert server.ask("POST", "/update", BEARER | UPDATE, update.encode()).status == 403
    everything = quote("SELECT * { ?s ?p ?o }")
    for target in (
        "/sparql?query=" + quote(f"SELECT * FROM <{here}> {{ ?s ?p ?o }}"),
        f"/sparql?query={everything}&default-graph-uri={quote(here)}",
        f"/sparql?query={quote('SELECT * { GRAPH ?g { ?s ?p ?o } }')}&named-graph-uri={quote(here)}",
    ):
        answer = server.ask("GET", target)
        assert (answer.status, json.loads(answer.body)["results"]["bindings"]) == (200, [])
    assert server.ask("GET", "/graphs?graph=" + quote(here)).status == 404
    using = f"/update?using-graph-uri={quote(here)}"
    assert server.ask("POST", using, BEARER | UPDATE, b"INSERT { ?s ?p 0 } WHERE { ?s ?p ?o }").status == 204
    assert count(server) == 2000


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[fd00::1]/", "file:///etc/passwd", "/etc/passwd"],
)
def test_private_addresses_and_files_are_refused(server: LiveServer, address: str) -> None:
    query = quote(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    assert server.ask("GET", f"/sparql?query={query}").status == 403
    assert server.ask("POST", "/update", BEARER | UPDATE, f"LOAD <{address}>".encode()).status == 403
    graph = server.ask("GET", "/sparql?query=" + quote(f"SELECT * FROM <{address}> {{ ?s ?p ?o }}"))
    assert (graph.status, json.loads(graph.body)["results"]["bindings"]) == (200, [])


def test_only_the_right_token_changes_anything(server: LiveServer) -> None:
    update, turtle = b"INSERT DATA { <urn:x> <urn:p> 1 }", {"Content-Type": "text/turtle"}
    for given in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
    ):
        answer = server.ask("POST", "/update", given | UPDATE, update)
        assert answer.status in (401, 403)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        for method in ("PUT", "POST", "DELETE"):
            assert server.ask(method, "/graphs?default", given | turtle, b"<urn:x> <urn:p> 1 .").status in (401, 403)
    assert server.ask("GET", "/update?update=" + quote(update.decode())).status == 405
    assert count(server) == 2000


def test_without_a_token_in_the_settings_there_is_no_address_for_updates() -> None:
    with serving_nothing(CE_GRAPH_ACCESS_LOG="off") as server:
        assert server.ask("POST", "/update", BEARER | UPDATE, b"INSERT DATA { <urn:x> <urn:p> 1 }").status == 404
        assert server.ask("PUT", "/graphs?default", BEARER, b"").status in (404, 405)
        assert count(server) == 0


def test_updates_that_are_slow_or_too_large_change_nothing(server: LiveServer) -> None:
    head = f"POST /update HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    head += b"Content-Type: application/sparql-update\r\n"
    update = b"INSERT DATA { <urn:x> <urn:p> 1 }"
    assert b" 408 " in raw(server, head + b"Content-Length: 40\r\n\r\n", update).split(b"\r\n")[0]
    slowly = [bytes([byte]) for byte in update[:8]]
    assert b" 408 " in raw(server, head + b"Content-Length: 33\r\n\r\n", *slowly, pause=0.1).split(b"\r\n")[0]
    assert b" 413 " in raw(server, head + b"Content-Length: 9999999\r\n\r\n").split(b"\r\n")[0]
    long = update + b"#" * (1 << 20)
    assert server.ask("POST", "/update", BEARER | UPDATE, long).status == 413
    assert server.ask("PUT", "/graphs?default", BEARER | {"Content-Type": "text/turtle"}, long).status == 413
    assert count(server) == 2000


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a ?c { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d))) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    ],
)
def test_a_query_that_eats_memory_is_told_its_limit(server: LiveServer, text: str) -> None:
    answer = server.ask("POST", "/sparql", QUERY, text.encode())
    assert (answer.status, json.loads(answer.body)["limit"]) == (422, "memory")
    assert count(server) == 2000


@pytest.mark.parametrize("media_type", ["application/sparql-results+json", "text/csv", "text/tab-separated-values"])
def test_no_answer_is_cut_without_being_told(server: LiveServer, media_type: str) -> None:
    accept = {"Accept": f"{media_type}, application/problem+json;q=0.1"}
    for text, limit in (
        ("SELECT ?s { ?s ?p ?o }", "rows"),
        (
            "SELECT (CONCAT(STR(?s), '0123456789ABCDEF0123456789ABCDEF') AS ?x) ?y { ?s ?p ?o BIND(REPLACE(STR(<urn:"
            + "x" * 20_000
            + ">), 'x', 'yy') AS ?y) } LIMIT 900",
            "bytes",
        ),
    ):
        answer = server.ask("POST", "/sparql", QUERY | accept, text.encode())
        told = json.loads(answer.body)
        assert (answer.status, told["limit"]) == (422, limit)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    whole = server.ask("POST", "/sparql", QUERY | accept, b"SELECT ?s { ?s ?p ?o } LIMIT 1000")
    assert (whole.status, whole.headers["X-Row-Count"]) == (200, "1000")


@pytest.mark.parametrize("bad", ["a%0d%0aX-Bad:%20b", "a%0aX-Bad:%20b", "a%0d%0a%0d%0a<script>"])
def test_nothing_that_is_sent_becomes_a_header(server: LiveServer, bad: str) -> None:
    for target in (
        f"/id/{bad}", f"/data/{bad}.ttl", f"/sparql?query=ASK%7B%7D&format={bad}", f"/?lang={bad}", f"/search?q={bad}",
        f"/graphs?graph={bad}", f"/sparql?query=ASK%7B%7D&default-graph-uri={bad}", f"/{bad}",
    ):  # fmt: skip
        head = raw(server, f"GET {target} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode()).partition(b"\r\n\r\n")[0]
        assert head.startswith(b"HTTP/1.1 ")
        assert b"\nx-bad" not in head.lower()
        assert b"<script>" not in head


def test_errors_help_and_show_nothing_of_the_inside(server: LiveServer) -> None:
    for target in ("/sparql?query=NONSENSE", "/sparql?query=ASK%7B&timeout=x", "/nowhere", "/graphs?graph=x"):
        answer = server.ask("GET", target, {"Accept": "application/json"})
        told = json.loads(answer.body)
        assert answer.content_type == "application/problem+json"
        assert told["status"] == answer.status >= 400
        assert told["title"]
        assert "detail" in told or target == "/nowhere"
        assert "Traceback" not in answer.text
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
