"""Describes the concept scheme that a code table makes: its titles, version, sources and top concepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ce_graph.errors import DataError
from ce_graph.ingest.columns import literal
from ce_graph.ingest.derived import scheme_of
from ce_graph.ingest.tables import Table
from ce_graph.rdf.namespaces import DCTERMS, OWL, RDF, SKOS
from ce_graph.wording import say

_PROPERTIES = {
    "dc:title": str(DCTERMS.title),
    "dc:description": str(DCTERMS.description),
    "dc:license": str(DCTERMS.license),
    "dc:source": str(DCTERMS.source),
    str(OWL.versionInfo): str(OWL.versionInfo),
}


def scheme_statements(table: Table) -> Iterator[tuple[str, str, str]]:
    """What the metadata say about the scheme of a table's codes, as subject, predicate and object.

    Raises:
        DataError: an annotation is neither a text nor a link.
    """
    scheme = scheme_of(table)
    if not scheme:
        return
    subject = f"<{scheme}>"
    yield subject, f"<{RDF.type}>", f"<{SKOS.ConceptScheme}>"
    for name, property_ in _PROPERTIES.items():
        for object_ in _objects(table, table.metadata.get(name, [])):
            yield subject, f"<{property_}>", object_
    for row in table.rows:
        if not row.one("broader"):
            yield subject, f"<{SKOS.hasTopConcept}>", f"<{table.about.expand(row.first(table.about.names))}>"


def _objects(table: Table, value: Any) -> Iterator[str]:
    """What a common property of CSVW metadata says, as terms."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield literal(item, "string")
        elif isinstance(item, dict) and isinstance(item.get("@id"), str):
            yield f"<{item['@id']}>"
        elif isinstance(item, dict) and isinstance(item.get("@value"), str):
            yield literal(item["@value"], "string", item.get("@language", ""))
        else:
            said = say(
                "the metadata of %(file)s: %(item)s is neither a text nor a link", file=table.path, item=repr(item)
            )
            raise DataError(said)
