"""The dataset describes itself truly: VoID, DCAT-AP, dumps with their checksums, the site map."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from shipped_pages import app, engine

from ce_graph import validate
from ce_graph.settings import VOCABULARY

PREFIXES = """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX void: <http://rdfs.org/ns/void#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
RULES = Path(__file__).with_name("dcat_ap.ttl")


def described(path: str) -> ox.Store:
    store = ox.Store()
    answer = app().test_client().get(path, headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    store.load(answer.data, ox.RdfFormat.N_TRIPLES)
    return store


def select(store: ox.Store, pattern: str, variables: str = "*") -> list[tuple[str, ...]]:
    found = store.query(f"{PREFIXES} SELECT {variables} WHERE {{ {pattern} }}")
    return [tuple(term.value for term in row if term is not None) for row in found]


@pytest.mark.parametrize("path", ["/dataset/catalogue", "/.well-known/void"])
def test_the_catalogue_keeps_the_rules_of_dcat_ap(path: str, tmp_path: Path) -> None:
    files = [tmp_path / "catalogue.nt", tmp_path / "observations.nt"]
    for file, address in zip(files, (path, "/dataset/observations"), strict=True):
        file.write_bytes(app().test_client().get(address, headers={"Accept": "application/n-triples"}).data)
    assert select(described(path), "?c dcat:dataset ?d . ?d dcat:distribution ?x . ?x spdx:checksum ?y")
    outcome = validate(files, shapes=RULES, strict=True)
    assert [(str(one.finding.focus), str(one.finding.path), str(one.finding.value)) for one in outcome.results] == []
    assert [one.notice for one in outcome.notices] == []
    assert outcome.conforms


def test_a_catalogue_that_breaks_the_rules_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.nt"
    text = (
        app()
        .test_client()
        .get("/dataset/catalogue", headers={"Accept": "application/n-triples"})
        .get_data(as_text=True)
    )
    for found, other in (("/file-type/", "/type-of-file/"), ("spdx.org/rdf/terms#checksumValue", "example.org/value")):
        assert found in text
        file.write_text(text.replace(found, other), encoding="utf-8")
        assert not validate(file, shapes=RULES).conforms


def test_dumps_are_what_the_description_says_and_hold_everything() -> None:
    client = app().test_client()
    listed = select(
        described("/dataset/uusimaa"),
        "?d dcat:downloadURL ?address ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum",
        "?address ?size ?sum",
    )
    assert len(listed) == 6
    bodies = {}
    for address, size, digest in listed:
        answer = client.get("/" + address.removeprefix(VOCABULARY))
        body = answer.get_data()
        answer.close()
        assert answer.headers["Content-Length"] == size
        assert hashlib.sha256(body).hexdigest() == digest
        bodies[address.rpartition("uusimaa.")[2]] = body
        again = client.get("/" + address.removeprefix(VOCABULARY), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        part = client.get("/" + address.removeprefix(VOCABULARY), headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.headers["Content-Length"]) == (200, size)
        part.close()
    for name in ("nq", "trig", "ttl"):
        assert gzip.decompress(bodies[f"{name}.gz"]) == bodies[name]
    everything = set(engine()._store)
    assert set(ox.parse(bodies["nq"], ox.RdfFormat.N_QUADS)) == everything
    assert set(ox.parse(bodies["trig"], ox.RdfFormat.TRIG)) == everything
    triples = list(ox.parse(bodies["ttl"], ox.RdfFormat.TURTLE))
    assert {quad.triple for quad in triples} == {quad.triple for quad in everything}
    assert len(triples) == len(set(triples))


def test_void_counts_what_is_there() -> None:
    store = described("/.well-known/void")
    triples = {quad.triple for quad in engine()._store}
    me = f"<{VOCABULARY}dataset/uusimaa>"
    assert select(store, f"{me} void:triples ?n") == [(str(len(triples)),)]
    assert select(store, f"{me} void:entities ?n") == [(str(len({one.subject for one in triples})),)]
    kind = f"<{VOCABULARY}ontology#Project>"
    projects = {one.subject for one in triples if str(one.object) == kind and one.predicate.value.endswith("#type")}
    part = f"{me} void:classPartition [ void:class {kind} ; void:entities ?n ]"
    assert select(store, part) == [(str(len(projects)),)]
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    labels = [one for one in triples if one.predicate.value == label]
    counted = f"{me} void:propertyPartition [ void:property <{label}> ; void:triples ?n ; void:distinctSubjects ?s ]"
    assert select(store, counted) == [(str(len(labels)), str(len({one.subject for one in labels})))]
    sizes = select(store, f"{me} void:subset <{VOCABULARY}graph/seed> . <{VOCABULARY}graph/seed> void:triples ?n")
    seed = [quad for quad in engine()._store if str(quad.graph_name) == f"<{VOCABULARY}graph/seed>"]
    assert sizes == [(str(len(seed)),)]


def test_people_are_led_to_the_page_of_the_dataset() -> None:
    client = app().test_client()
    answer = client.get("/.well-known/void", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dataset/uusimaa")
    page = client.get("/dataset/uusimaa", headers={"Accept": "text/html"})
    assert 'href="/dumps/uusimaa.nq.gz"' in page.text


def test_the_page_of_the_dataset_has_what_search_engines_for_datasets_ask_for() -> None:
    page = app().test_client().get("/dataset/uusimaa?lang=fi", headers={"Accept": "text/html"}).text
    told = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert (told["@type"], told["name"]) == ("Dataset", "Uudenmaan kiertotalous")
    assert 50 <= len(told["description"]) <= 5000
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert told["creator"]["@type"] == "Organization"
    assert told["creator"]["name"]
    assert len(told["distribution"]) == 6
    for file in told["distribution"]:
        path = "/" + file["contentUrl"].removeprefix(VOCABULARY)
        with app().test_client().head(path) as answer:
            assert file["contentSize"] == f"{answer.headers['Content-Length']} B"


def test_crawlers_find_every_page() -> None:
    client = app().test_client()
    robots = client.get("/robots.txt")
    assert "Sitemap: http://localhost/sitemap.xml" in robots.text
    parts = re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").text)
    assert parts == ["http://localhost/sitemap/1.xml"]
    pages = re.findall("<loc>(.*?)</loc>", client.get("/sitemap/1.xml").text)
    assert len(pages) == len(set(pages)) > 4000
    assert "http://localhost/doc/project/kiertotalouslaakso-esiselvitys" in pages
    assert client.get("/sitemap/2.xml").status_code == 404
    for address in pages[::150]:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200, address
