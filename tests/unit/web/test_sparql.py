from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from ce_graph.errors import BusyError, LimitError, QueryTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from memory_engine import MemoryEngine

SELECT = "SELECT ?end WHERE { ?project <https://w3id.org/ce-graph/ontology#endDateStated> ?end } ORDER BY ?end"
ENDS = ["2021", "31.10.2021", "31.11.2021"]
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def get(client: FlaskClient, query: str, accept: str | None = None, **parameters: object):
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def test_solutions_come_in_all_four_formats(client: FlaskClient) -> None:
    answer = get(client, SELECT)
    assert answer.content_type == "application/sparql-results+json"
    assert [row["end"]["value"] for row in answer.get_json(force=True)["results"]["bindings"]] == ENDS
    answer = get(client, SELECT, "application/sparql-results+xml")
    assert [item.text for item in ElementTree.fromstring(answer.data).findall(".//{*}literal")] == ENDS
    answer = get(client, SELECT, "text/csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert [row["end"] for row in csv.DictReader(io.StringIO(answer.text))] == ENDS
    assert get(client, SELECT, "text/tab-separated-values").text.splitlines()[0] == "?end"


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
    ],
)
def test_graphs_come_in_all_six_formats(client: FlaskClient, media_type: str, form: ox.RdfFormat) -> None:
    answer = get(client, GRAPH, media_type)
    assert answer.mimetype == media_type
    assert len(list(ox.parse(answer.data, form))) == 5


def test_post_and_query_ask_the_same(client: FlaskClient) -> None:
    wanted = get(client, SELECT).data
    assert client.post("/sparql", data={"query": SELECT}).data == wanted
    direct = {"data": SELECT, "content_type": "application/sparql-query"}
    assert client.post("/sparql", **direct).data == wanted
    assert client.open("/sparql", method="QUERY", **direct).data == wanted
    assert client.get("/sparql/", query_string={"query": SELECT}).data == wanted


def test_head_tells_the_length_and_sends_nothing(client: FlaskClient) -> None:
    answer = client.head("/sparql", query_string={"query": SELECT})
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(get(client, SELECT).data)
    assert answer.data == b""


def test_what_is_not_acceptable_is_not_sent(client: FlaskClient) -> None:
    for query, accept in ((SELECT, "text/turtle"), (GRAPH, "text/csv"), ("ASK {}", "text/csv"), (SELECT, "*/*;q=0")):
        answer = get(client, query, accept)
        assert answer.status_code == 406
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in answer.vary


def test_a_format_can_be_named_in_the_address(client: FlaskClient) -> None:
    assert get(client, SELECT, "text/html", format="csv").mimetype == "text/csv"
    assert get(client, SELECT, "text/csv", format="pdf").mimetype == "text/csv"
    assert get(client, GRAPH, "application/rdf+xml", format="xml").mimetype == "application/rdf+xml"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_told_which_ones_there_are(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql", method=method)
    assert answer.status_code == 405
    assert {"GET", "HEAD", "POST", "QUERY", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_question_is_answered(client: FlaskClient) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "QUERY"}
    answer = client.options("/sparql", headers=asked)
    assert answer.status_code == 204
    assert "QUERY" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_dataset_is_the_one_that_the_request_names(client: FlaskClient) -> None:
    alpha = "https://w3id.org/ce-graph/graph/alpha"
    answer = get(client, SELECT, **{"default-graph-uri": alpha})
    assert [row["end"]["value"] for row in answer.get_json(force=True)["results"]["bindings"]] == ["31.11.2021"]
    asked = "ASK { GRAPH ?g { ?s ?p ?o } }"
    assert get(client, asked, **{"default-graph-uri": alpha}).get_json(force=True)["boolean"] is False
    assert get(client, asked, **{"named-graph-uri": alpha}).get_json(force=True)["boolean"] is True


def test_a_mistake_is_placed(client: FlaskClient) -> None:
    answer = get(client, "SELECT * WHERE {\n  ?s ?p\n}")
    assert answer.status_code == 400
    told = answer.get_json(force=True)
    assert (told["line"], told["status"]) == (3, 400)
    assert told["column"] >= 1


def test_an_update_is_shown_the_way(client: FlaskClient) -> None:
    answer = get(client, "INSERT DATA { <urn:a> <urn:b> 1 }")
    assert answer.status_code == 400
    assert "/update" in answer.get_json(force=True)["detail"]


def test_a_client_may_lower_its_deadline(client: FlaskClient) -> None:
    assert get(client, SELECT, timeout="0.5").status_code == 200
    assert get(client, SELECT, timeout="zero").status_code == 400


@pytest.mark.parametrize(
    ("failure", "status", "retry"),
    [
        (QueryTimeout("the query ran past 15 s"), 504, None),
        (BusyError("no worker came free", retry_after=7), 503, "7"),
        (LimitError("more than 1000000 rows", limit="rows"), 422, None),
    ],
)
def test_limits_are_told(
    client: FlaskClient, engine: MemoryEngine, failure: Exception, status: int, retry: str | None
) -> None:
    engine.failure = failure  # type: ignore[assignment]
    answer = get(client, SELECT)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == retry
    assert answer.get_json(force=True)["detail"] == str(failure)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert get(client, SELECT, BROWSER["Accept"]).status_code == status


def test_a_fault_of_ours_shows_no_trace(
    client: FlaskClient, engine: MemoryEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.failure = RuntimeError("a secret path")  # type: ignore[assignment]
    answer = client.post("/sparql", data={"query": SELECT})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "a secret path" in caplog.text


def test_an_answer_is_not_computed_twice(client: FlaskClient, engine: MemoryEngine) -> None:
    first = get(client, SELECT)
    for _ in range(3):
        assert get(client, SELECT).data == first.data
    assert client.post("/sparql", data={"query": SELECT}).data == first.data
    assert len(engine.asked) == 1
    assert get(client, SELECT, "text/csv").status_code == 200
    assert get(client, SELECT, **{"default-graph-uri": "urn:none"}).status_code == 200
    assert len(engine.asked) == 3
    engine.update("INSERT DATA { <urn:a> <https://w3id.org/ce-graph/ontology#endDateStated> '2099' }")
    assert "2099" in get(client, SELECT).text
    assert len(engine.asked) == 4


def test_what_the_client_has_is_not_sent_again(client: FlaskClient, engine: MemoryEngine) -> None:
    tag = get(client, SELECT).headers["ETag"]
    engine.asked.clear()
    for given in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        answer = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": given})
        assert answer.status_code == 304
        assert answer.data == b""
        assert answer.headers["ETag"] == tag
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in answer.vary
    other = {"If-None-Match": tag, "Accept": "text/csv"}
    assert client.get("/sparql", query_string={"query": SELECT}, headers=other).status_code == 200


def test_a_star_stands_for_any_answer_there_is(client: FlaskClient) -> None:
    star = {"If-None-Match": "*"}
    for _ in range(2):  # asked the first time, and remembered
        answer = client.get("/sparql", query_string={"query": SELECT}, headers=star)
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == get(client, SELECT).headers["ETag"]
    assert client.get("/sparql", query_string={"query": "SELECT"}, headers=star).status_code == 400
    assert client.post("/sparql", data={"query": SELECT}, headers=star).status_code == 200


def test_a_tag_is_honoured_before_the_engine_is_asked(make_app: Callable[..., Flask], engine: MemoryEngine) -> None:
    tag = get(make_app(cache_bytes=0).test_client(), SELECT).headers["ETag"]
    engine.asked.clear()
    fresh = make_app(cache_bytes=0).test_client()
    answer = fresh.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert engine.asked == []


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID ()", "BNODE()", "now()"])
def test_what_changes_by_itself_is_neither_remembered_nor_tagged(
    client: FlaskClient, engine: MemoryEngine, call: str
) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    first = get(client, query)
    assert first.status_code == 200
    assert "ETag" not in first.headers
    assert first.headers["Cache-Control"] == "no-store"
    get(client, query)
    assert len(engine.asked) == 2


def test_one_client_has_only_so_many_queries(make_app: Callable[..., Flask]) -> None:
    app = make_app(client_queries=1)
    gate = app.extensions["ce_graph"].gate
    with gate.enter("127.0.0.1"):
        answer = get(app.test_client(), SELECT)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "1"
        assert app.test_client().get("/", headers=BROWSER).status_code == 200
    assert get(app.test_client(), SELECT).status_code == 200


def test_the_service_describes_itself_when_asked_nothing(client: FlaskClient) -> None:
    answer = client.get("/sparql")
    assert answer.content_type == "text/turtle; charset=utf-8"
    assert "sd:UnionDefaultGraph" in answer.text
    assert "SPARQL11Update" not in answer.text
    assert "<http://localhost/sparql>" in answer.text
    assert client.get("/sparql", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/sparql", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_person_gets_a_form_and_a_table(client: FlaskClient) -> None:
    empty = client.get("/sparql?lang=fi", headers=BROWSER)
    assert empty.mimetype == "text/html"
    assert '<form method="get" action="/sparql?lang=fi">' in empty.text or 'name="lang" value="fi"' in empty.text
    shown = get(client, SELECT, BROWSER["Accept"], lang="sv")
    assert '<h2 id="answer">3 rader</h2>' in shown.text
    assert "31.11.2021" in shown.text
    assert 'name="format" value="csv"' in shown.text
    assert SELECT.replace("<", "&lt;").replace(">", "&gt;") in shown.text
    assert "Yes <code>true</code>" in get(client, "ASK {}", BROWSER["Accept"]).text
    assert "The Loop" in get(client, "DESCRIBE <https://w3id.org/ce-graph/id/project/loop>", BROWSER["Accept"]).text


def test_a_person_who_errs_keeps_the_query(client: FlaskClient) -> None:
    answer = get(client, "SELECT * WHERE { ?s ?p <b>", BROWSER["Accept"])
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "SELECT * WHERE { ?s ?p &lt;b&gt;" in answer.text


def test_a_long_table_has_pages(client: FlaskClient, engine: MemoryEngine) -> None:
    triples = " ".join(f"<urn:s> <urn:p> {n} ." for n in range(1500))
    engine.update(f"INSERT DATA {{ GRAPH <urn:g> {{ {triples} }} }}")
    text = get(client, "SELECT ?o { <urn:s> <urn:p> ?o }", BROWSER["Accept"], lang="en").text
    assert "1,500 rows" in text
    assert "Page 1" in text
    assert text.count("<tr>") == 101
    assert re.findall(r'name="page" value="(\d+)"', text) == ["2"]


def test_relative_iris_are_those_of_the_instance(client: FlaskClient) -> None:
    assert get(client, "ASK { <id/project/loop> ?p ?o }").get_json(force=True)["boolean"] is True


def test_a_header_cannot_be_smuggled_in(client: FlaskClient) -> None:
    for path in (
        "/id/project/a%0d%0aX-Bad:%20yes",
        "/doc/project/a%0aX-Bad:%20yes",
        "/sparql?format=%0d%0aX-Bad:yes&query=ASK%7B%7D",
    ):
        answer = client.get(path)
        assert "X-Bad" not in answer.headers
        assert answer.status_code in (200, 303, 400, 404)


def test_the_metrics_count_what_happened(client: FlaskClient, engine: MemoryEngine) -> None:
    get(client, SELECT)
    get(client, SELECT)
    get(client, "SELECT nonsense")
    engine.failure = QueryTimeout("too long")
    get(client, GRAPH)
    text = client.get("/metrics").text
    assert 'ce_graph_queries_total{form="select",outcome="answered"} 1.0' in text
    assert 'ce_graph_queries_total{form="construct",outcome="timeout"} 1.0' in text
    assert 'ce_graph_requests_total{method="GET",route="sparql",status="200"} 2.0' in text
    assert 'ce_graph_requests_total{method="GET",route="sparql",status="400"} 1.0' in text
    assert "ce_graph_cache_hits 1.0" in text
    assert 'ce_graph_data_info{generation="g0"} 1.0' in text


def test_health_needs_no_engine_and_readiness_does(make_app: Callable[..., Flask], engine: MemoryEngine) -> None:
    app = make_app()
    client = app.test_client()
    assert client.get("/ready").status_code == 200
    engine.failure = BusyError("no")
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 503
    engine.failure = None
    app.extensions["ce_graph"].draining.set()
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert json.loads(answer.data)["title"] == "Service Unavailable"
