from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from ce_graph.cli.query import command, declared
from ce_graph.errors import EndpointError, QueryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUADS = """
<https://w3id.org/ce-graph/id/actor/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ce-graph/ontology#Actor> <urn:g1> .
<https://w3id.org/ce-graph/id/actor/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ce-graph/ontology#Actor> <urn:g2> .
<https://w3id.org/ce-graph/id/actor/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Mäki, \\"Oy\\""@fi <urn:g1> .
"""  # noqa: E501


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "dataset.nq").write_text(QUADS.lstrip(), encoding="utf-8")
    return folder


def query(data: Path, *arguments: str, input_: bytes | None = None) -> Result:
    return CliRunner().invoke(command, ["--data", str(data), *arguments], input=input_)


def test_solutions_are_a_table(data: Path) -> None:
    ended = query(data, "SELECT ?a ?name { ?a a ce:Actor ; skos:prefLabel ?name }")
    assert ended.output.splitlines() == [
        "a                                     name",
        "------------------------------------  ----------",
        'https://w3id.org/ce-graph/id/actor/a  Mäki, "Oy"',
        "(1 row)",
    ]


def test_the_union_has_each_statement_once_and_graphs_tell_who_says_so(data: Path) -> None:
    count = query(data, "SELECT (COUNT(*) AS ?n) { ?a a ce:Actor }", "--format", "csv")
    assert count.output.split() == ["n", "1"]
    graphs = query(data, "SELECT ?g { GRAPH ?g { ?a a ce:Actor } } ORDER BY ?g", "--format", "csv")
    assert graphs.output.split() == ["g", "urn:g1", "urn:g2"]


def test_other_formats_are_as_their_readers_expect(data: Path) -> None:
    text = "SELECT ?name { ?a skos:prefLabel ?name }"
    told = json.loads(query(data, text, "--format", "json").output)
    assert told["results"]["bindings"][0]["name"] == {"type": "literal", "value": 'Mäki, "Oy"', "xml:lang": "fi"}
    assert query(data, text, "--format", "csv").output == 'name\n"Mäki, ""Oy"""\n'
    assert query(data, text, "--format", "tsv").output.splitlines()[0] == "?name"
    assert "<literal" in query(data, text, "--format", "xml").output
    assert query(data, "ASK { ?a a ce:Actor }").output == "true\n"
    assert query(data, "ASK { ?a a ce:Place }").output == "false\n"


def test_graphs_are_turtle_with_the_prefixes_that_they_use(data: Path) -> None:
    ended = query(data, "CONSTRUCT { ?a a ce:Actor } WHERE { ?a a ce:Actor }")
    assert "@prefix ce:" in ended.output
    assert "@prefix skos:" not in ended.output
    lines = query(data, "DESCRIBE <https://w3id.org/ce-graph/id/actor/a>", "--format", "ntriples").output.splitlines()
    assert len(lines) == 2


def test_the_query_may_come_from_a_file_or_from_standard_input(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "ask.rq"
    file.write_text("ASK { ?a a ce:Actor }", encoding="utf-8-sig")
    assert query(data, "-f", str(file)).output == "true\n"
    assert query(data, "--file", "-", input_=b"ASK {}").output == "true\n"
    assert query(data, "-", input_=b"ASK {}").output == "true\n"


def test_a_mistake_is_shown_where_it_is(data: Path) -> None:
    ended = query(data, "SELECT * WHERE {\n  ?s a }")
    assert isinstance(ended.exception, QueryError)
    assert ended.exception.line == 2
    first, shown, mark = str(ended.exception).splitlines()
    assert first.startswith("line 2, column ")
    assert shown == "    ?s a }"
    assert mark.strip() == "^"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there is no query"),
        (["  # nothing to ask"], "the query is empty"),
        (["ASK {}", "-f", "x.rq"], "two queries"),
        (["-f", "/nowhere/x.rq"], "/nowhere/x.rq: No such file"),
        (["ASK {}", "--format", "csv"], "ASK has no answer as csv"),
        (["SELECT * {}", "--format", "turtle"], "SELECT has no answer as turtle"),
        (["CONSTRUCT {} WHERE {}", "--format", "table"], "CONSTRUCT has no answer as table"),
        (["CLEAR ALL"], "only reads"),
        (["ASK {}", "--endpoint", "http://127.0.0.1:1/"], "exclude each other"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told(data: Path, arguments: list[str], message: str) -> None:
    ended = query(data, *arguments)
    assert isinstance(ended.exception, UsageError)
    assert message in str(ended.exception)


def test_bytes_that_are_no_text_are_refused(data: Path) -> None:
    ended = query(data, "-", input_=b"ASK { ?s ?p '\xff' }")
    assert isinstance(ended.exception, UsageError)
    assert "not UTF-8" in str(ended.exception)


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    ended = query(tmp_path, "ASK {}")
    assert isinstance(ended.exception, UsageError)


def test_prefixes_are_declared_on_the_first_line_and_only_when_they_are_not() -> None:
    assert declared("ASK { ?s a ce:Actor }").startswith("PREFIX ce: <https://w3id.org/ce-graph/ontology#> ASK")
    text = "PREFIX ce: <http://other.example/>\nASK { ?s a ce:Actor }"
    assert declared(text) == text
    assert declared("ASK { <http://a.example/> ?p ?o }") == "ASK { <http://a.example/> ?p ?o }"
    assert declared("prefix ce: <urn:x>\nASK { ?s a ce:A, skos:B }").startswith("PREFIX skos:")


class Endpoint(BaseHTTPRequestHandler):
    asked: list[dict[str, Any]] = []  # noqa: RUF012 - shared by the handlers of one test
    reply: tuple[int, str, bytes] = (200, "application/sparql-results+json", b"")

    def _answer(self, query: str) -> None:
        type(self).asked.append({"query": query, "accept": self.headers["Accept"], "method": self.command})
        status, content_type, body = self.reply
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(parse_qs(body.decode())["query"][0])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    Endpoint.asked.clear()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    thread.join()
    server.server_close()


def at(endpoint: str, *arguments: str) -> Result:
    return CliRunner().invoke(command, ["--endpoint", endpoint, *arguments])


def test_an_endpoint_is_asked_by_the_protocol(endpoint: str) -> None:
    store = ox.Store()
    body = store.query("SELECT ?x { VALUES ?x { 7 } }").serialize(format=ox.QueryResultsFormat.JSON)
    assert body is not None
    Endpoint.reply = (200, "application/sparql-results+json; charset=utf-8", body)
    ended = at(endpoint, "SELECT ?x { ?x a ce:Actor }")
    assert ended.output.split() == ["x", "-", "7", "(1", "row)"]
    assert Endpoint.asked == [
        {
            "query": "PREFIX ce: <https://w3id.org/ce-graph/ontology#> SELECT ?x { ?x a ce:Actor }",
            "accept": "application/sparql-results+json",
            "method": "GET",
        }
    ]
    at(endpoint, "SELECT ?x { ?x a '" + "y" * 3000 + "' }")
    assert Endpoint.asked[1]["method"] == "POST"


def test_the_answer_of_an_endpoint_is_passed_on_as_it_is(endpoint: str) -> None:
    Endpoint.reply = (200, "text/csv", b"x\r\n1\r\n")
    assert at(endpoint, "SELECT * {}", "--format", "csv").stdout_bytes == b"x\r\n1\r\n"


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        ((400, "text/plain", b"no such word: SELEKT"), QueryError, "no such word: SELEKT"),
        (
            (400, "text/plain", "ei mit\u00e4\u00e4n 'n\u00e4in'".encode()),
            QueryError,
            "ei mit\u00e4\u00e4n 'n\u00e4in'",
        ),
        ((500, "text/plain", b"out of memory"), EndpointError, "out of memory"),
        ((404, "text/plain", b""), EndpointError, "failed"),
        ((503, "text/plain", b"later"), EndpointError, "503"),
        ((200, "text/html", b"<html>"), EndpointError, "is it a SPARQL endpoint?"),
        ((200, "application/sparql-results+json", b"{nonsense"), EndpointError, "no SPARQL result"),
    ],
)
def test_an_endpoint_that_fails_is_told(
    endpoint: str, reply: tuple[int, str, bytes], error: type[Exception], message: str
) -> None:
    Endpoint.reply = reply
    ended = at(endpoint, "SELECT * {}")
    assert isinstance(ended.exception, error)
    assert message in str(ended.exception)


def test_an_endpoint_that_is_not_there_is_told() -> None:
    assert isinstance(at("http://127.0.0.1:1/", "ASK {}").exception, EndpointError)
    assert isinstance(at("ftp://a.example/", "ASK {}").exception, UsageError)


def test_an_answer_that_breaks_off_is_told(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(self: Endpoint, _: str) -> None:
        self.wfile.write(
            b"HTTP/1.0 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 99\r\n\r\n{"
        )

    monkeypatch.setattr(Endpoint, "_answer", half)
    ended = at(endpoint, "ASK {}")
    assert isinstance(ended.exception, EndpointError)
    assert "breaks off" in str(ended.exception)


def test_a_reader_that_leaves_is_no_fault(data: Path) -> None:
    values = " ".join(str(number) for number in range(20_000))
    call = [
        sys.executable,
        "-c",
        "from ce_graph.cli import main; main()",
        "query",
        "--data",
        str(data),
        "--format",
        "csv",
    ]
    process = subprocess.Popen(
        [*call, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(f"SELECT ?x {{ VALUES ?x {{ {values} }} }}".encode())
    process.stdin.close()
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert said == b""
