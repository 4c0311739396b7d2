"""Runs a query's text wherever the graph is: in a store of this process, or on an engine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ce_graph.errors import QueryError
from ce_graph.rdf.formats import GRAPHS, RESULTS
from ce_graph.store.engine import NO_DATASET, Dataset

if TYPE_CHECKING:
    from ce_graph.store.engine import Engine

AnyTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Solution: TypeAlias = Mapping[str, AnyTerm]
Run: TypeAlias = Callable[[str], "Iterable[Solution | ox.Triple]"]
"""Takes a query; gives the solutions of a SELECT (unbound variables left out) or the triples of a CONSTRUCT.

The default graph must be the union of all graphs.
"""

AT_ONCE = 250_000
"""Solutions that are asked for at once of what may be very many: an answer has a million rows at most."""
_JSON, _NTRIPLES = RESULTS[0], GRAPHS[2]


def on_store(store: ox.Store) -> Run:
    """Runs in this process."""

    def run(text: str) -> Iterable[Solution | ox.Triple]:
        try:
            return _read(store.query(text, use_default_graph_as_union=True))
        except SyntaxError as error:
            raise QueryError(str(error)) from error

    return run


def on_engine(engine: Engine, *, seconds: float | None = None) -> Run:
    """Runs on an engine; where its default graph is not the union, every query names all of its graphs."""
    from ce_graph.store.text.guard import inspect

    def run(text: str) -> Iterable[Solution | ox.Triple]:
        dataset = NO_DATASET if engine.union_default else _all_graphs(engine)
        if inspect(text).form == "construct":
            data = engine.query(text, _NTRIPLES.media_type, dataset=dataset, seconds=seconds).read()
            return [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in ox.parse(data, _NTRIPLES.rdf)]
        data = engine.query(text, _JSON.media_type, dataset=dataset, seconds=seconds).read()
        return _read(ox.parse_query_results(data, ox.QueryResultsFormat.JSON))

    return run


def _all_graphs(engine: Engine) -> Dataset:
    data = engine.query("SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } }", _JSON.media_type).read()
    found = (row["graph"] for row in _solutions(ox.parse_query_results(data, ox.QueryResultsFormat.JSON)))
    graphs = tuple(graph.value for graph in found if isinstance(graph, ox.NamedNode))
    return Dataset(default=graphs, named=graphs)


def _read(found: object) -> Iterable[Solution | ox.Triple]:
    if isinstance(found, ox.QueryTriples):
        return list(found)
    return _solutions(found)


def _solutions(found: object) -> list[dict[str, AnyTerm]]:
    if not isinstance(found, ox.QuerySolutions):
        raise QueryError("a question is answered by SELECT or CONSTRUCT")
    names = [variable.value for variable in found.variables]
    return [{name: term for name in names if (term := solution[name]) is not None} for solution in found]


def parts(text: str) -> Iterator[str]:
    """A SELECT query part by part, without end: the part with fewer than ``AT_ONCE`` solutions is the last.

    Without an order, which would cost more than all the rest: it relies on a store that lists the same data in the same
    way each time.
    """
    return (f"{text}\nLIMIT {AT_ONCE} OFFSET {offset}" for offset in itertools.count(0, AT_ONCE))


def solutions(run: Run, text: str) -> list[Solution]:
    """The solutions of a SELECT query."""
    return [row for row in run(text) if not isinstance(row, ox.Triple)]
