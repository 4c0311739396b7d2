"""One change of a store (an update, a graph written or removed), the same in every process that carries it out."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from ce_graph.rdf.formats import GRAPHS
from ce_graph.store.changing import merging, tracking
from ce_graph.store.changing.merging import Triple
from ce_graph.store.workers.wire import Header

FORMATS = {format_.name: format_.rdf for format_ in GRAPHS}


class NoSuchGraph(Exception):  # noqa: N818 - the caller turns it into an answer
    """The graph to remove is not there."""


def graph_term(name: str | None) -> ox.NamedNode | ox.DefaultGraph:
    """The graph's name as a term; ``None`` is the default graph."""
    return ox.DefaultGraph() if name is None else ox.NamedNode(name)


def update(text: str) -> tuple[Header, bytes]:
    """The message of a SPARQL update."""
    return {"op": "update"}, text.encode()


def write(graph: str | None, data: bytes, format_name: str, *, replace: bool) -> tuple[Header, bytes]:
    """The message of a graph that is written; ``format_name`` is a name in the table of formats."""
    return {"op": "write", "graph": graph, "format": format_name, "replace": replace}, data


def delete(graph: str | None) -> tuple[Header, bytes]:
    """The message of a graph that is removed."""
    return {"op": "delete", "graph": graph}, b""


class Outcome(NamedTuple):
    """What a change did."""

    created: bool
    """Whether it made a graph that was not there."""
    touched: set[Triple] | None
    """All triples that it may have inserted; ``None`` when that is not known."""


def apply(store: ox.Store, header: Header, body: bytes | bytearray) -> Outcome:
    """Carry out a change; ``union`` in the header names the graph of the union that is kept right.

    It is ``""`` when there is none, and ``None`` when it does not matter what was touched either. A failure in the
    middle may leave part of it behind: whoever calls throws the store away then.

    Raises:
        SyntaxError: the update or the data cannot be parsed; nothing has changed.
        NoSuchGraph: the graph to remove is not there; nothing has changed.
    """
    union: str | None = header["union"]
    if header["op"] == "update":
        if union is None:
            store.update(body.decode())
            return Outcome(created=False, touched=None)
        return Outcome(created=False, touched=tracking.update(store, body.decode(), union))
    name = header["graph"]
    graph = graph_term(name)
    there = name is None or store.contains_named_graph(ox.NamedNode(name))
    quads = [] if header["op"] == "delete" else _quads(header, body, graph)
    if header["op"] == "delete" and not there:
        raise NoSuchGraph(name)
    touched = None if union is None else merging.triples_of(quads)
    if touched is not None and union and there and (header["op"] == "delete" or header["replace"]):
        touched |= merging.triples_of(store.quads_for_pattern(None, None, None, graph))
    if header["op"] == "delete":
        store.remove_graph(graph)
    else:
        if header["replace"]:
            store.clear_graph(graph)
        if isinstance(graph, ox.NamedNode):
            store.add_graph(graph)
        store.extend(quads)
    if union and touched is not None:
        merging.settle(store, union, touched)
    return Outcome(created=not there, touched=touched)


def _quads(header: Header, body: bytes | bytearray, graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Quad]:
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in ox.parse(
            bytes(body),
            FORMATS[header["format"]],
            base_iri=header["graph"],
            without_named_graphs=True,
            rename_blank_nodes=True,
        )
    ]
