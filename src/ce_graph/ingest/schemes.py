"""Describes the concept scheme that a code table makes: its titles, version, sources and top concepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ce_graph.ingest.columns import full, literal
from ce_graph.ingest.statements import Mapper, Statement
from ce_graph.ingest.tables import Table
from ce_graph.rdf.namespaces import DCTERMS, OWL, RDF, SKOS

_PROPERTIES = {
    "dc:title": str(DCTERMS.title),
    "dc:description": str(DCTERMS.description),
    "dc:license": str(DCTERMS.license),
    "dc:source": str(DCTERMS.source),
    str(OWL.versionInfo): str(OWL.versionInfo),
}
_LABELS = ("label_en", "label_fi", "label_sv")


def scheme_of(table: Table) -> str:
    """The IRI of the scheme whose codes the table holds, or ``""`` when it holds no codes."""
    for column in table.metadata["tableSchema"]["columns"]:
        if column.get("virtual") and full(column["propertyUrl"]) == str(SKOS.inScheme):
            return str(column["valueUrl"])
    return ""


def scheme_statements(table: Table, mapper: Mapper) -> Iterator[Statement]:
    """The scheme's description, its top concepts, and the notation as label where a code has none."""
    scheme = scheme_of(table)
    if not scheme:
        return
    subject, graph = f"<{scheme}>", f"<{table.graph}>"
    yield Statement(subject, f"<{RDF.type}>", f"<{SKOS.ConceptScheme}>", graph)
    for name, property_ in _PROPERTIES.items():
        for object_ in _objects(table.metadata.get(name, [])):
            yield Statement(subject, f"<{property_}>", object_, graph)
    for row in table.rows:
        concept = mapper.subject(row)
        if not row.one("broader"):
            yield Statement(subject, f"<{SKOS.hasTopConcept}>", concept, graph)
            yield Statement(concept, f"<{SKOS.topConceptOf}>", subject, graph)
        if not any(map(row.one, _LABELS)):
            label = row.one("display_code") or row.one("notation")
            yield Statement(concept, f"<{SKOS.prefLabel}>", literal(label, "string"), graph, "notation")


def _objects(value: Any) -> Iterator[str]:
    """What a common property of CSVW metadata says, as terms."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield literal(item, "string")
        elif "@id" in item:
            yield f"<{item['@id']}>"
        else:
            yield literal(item["@value"], "string", item.get("@language", ""))
