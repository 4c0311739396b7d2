"""A thing in schema.org's words: as a view of its data, and as the JSON-LD that a page has for search engines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import request
from markupsafe import Markup
from werkzeug.urls import iri_to_uri

from ce_graph.rdf.namespaces import DCTERMS, FOAF, ONTOLOGY, PROV, RDF, RDFS, SKOS
from ce_graph.web import i18n
from ce_graph.web.service import service

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ce_graph.web.documents.descriptions import Description
    from ce_graph.web.documents.statements import Statements
    from ce_graph.web.dumps import Dump

_LONGEST_ADDRESS = 2000
NAMESPACE = "https://schema.org/"
_TYPE = ox.NamedNode(str(RDF.type))
TYPES = {
    ONTOLOGY + "Actor": "Organization",
    ONTOLOGY + "Project": "Project",
    ONTOLOGY + "Event": "Event",
    ONTOLOGY + "Facility": "Place",
    ONTOLOGY + "Municipality": "AdministrativeArea",
    ONTOLOGY + "Region": "AdministrativeArea",
    ONTOLOGY + "Country": "Country",
    ONTOLOGY + "Place": "Place",
    ONTOLOGY + "SourceGraph": "CreativeWork",
    ONTOLOGY + "FundingProgramme": "FundingScheme",
    ONTOLOGY + "Grant": "MonetaryGrant",
    ONTOLOGY + "FundingShare": "MonetaryGrant",
    ONTOLOGY + "Participation": "OrganizationRole",
    ONTOLOGY + "Observation": "Observation",
    ONTOLOGY + "Indicator": "StatisticalVariable",
    ONTOLOGY + "Offer": "Offer",
    ONTOLOGY + "Need": "Demand",
    str(SKOS.Concept): "DefinedTerm",
    str(SKOS.ConceptScheme): "DefinedTermSet",
    "http://www.w3.org/ns/dcat#Dataset": "Dataset",
    "http://www.w3.org/ns/dcat#Catalog": "DataCatalog",
}
"""Class → type; the first that a thing has is the one it gets."""
WORDS = {
    str(SKOS.prefLabel): "name",
    str(DCTERMS.title): "name",
    str(RDFS.label): "name",
    str(SKOS.altLabel): "alternateName",
    str(SKOS.definition): "description",
    str(DCTERMS.description): "description",
    ONTOLOGY + "statement": "description",
    str(SKOS.notation): "identifier",
    ONTOLOGY + "businessId": "identifier",
    ONTOLOGY + "municipalityCode": "identifier",
    str(FOAF.homepage): "url",
    str(PROV.hadPrimarySource): "url",
    str(DCTERMS.publisher): "publisher",
    str(DCTERMS.issued): "datePublished",
    str(DCTERMS.language): "inLanguage",
    str(DCTERMS.license): "license",
    str(SKOS.inScheme): "inDefinedTermSet",
    str(PROV.wasDerivedFrom): "isBasedOn",
    str(DCTERMS.source): "isBasedOn",
    ONTOLOGY + "startDate": "startDate",
    ONTOLOGY + "endDate": "endDate",
    ONTOLOGY + "date": "startDate",
    ONTOLOGY + "location": "location",
    ONTOLOGY + "within": "containedInPlace",
    ONTOLOGY + "memberOf": "memberOf",
    ONTOLOGY + "coordinator": "member",
    ONTOLOGY + "organiser": "organizer",
    ONTOLOGY + "funder": "funder",
    ONTOLOGY + "theme": "keywords",
    ONTOLOGY + "value": "value",
    ONTOLOGY + "year": "observationDate",
    ONTOLOGY + "indicator": "variableMeasured",
    ONTOLOGY + "region": "observationAbout",
    ONTOLOGY + "amount": "amount",
}
"""Property → word."""


def type_of(types: tuple[str, ...]) -> str:
    """The type of a thing of some classes."""
    return next((word for iri, word in TYPES.items() if iri in types), "Thing")


def view(found: Statements) -> tuple[ox.Quad, ...]:
    """The statements about the thing, and about what stands between it and others, in schema.org's words."""
    classes: dict[object, set[str]] = {}
    for quad in found.quads:
        if quad.predicate == _TYPE:
            classes.setdefault(quad.subject, set()).add(getattr(quad.object, "value", ""))
    made = {
        ox.Quad(subject, _TYPE, ox.NamedNode(NAMESPACE + type_of(tuple(types))))  # type: ignore[arg-type]
        for subject, types in classes.items()
    }
    for quad in found.quads:
        if (word := WORDS.get(quad.predicate.value)) is not None:
            made.add(ox.Quad(quad.subject, ox.NamedNode(NAMESPACE + word), quad.object))
    return tuple(sorted(made, key=str))


def describe(found: Description, address: str, files: Iterable[tuple[Dump, str]] = ()) -> Markup:
    """The JSON-LD of the page about a thing at its public address, safe inside its ``script`` element.

    ``files`` are the dumps of a dataset and their paths.
    """
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@id": found.iri,
        "@type": type_of(found.types),
        "mainEntityOfPage": address,
    }
    texts: dict[str, list[object]] = {}
    for word, term in _words(found):
        value = _value(term)
        if value not in texts.setdefault(word, []):
            texts[word].append(value)
    told.update({name: values[0] if len(values) == 1 else values for name, values in texts.items()})
    if told["@type"] == "Dataset":
        told |= _dataset(found, texts, address, files)
    return script(told)


def _dataset(
    found: Description, texts: Mapping[str, list[object]], address: str, files: Iterable[tuple[Dump, str]]
) -> dict[str, object]:
    """What search engines for datasets ask for: plain texts in the reader's language, who and where, and the files."""
    told: dict[str, object] = {"url": address}
    order = i18n.preference(i18n.language())
    for word in ("name", "description"):
        said = {value["@language"]: value["@value"] for value in texts.get(word, ()) if isinstance(value, dict)}
        if tag := next((tag for tag in order if tag in said), None):
            told[word] = said[tag]
    for iri in (value["@id"] for value in texts.get("license", ()) if isinstance(value, dict)):
        told["license"] = iri
    for iri in (value["@id"] for value in texts.get("publisher", ()) if isinstance(value, dict)):
        publisher = {"@type": "Organization", "@id": iri, "name": found.labels.label(iri).text}
        told |= {"publisher": publisher, "creator": publisher}
    base = service().settings.base
    distribution = [
        {
            "@type": "DataDownload",
            "contentUrl": base + path.removeprefix("/"),
            "contentSize": f"{dump.size} B",
            "encodingFormat": [dump.format.media_type, *(["application/gzip"] if dump.packed else [])],
        }
        for dump, path in files
    ]
    return told | ({"distribution": distribution} if distribution else {})


def page(title: str, kind: str) -> Markup:
    """The JSON-LD of a page that is about no single thing: what it is called and which dataset it is part of."""
    base = service().settings.base
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": Markup(title).unescape().strip(),  # noqa: S704 - what the template has written already
        "url": iri_to_uri(base + _address().removeprefix("/")),
        "inLanguage": i18n.language(),
    }
    if kind != "WebSite":
        told["isPartOf"] = {"@type": "WebSite", "name": "ce-graph", "url": base}
    if (dataset := service().dataset()) is not None:
        told["about"] = {"@type": "Dataset", "@id": dataset}
    return script(told)


def _address() -> str:
    """The path and query of the page; a long query is left out."""
    whole = request.full_path.rstrip("?")
    return whole if len(whole) <= _LONGEST_ADDRESS else request.path


def script(told: object) -> Markup:
    """A JSON document, safe inside a ``script`` element."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(escaped)  # noqa: S704 - the three characters that end a script element are escaped


def _words(found: Description) -> Iterator[tuple[str, object]]:
    for item in found.properties:
        if (word := WORDS.get(item.iri)) is not None:
            for value in item.values:
                yield word, value.term


def _value(term: object) -> object:
    if isinstance(term, ox.Literal):
        if term.language:
            return {"@value": term.value, "@language": term.language}
        return term.value
    if isinstance(term, ox.NamedNode):
        return {"@id": term.value}
    return str(term)
