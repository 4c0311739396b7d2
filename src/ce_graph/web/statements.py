"""The statements about one thing as RDF: what is said of it, and a page of what refers to it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from ce_graph.rdf.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_graph.rdf.formats import Format
    from ce_graph.web.asking import Asker

PAGE_SIZE = 1000
"""References to the thing in one document."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statements:
    """Quads about a thing; ``more`` when further references follow on the next page."""

    quads: tuple[ox.Quad, ...]
    more: bool


def collect(asker: Asker, iri: str, page: int) -> Statements:
    """The statements about a thing; the outgoing ones stand on every page."""
    subject = ox.NamedNode(iri)
    quads = [
        _quad(subject, row["property"], row["value"], row.get("graph"))
        for row in asker.ask("outgoing", subject=subject)
    ]
    found = asker.ask("referring", object=subject, limit=PAGE_SIZE + 1, offset=PAGE_SIZE * (page - 1))
    quads += [_quad(row["subject"], row["property"], subject, row.get("graph")) for row in found[:PAGE_SIZE]]
    return Statements(tuple(quads), len(found) > PAGE_SIZE)


def serialize(quads: Iterable[ox.Quad], wanted: Format) -> bytes:
    """The statements in a format; the graphs they stand in are kept by TriG and N-Quads.

    JSON-LD could keep them too, but readers of a document about one thing look in its default graph.
    """
    keep = wanted.name in ("trig", "nquads")
    found = dict.fromkeys(quad if keep else quad.triple for quad in quads)
    written = cast("Iterable[ox.Quad]", found)
    body = ox.serialize(written, format=wanted.rdf, prefixes=prefixes(written))
    return body or b""


def _quad(subject: object, predicate: object, value: object, graph: object) -> ox.Quad:
    return ox.Quad(subject, predicate, value, graph or ox.DefaultGraph())  # type: ignore[arg-type]


def prefixes(written: Iterable[ox.Quad | ox.Triple]) -> dict[str, str]:
    """The prefixes that the statements use, and no others."""
    iris = set()
    for item in written:
        for term in (item.subject, item.predicate, item.object, getattr(item, "graph_name", None)):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    return {name: start for name, start in PREFIXES.items() if any(iri.startswith(start) for iri in iris)}
