from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from ce_graph.web.server.access_log import AccessLog
from ce_graph.web.server.front import Front
from ce_graph.web.server.lane import open_lane
from ce_graph.web.server.serving import _client, _prompt
from ce_graph.web.service import FRONT, KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

SECRET = "SELECT * { ?s ?p 'a secret' }"


@pytest.fixture
def logged(make_app: Callable[..., Flask]) -> tuple[Flask, io.StringIO]:
    app = make_app()
    stream = io.StringIO()
    front: Front = app.extensions[FRONT]
    front._log = AccessLog(stream)
    return app, stream


def lines(logged: tuple[Flask, io.StringIO]) -> list[dict[str, object]]:
    app, stream = logged
    app.extensions[FRONT].close()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_request_is_one_line_without_what_it_asked(logged: tuple[Flask, io.StringIO]) -> None:
    client = logged[0].test_client()
    for _ in range(2):
        client.get("/sparql", query_string={"query": SECRET}, headers={"Authorization": "Bearer hidden"})
    client.post("/sparql", data={"query": SECRET})
    client.get("/doc/project/loop")
    client.get('/no\n{"where": 1}')
    noted = lines(logged)
    assert [line["status"] for line in noted] == [200, 200, 200, 200, 404]
    assert [line.get("outcome") for line in noted] == ["answered", "remembered", "remembered", None, None]
    assert noted[0]["query"] == noted[1]["query"]
    assert len(str(noted[0]["query"])) == 12
    text = logged[1].getvalue()
    assert "secret" not in text
    assert "hidden" not in text
    assert {"time", "client", "method", "path", "status", "bytes", "ms"} <= set(noted[0])


def test_the_log_writes_by_itself() -> None:
    written = io.StringIO()
    log = AccessLog(written)
    log.note("GET", "/", "", "192.0.2.1", 200, 5, 0.0, None)
    for _ in range(500):
        if written.getvalue():
            break
        log._thread.join(0.01)  # type: ignore[union-attr]
    assert json.loads(written.getvalue())["path"] == "/"


def test_a_reader_of_the_log_that_has_gone_stops_nothing() -> None:
    log = AccessLog(io.StringIO())
    log._stream.close()  # type: ignore[union-attr]
    log.note("GET", "/", "", "192.0.2.1", 200, 5, 0.0, None)
    assert log._thread is not None
    log._thread.join(10)
    assert not log._thread.is_alive()


def test_the_fast_lane_exists_in_this_granian() -> None:
    assert open_lane(lambda scope, protocol, done: False)


def test_a_posted_query_is_answered_in_front_of_the_application_and_remembered(
    logged: tuple[Flask, io.StringIO], engine: MemoryEngine
) -> None:
    app, _ = logged
    client = app.test_client()
    app.wsgi_app._application = None  # type: ignore[attr-defined]  # whoever asks it now fails
    query = "SELECT ?s { ?s ?p ?o }"
    form = [client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"}) for _ in range(2)]
    direct = [
        client.post("/sparql", data=query, content_type="application/sparql-query", headers={"Accept": "text/csv"})
        for _ in range(2)
    ]
    assert len({answer.data for answer in form + direct}) == 1
    assert len(engine.asked) == 1
    assert [line.get("outcome") for line in lines(logged)] == ["answered", *["remembered"] * 3]
    for answer in form + direct:
        assert answer.status_code == 200
        assert "ETag" not in answer.headers
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_wrong_with_a_posted_query_is_told_there_too(logged: tuple[Flask, io.StringIO]) -> None:
    app, _ = logged
    client = app.test_client()
    app.wsgi_app._application = None  # type: ignore[attr-defined]
    for status, body, content_type in (
        (400, b"SELECT *\n{ ?s ?p }", "application/sparql-query"),
        (400, b"query=ASK%7B%FF%7D", "application/x-www-form-urlencoded"),
        (400, b"update=CLEAR+ALL", "application/x-www-form-urlencoded"),
        (400, b"", "application/x-www-form-urlencoded"),
        (415, b"ASK {}", "text/plain"),
        (415, b"ASK {}", "application/sparql-query; charset=latin-1"),
    ):
        answer = client.post("/sparql", data=body, content_type=content_type)
        assert answer.status_code == status, body
        assert answer.content_type == "application/problem+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post("/sparql", data="SELECT *\n{ ?s ?p }", content_type="application/sparql-query").json["line"] == 2


def test_a_posted_query_that_a_person_asks_gets_a_page(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": "ASK {}"}, headers={"Accept": "text/html"})
    assert answer.mimetype == "text/html"


def test_who_asks_is_who_the_outermost_trusted_proxy_has_seen() -> None:
    assert _client("192.0.2.1", "198.51.100.9, 203.0.113.5", 0) == "192.0.2.1"
    assert _client("192.0.2.1", "198.51.100.9, 203.0.113.5", 1) == "203.0.113.5"
    assert _client("192.0.2.1", "198.51.100.9, 203.0.113.5", 2) == "198.51.100.9"
    assert _client("192.0.2.1", "203.0.113.5", 2) == "192.0.2.1"
    assert _client("192.0.2.1", "", 1) == "192.0.2.1"


def test_an_engine_that_cannot_start_queries_is_asked_by_threads(logged: tuple[Flask, io.StringIO]) -> None:
    app, _ = logged
    assert _prompt(app.extensions[FRONT], app.extensions[KEY], 0) is None
