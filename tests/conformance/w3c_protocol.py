"""Reads the W3C's protocol tests: requests and what their answers must be, from the manifests in the archive."""

from __future__ import annotations

import dataclasses
import functools
import os
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection

if TYPE_CHECKING:
    from rdflib.term import Node

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "web"))

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
_BASE = "http://tests.example/"
_NAMED = {"OK": (200,), "Created": (201,), "NoContent": (204,), "NotFound": (404,)}


@dataclasses.dataclass(frozen=True)
class Body:
    text: str
    encoding: str


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request, and what the answer to it must be."""

    method: str
    path: str
    headers: dict[str, str]
    body: Body | None
    statuses: tuple[str, ...]
    format: str | None = None
    truth: bool | None = None
    location: str | None = None
    answer_type: str | None = None
    answer_body: str | None = None

    def accepts(self, status: int) -> bool:
        return any(status in _NAMED.get(name, ()) or name == f"StatusCode{status // 100}xx" for name in self.statuses)


@dataclasses.dataclass(frozen=True)
class Test:
    __test__ = False

    name: str
    exchanges: tuple[Exchange, ...]
    data: tuple[tuple[str, bytes], ...]
    """Graphs that must be there before: IRI and N-Triples."""


def archive() -> Path | None:
    given = os.environ.get("CE_GRAPH_W3C_TESTS")
    name = "w3c-sparql-tests.tar.gz"
    places = [Path(given), Path(given) / name] if given else []
    places.append(Path(__file__).resolve().parents[3] / "shared" / "w3c" / name)
    return next((place for place in places if place.is_file()), None)


ABSENT = "the W3C's tests are not here; name their folder or archive with CE_GRAPH_W3C_TESTS"


@functools.cache
def _member(path: str) -> bytes:
    found = archive()
    assert found is not None
    with tarfile.open(found) as opened:
        member = opened.extractfile(path)
        assert member is not None
        return member.read()


def tests(manifest: str, kind: URIRef) -> list[Test]:
    """The tests of a kind in a manifest, in its order."""
    if archive() is None:
        return []
    graph = Graph().parse(data=_member(manifest), format="turtle", publicID=_BASE + manifest)
    listed = graph.value(URIRef(_BASE + manifest), MF.entries)
    entries = [entry for entry in Collection(graph, listed) if (entry, RDF.type, kind) in graph]
    return [_test(graph, entry) for entry in entries]


def _test(graph: Graph, entry: Node) -> Test:
    action = graph.value(entry, MF.action)
    requests = graph.value(action, HT.requests)
    data = []
    for given in graph.objects(entry, UT.graphData):
        file = str(graph.value(given, UT.graph))
        data.append((str(graph.value(given, RDFS.label)), _member(file.removeprefix(_BASE))))
    exchanges = tuple(_exchange(graph, node) for node in Collection(graph, requests)) if requests else ()
    return Test(str(entry).rpartition("#")[2], exchanges, tuple(data))


def _exchange(graph: Graph, node: Node) -> Exchange:
    response = graph.value(node, HT.resp)
    assert response is not None
    truth = graph.value(response, MF.expectedBoolean)
    body = _body(graph, node)
    answer = _body(graph, response)
    return Exchange(
        method=str(graph.value(node, HT.methodName)),
        path=str(graph.value(node, HT.absolutePath)),
        headers=_headers(graph, node),
        body=body,
        statuses=tuple(str(status).rpartition("#")[2] for status in graph.objects(response, MF.expectedStatus)),
        format=_text(graph, response, MF.expectedFormat),
        truth=None if truth is None else bool(truth.toPython()),
        location=_text(graph, response, MF.expectedLocation),
        answer_type=_headers(graph, response).get("content-type"),
        answer_body=answer.text if answer else None,
    )


def _text(graph: Graph, node: Node, name: URIRef) -> str | None:
    found = graph.value(node, name)
    return None if found is None else str(found)


def _headers(graph: Graph, node: Node) -> dict[str, str]:
    listed = graph.value(node, HT.headers)
    if listed is None:
        return {}
    return {
        str(graph.value(field, HT.fieldName)): str(graph.value(field, HT.fieldValue))
        for field in Collection(graph, listed)
    }


def _body(graph: Graph, node: Node) -> Body | None:
    found = graph.value(node, HT.body)
    if found is None:
        return None
    return Body(str(graph.value(found, CNT.chars)), str(graph.value(found, CNT.characterEncoding)))
