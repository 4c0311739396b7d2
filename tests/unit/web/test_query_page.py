"""The query page as the server makes it, and what its editor asks for."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from ce_graph.errors import DataError, QueryTimeout
from ce_graph.web import assets
from ce_graph.web.queries import completion, query_page, questions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

BROWSER = {"Accept": "text/html"}
PROJECTS = "SELECT ?p { ?p a <https://w3id.org/ce-graph/ontology#Project> } ORDER BY ?p"


@pytest.fixture(params=["with the editor", "without the editor"])
def built(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> assets.Assets | None:
    """What npm has built, or that it has built nothing."""
    found = assets.Assets("/static/build/query.js?v=1", "/static/build/query-style.css?v=1")
    chosen = found if request.param == "with the editor" else None
    monkeypatch.setattr(assets, "find", lambda: chosen)
    return chosen


def get(client: FlaskClient, **parameters: object):
    return client.get("/sparql", query_string=parameters, headers=BROWSER)


def terms(client: FlaskClient, **parameters: object) -> dict[str, dict[str, tuple[str, int | None]]]:
    found = client.get("/sparql/terms", query_string=parameters).get_json()
    return {
        kind: {term["iri"].rpartition("#")[2]: (term["label"], term["uses"]) for term in found[kind]}
        for kind in ("classes", "properties")
    }


def test_the_page_works_the_same_with_and_without_the_editor(client: FlaskClient, built: assets.Assets | None) -> None:
    for parameters in ({}, {"query": PROJECTS}, {"query": "ASK { wrong"}):
        answer = get(client, **parameters)
        page = answer.get_data(as_text=True)
        policy = answer.headers["Content-Security-Policy"]
        assert ("script-src 'self'; connect-src 'self'" in policy) == (built is not None)
        assert "unsafe" not in policy
        scripts = re.findall(r"<script[^>]*>", page)
        data = '<script type="application/ld+json">'  # which no browser runs
        editor = '<script type="module" src="/static/build/query.js?v=1">'
        assert sorted(scripts) == sorted([data, editor] if built else [data])
        assert not re.search(r"\son\w+=|\sstyle=", page)
        assert "<textarea" in page
        assert ("data-texts" in page) == (built is not None)
    assert "script-src" not in client.get("/", headers=BROWSER).headers["Content-Security-Policy"]


def test_built_files_are_found_only_when_all_are_there(tmp_path: Path) -> None:
    assert assets.find(tmp_path / "nowhere") is None
    (tmp_path / assets.SCRIPT).write_text("first", encoding="utf-8")
    assert assets.find(tmp_path) is None
    (tmp_path / assets.STYLE).write_text("", encoding="utf-8")
    first = assets.find(tmp_path)
    assert first is not None
    assert first.script.startswith("/static/build/query.js?v=")
    (tmp_path / assets.SCRIPT).write_text("second, and longer", encoding="utf-8")
    second = assets.find(tmp_path)
    assert second is not None
    assert (second.script != first.script, second.style) == (True, first.style)


def test_names_are_shown_with_what_a_query_can_say(client: FlaskClient) -> None:
    page = get(client, query=PROJECTS, lang="sv").text
    assert ">Slingan</" in page
    assert "&lt;id/project/loop&gt;" in page
    with client.application.test_request_context():
        assert query_page.short_name("https://w3id.org/ce-graph/ontology#Project") == "ce:Project"
        assert query_page.short_name("https://w3id.org/ce-graph/code/theme/textiles") == "<code/theme/textiles>"
        assert query_page.short_name("urn:x") == "<urn:x>"


def test_without_names_the_table_is_still_shown(
    client: FlaskClient, engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine.query

    def without_names(text: str, *rest: object, **more: object):
        if "prefLabel" in text:
            raise QueryTimeout("too long")
        return whole(text, *rest, **more)

    monkeypatch.setattr(engine, "query", without_names)
    answer = get(client, query=PROJECTS)
    assert answer.status_code == 200
    assert ">loop</" in answer.text


@pytest.mark.parametrize(
    ("language", "title"),
    [("fi", "Teeman toimijat"), ("sv", "Aktörer inom ett tema"), ("en", "Actors taking part in a theme")],
)
def test_an_example_is_titled_in_the_readers_language_and_has_an_address(
    client: FlaskClient, language: str, title: str
) -> None:
    page = get(client, lang=language).text
    assert f'<a href="/sparql?example=actors-by-theme&amp;lang={language}">{title}</a>' in page
    answer = get(client, example="actors-by-theme", lang=language)
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["lang"] == [language]
    assert asked["query"][0].startswith(f"# {title}\nPREFIX ")
    assert client.get(answer.headers["Location"], headers=BROWSER).status_code == 200


def test_an_example_has_its_defaults_in_it_as_far_as_the_data_have_them(
    client: FlaskClient, writer: FlaskClient, engine: MemoryEngine
) -> None:
    def example(name: str) -> str:
        return parse_qs(urlsplit(get(client, example=name).headers["Location"]).query)["query"][0]

    assert re.search(r'VALUES \(\?date\) \{ \("\d{4}-\d\d-\d\d"\^\^<\S+#date>\) \}', example("projects-running"))
    assert "# parameters: ?theme" in example("actors-by-theme")
    plastics = "<https://w3id.org/ce-graph/code/theme/plastics>"
    engine.update(f"""INSERT DATA {{ GRAPH <urn:g> {{ {plastics} a <http://www.w3.org/2004/02/skos/core#Concept> ;
        <http://www.w3.org/2004/02/skos/core#inScheme> <https://w3id.org/ce-graph/code/theme> ;
        <http://www.w3.org/2004/02/skos/core#notation> "plastics" }} }}""")
    assert f"VALUES (?theme) {{ ({plastics}) }}" in example("actors-by-theme")


def test_every_example_is_a_query_that_is_answered(client: FlaskClient) -> None:
    for question in questions.questions():
        there = get(client, example=question.name).headers["Location"]
        assert client.get(there, headers=BROWSER).status_code == 200, question.name


def test_an_example_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    answer = get(client, example="no-such")
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert client.get("/sparql?example=no-such", headers={"Accept": "text/turtle"}).status_code == 200


def test_questions_that_cannot_be_read_leave_the_page_without_examples(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise DataError("broken")

    monkeypatch.setattr(questions, "grouped", unreadable)
    answer = get(client)
    assert answer.status_code == 200
    assert 'id="examples"' not in answer.text


def test_the_dataset_of_a_query_goes_with_its_downloads_and_pages_and_the_next_query(client: FlaskClient) -> None:
    graph = "https://w3id.org/ce-graph/graph/beta"
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }"
    page = get(client, query=query, lang="fi", **{"default-graph-uri": graph, "timeout": "5"}).text
    assert page.count(f'<input type="hidden" name="default-graph-uri" value="{graph}">') == 2
    again = re.search(r'<form id="answered" method="get" action="/sparql">(.*?)</form>', page, re.DOTALL)
    assert again is not None
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', again[1]))
    assert kept == {"query": query, "default-graph-uri": graph, "timeout": "5", "lang": "fi"}
    buttons = set(re.findall(r'<button class="link"[^>]* name="(\w+)" value="(\w+)">', page))
    formats = {("format", name) for name in ("json", "xml", "csv", "tsv")}
    assert buttons == formats | {("page", "2"), ("lang", "sv"), ("lang", "en")}
    second = get(client, **kept, page="2").text
    assert 'name="page" value="1"' in second
    with get(client, **kept, format="csv") as file:
        assert (file.mimetype, file.headers["Content-Disposition"]) == ("text/csv", 'attachment; filename="answer.csv"')
    with client.get("/sparql", query_string={"query": query}) as answer:
        assert "Content-Disposition" not in answer.headers


def test_an_address_names_its_language_once(client: FlaskClient) -> None:
    answer = client.get("/sparql?lang=sv&query=ASK%7B%7D&timeout=5&lang=fi", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sparql?query=ASK%7B%7D&timeout=5&lang=sv"
    assert "lang=" not in client.get("/sparql?query=ASK%7B%7D", headers=BROWSER).headers.get("Location", "")


def test_a_query_stands_on_its_page_twice_however_many_links_there_are(client: FlaskClient) -> None:
    mark = "marked-by-the-test"
    page = get(client, query=f"SELECT * {{ ?s ?p ?o }} # {mark}").text
    assert page.count(mark) == 3  # to write on, to ask again, and in the address that the page says is its own
    assert '<a rel="bookmark" href="">' in page
    posted = client.post("/sparql", data={"query": f"ASK {{}} # {mark}"}, headers=BROWSER).text
    assert re.search(rf'<a rel="bookmark" href="/sparql\?query=[^"]*{mark}">', posted)


def test_a_wide_table_has_fewer_rows_on_a_page(client: FlaskClient) -> None:
    wide = "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(3)) + " } LIMIT 300"
    assert get(client, query=wide).text.count("<tr>") == 1 + 500 // 9
    assert get(client, query="SELECT ?s ?t { ?s ?p ?o . ?t ?q ?r } LIMIT 300").text.count("<tr>") == 1 + 100


def test_a_page_past_the_end_is_the_last(client: FlaskClient) -> None:
    query = "SELECT ?a { ?a ?b ?c }"
    last = get(client, query=query, page=999).text
    assert "Next" not in last
    assert "<td>" in last
    assert get(client, query=query, page="x").status_code == 400


def test_a_graph_is_shown_with_prefixes(client: FlaskClient) -> None:
    page = html.unescape(get(client, query="DESCRIBE <id/project/mend>").text)
    assert "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ." in page
    assert 'skos:prefLabel "Mend & Sew"@en' in page
    assert "@prefix qb:" not in page


def test_what_is_wrong_is_shown_with_its_line(client: FlaskClient) -> None:
    page = get(client, query="SELECT *\nWHERE { ?s ?p <b> ? }", lang="en").text
    assert 'data-line="2"' in page
    assert "<code>WHERE { ?s ?p &lt;b&gt; ? }</code>" in page


def test_terms_are_those_that_the_data_use(client: FlaskClient) -> None:
    found = terms(client, lang="fi")
    assert found["classes"]["Project"] == ("hanke", 3)
    assert found["properties"]["endDateStated"] == ("päättymispäivä lähteessä", 3)
    assert found["properties"]["type"][0] == "tyyppi"
    assert "Flow" not in found["classes"]
    assert terms(client, lang="sv")["classes"]["Project"] == ("projekt", 3)
    sent = client.get("/sparql/terms").get_json()
    assert sent["prefixes"]["ce"] == "https://w3id.org/ce-graph/ontology#"
    assert sent["counted"] is True
    assert [term["uses"] for term in sent["properties"]] == sorted(
        (t["uses"] for t in sent["properties"]), reverse=True
    )


def test_terms_are_counted_once_for_each_generation(client: FlaskClient, engine: MemoryEngine) -> None:
    def counted() -> int:
        return sum("COUNT(*)" in text for text, _ in engine.asked)

    first = client.get("/sparql/terms?lang=fi")
    for language in ("fi", "sv", "en"):
        assert client.get(f"/sparql/terms?lang={language}").status_code == 200
    assert counted() == 1
    same = client.get("/sparql/terms?lang=fi", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    engine.update("INSERT DATA { GRAPH <urn:g> { <urn:s> a <urn:Class> } }")
    assert "urn:Class" in terms(client)["classes"]
    assert counted() == 2


def test_terms_of_the_default_graph_and_of_named_graphs_are_both_there(
    make_app: Callable[..., Flask], engine: MemoryEngine
) -> None:
    engine.union_default = False
    engine.update("INSERT DATA { <urn:s> a <urn:Own> . GRAPH <urn:g> { <urn:s> a <urn:Other> } }")
    found = terms(make_app(default_graph="own").test_client())
    assert (found["classes"]["urn:Own"][1], found["classes"]["urn:Other"][1]) == (1, 1)


def test_terms_that_cannot_be_counted_are_those_that_the_data_declare(
    client: FlaskClient, engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, tries = engine.query, []

    def slow_to_count(text: str, *rest: object, **more: object):
        if "COUNT(*)" in text:
            tries.append(text)
            raise QueryTimeout("too long")
        return whole(text, *rest, **more)

    monkeypatch.setattr(engine, "query", slow_to_count)
    for _ in range(2):
        found = terms(client, lang="en")
        assert found["classes"]["Actor"] == ("actor", None)
        assert found["properties"]["theme"] == ("theme", None)
    assert json.loads(client.get("/sparql/terms").data)["counted"] is False
    assert len(tries) == 1


def test_an_engine_that_knows_no_generation_is_not_asked_each_time(
    client: FlaskClient, engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(engine), "generation", property(lambda _: ""))
    now = [1000.0]
    monkeypatch.setattr(completion.time, "monotonic", lambda: now[0])

    def counted() -> int:
        client.get("/sparql/terms")
        return sum("COUNT(*)" in text for text, _ in engine.asked)

    assert counted() == counted() == 1
    now[0] += 601
    assert counted() == 2
