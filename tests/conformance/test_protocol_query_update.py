"""The W3C's 34 tests of the SPARQL 1.1 Protocol, against a real server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import w3c_protocol
from live_server import TOKEN, Answer, LiveServer, serving_nothing
from w3c_protocol import MF, Exchange, Test

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = w3c_protocol.tests("sparql11/protocol/manifest.ttl", MF.ProtocolTest)
TABLES = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"}
GRAPHS = {"text/turtle", "application/n-triples", "application/rdf+xml"}
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serving_nothing("own", CE_GRAPH_UPDATE_TOKEN=TOKEN, CE_GRAPH_ACCESS_LOG="off") as started:
        yield started


@pytest.mark.skipif(not TESTS, reason=w3c_protocol.ABSENT)
def test_none_of_the_tests_is_left_out() -> None:
    assert len(TESTS) == 34


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_protocol(server: LiveServer, test: Test) -> None:
    headers = AUTHORIZED | {"Content-Type": "application/sparql-update"}
    assert server.ask("POST", "/update", headers, b"DROP ALL").status == 204
    for graph, triples in test.data:
        headers = AUTHORIZED | {"Content-Type": "application/n-triples"}
        assert server.ask("PUT", f"/graphs?graph={graph}", headers, triples).status == 201
    for exchange in test.exchanges:
        answer = _ask(server, exchange)
        assert exchange.accepts(answer.status), f"{answer.status} {answer.text}"
        if exchange.format is not None:
            _check_format(exchange, answer)


def _ask(server: LiveServer, exchange: Exchange) -> Answer:
    content_type = exchange.headers.get("content-type", "")
    body = exchange.body.text.encode(exchange.body.encoding) if exchange.body else None
    asks_for_update = "sparql-update" in content_type or "update" in exchange.path
    asks_for_update |= bool(exchange.body and exchange.body.text.startswith(("update=", "CLEAR")))
    route = "/update" if asks_for_update else "/sparql"
    headers = exchange.headers | (AUTHORIZED if asks_for_update else {})
    return server.ask(exchange.method, exchange.path.replace("/sparql/", route, 1), headers, body)


def _check_format(exchange: Exchange, answer: Answer) -> None:
    if exchange.format == "boolean":
        assert answer.content_type in TABLES
        if answer.content_type.endswith("json"):
            told = json.loads(answer.body)["boolean"]
        else:
            told = ElementTree.fromstring(answer.body).findtext("{*}boolean") == "true"
        if exchange.truth is not None:
            assert told is exchange.truth
    else:
        assert answer.content_type in (TABLES if exchange.format == "tabular" else GRAPHS)
