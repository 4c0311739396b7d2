"""Every IRI answers: the right document, in the wanted format and words, with its links, tags and dates."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from ce_graph.web.documents import csv_statements
from ce_graph.web.documents.signposting import FORMATS

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

HOME = "https://w3id.org/ce-graph/"
LOOP = f"{HOME}id/project/loop"
CE = f"{HOME}ontology#"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
BETWEEN = f"""PREFIX ce: <{CE}> INSERT DATA {{ GRAPH <{HOME}graph/alpha> {{
  <{HOME}id/participation/p1> a ce:Participation ; ce:project <{LOOP}> ;
    ce:actor <{HOME}id/actor/mill> ; ce:roleStated "lead" .
  <{LOOP}> ce:method [ ce:method "nameless" ]
}} }}"""
WITHDRAWN = f"""PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> INSERT DATA {{ GRAPH <{HOME}graph/catalog> {{
  <{HOME}id/project/old> prov:invalidatedAtTime "2026-01-02T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> ;
    dcterms:isReplacedBy <{LOOP}> ; skos:changeNote "It was the same project."@en }} }}"""


def parsed(body: bytes, extension: str) -> set[ox.Quad]:
    if extension == "csv":
        return set(csv_statements.read(body))
    form = next(item for item in FORMATS if item.extension == extension)
    return set(ox.parse(body, form.rdf))


def canonical(quads: set[ox.Quad]) -> set[str]:
    """Triples with blank nodes named by what is said of them."""
    data = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in data}


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("text/html;q=0.5, text/csv", "/data/project/loop.csv"),
        ("application/trig;q=0.9, application/ld+json;q=0.3", "/data/project/loop.trig"),
        ("application/rdf+xml", "/data/project/loop.rdf"),
        ("*/*", "/doc/project/loop"),
        ("text/html;q=0, */*;q=0.1", "/data/project/loop.ttl"),
    ],
)
def test_the_best_quality_decides(client: FlaskClient, accept: str, location: str) -> None:
    answer = client.get("/id/project/loop", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert {"Accept", "Accept-Profile"} <= set(answer.headers["Vary"].split(", "))


def test_the_lists_of_things_answer_where_their_addresses_are_cut_short(client: FlaskClient) -> None:
    turtle = {"Accept": "text/turtle"}
    cut = {"/id/project": "/doc/project", "/id/project?lang=fi": "/doc/project?lang=fi", "/graph": "/data"}
    for path, location in cut.items():
        answer = client.get(path, headers=BROWSER)
        assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert client.get("/graph", headers=turtle).headers["Location"] == "/.well-known/void"
    assert client.get("/doc/project", headers=BROWSER).status_code == 200
    assert client.get("/doc/project", headers=turtle).status_code == 406


def test_the_code_lists_are_data_as_well(client: FlaskClient) -> None:
    assert client.get("/code", headers=BROWSER).mimetype == "text/html"
    answer = client.get("/code", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    said = {triple.subject.value for triple in ox.parse(answer.data, ox.RdfFormat.TURTLE)}
    assert said == {"https://w3id.org/ce-graph/code/theme"}
    assert client.get("/code", headers={"Accept": "image/png"}).status_code == 406


def test_what_cannot_be_made_is_not_acceptable(client: FlaskClient) -> None:
    assert client.get("/id/project/loop", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/code/theme", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/data/project/loop.ttl", headers={"Accept-Profile": "<urn:no>"}).status_code == 406
    assert client.get("/data/project/loop.ttl?_profile=no").status_code == 406


@pytest.mark.parametrize("path", ["project/loop", "code/theme/textiles", "graph/alpha", "ontology", "ontology/Project"])
def test_every_format_says_the_same(client: FlaskClient, engine: MemoryEngine, path: str) -> None:
    engine.update(BETWEEN)
    found = {form.extension: client.get(f"/data/{path}.{form.extension}") for form in FORMATS}
    assert {answer.status_code for answer in found.values()} == {200}
    said = {extension: canonical(parsed(answer.data, extension)) for extension, answer in found.items()}
    assert all(statements == said["nt"] for statements in said.values())
    assert parsed(found["trig"].data, "trig") or path == "ontology"


def test_a_description_holds_what_stands_between_the_thing_and_others(
    client: FlaskClient, engine: MemoryEngine
) -> None:
    engine.update(BETWEEN)
    text = client.get("/data/project/loop.nt").text
    assert f'<{HOME}id/participation/p1> <{CE}roleStated> "lead" .' in text
    assert f'<{CE}method> "nameless" .' in text
    assert f"<{CE}continues> <{LOOP}> ." in text


def test_views_are_chosen_by_profile(client: FlaskClient) -> None:
    answer = client.get("/id/project/loop", headers={"Accept-Profile": "<https://schema.org/>;q=0.9, <urn:x>"})
    assert answer.headers["Location"] == "/data/project/loop.ttl?_profile=schema"
    schema = client.get(answer.headers["Location"])
    assert schema.headers["Content-Profile"] == "<https://schema.org/>"
    assert "schema:Project" in schema.text
    assert "ce:" not in schema.text.replace("w3id.org/ce-graph", "")
    skos = client.get("/data/project/loop.ttl", query_string={"_profile": "skos"})
    assert skos.headers["Content-Profile"] == "<http://www.w3.org/2004/02/skos/core>"
    assert "skos:Concept" in skos.text
    assert "skos:related" in skos.text
    assert "Accept-Profile" in skos.headers["Vary"]
    assert schema.headers["ETag"] != skos.headers["ETag"]


@pytest.mark.parametrize(
    "path",
    [
        "/id/project/loop",
        "/doc/project/loop",
        "/data/project/loop.ttl",
        "/data/project/loop.csv",
        "/code/theme",
        "/graph/alpha",
        "/ontology",
        "/shapes",
        "/questions",
        "/doc/project/nothing",
    ],
)
def test_head_is_get_without_the_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path, headers=BROWSER), client.head(path, headers=BROWSER)
    assert head.status_code == got.status_code
    assert head.data == b""
    assert dict(head.headers.items()) == dict(got.headers.items())


def test_a_document_is_not_sent_again_to_who_has_its_date_or_its_tag(client: FlaskClient, engine: MemoryEngine) -> None:
    for path in ("/doc/project/loop", "/data/project/loop.ttl", "/code/theme/textiles", "/ontology"):
        first = client.get(path, headers=BROWSER)
        dated = {"If-Modified-Since": first.headers["Last-Modified"]} | BROWSER
        assert client.get(path, headers=dated).status_code == 304
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]} | BROWSER).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"other"'} | dated).status_code == 200
    engine.update(BETWEEN)
    again = client.get("/doc/project/loop", headers=dated)
    assert again.status_code == 200
    assert parsedate_to_datetime(again.headers["Last-Modified"]) > parsedate_to_datetime(dated["If-Modified-Since"])


def test_a_star_stands_for_any_document_there_is(client: FlaskClient) -> None:
    star = {"If-None-Match": "*"} | BROWSER
    for path in ("/doc/project/loop", "/data/project/loop.ttl", "/ontology", "/"):
        answer = client.get(path, headers=star)
        assert (answer.status_code, answer.data) == (304, b""), path
        assert answer.headers["ETag"] == client.get(path, headers=BROWSER).headers["ETag"]
        assert client.head(path, headers=star).status_code == 304
    assert client.get("/doc/project/no-such-project", headers=star).status_code == 404


def test_links_tell_what_a_page_is_about(client: FlaskClient) -> None:
    link = client.get("/doc/project/loop", headers=BROWSER).headers["Link"]
    for wanted in (
        f'<{LOOP}>; rel="cite-as"',
        f'<{HOME}doc/project/loop>; rel="canonical"',
        '</data/project/loop.ttl>; rel="describedby"; type="text/turtle"',
        '</data/project/loop.csv>; rel="alternate"; type="text/csv"',
        'profile="https://schema.org/"',
        '<https://schema.org/Project>; rel="type"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
    ):
        assert wanted in link
    link = client.get("/data/project/loop.ttl").headers["Link"]
    assert f'<{LOOP}>; rel="describes"' in link
    assert '</doc/project/loop>; rel="alternate"; type="text/html"' in link


def test_the_dataset_is_the_collection_that_things_belong_to(client: FlaskClient, engine: MemoryEngine) -> None:
    engine.update(f"INSERT DATA {{ GRAPH <urn:g> {{ <{HOME}dataset/all> a <http://www.w3.org/ns/dcat#Dataset> }} }}")
    assert '</dataset/all>; rel="collection"' in client.get("/doc/project/loop", headers=BROWSER).headers["Link"]


@pytest.mark.parametrize("iri", ["id/place/ä", "id/place/%C3%A4", "id/place/a%20b", "id/place/a%2Fb", "id/place/日本"])
def test_names_are_found_however_they_are_written(client: FlaskClient, engine: MemoryEngine, iri: str) -> None:
    engine.update(f'INSERT DATA {{ GRAPH <urn:g> {{ <{HOME}{iri}> <{CE}method> "here" }} }}')
    address = client.get(f"/{iri}", headers={"Accept": "text/turtle"}).headers["Location"]
    answer = client.get(address)
    assert answer.status_code == 200
    assert f"<{HOME}{iri}>" in answer.text


def test_withdrawn_things_are_gone_and_say_what_is_instead(client: FlaskClient, engine: MemoryEngine) -> None:
    engine.update(WITHDRAWN)
    for path in ("/id/project/old", "/data/project/old.ttl"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        assert answer.status_code == 410
        assert answer.get_json()["suggestions"] == [LOOP]
        assert "Jan 2, 2026. It was the same project." in answer.get_json()["detail"]
    page = client.get("/doc/project/old", headers=BROWSER)
    assert page.status_code == 410
    assert 'href="/doc/project/loop"' in page.text
    assert "2.1.2026" in client.get("/doc/project/old?lang=fi", headers=BROWSER).text


def test_unknown_things_are_not_found_at_any_of_their_addresses(client: FlaskClient) -> None:
    for path in ("/id/project/none", "/doc/project/none", "/data/project/none.ttl", "/code/theme/none", "/shapes/None"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404
