"""The stored questions over HTTP: with parameters, in every format, described for tools."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import pyoxigraph as ox
import pytest
from shipped_pages import app

from ce_graph import resources
from ce_graph.query.answers import today
from ce_graph.query.questions import load
from ce_graph.web import conditional

QUESTIONS = load(resources.queries())
BROWSER = {"Accept": "text/html"}


@pytest.mark.parametrize("name", [question.name for question in QUESTIONS])
def test_every_question_is_answered_as_a_page_json_and_csv(name: str) -> None:
    client = app().test_client()
    told = client.get(f"/questions/{name}", headers={"Accept": "application/json"})
    assert told.status_code == 200
    rows = told.get_json()["rows"]
    table = client.get(f"/questions/{name}.csv")
    assert table.mimetype == "text/csv"
    assert len(list(csv.reader(io.StringIO(table.text)))) == len(rows) + 1
    page = client.get(f"/questions/{name}", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert told.get_json()["title"].replace("'", "&#39;") in page.text


def test_parameters_are_read_and_mistakes_are_explained() -> None:
    client = app().test_client()
    some = client.get("/questions/actors-by-theme?theme=textiles&format=json").get_json()
    assert some["parameters"]["theme"].endswith("code/theme/textiles")
    wrong = client.get("/questions/actors-by-theme?theme=nonsense", headers={"Accept": "application/json"})
    assert (wrong.status_code, wrong.mimetype) == (404, "application/problem+json")
    page = client.get("/questions/actors-by-theme?theme=nonsense&lang=fi", headers=BROWSER)
    assert page.status_code == 404
    assert 'role="alert"' in page.text
    assert 'value="nonsense"' in page.text
    assert "theme: arvoa &#39;nonsense&#39; ei ole (luettelo theme); arvoja on 49: biowaste, " in page.text
    page = client.get("/questions/actors-by-theme?theme=nonsense&lang=sv", headers=BROWSER)
    assert "theme: &#39;nonsense&#39; finns inte (listan theme); det finns 49: " in page.text
    assert client.get("/questions/actors-by-theme?teema=x&format=json").status_code == 404
    assert client.get("/questions/actors-by-theme?theme=a&theme=b&format=json").status_code == 400
    page = client.get("/questions/actors-by-theme?theme=a&theme=b&lang=sv", headers=BROWSER)
    assert page.status_code == 400
    assert "theme har angetts 2 gånger; ange det en gång" in page.text
    assert 'value="a"' in page.text
    long = client.get(f"/questions/actors-by-theme?theme={'x' * 5000}&lang=fi", headers=BROWSER)
    assert long.status_code == 400
    assert "tekstissä on 5000 merkkiä" in long.text
    unknown = client.get("/questions/actor-by-theme", headers={"Accept": "application/json"})
    assert "actors-by-theme" in unknown.get_json()["detail"]


def test_an_answer_that_is_a_graph_comes_as_rdf_and_others_do_not() -> None:
    client = app().test_client()
    with_graph = next(question for question in QUESTIONS if question.graph is not None)
    answer = client.get(f"/questions/{with_graph.name}", headers={"Accept": "text/turtle"})
    assert list(ox.parse(answer.data, ox.RdfFormat.TURTLE))
    without = next(question for question in QUESTIONS if question.graph is None)
    assert client.get(f"/questions/{without.name}", headers={"Accept": "text/turtle"}).status_code == 406


def test_flows_and_outcomes_are_called_by_what_they_join_and_not_by_their_codes() -> None:
    client = app().test_client()
    for name in ("worst-treatment", "roadmap-late-or-without-owner", "series-breaks"):
        page = client.get(f"/questions/{name}?lang=fi", headers=BROWSER).text
        links = re.findall(r'<a href="/doc/([^"?]+)[^"]*">([^<]*)</a>', page)
        assert links
        assert [code for code, shown in links if code.endswith(f"/{shown}")] == []


def test_a_form_shows_the_region_and_the_day_and_no_words_of_ours() -> None:
    client = app().test_client()
    assert 'name="place" value="uusimaa"' in client.get("/questions/worst-treatment", headers=BROWSER).text
    day = today().isoformat()
    assert f'name="date" value="{day}"' in client.get("/questions/projects-running", headers=BROWSER).text


@pytest.mark.parametrize("path", ["/questions/projects-running", "/questions/projects-running.csv", "/projects"])
def test_what_depends_on_the_day_is_made_anew_on_the_next(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app().test_client()
    first = client.get(path, headers=BROWSER)
    known = (("If-None-Match", first.headers["ETag"]), ("If-Modified-Since", first.headers["Last-Modified"]))
    for name, value in known:
        assert client.get(path, headers=BROWSER | {name: value}).status_code == 304
    monkeypatch.setattr(conditional, "today", lambda: today() + dt.timedelta(days=1))
    for name, value in known:
        assert client.get(path, headers=BROWSER | {name: value}).status_code == 200


def test_what_is_missing_is_said_on_the_list_and_on_the_page_of_a_question() -> None:
    client = app().test_client()
    assert client.get("/questions?lang=fi", headers=BROWSER).text.count("(osittain)") == 9
    assert client.get("/questions?lang=sv", headers=BROWSER).text.count("(inga data ännu)") == 1
    page = client.get("/questions/offers-valid?lang=sv", headers=BROWSER).text
    assert "Delvis: ingen källa berättar om erbjudanden; " in page
    page = client.get("/questions/changes-since-version?lang=fi", headers=BROWSER).text
    assert "Ei vielä tietoa: aineistosta on yksi versio; " in page


def test_the_questions_are_listed_for_people_and_for_programs() -> None:
    client = app().test_client()
    page = client.get("/questions", headers=BROWSER)
    assert all(f'href="/questions/{question.name}"' in page.text for question in QUESTIONS)
    assert len(client.get("/questions", headers={"Accept": "application/json"}).get_json()) == len(QUESTIONS)
    store = ox.Store()
    store.load(client.get("/questions", headers={"Accept": "application/n-triples"}).data, ox.RdfFormat.N_TRIPLES)
    sh = "PREFIX sh: <http://www.w3.org/ns/shacl#> "
    found = list(store.query(sh + "SELECT ?text { ?q a sh:SPARQLExecutable ; sh:select ?text ; sh:prefixes ?p }"))
    assert len(found) == len(QUESTIONS)
    assert list(store.query(sh + 'SELECT ?n { ?s sh:declare [ sh:prefix "ce" ; sh:namespace ?n ] }'))


def test_openapi_describes_every_question_and_addresses_that_answer() -> None:
    client = app().test_client()
    told = client.get("/openapi.json").get_json()
    assert told["openapi"].startswith("3.1")
    for question in QUESTIONS:
        described = told["paths"][f"/questions/{question.name}"]["get"]
        named = [item["name"] for item in described["parameters"] if "name" in item]
        assert named == [parameter.name for parameter in question.parameters]
    operations = [item["get"]["operationId"] for item in told["paths"].values()]
    assert len(operations) == len(set(operations))
    for path in told["paths"]:
        if "{" not in path and not path.startswith("/questions"):
            assert client.get(path).status_code in (200, 303, 400), path
    assert client.get("/openapi.yaml").get_json(force=True) == told


def test_the_defaults_in_the_description_for_tools_are_taken_as_they_are_written() -> None:
    client = app().test_client()
    asked = {
        path: {
            item["name"]: item["schema"]["default"]
            for item in told["get"]["parameters"]
            if "schema" in item and "default" in item["schema"]
        }
        for path, told in client.get("/openapi.json").get_json()["paths"].items()
        if path.startswith("/questions/")
    }
    assert asked["/questions/worst-treatment"]["gap"] == 1
    for path, defaults in asked.items():
        answer = client.get(path, query_string={name: json.dumps(value).strip('"') for name, value in defaults.items()})
        assert answer.status_code == 200, path
