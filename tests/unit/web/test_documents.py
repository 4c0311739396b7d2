from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from ce_graph.errors import QueryTimeout
from ce_graph.web.views import listings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

HOME = "https://w3id.org/ce-graph/"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def page(client: FlaskClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers=BROWSER | headers)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/html"
    return answer.text


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        (BROWSER["Accept"], "/doc/project/loop"),
        ("*/*", "/doc/project/loop"),
        ("text/turtle", "/data/project/loop.ttl"),
        ("application/ld+json, text/turtle;q=0.5", "/data/project/loop.jsonld"),
        ("application/rdf+xml", "/data/project/loop.rdf"),
        ("application/trig", "/data/project/loop.trig"),
    ],
)
def test_a_thing_leads_to_the_document_that_is_wanted(client: FlaskClient, accept: str, location: str) -> None:
    answer = client.get("/id/project/loop", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["Location"] == location
    assert "Accept" in answer.vary


def test_a_thing_has_no_picture(client: FlaskClient) -> None:
    answer = client.get("/id/project/loop", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.mimetype == "application/problem+json"


def test_the_redirect_keeps_the_language_that_was_chosen(client: FlaskClient) -> None:
    assert client.get("/id/project/loop?lang=sv", headers=BROWSER).headers["Location"] == "/doc/project/loop?lang=sv"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's JSON-LD parser uses what rdflib has deprecated
@pytest.mark.parametrize(
    ("extension", "name"), [("ttl", "turtle"), ("rdf", "xml"), ("nt", "nt"), ("jsonld", "json-ld")]
)
def test_the_data_are_the_same_in_every_format(client: FlaskClient, extension: str, name: str) -> None:
    answer = client.get(f"/data/project/loop.{extension}")
    assert answer.status_code == 200
    graph = Graph().parse(data=answer.data, format=name)
    loop = URIRef(HOME + "id/project/loop")
    assert len(list(graph.objects(loop, URIRef(HOME + "ontology#endDateStated")))) == 3
    assert (URIRef(HOME + "id/project/mend"), URIRef(HOME + "ontology#continues"), loop) in graph


def test_trig_and_nquads_keep_who_says_so(client: FlaskClient) -> None:
    for extension, form in (("trig", ox.RdfFormat.TRIG), ("nq", ox.RdfFormat.N_QUADS)):
        quads = list(ox.parse(client.get(f"/data/project/loop.{extension}").data, form))
        stated = [quad for quad in quads if quad.predicate.value.endswith("#endDateStated")]
        assert {quad.graph_name.value for quad in stated} == {
            f"{HOME}graph/{name}" for name in ("alpha", "beta", "gamma")
        }


def test_turtle_declares_only_the_prefixes_that_it_uses(client: FlaskClient) -> None:
    text = client.get("/data/actor/guild.ttl").text
    assert "@prefix ce:" in text
    assert "@prefix qb:" not in text


def test_an_unknown_extension_names_the_known_ones(client: FlaskClient) -> None:
    answer = client.get("/data/project/loop.pdf")
    assert answer.status_code == 404
    assert ".ttl, .jsonld" in answer.json["detail"]


def test_the_page_shows_values_with_their_sources_in_the_readers_language(client: FlaskClient) -> None:
    for code, heading, label, of_property in (
        ("fi", "Silmukka", "Alfa-raportti", "päättymispäivä lähteessä"),
        ("sv", "Slingan", "Beta page", "slutdatum enligt källan"),
        ("en", "The Loop", "Beta page", "end date as stated"),
    ):
        text = page(client, "/doc/project/loop", **{"Accept-Language": code})
        assert f'<html lang="{code}">' in text
        assert re.search(rf"<h1><bdi>{heading}</bdi></h1>", text)
        assert label in text
        assert of_property in text
        assert 'href="/graph/alpha"' in text


def test_a_name_in_another_language_says_so(client: FlaskClient) -> None:
    text = page(client, "/doc/actor/mill", **{"Accept-Language": "en"})
    assert '<h1><bdi lang="fi">Tehdas Oy</bdi></h1>' in text


def test_values_on_which_sources_disagree_are_marked(client: FlaskClient) -> None:
    text = page(client, "/doc/project/loop")
    rows = {
        re.sub(r"<[^>]+>", "", body.partition("</th>")[0]).strip(): attributes
        for attributes, body in re.findall(r"<tbody([^>]*)>(.*?)</tbody>", text, re.DOTALL)
    }
    disputed = {name.removesuffix("sources disagree").strip() for name, mark in rows.items() if "disputed" in mark}
    assert disputed == {"end date as stated", "coordinator"}


def test_what_refers_to_the_thing_is_listed(client: FlaskClient) -> None:
    text = page(client, "/doc/project/loop")
    assert "Mend &amp; Sew" in text.partition('id="references"')[2]


def test_references_come_in_pages(client: FlaskClient, engine: MemoryEngine) -> None:
    triples = "".join(
        f"<{HOME}id/project/p{n:03}> <{HOME}ontology#theme> <{HOME}code/theme/textiles> ." for n in range(120)
    )
    engine.update(f"INSERT DATA {{ GRAPH <{HOME}graph/many> {{ {triples} }} }}")
    whole = page(client, "/code/theme/textiles")
    assert "/doc/project/p000" in whole
    assert "/doc/project/p050" not in whole
    via = f"/code/theme/textiles?via={HOME}ontology%23theme"
    assert f'href="{via.replace("://", "%3A%2F%2F").replace("org/ce-graph/o", "org%2Fce-graph%2Fo")}">All 121' in whole
    first = page(client, via)
    assert "/doc/project/p040" in first
    assert re.search(r'rel="next" href="[^"]*page=2"', first)
    last = page(client, via + "&page=3&lang=fi")
    assert re.search(r'rel="prev" href="[^"]*page=2&amp;lang=fi"', last)
    assert 'rel="next"' not in last


def test_references_without_end_are_not_counted_to_it(client: FlaskClient, engine: MemoryEngine) -> None:
    triples = "".join(f"<urn:p{n}> <{HOME}ontology#theme> <{HOME}code/theme/textiles> ." for n in range(11_000))
    engine.update(f"INSERT DATA {{ GRAPH <{HOME}graph/many> {{ {triples} }} }}")
    assert "(≥ " in page(client, "/code/theme/textiles")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "99999999", "²"])
def test_a_page_that_is_no_number_is_refused(client: FlaskClient, number: str) -> None:
    assert client.get("/doc/project/loop", query_string={"page": number}).status_code == 400


def test_what_the_data_hold_cannot_become_markup(client: FlaskClient) -> None:
    text = page(client, "/doc/project/loop")
    assert "<script>alert" not in text
    assert "<b>Loop</b>" not in text
    linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert linked is not None
    told = json.loads(linked.group(1))
    assert told["@id"] == HOME + "id/project/loop"
    assert told["@type"] == "Project"
    assert told["alternateName"] == {"@value": "</script><b>Loop</b>", "@language": "en"}


def test_a_page_names_its_other_forms(client: FlaskClient) -> None:
    answer = client.get("/doc/project/loop", headers=BROWSER)
    assert f'<link rel="canonical" href="{HOME}doc/project/loop">' in answer.text
    assert '<link rel="alternate" type="text/turtle" href="/data/project/loop.ttl">' in answer.text
    assert '</data/project/loop.ttl>; rel="alternate"; type="text/turtle"' in answer.headers["Link"]


def test_pages_load_nothing_from_elsewhere_and_run_nothing(client: FlaskClient) -> None:
    for path in ("/", "/doc/project", "/doc/project/loop", "/ontology", "/sparql", "/nothing/here"):
        answer = client.get(path, headers=BROWSER)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "'self'" in policy.partition("script-src")[2].partition(";")[0] or "script-src" not in policy
        assert " style=" not in answer.text
        assert " on" not in "".join(re.findall(r"<[a-z]+([^>]*)>", answer.text)).replace(" one", "")
        for address in re.findall(r'<(?:link|img|script)[^>]*(?:href|src)="([^"]+)"', answer.text):
            assert address.startswith(("/", HOME))


def test_a_page_is_well_formed_and_has_its_landmarks(client: FlaskClient) -> None:
    for path in ("/", "/doc/project", "/doc/project/loop", "/ontology", "/sparql", "/code/theme", "/graph/alpha"):
        for code in ("fi", "sv", "en"):
            text = page(client, f"{path}?lang={code}")
            assert text.count("<h1") == 1
            assert '<main id="content">' in text
            assert 'href="#content"' in text
            inner = text.partition("<body>")[2].partition("</body>")[0]
            closed = re.sub(r"<(br|input)\b([^>]*)>", r"<\1\2/>", inner)
            ElementTree.fromstring(f"<body>{closed}</body>".replace(" selected", ""))
            for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
                assert '<th scope="col"' in table


def test_codes_and_graphs_have_pages_and_data_at_their_own_addresses(client: FlaskClient) -> None:
    assert "tekstiilit" in page(client, "/code/theme/textiles?lang=fi")
    assert "sorted materials" in page(client, "/code/theme/38.32")
    assert "Teman" in page(client, "/code/theme?lang=sv")
    assert "Alfa-raportti" in page(client, "/graph/alpha")
    answer = client.get("/code/theme/38.32", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    assert "Accept" in answer.vary
    assert "38.32" in client.get("/data/code/theme/38.32.ttl").text


def test_a_graph_as_data_is_all_of_it(client: FlaskClient) -> None:
    answer = client.get("/graph/beta", headers={"Accept": "application/n-triples"})
    assert len(answer.text.splitlines()) == 10
    assert client.get("/data/graph/beta.nt").text == answer.text
    assert client.get("/graph/nothing", headers={"Accept": "text/turtle"}).status_code == 404


def test_the_ontology_explains_its_terms(client: FlaskClient) -> None:
    text = page(client, "/ontology?lang=fi")
    assert '<tr id="Project">' in text
    assert "hanke" in text
    assert "Work with a beginning and an end." in text
    graph = Graph().parse(data=client.get("/ontology", headers={"Accept": "text/turtle"}).data, format="turtle")
    assert (URIRef(HOME + "ontology#Project"), None, None) in graph


def test_what_is_not_there_is_told_in_the_readers_language(client: FlaskClient) -> None:
    for path in ("/doc/project/none", "/code/none", "/graph/none", "/doc/none", "/nothing"):
        answer = client.get(path, headers=BROWSER | {"Accept-Language": "sv"})
        assert answer.status_code == 404
        assert "Hittades inte" in answer.text
    answer = client.get("/doc/project/none")
    assert answer.status_code == 404
    assert answer.json["status"] == 404
    assert HOME + "id/project/none" in answer.json["detail"]


def test_a_document_is_not_sent_twice(client: FlaskClient, engine: MemoryEngine) -> None:
    for path in ("/", "/doc/project", "/doc/project/loop", "/data/project/loop.ttl", "/ontology", "/graph/alpha"):
        first = client.get(path, headers=BROWSER)
        engine.asked.clear()
        again = client.get(path, headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.data == b""
        assert engine.asked == []
    engine.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }")
    assert (
        client.get("/doc/project/loop", headers=BROWSER | {"If-None-Match": first.headers["ETag"]}).status_code == 200
    )


def test_each_language_has_its_own_tag(client: FlaskClient) -> None:
    tags = {client.get("/", headers=BROWSER | {"Accept-Language": code}).headers["ETag"] for code in ("fi", "sv", "en")}
    assert len(tags) == 3
    assert "Accept-Language" in client.get("/", headers=BROWSER).vary


def test_names_of_a_page_come_from_one_query(client: FlaskClient, engine: MemoryEngine) -> None:
    page(client, "/doc/project/loop")
    assert len([text for text, _ in engine.asked if "?thing ?property ?label" in text]) == 1
    assert len(engine.asked) == 13


def test_a_page_takes_as_many_queries_however_much_there_is(client: FlaskClient, engine: MemoryEngine) -> None:
    def outcomes(numbers: range) -> str:
        return "".join(
            f"<{HOME}id/outcome/o{n}> a <{HOME}ontology#Outcome> ; <{HOME}ontology#project> <{HOME}id/project/loop> ;"
            f' <{HOME}ontology#statement> "one of many"@en .'
            for n in numbers
        )

    engine.update(f"INSERT DATA {{ GRAPH <{HOME}graph/many> {{ {outcomes(range(1))} }} }}")
    engine.asked.clear()
    page(client, "/doc/project/loop")
    before = len(engine.asked)
    engine.update(f"INSERT DATA {{ GRAPH <{HOME}graph/many> {{ {outcomes(range(1, 300))} }} }}")
    text = page(client, "/doc/project/loop")
    assert len(engine.asked) - before == before
    assert len(text) < 100_000


def test_what_has_no_name_is_called_by_what_it_joins(client: FlaskClient, engine: MemoryEngine) -> None:
    own = f"{HOME}ontology#"
    engine.update(
        f"INSERT DATA {{ GRAPH <{HOME}graph/alpha> {{ "
        f'<{HOME}id/outcome/o1> a <{own}Outcome> ; <{own}statement> "Lack of space"@en , "Tilan puute"@fi . '
        f"<{HOME}id/participation/p1> a <{own}Participation> ; <{own}actor> <{HOME}id/actor/mill> ; "
        f"<{own}project> <{HOME}id/project/loop> . "
        f'<{HOME}id/observation/x1> a <{own}Observation> ; <{own}unit> "t" }} }}'
    )
    for path, heading in (
        ("/doc/outcome/o1", "<bdi>Tilan puute</bdi>"),
        ("/doc/participation/p1", "<bdi>Tehdas Oy – Silmukka</bdi>"),
        ("/doc/observation/x1", "<bdi>x1</bdi>"),
    ):
        assert f"<h1>{heading}</h1>" in page(client, path, **{"Accept-Language": "fi"})


def test_a_page_maps_where_a_thing_and_what_it_is_linked_with_are(client: FlaskClient, engine: MemoryEngine) -> None:
    own, point = f"{HOME}ontology#", "http://www.opengis.net/ont/geosparql#asWKT"
    engine.update(
        f"INSERT DATA {{ GRAPH <{HOME}graph/alpha> {{ "
        f'<{HOME}id/place/hill> a <{own}Place> ; <{point}> "POINT(25.1 60.2)" . '
        f'<{HOME}id/place/dale> a <{own}Place> ; <{point}> "POINT(24.1 60.4)" . '
        f"<{HOME}id/facility/oven> a <{own}Facility> ; <{own}operator> <{HOME}id/actor/mill> ; "
        f"<{own}location> <{HOME}id/place/hill> }} }}"
    )
    text = page(client, "/doc/actor/mill", **{"Accept-Language": "en"})
    part = text.partition('<section aria-labelledby="related-places">')[2].partition("</section>")[0]
    assert "<title" in part
    assert "<desc" in part
    assert '<a href="/doc/place/hill" aria-label="hill">' in part
    assert "<title>dale</title>" in part, "other places show where it is"
    rows = part.partition("<tbody>")[2]
    assert 'href="/doc/place/hill"' in rows
    assert 'href="/doc/facility/oven"' in rows
    assert "dale" not in rows
    drawn = client.get("/doc/actor/mill?format=svg&part=related-places", headers=BROWSER)
    assert drawn.content_type == "image/svg+xml"
    assert drawn.text in part
    assert (
        client.get(
            "/doc/actor/mill?format=svg&part=related-places", headers={"If-None-Match": drawn.headers["ETag"]}
        ).status_code
        == 304
    )
    missing = client.get("/doc/actor/mill?format=svg&part=none", headers=BROWSER)
    assert missing.status_code == 404
    assert "related-places" in missing.text


def test_the_start_page_counts_and_leads_on(client: FlaskClient) -> None:
    text = page(client, "/?lang=fi")
    assert re.search(r'<a href="/projects\?lang=fi">Kuka tekee mitä kenen kanssa</a></h2>.*?2 hanketta', text)
    assert 'href="/sparql?query=' in text
    assert '<a lang="sv" hreflang="sv" href="/?lang=sv">' in text


def test_the_start_page_does_without_numbers_that_take_too_long(
    client: FlaskClient, engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = engine.query

    def impatient(text: str, *rest: object, **more: object) -> object:
        if "COUNT(" in text:
            raise QueryTimeout("the query was ended")
        return asked(text, *rest, **more)

    monkeypatch.setattr(engine, "query", impatient)
    text = page(client, "/?lang=en")
    assert "Who does what with whom" in text
    assert not re.search(r"\d+ (project|statement)", text)
    assert "ETag" not in client.get("/?lang=en", headers=BROWSER).headers  # or it would be kept as it is
    monkeypatch.undo()
    assert re.search(r"2 projects", page(client, "/?lang=en"))


def test_a_list_is_in_the_order_of_names(client: FlaskClient, engine: MemoryEngine) -> None:
    text = page(client, "/doc/project?lang=en")
    assert text.index("Mend &amp; Sew") < text.index("The Loop")
    things = "".join(f"<{HOME}id/actor/a{n:03}> a <{HOME}ontology#Actor> ." for n in range(150))
    engine.update(f"INSERT DATA {{ GRAPH <{HOME}graph/many> {{ {things} }} }}")
    assert 'rel="next" href="/doc/actor?page=2"' in page(client, "/doc/actor")
    assert client.get("/doc/actor?page=9", headers=BROWSER).status_code == 404


def test_a_list_of_very_many_is_whole_but_in_no_order(
    client: FlaskClient, engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "_SORTED", 100)
    things = "".join(f"<{HOME}id/zebra/z{n:03}> a <{HOME}ontology#Actor> ." for n in range(150))
    engine.update(f"INSERT DATA {{ GRAPH <{HOME}graph/many> {{ {things} }} }}")
    pages = [page(client, address) for address in ("/doc/zebra?lang=en", "/doc/zebra?lang=en&page=2")]
    assert "too many to list by name" in pages[0]
    assert len(set(re.findall(r'href="(/doc/zebra/z\d+)', "".join(pages)))) == 150
    assert client.get("/doc/zebra?page=3", headers=BROWSER).status_code == 404
    assert "too many to list by name" not in page(client, "/doc/project?lang=en")


def test_links_keep_to_where_the_service_is_mounted(make_app: Callable[..., Flask]) -> None:
    client = make_app(trusted_proxies=1).test_client()
    text = page(client, "/doc/project/loop", **{"X-Forwarded-Prefix": "/region", "X-Forwarded-Proto": "https"})
    assert 'href="/region/doc/actor/mill"' in text
    assert 'href="/region/static/style.css' in text


def test_forwarded_headers_count_only_from_a_trusted_proxy(client: FlaskClient) -> None:
    text = page(client, "/doc/project/loop", **{"X-Forwarded-Prefix": "/elsewhere", "X-Forwarded-Host": "evil.example"})
    assert "elsewhere" not in text
    assert "evil.example" not in text


def test_a_page_draws_what_the_thing_is_linked_with(client: FlaskClient) -> None:
    text = page(client, "/doc/project/loop?lang=en")
    picture = re.search(r'<section aria-labelledby="neighbourhood">.*?</svg>', text, re.DOTALL)
    assert picture is not None
    assert 'role="group"' in picture[0]
    drawn = set(re.findall(r'<a href="([^"]+)"', picture[0]))
    assert drawn
    rest = text.replace(picture[0], "")
    assert all(f'href="{address}"' in rest for address in drawn), "the page says what the picture shows"
    assert "/doc/participation/" not in picture[0]


def test_a_page_of_references_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    about = f"{HOME}ontology%23continues".replace(":", "%3A").replace("/", "%2F")
    page(client, f"/doc/project/loop?via={about}")
    for query in (f"via={about}&page=9", "via=urn%3Anothing", "via=no%20iri"):
        answer = client.get(f"/doc/project/loop?{query}", headers=BROWSER | {"Accept-Language": "fi"})
        assert answer.status_code == 404
        assert "tähän viittaavista ei ole sivua" in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/doc/project?page=x", "sidan (page) ska vara ett heltal"),
        ("/data/project/loop.pdf", "Det finns inget format .pdf här"),
        ("/dumps/none.nq", "Data beskriver inte sig själva"),
    ],
)
def test_errors_are_told_in_the_readers_language(client: FlaskClient, path: str, said: str) -> None:
    assert said in client.get(path, headers=BROWSER | {"Accept-Language": "sv"}).text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "WebSite"),
        ("/doc/project", "CollectionPage"),
        ("/search?q=x", "SearchResultsPage"),
        ("/about", "AboutPage"),
        ("/sparql", "WebPage"),
        ("/ontology", "WebPage"),
        ("/doc/project/loop", "Project"),
    ],
)
def test_every_page_says_what_it_is_as_json_ld(client: FlaskClient, path: str, kind: str) -> None:
    text = page(client, path, **{"Accept-Language": "fi", "Host": "elsewhere.example"})
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    told = json.loads(found)
    assert told["@type"] == kind
    assert told["name"]
    assert "elsewhere" not in found


def test_the_page_of_a_source_leads_back_to_the_sources_and_says_how_many_things_it_speaks_of(
    client: FlaskClient,
) -> None:
    page = client.get("/graph/alpha?lang=sv", headers=BROWSER).text
    assert '<a href="/data?lang=sv">Källor</a>' in page
    assert '<th scope="col" class="number">Antal</th>' in page


def test_the_formats_of_a_report_are_named_in_the_language_of_the_reader(client: FlaskClient) -> None:
    page = client.get("/validate?lang=fi", headers=BROWSER).text
    assert 'name="format" value="text">Teksti</button>' in page
