"""Statements as CSV, one a line, with nothing lost: from the table the same quads can be made again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.formats import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT = Format("csv", "text/csv", "csv")
"""Statements as a table; it is no format that RDF is read from."""
COLUMNS = ("subject", "property", "value", "kind", "language", "datatype", "graph")


def write(quads: Iterable[ox.Quad]) -> bytes:
    """The statements under their columns; ``kind`` is ``iri``, ``blank`` or ``literal``.

    Subjects that are blank nodes begin with ``_:``, which no IRI does.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for quad in quads:
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        writer.writerow([_name(quad.subject), quad.predicate.value, *_value(quad.object), graph])
    return out.getvalue().encode()


def read(data: bytes) -> Iterator[ox.Quad]:
    """The statements of such a table."""
    for row in csv.DictReader(io.StringIO(data.decode(), newline="")):
        graph = ox.NamedNode(row["graph"]) if row["graph"] else ox.DefaultGraph()
        subject, value = _node(row["subject"]), _term(row)
        yield ox.Quad(subject, ox.NamedNode(row["property"]), value, graph)


def _name(term: object) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else str(getattr(term, "value", term))


def _value(term: object) -> tuple[str, str, str, str]:
    if isinstance(term, ox.Literal):
        return term.value, "literal", term.language or "", "" if term.language else term.datatype.value
    return _name(term), "blank" if isinstance(term, ox.BlankNode) else "iri", "", ""


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _term(row: dict[str, str]) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if row["kind"] != "literal":
        return _node(row["value"])
    if row["language"]:
        return ox.Literal(row["value"], language=row["language"])
    return ox.Literal(row["value"], datatype=ox.NamedNode(row["datatype"]))
