"""Hostile and broken requests at a real server over real sockets: each is told what is wrong, and the service lives."""

from __future__ import annotations

import json
import sys
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


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serving_nothing(CE_GRAPH_UPDATE_TOKEN=TOKEN, CE_GRAPH_ACCESS_LOG="off") as started:
        yield started


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
