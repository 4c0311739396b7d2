"""Keeps the graph that has each triple of all graphs once: pyoxigraph's own union has it once for each of them.

It stands in the store itself, under a name that nobody outside is told, and is there only where two graphs state the
same triple. Whoever writes says what was touched; ``settle`` then makes it right at the price of that alone.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from typing import TypeAlias

import pyoxigraph as ox

Triple: TypeAlias = tuple[
    ox.NamedNode | ox.BlankNode | ox.Triple, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
]

_STATED_TWICE = """ASK {
    { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER(?g != ?h) } UNION { ?s ?p ?o GRAPH ?g { ?s ?p ?o } }
}"""


def new_name() -> str:
    """A name for the graph that cannot be guessed, so that no query and no update can name it."""
    return f"urn:ce-graph:union:{secrets.token_hex(16)}"


def stated_twice(store: ox.Store) -> bool:
    """Whether two graphs state the same triple; without the graph of the union. Looks at all data."""
    return _several_graphs(store) and bool(store.query(_STATED_TWICE))


def _several_graphs(store: ox.Store) -> bool:
    """Whether more than one graph has triples."""
    graphs = itertools.chain((ox.DefaultGraph(),), store.named_graphs())
    filled = (1 for graph in graphs if any(store.quads_for_pattern(None, None, None, graph)))
    return next(filled, 0) + next(filled, 0) > 1


def now_twice(store: ox.Store, triples: Iterable[Triple]) -> bool:
    """Whether two graphs state one of the triples."""
    return _several_graphs(store) and any(
        sum(1 for _ in store.quads_for_pattern(*triple, None)) > 1 for triple in triples
    )


def build(store: ox.Store, name: str) -> None:
    """Make the graph, which is not there."""
    graph = ox.NamedNode(name)
    store.bulk_extend(
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in store.quads_for_pattern(None, None, None, None)
    )


def settle(store: ox.Store, name: str, touched: Iterable[Triple]) -> None:
    """Have the graph hold those of the touched triples that some graph states, and no others."""
    union = ox.NamedNode(name)
    missing: list[ox.Quad] = []
    for triple in touched:
        stated, kept = False, None
        for quad in store.quads_for_pattern(*triple, None):
            if quad.graph_name == union:
                kept = quad
            else:
                stated = True
        if stated and kept is None:
            missing.append(ox.Quad(*triple, union))
        elif kept is not None and not stated:
            store.remove(kept)
    store.extend(missing)


def repair(store: ox.Store, name: str) -> None:
    """Make the graph right whatever was touched. Looks at all data."""
    kept = f"GRAPH <{name}> {{ ?s ?p ?o }}"
    stated = f"{{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(!sameTerm(?g, <{name}>)) }}"
    union = ox.NamedNode(name)
    missing, left = (
        [ox.Quad(triple.subject, triple.predicate, triple.object, union) for triple in _construct(store, pattern)]
        for pattern in (f"{stated} MINUS {{ {kept} }}", f"{kept} MINUS {{ {stated} }}")
    )
    for quad in left:
        store.remove(quad)
    store.extend(missing)


def _construct(store: ox.Store, pattern: str) -> ox.QueryTriples:
    found = store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")
    assert isinstance(found, ox.QueryTriples)
    return found


def triples_of(quads: Iterable[ox.Quad]) -> set[Triple]:
    """The triples of quads."""
    return {(quad.subject, quad.predicate, quad.object) for quad in quads}
