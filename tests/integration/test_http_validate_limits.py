"""``/validate`` on a real server when there is too much of something, or what is sent is not what it is said to be."""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from test_http_validate import BOUNDARY, RIGHT, SHAPES, WRONG, flows, multipart, own, send

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "web"))

from live_server import Answer, LiveServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUIET = {"CE_GRAPH_ACCESS_LOG": "off"}
MOST = 100_000
MANY = b"".join(b"<http://example.org/%d> <http://example.org/p> <http://example.org/o> .\n" % n for n in range(400))
ENDLESS = b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .
e:Endless a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:sparql [ sh:message "never" ; sh:select
"SELECT $this WHERE { $this ?p ?a . ?b ?q ?c . ?d ?r ?e . ?f ?s ?g . FILTER(STR(?b) = CONCAT(STR(?d), STR(?f))) }" ] .
"""
"""Shapes whose check of ``MANY`` takes for ever."""


@pytest.fixture(scope="module")
def server(shipped_folder: Path) -> Iterator[LiveServer]:
    with serving(shipped_folder, CE_GRAPH_VALIDATE_BYTES=str(MOST), CE_GRAPH_BODY_SECONDS="20", **QUIET) as started:
        yield started


def checks(server: LiveServer) -> list[int]:
    """The processes of checks that a server is waiting for."""
    parents: dict[int, int] = {}
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found += [int(folder.name)] if b"validation_process" in (folder / "cmdline").read_bytes() else []
        except OSError:  # it has ended meanwhile
            continue

    def belongs(process: int) -> bool:
        return process == server.process.pid or (process in parents and belongs(parents[process]))

    return [process for process in found if belongs(process)]


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


class Endless:
    """A client that waits for a check that takes for ever."""

    def __init__(self, server: LiveServer) -> None:
        body = multipart(("data", "many.nt", MANY), ("shapes", "endless.ttl", ENDLESS))
        self._socket = socket.create_connection((server.host, server.port), timeout=30)
        head = (
            f"POST /validate HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)

    def leave(self) -> None:
        self._socket.close()


def test_when_all_places_are_taken_others_are_told_to_come_again_and_leaving_ends_a_check(shipped_folder: Path) -> None:
    with serving(shipped_folder, CE_GRAPH_WORKERS="1", CE_GRAPH_CLIENT_QUERIES="2", **QUIET) as started:
        first = Endless(started)
        wait_until(lambda: len(checks(started)) == 1)
        answers: list[Answer] = []
        others = [threading.Thread(target=lambda: answers.append(own(started, "application/json"))) for _ in range(4)]
        for other in others:
            other.start()
        for other in others:
            other.join()
        by_status = {answer.status: answer for answer in answers}
        assert set(by_status) == {429, 503}  # one waits for a place, the others are more than a client may have
        assert int(by_status[429].headers["Retry-After"]) > 0
        assert (by_status[503].headers["Retry-After"], by_status[503].content_type) == ("5", "application/problem+json")
        page = send(started, ("text", "", RIGHT), accept="text/html", query="?lang=fi")
        assert (page.status, "muita tiedostoja tarkastetaan" in page.text) == (503, True)
        assert len(checks(started)) == 1
        first.leave()
        wait_until(lambda: not checks(started))
        assert own(started, "application/json").status == 200


def test_a_check_that_takes_for_ever_is_ended(shipped_folder: Path) -> None:
    with serving(shipped_folder, CE_GRAPH_VALIDATE_SECONDS="2", **QUIET) as started:
        answer = send(started, ("data", "many.nt", MANY), ("shapes", "endless.ttl", ENDLESS), query="?lang=sv")
        assert answer.status == 504
        assert json.loads(answer.body)["detail"].startswith("kontrollen tog mer än 2 s och avslutades")
        assert checks(started) == []


@pytest.mark.parametrize("memory", [48 << 20, 200 << 20])
def test_a_check_that_would_take_too_much_memory_is_refused(shipped_folder: Path, memory: int) -> None:
    with serving(shipped_folder, CE_GRAPH_WORKER_MEMORY=str(memory), **QUIET) as started:
        answer = send(started, ("data", "mine.csv", flows()), ("table", "", b"flows"))
        assert (answer.status, json.loads(answer.body)["limit"]) == (422, "memory")
        assert started.ask("GET", "/validate", {"Accept": "text/html"}).status == 200


@pytest.mark.parametrize("content_type", ["text/turtle", f"multipart/form-data; boundary={BOUNDARY}"])
@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 100000000000", b"x" * 1000),
        ("Transfer-Encoding: chunked", b"30d40\r\n" + b" " * 200_000),
    ],
    ids=["announced", "in-chunks"],
)
def test_a_large_body_is_refused_before_all_of_it_was_sent(
    server: LiveServer, content_type: str, head: str, body: bytes
) -> None:
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        lines = ("POST /validate HTTP/1.1", f"Host: {server.host}", f"Content-Type: {content_type}", head, "", "")
        connection.sendall("\r\n".join(lines).encode() + body)
        said = b""
        while b"\r\n\r\n" not in said and (chunk := connection.recv(65536)):
            said += chunk
    assert said.startswith(b"HTTP/1.1 413 ")


def test_a_body_just_within_the_limit_is_whole(server: LiveServer) -> None:
    text = RIGHT + b"\n<http://example.org/two> a <http://example.org/Thing> .\n"
    padded = b" " * (MOST - len(text)) + text
    answer = server.ask("POST", "/validate?format=json", {"Content-Type": "text/turtle"}, padded)
    assert (answer.status, json.loads(answer.body)["triples"]) == (200, 3)
    assert server.ask("POST", "/validate", {"Content-Type": "text/turtle"}, b" " + padded).status == 413


def workbook(part: str, megabytes: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A small XLSX file of which one part unpacks to many megabytes of blanks."""
    whole, made = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "unit"])
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for item in old.infolist():
            if item.filename != part:
                new.writestr(item, old.read(item))
        with new.open(part, "w", force_zip64=True) as stream:
            stream.write(before)
            for _ in range(megabytes):
                stream.write(b" " * (1 << 20))
            stream.write(after)
    return made.getvalue()


def test_a_workbook_that_unpacks_to_more_than_a_gigabyte_is_not_unpacked(shipped_folder: Path) -> None:
    with serving(shipped_folder, CE_GRAPH_WORKER_MEMORY=str(600 << 20), **QUIET) as started:
        bomb = workbook("xl/worksheets/sheet1.xml", 1100)
        answer = send(started, ("data", "flows.xlsx", bomb), ("table", "", b"flows"), query="?lang=fi")
        assert (answer.status, "purettuna yli 1024 MiB" in json.loads(answer.body)["detail"]) == (422, True)
        sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        cell = sheet + b'<c r="A1" t="inlineStr"><is><t>x'
        long = workbook("xl/worksheets/sheet1.xml", 700, cell, b"</t></is></c></row></sheetData></worksheet>")
        answer = send(started, ("data", "flows.xlsx", long), ("table", "", b"flows"))
        assert (answer.status, json.loads(answer.body)["limit"]) == (422, "memory")
        assert checks(started) == []


BINARY = bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("name", "data", "table", "words"),
    [
        ("a.ttl", BINARY, "", "is binary, not text"),
        ("a.csv", BINARY, "", "not UTF-8: byte 0x80"),
        ("a.csv", BINARY, "flows", "not UTF-8: byte 0x80"),
        ("a.csv", b"", "", "the file is empty"),
        ("a.xlsx", b"PK\x03\x04 no archive", "", "not a readable XLSX file: damaged or of another kind"),
        ("a.xlsx", WRONG, "flows", "not a readable XLSX file: damaged or of another kind"),
        ("a.csv", b"name,age\nAda,36\n", "", "its first row has the headings of no table (actors.csv"),
        ("a.csv", WRONG, "", "its first row has the headings of no table"),
        ("a.ttl", flows(), "", "cannot be parsed"),
        ("a.jsonld", flows(), "", "a.jsonld"),
    ],
)
def test_what_is_not_what_it_is_said_to_be_is_a_problem(
    server: LiveServer, name: str, data: bytes, table: str, words: str
) -> None:
    answer = send(server, ("data", name, data), *([("table", "", table.encode())] if table else []))
    told = json.loads(answer.body)
    assert (answer.status, told["file"], answer.content_type) == (422, name, "application/problem+json")
    assert words in json.dumps(told, ensure_ascii=False)
    assert "/tmp" not in answer.text
    assert "Traceback" not in answer.text


def test_a_table_of_another_kind_is_told_by_its_headings(server: LiveServer) -> None:
    answer = send(server, ("data", "a.csv", WRONG), ("table", "", b"flows"), accept="text/plain", query="?lang=fi")
    assert answer.headers["X-Conforms"] == "false"
    assert "otsikkoriviltä puuttuu 'id', 'origin'" in answer.text


def test_nothing_was_sent(server: LiveServer) -> None:
    for content_type in ("text/turtle", "text/csv", "application/octet-stream", "multipart/form-data", ""):
        answer = server.ask("POST", "/validate?lang=sv", {"Content-Type": content_type}, b"")
        assert answer.status == 400
        assert json.loads(answer.body)["detail"].startswith("inget att kontrollera skickades")
    assert send(server, ("text", "", b"  \n")).status == 400
    empty = send(server, ("data", "empty.ttl", b""), ("shapes", "rules.ttl", SHAPES))
    assert (empty.status, empty.headers["X-Conforms"]) == (200, "false")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "is not read here"), ("fi", "ei lueta täällä"), ("sv", "läses inte här")]
)
def test_a_content_type_of_another_kind_is_told_with_those_that_are_read(
    server: LiveServer, language: str, words: str
) -> None:
    answer = server.ask("POST", f"/validate?lang={language}", {"Content-Type": "image/png"}, b"x")
    detail = json.loads(answer.body)["detail"]
    assert (answer.status, words in detail, "text/turtle" in detail) == (415, True, True)


def metadata(**schema: Any) -> bytes:
    columns = [
        {"name": "id"},
        {"name": "size", "datatype": "decimal", "propertyUrl": "http://example.org/size"},
        {"name": "type", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "http://example.org/Thing"},
    ]
    described = {"columns": columns, "primaryKey": "id", "aboutUrl": "http://example.org/{id}", **schema}
    graph = {"https://w3id.org/ce-graph/ontology#graph": "http://example.org/graph"}
    return json.dumps({"url": "mine.csv", "tableSchema": described, **graph}).encode()


def test_a_table_may_bring_its_own_metadata(server: LiveServer) -> None:
    shapes = SHAPES + b"e:Small a sh:PropertyShape ; sh:targetClass e:Thing ; sh:path e:size ; sh:maxInclusive 5 .\n"
    parts = (("data", "mine.csv", b"id,size\none,7\n"), ("shapes", "rules.ttl", shapes))
    told = json.loads(send(server, *parts, ("data", "mine-metadata.json", metadata())).body)
    found = {(one["position"]["file"], one["position"]["cell"]) for one in told["results"] if one["position"]}
    assert ("mine.csv", "B2") in found
    wrong = send(server, *parts, ("data", "mine-metadata.json", metadata(aboutUrl=None)))
    assert wrong.status == 422
    assert "mine-metadata.json: not a usable CSVW table description" in json.loads(wrong.body)["detail"]
    assert "/tmp" not in wrong.text
