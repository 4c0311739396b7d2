"""One change of a store (an update, a graph written or removed), the same in every process that carries it out."""

from __future__ import annotations

import pyoxigraph as ox

from ce_graph.rdf.formats import GRAPHS
from ce_graph.store.wire import Header

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


def apply(store: ox.Store, header: Header, body: bytes | bytearray) -> bool:
    """Carry out a change; whether it made a graph that was not there.

    A failure in the middle may leave part of it behind: whoever calls throws the store away then.

    Raises:
        SyntaxError: the update or the data cannot be parsed; nothing has changed.
        NoSuchGraph: the graph to remove is not there; nothing has changed.
    """
    if header["op"] == "update":
        store.update(body.decode())
        return False
    name = header["graph"]
    graph = graph_term(name)
    there = name is None or store.contains_named_graph(ox.NamedNode(name))
    if header["op"] == "delete":
        if not there:
            raise NoSuchGraph(name)
        store.remove_graph(graph)
        return False
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in ox.parse(
            bytes(body), FORMATS[header["format"]], base_iri=name, without_named_graphs=True, rename_blank_nodes=True
        )
    ]
    if header["replace"]:
        store.clear_graph(graph)
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    store.extend(quads)
    return not there
