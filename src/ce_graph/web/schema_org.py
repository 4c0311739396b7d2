"""What a page says to search engines: the thing in schema.org's words, as JSON-LD."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
from markupsafe import Markup

from ce_graph.rdf.namespaces import DCTERMS, FOAF, ONTOLOGY, SKOS

if TYPE_CHECKING:
    from ce_graph.web.descriptions import Description

_TYPES = {
    ONTOLOGY + "Actor": "Organization",
    ONTOLOGY + "Project": "ResearchProject",
    ONTOLOGY + "Event": "Event",
    ONTOLOGY + "Facility": "Place",
    ONTOLOGY + "Municipality": "AdministrativeArea",
    ONTOLOGY + "Region": "AdministrativeArea",
    ONTOLOGY + "Place": "Place",
    ONTOLOGY + "SourceGraph": "CreativeWork",
    ONTOLOGY + "FundingProgramme": "FundingScheme",
    ONTOLOGY + "Grant": "Grant",
    ONTOLOGY + "Observation": "Observation",
    str(SKOS.Concept): "DefinedTerm",
    str(SKOS.ConceptScheme): "DefinedTermSet",
}
_TEXTS = {
    str(SKOS.prefLabel): "name",
    str(DCTERMS.title): "name",
    str(SKOS.altLabel): "alternateName",
    str(SKOS.definition): "description",
    str(DCTERMS.description): "description",
    str(SKOS.notation): "identifier",
    str(FOAF.homepage): "url",
}


def describe(found: Description, address: str) -> Markup:
    """The JSON-LD of a page, safe inside its ``script`` element."""
    types = [_TYPES[iri] for iri in found.types if iri in _TYPES]
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@id": found.iri,
        "@type": types[0] if types else "Thing",
        "mainEntityOfPage": address,
    }
    texts: dict[str, list[object]] = {}
    for item in found.properties:
        if (name := _TEXTS.get(item.iri)) is not None:
            texts.setdefault(name, []).extend(_value(value.term) for value in item.values)
    told.update({name: values[0] if len(values) == 1 else values for name, values in texts.items()})
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(escaped)  # noqa: S704 - the three characters that end a script element are escaped


def _value(term: object) -> object:
    if isinstance(term, ox.Literal) and term.language:
        return {"@value": term.value, "@language": term.language}
    return str(getattr(term, "value", term))
