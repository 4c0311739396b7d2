from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from ce_graph.web.access_log import AccessLog
from ce_graph.web.front import Front
from ce_graph.web.lane import open_lane
from ce_graph.web.service import FRONT

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

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
