"""The shapes, which rule the data and are no part of them: read from their files, and told one by one or together."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph import resources
from ce_graph.rdf.namespaces import RDF, SHAPES
from ce_graph.settings import VOCABULARY
from ce_graph.web.documents.statements import order

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = VOCABULARY + "shapes"


def has(iri: str) -> bool:
    """Whether an IRI is that of the shapes or of one of them."""
    return iri == DOCUMENT or iri.startswith(SHAPES)


@functools.cache
def store() -> ox.Store:
    """The shapes, in the default graph of a store of their own."""
    found = ox.Store()
    for file in sorted(resources.shapes().glob("*.ttl")):
        found.extend(_renamed(ox.Dataset(ox.parse(path=file, format=ox.RdfFormat.TURTLE)), file.stem))
    return found


def _renamed(data: ox.Dataset, name: str) -> Iterator[ox.Quad]:
    """The statements of a file; its blank nodes get names that no other file has, the same ones every time."""
    data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in data:
        subject, value = (
            ox.BlankNode(f"{name}-{term.value}") if isinstance(term, ox.BlankNode) else term
            for term in (quad.subject, quad.object)
        )
        yield ox.Quad(subject, quad.predicate, value)


@functools.cache
def about(iri: str) -> tuple[ox.Quad, ...]:
    """All shapes, or the statements about one of them with the blank nodes that it is made of.

    Raises:
        AbsentError: there is no such shape.
    """
    if iri == DOCUMENT:
        return tuple(sorted(store(), key=order))
    found = tuple(sorted(set(_closure(ox.NamedNode(iri))), key=order))
    if not found:
        from ce_graph.web.documents.existence import absent

        raise absent(iri)
    return found


@functools.cache
def names() -> tuple[str, ...]:
    """The local names of all shapes that have one."""
    quads = store().quads_for_pattern(None, ox.NamedNode(str(RDF.type)), None, ox.DefaultGraph())
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return tuple(sorted(iri.removeprefix(SHAPES) for iri in subjects if iri.startswith(SHAPES)))


def _closure(start: ox.NamedNode) -> Iterator[ox.Quad]:
    waiting: list[ox.NamedNode | ox.BlankNode] = [start]
    seen = set(waiting)
    while waiting:
        for quad in store().quads_for_pattern(waiting.pop(), None, None, ox.DefaultGraph()):
            yield quad
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
