"""The W3C's tests of the Service Description: RDF at the endpoint that names it, in the vocabulary's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import w3c_protocol
from live_server import TOKEN, LiveServer, serving_nothing
from rdflib import RDF, Graph, Namespace, URIRef
from w3c_protocol import MF

if TYPE_CHECKING:
    from collections.abc import Iterator

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
LISTED = [
    test.name for test in w3c_protocol.tests("sparql11/service-description/manifest.ttl", MF.ServiceDescriptionTest)
]
CLASSES = {"Service", "Dataset", "Graph", "NamedGraph"}
PROPERTIES = {
    "endpoint", "feature", "supportedLanguage", "resultFormat", "inputFormat", "defaultDataset", "defaultGraph",
    "namedGraph", "name", "graph",
}  # fmt: skip


@pytest.fixture(scope="module", params=["own", "union"])
def described(request: pytest.FixtureRequest) -> Iterator[tuple[LiveServer, str, Graph]]:
    with serving_nothing(request.param, CE_GRAPH_UPDATE_TOKEN=TOKEN, CE_GRAPH_ACCESS_LOG="off") as server:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
        server.ask("PUT", "/graphs?graph=http://example.org/g", headers, b"<http://a.example/> a <http://b.example/> .")
        answer = server.ask("GET", "/sparql", {"Accept": "application/rdf+xml"})
        assert answer.status == 200
        assert answer.content_type == "application/rdf+xml"
        yield server, request.param, Graph().parse(data=answer.body, format="xml")


@pytest.mark.skipif(not LISTED, reason=w3c_protocol.ABSENT)
def test_these_are_the_tests_of_the_suite() -> None:
    assert LISTED == ["has-endpoint-triple", "returns-rdf", "conforms-to-schema"]


def test_the_endpoint_returns_rdf_and_names_itself(described: tuple[LiveServer, str, Graph]) -> None:
    server, _, graph = described
    endpoint = URIRef(server.address + "sparql")
    assert (None, SD.endpoint, endpoint) in graph


def test_the_description_conforms_to_the_schema(described: tuple[LiveServer, str, Graph]) -> None:
    _, default_graph, graph = described
    for name in (str(value)[len(SD) :] for value in graph.objects(predicate=RDF.type) if str(value).startswith(SD)):
        assert name in CLASSES
    for name in (str(value)[len(SD) :] for value in graph.predicates() if str(value).startswith(SD)):
        assert name in PROPERTIES
    service = graph.value(predicate=RDF.type, object=SD.Service)
    assert {SD.SPARQL11Query, SD.SPARQL11Update} <= set(graph.objects(service, SD.supportedLanguage))
    assert ((service, SD.feature, SD.UnionDefaultGraph) in graph) == (default_graph == "union")
    dataset = graph.value(service, SD.defaultDataset)
    named = graph.value(dataset, SD.namedGraph)
    assert graph.value(named, SD.name) == URIRef("http://example.org/g")
