"""The service in its own words, as SPARQL 1.1 Service Description: what it speaks, what it gives, what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.rdf.formats import Format
    from ce_graph.web.service import Service

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads",
)  # fmt: skip
_INPUTS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def write(service: Service, endpoint: str, wanted: Format) -> bytes:
    """The description of a service that is reached at ``endpoint``, in a format."""
    prefixes = {"sd": _SD, "void": _VOID, "formats": _FORMATS}
    return ox.serialize(_triples(service, endpoint), format=wanted.rdf, prefixes=prefixes) or b""


def _triples(service: Service, endpoint: str) -> Iterator[ox.Triple]:
    me, dataset, default = ox.NamedNode(endpoint), ox.BlankNode("dataset"), ox.BlankNode("default")
    yield ox.Triple(me, _TYPE, _sd("Service"))
    yield ox.Triple(me, _sd("endpoint"), me)
    yield ox.Triple(me, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if service.writable:
        yield ox.Triple(me, _sd("supportedLanguage"), _sd("SPARQL11Update"))
        for name in _INPUTS:
            yield ox.Triple(me, _sd("inputFormat"), ox.NamedNode(_FORMATS + name))
    for name in _RESULTS:
        yield ox.Triple(me, _sd("resultFormat"), ox.NamedNode(_FORMATS + name))
    if service.engine.union_default:
        yield ox.Triple(me, _sd("feature"), _sd("UnionDefaultGraph"))
    yield ox.Triple(me, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, _TYPE, _sd("Graph"))
    for number, row in enumerate(service.asker.ask("graphs")):
        if "graph" not in row:
            continue
        named, graph = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), row["graph"])
        yield ox.Triple(named, _sd("graph"), graph)
        yield ox.Triple(graph, _TYPE, _sd("Graph"))
        yield ox.Triple(graph, ox.NamedNode(_VOID + "triples"), ox.Literal(row["size"].value, datatype=_INTEGER))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
