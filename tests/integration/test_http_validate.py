"""``/validate`` on a real server: what is sent is checked in a process of its own, and nothing of it is kept."""

from __future__ import annotations

import csv
import io
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from ce_graph import resources

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "web"))

from live_server import Answer, LiveServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES = b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .
e:NamedShape a sh:NodeShape ; sh:targetClass e:Thing ; sh:property [ sh:path e:name ; sh:minCount 1 ; sh:maxLength 5 ] .
"""
WRONG = b"""@prefix e: <http://example.org/> .
e:one a e:Thing ; e:name "a name that is long" .
e:two a e:Thing .
"""
RIGHT = b"<http://example.org/one> a <http://example.org/Thing> ; <http://example.org/name> 'short' ."
BOUNDARY = "a-boundary-of-the-tests"


@pytest.fixture(scope="module")
def server(shipped_folder: Path) -> Iterator[LiveServer]:
    with serving(shipped_folder, CE_GRAPH_ACCESS_LOG="off", CE_GRAPH_VALIDATE_BYTES="2000000") as started:
        yield started


def multipart(*parts: tuple[str, str, bytes]) -> bytes:
    """Parts of name, file name (``""``: a field) and content."""
    body = b""
    for name, file, content in parts:
        named = f'; filename="{file}"' if file else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def send(
    server: LiveServer, *parts: tuple[str, str, bytes], accept: str = "application/json", query: str = ""
) -> Answer:
    headers = {"Accept": accept, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return server.ask("POST", f"/validate{query}", headers, multipart(*parts))


def own(server: LiveServer, accept: str, data: bytes = WRONG) -> Answer:
    return send(server, ("data", "mine.ttl", data), ("shapes", "rules.ttl", SHAPES), accept=accept)


def flows(**changes: str) -> bytes:
    """A header and a row of the shipped flows under a new key, some cells changed."""
    with (resources.data() / "tables" / "flows.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        row = next(reader)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow({**row, "id": "new-1", **changes})
    return text.getvalue().encode()


def test_the_report_comes_in_every_format_that_is_asked_for(server: LiveServer) -> None:
    told = own(server, "application/json")
    assert (told.status, told.content_type, told.headers["X-Conforms"]) == (200, "application/json", "false")
    found = {(one["component"].rsplit("#")[-1], one["position"]["line"]) for one in json.loads(told.body)["results"]}
    assert found == {("MaxLengthConstraintComponent", 2), ("MinCountConstraintComponent", 3)}
    sarif = own(server, "application/sarif+json")
    assert (sarif.content_type, json.loads(sarif.body)["version"]) == ("application/sarif+json", "2.1.0")
    junit = own(server, "application/junit+xml")
    assert len(ET.fromstring(junit.body).findall(".//failure")) == 2
    assert "mine.ttl:2:26" in own(server, "text/plain").text
    for media_type, syntax in (("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD),
                               ("application/rdf+xml", ox.RdfFormat.RDF_XML)):  # fmt: skip
        answer = own(server, media_type)
        assert answer.content_type == media_type
        results = [quad for quad in ox.parse(answer.body, syntax) if quad.predicate.value.endswith("#result")]
        assert len(results) == 2
    assert own(server, "image/png").status == 406


def test_data_that_conform_say_so(server: LiveServer) -> None:
    answer = own(server, "application/json", RIGHT)
    assert (answer.status, answer.headers["X-Conforms"]) == (200, "true")


def test_a_body_is_checked_against_the_shipped_shapes(server: LiveServer) -> None:
    flow = b"<id/flow/x> a <https://w3id.org/ce-graph/ontology#Flow> ."
    answer = server.ask("POST", "/validate?format=json&lang=fi", {"Content-Type": "text/turtle"}, flow)
    told = json.loads(answer.body)
    assert answer.headers["X-Conforms"] == "false"
    assert {one["focus"]["value"] for one in told["results"]} == {"https://w3id.org/ce-graph/id/flow/x"}
    assert server.address.encode() not in answer.body


@pytest.mark.parametrize(
    ("data", "line"), [(b"@prefix e: <http://example.org/> .\ne:one e:two", 2), (b"<a> <b> <c> .\n<a> <b> .", 2)]
)
def test_data_that_cannot_be_read_are_a_problem_with_its_place(server: LiveServer, data: bytes, line: int) -> None:
    answer = send(server, ("data", "mine.ttl", data), ("shapes", "rules.ttl", SHAPES))
    told = json.loads(answer.body)
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert (told["file"], told["line"]) == ("mine.ttl", line)
    assert told["column"] > 0


def test_wrong_shapes_are_a_problem_of_the_request(server: LiveServer) -> None:
    answer = send(server, ("data", "mine.ttl", RIGHT), ("shapes", "rules.ttl", b"@prefix sh: <x> .\nsh:a sh:b"))
    told = json.loads(answer.body)
    assert (answer.status, told["file"], told["line"]) == (400, "shapes/rules.ttl", 2)


def test_a_wrong_table_is_told_cell_by_cell(server: LiveServer) -> None:
    answer = send(server, ("data", "mine.csv", flows(unit="litres", region="atlantis")))
    assert (answer.status, answer.headers["X-Conforms"]) == (200, "false")
    text = send(server, ("data", "mine.csv", flows(unit="litres", region="atlantis")), accept="text/plain").text
    assert "mine.csv:2 (row 1, column unit, Q2)" in text
    assert "column region" in text
    pasted = send(server, ("text", "", flows(unit="litres")), ("table", "", b"flows"), accept="text/plain")
    assert "column unit, Q2" in pasted.text
    assert send(server, ("data", "mine.csv", flows()), ("table", "", b"nonsense")).status == 400


def test_the_page_shows_findings_beside_their_lines_and_no_markup_of_the_data(server: LiveServer) -> None:
    hostile = WRONG + b'e:bad a e:Thing ; e:name "<script>alert(1)</script>" .\n'
    answer = own(server, "text/html", hostile)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "<script>" not in answer.text
    assert "<mark>&#34;&lt;script&gt;" in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert len(answer.body) < 100 * 1024
    for language in ("fi", "sv", "en"):
        page = server.ask("GET", f"/validate?lang={language}", {"Accept": "text/html"})
        assert (page.status, f'<html lang="{language}">' in page.text) == (200, True)


def test_names_of_files_lead_nowhere(server: LiveServer) -> None:
    answer = send(server, ("data", "../../etc/passwd", WRONG), ("shapes", "/etc/hosts", SHAPES), accept="text/plain")
    assert answer.status == 200
    assert "passwd:2:26" in answer.text
    assert "/etc" not in answer.text


def test_what_cannot_be_taken_is_refused(server: LiveServer) -> None:
    def status(body: bytes, content_type: str, query: str = "") -> int:
        return server.ask("POST", f"/validate{query}", {"Content-Type": content_type}, body).status

    assert status(b"x" * 2_010_000, "text/turtle") == 413
    assert status(b"x", "image/png") == 415
    assert status(b"", "text/turtle") == 400
    assert status(RIGHT, "text/turtle", "?fail_on=never") == 400
    assert status(RIGHT, "text/turtle", "?syntax=never") == 400


def test_nothing_is_fetched(server: LiveServer) -> None:
    data = f"<http://a/> <http://www.w3.org/2002/07/owl#imports> <{server.address}/ontology>, <file:///etc/passwd> ."
    told = send(server, ("data", "mine.ttl", data.encode()), ("shapes", "rules.ttl", SHAPES), accept="text/plain")
    assert told.text.count("owl:imports") >= 2
    assert "root:" not in told.text


def test_a_check_ends_at_its_deadline(shipped_folder: Path) -> None:
    with serving(shipped_folder, CE_GRAPH_ACCESS_LOG="off", CE_GRAPH_VALIDATE_SECONDS="0.01") as started:
        answer: Any = own(started, "application/json")
    assert (answer.status, "more than 0.01 s" in json.loads(answer.body)["detail"]) == (504, True)


def test_the_page_names_the_file_of_each_cell(server: LiveServer) -> None:
    wrong = (("data", "one.csv", flows(unit="litres")), ("data", "two.csv", flows(region="atlantis")))
    page = send(server, *wrong, accept="text/html", query="?lang=sv").text
    assert "<code>one.csv</code>: Rad 1 under rubrikerna, kolumn ”unit”, cell Q2: <code>litres</code>" in page
    assert "<code>two.csv</code>: Rad 1 under rubrikerna, kolumn ”region”" in page
