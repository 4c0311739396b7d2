"""The statements about one thing as RDF: what is said of it, a page of what refers to it, and the things between."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from ce_graph.rdf.namespaces import ONTOLOGY, PREFIXES, RDF
from ce_graph.web.asking import fill, text
from ce_graph.web.documents import csv_statements
from ce_graph.web.documents.references import many

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_graph.rdf.formats import Format
    from ce_graph.web.asking import Asker

_TYPE = ox.NamedNode(str(RDF.type))
PAGE_SIZE = 1000
"""References to the thing in one document."""
HELPERS = tuple(
    ox.NamedNode(ONTOLOGY + name)
    for name in ("Participation", "FundingShare", "Fraction", "Composition", "SeriesBreak")
)
"""Classes of the things that stand between others and say little alone: they are described with what they join."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statements:
    """Quads about a thing; ``more`` when further references follow on the next page."""

    iri: str
    quads: tuple[ox.Quad, ...]
    more: bool


def question(iri: str, page: int = 1, *, ordered: bool = True) -> str:
    """The query whose solutions are the statements about a thing; without order, pages follow the store's own."""
    body = text("statements") if ordered else text("statements").replace("ORDER BY ?property ?subject ?graph ", "")
    return fill(
        body,
        {"thing": ox.NamedNode(iri), "helpers": HELPERS, "limit": PAGE_SIZE + 1, "offset": PAGE_SIZE * (page - 1)},
    )


def collect(asker: Asker, iri: str, page: int) -> Statements:
    """The statements about a thing; the outgoing ones stand on every page."""
    found: dict[ox.Quad, None] = {}
    references = 0
    query = question(iri, page, ordered=not many(asker, iri))
    for row in sorted(asker.rows(query), key=lambda row: str(sorted(map(str, row.items())))):
        if row["part"].value == "reference":
            references += 1
            if references > PAGE_SIZE:
                continue
        found[_quad(row["subject"], row["property"], row["value"], row.get("graph"))] = None
    return Statements(iri, tuple(sorted(found, key=order)), references > PAGE_SIZE)


def of_schemes(asker: Asker) -> tuple[ox.Quad, ...]:
    """The statements about the code lists themselves."""
    rows = asker.ask("scheme-statements")
    found = {_quad(row["subject"], row["property"], row["value"], row.get("graph")) for row in rows}
    return tuple(sorted(found, key=order))


def order(item: ox.Quad | ox.Triple) -> tuple[str, bool, str]:
    """Where a statement stands: with those of its subject, what it is first."""
    return str(item.subject), item.predicate != _TYPE, str(item)


def serialize(quads: Iterable[ox.Quad], wanted: Format) -> bytes:
    """The statements in a format; the graphs they stand in are kept by TriG, N-Quads and CSV.

    JSON-LD could keep them too, but readers of a document about one thing look in its default graph.
    """
    if wanted.rdf is None:
        return csv_statements.write(quads)
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
