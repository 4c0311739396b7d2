"""Runs a query on terms as they are written, with rdflib: slower than the Store, but ``1.50`` stays ``1.50``."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

if TYPE_CHECKING:
    from ce_graph.check.findings import Term

Quad: TypeAlias = "tuple[Term, Term, Term, Term | None]"

_LOCK = threading.Lock()


def solve(quads: Iterable[Quad], text: str) -> list[dict[str, Term]] | None:
    """The solutions of a SELECT; ``None`` when rdflib cannot evaluate it."""
    with _as_written():
        try:
            result = _dataset(quads).query(text)
            names = [str(name) for name in result.vars or ()]
            rows = [[None if term is None else from_rdflib(term) for term in row] for row in result]
        except Exception:  # rdflib lets errors of its functions and aggregates out, of any type
            return None
    return [{name: term for name, term in zip(names, row, strict=True) if term is not None} for row in rows]


def ask(quads: Iterable[Quad], text: str) -> bool | None:
    """The answer to an ASK; ``None`` when rdflib cannot evaluate it."""
    with _as_written():
        try:
            return bool(_dataset(quads).query(text).askAnswer)
        except Exception:  # as above
            return None


@contextmanager
def _as_written() -> Iterator[None]:
    import rdflib

    # rdflib has this as a switch for all its literals; those of a query cannot be told otherwise.
    with _LOCK, warnings.catch_warnings():
        # rdflib's own evaluation of queries on datasets uses what rdflib has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        before = rdflib.NORMALIZE_LITERALS
        rdflib.NORMALIZE_LITERALS = False
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = before


def _dataset(quads: Iterable[Quad]) -> Any:
    import rdflib

    dataset = rdflib.Dataset()
    for subject, predicate, value, graph in quads:
        where = dataset.default_graph if graph is None else dataset.graph(to_rdflib(graph))
        where.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(value)))
    return dataset


def to_rdflib(term: Term) -> Any:
    """A term as rdflib has it, its lexical form untouched."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Triple):
        return rdflib.URIRef(f"urn:x-ce-graph:triple:{term}")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    if datatype == "http://www.w3.org/2001/XMLSchema#string":
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(datatype), normalize=False)


def from_rdflib(term: Any) -> Term:
    """A term of rdflib as ours."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language.lower())
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
