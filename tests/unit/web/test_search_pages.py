"""The search page, its JSON, suggestions, and what is suggested where nothing is found."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ce_graph.errors import BusyError
from ce_graph.search.entries import entries
from ce_graph.web import once, searching

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

    from ce_graph.search.entries import Entry

HOME = "https://w3id.org/ce-graph/"
BROWSER = {"Accept": "text/html", "Accept-Language": "en"}


def test_things_are_found_on_a_page_and_as_json(client: FlaskClient) -> None:
    page = client.get("/search?q=silmu", headers=BROWSER).text
    assert 'href="/doc/project/loop"' in page
    assert "1 thing found" in page
    told = client.get("/search?q=silmukka", headers={"Accept": "application/json"}).get_json()
    assert told["hits"][0] == {"iri": f"{HOME}id/project/loop", "kind": "project", "name": "Silmukka", "language": "fi"}
    assert told["kinds"] == {"project": 1}


def test_a_search_box_is_on_every_page(client: FlaskClient) -> None:
    for path in ("/", "/doc/project/loop", "/ontology", "/sparql", "/search", "/nothing"):
        assert '<form role="search"' in client.get(path, headers=BROWSER).text


def test_what_was_typed_is_text_and_stays(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": '"><script>alert(1)</script>'}, headers=BROWSER).text
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert "Nothing was found" in client.get("/search?q=qqqqqq", headers=BROWSER).text


def test_suggestions_are_as_browsers_understand_them(client: FlaskClient) -> None:
    answer = client.get("/search/suggest?q=the+lo")
    assert answer.mimetype == "application/x-suggestions+json"
    text, names, kinds, addresses = answer.get_json()
    assert (text, names[0], kinds[0]) == ("the lo", "The Loop", "Projects")
    assert addresses[0] == "http://localhost/doc/project/loop"
    assert "/search/suggest?q={searchTerms}" in client.get("/opensearch.xml").text


def test_the_index_follows_the_data(client: FlaskClient, engine: MemoryEngine) -> None:
    assert client.get("/search?q=zebra&format=json").get_json()["hits"] == []
    name = "http://www.w3.org/2004/02/skos/core#prefLabel"
    engine.update(f'INSERT DATA {{ GRAPH <urn:g> {{ <{HOME}id/actor/zebra> <{name}> "Zebra Oy" }} }}')
    assert client.get("/search?q=zebra&format=json").get_json()["hits"][0]["name"] == "Zebra Oy"


def test_a_name_that_is_nearly_right_leads_to_the_thing(client: FlaskClient) -> None:
    page = client.get("/doc/actor/the-gild", headers=BROWSER)
    assert page.status_code == 404
    assert 'href="/doc/actor/guild"' in page.text
    told = client.get("/id/actor/the-gild", headers={"Accept": "text/turtle"})
    assert (told.status_code, told.mimetype) == (404, "application/problem+json")
    assert told.get_json()["suggestions"] == [f"{HOME}id/actor/guild"]


def test_nobody_waits_long_for_an_index_that_is_being_made(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slowly(*asked: Any) -> Iterator[Entry]:
        go_on.wait(60)
        return entries(*asked)

    monkeypatch.setattr(searching, "entries", slowly)
    monkeypatch.setattr(once, "PATIENCE", 0.01)
    try:
        answer = client.get("/search?q=silmu", headers=BROWSER)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "That is being made of the data" in answer.text
        assert client.get("/doc/project/lop", headers=BROWSER).status_code == 404  # without suggestions
    finally:
        go_on.set()
    monkeypatch.undo()
    assert 'href="/doc/project/loop"' in client.get("/search?q=silmu", headers=BROWSER).text


def test_an_index_that_could_not_be_made_is_made_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Iterator[Entry]:
        raise BusyError("all workers are busy")

    monkeypatch.setattr(searching, "entries", failing)
    assert client.get("/search?q=silmu", headers=BROWSER).status_code == 503
    monkeypatch.undo()
    assert client.get("/search?q=silmu", headers=BROWSER).status_code == 200
