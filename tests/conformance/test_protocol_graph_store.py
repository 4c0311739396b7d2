"""The W3C's tests of the Graph Store HTTP Protocol, direct and indirect, against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import w3c_protocol
from live_server import TOKEN, LiveServer, serving_nothing
from rdflib import Graph
from rdflib.compare import isomorphic
from w3c_protocol import MF, Test

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "sparql11/graph-store-protocol/"
TESTS = [
    test
    for manifest in ("manifest-direct.ttl", "manifest-indirect.ttl")
    for test in w3c_protocol.tests(FOLDER + manifest, MF.GraphStoreProtocolTest)
]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serving_nothing("own", CE_GRAPH_UPDATE_TOKEN=TOKEN, CE_GRAPH_ACCESS_LOG="off") as started:
        yield started


@pytest.mark.skipif(not TESTS, reason=w3c_protocol.ABSENT)
def test_none_of_the_tests_is_left_out() -> None:
    assert len(TESTS) == 13


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_graph_store(server: LiveServer, test: Test) -> None:
    drop = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
    assert server.ask("POST", "/update", drop, b"DROP ALL").status == 204
    location = ""
    for exchange in test.exchanges:
        path = exchange.path.replace("/gsp", "/graphs", 1).replace("$LOCATION$", quote(location, safe=":/"))
        headers = exchange.headers | {"Authorization": f"Bearer {TOKEN}"}
        body = exchange.body.text.encode() if exchange.body else None
        answer = server.ask(exchange.method, path, headers, body)
        assert exchange.accepts(answer.status), f"{exchange.method} {path}: {answer.status} {answer.text}"
        if exchange.location is not None:
            location = answer.headers["Location"]
            assert location.startswith("http")
        if exchange.answer_type is not None:
            assert answer.headers["Content-Type"] == exchange.answer_type
        if exchange.answer_body is not None:
            wanted = Graph().parse(data=exchange.answer_body, format="turtle")
            assert isomorphic(Graph().parse(data=answer.body, format="turtle"), wanted)
