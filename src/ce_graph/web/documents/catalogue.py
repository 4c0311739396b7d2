"""What the service adds to the description of its dataset: distributions with checksums, itself, and VoID counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCAT, DCTERMS, FOAF, PREFIXES, RDF, VOID, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.web.dumps import Dump, Statistics

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_SPDX = "http://spdx.org/rdf/terms#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_TYPE = ox.NamedNode(str(RDF.type))
_EU = {"nquads": "RDF_N_QUADS", "trig": "RDF_TRIG", "turtle": "RDF_TURTLE"}
_TITLES = {
    "nquads": {"en": "All statements with their sources (N-Quads)", "fi": "Kaikki väittämät lähteineen (N-Quads)",
               "sv": "Alla utsagor med källor (N-Quads)"},
    "trig": {"en": "All statements with their sources (TriG)", "fi": "Kaikki väittämät lähteineen (TriG)",
             "sv": "Alla utsagor med källor (TriG)"},
    "turtle": {"en": "All statements, without their sources (Turtle)", "fi": "Kaikki väittämät ilman lähteitä (Turtle)",
               "sv": "Alla utsagor utan källor (Turtle)"},
}  # fmt: skip
_SERVICE = {"en": "SPARQL endpoint", "fi": "SPARQL-rajapinta", "sv": "SPARQL-gränssnitt"}
CATALOGUE = "dataset/catalogue"
"""The path of the catalogue's IRI below the base."""


def dump_path(dataset: str, dump: Dump) -> str:
    """The path of a dump's address below the base."""
    return f"dumps/{dataset.rpartition('/')[2]}.{dump.name}"


def dcat(base: str, dataset: str, dumps: list[Dump], changed: str) -> Iterator[ox.Triple]:
    """The distributions of the dataset and the services that answer on it, all by their public addresses.

    ``changed`` is the time of the data, as ``xsd:dateTime`` writes it.
    """
    whole, service = ox.NamedNode(dataset), ox.NamedNode(f"{dataset}#sparql")
    catalogue = ox.NamedNode(base + CATALOGUE)
    yield from _triples(whole, DCTERMS.modified, _typed(changed, "dateTime"))
    yield from _triples(catalogue, DCTERMS.modified, _typed(changed, "dateTime"))
    yield from _triples(catalogue, DCAT.service, service)
    yield from _triples(service, RDF.type, ox.NamedNode(str(DCAT.DataService)), ox.NamedNode(_SD + "Service"))
    yield from _named(service, _SERVICE)
    yield from _triples(service, DCAT.endpointURL, ox.NamedNode(base + "sparql"))
    yield from _triples(service, DCAT.endpointDescription, ox.NamedNode(base + "openapi.json"))
    yield from _triples(service, DCAT.servesDataset, whole)
    yield from _triples(service, DCTERMS.license, ox.NamedNode(LICENSE))
    yield from _triples(service, DCTERMS.conformsTo, ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/"))
    access = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
    yield from _triples(service, DCTERMS.accessRights, ox.NamedNode(access))
    for dump in dumps:
        yield from _distribution(base, whole, dump)


def _distribution(base: str, dataset: ox.NamedNode, dump: Dump) -> Iterator[ox.Triple]:
    me = ox.NamedNode(f"{dataset.value}#{dump.name}")
    checksum = ox.NamedNode(f"{me.value}-sha256")
    address = ox.NamedNode(base + dump_path(dataset.value, dump))
    yield from _triples(dataset, DCAT.distribution, me)
    yield from _triples(me, RDF.type, ox.NamedNode(str(DCAT.Distribution)))
    yield from _named(me, _TITLES[dump.format.name], " (gzip)" if dump.packed else "")
    yield from _triples(me, DCAT.accessURL, address)
    yield from _triples(me, DCAT.downloadURL, address)
    yield from _triples(me, DCAT.mediaType, ox.NamedNode(_MEDIA_TYPES + dump.format.media_type))
    yield from _triples(me, DCTERMS["format"], ox.NamedNode(_FILE_TYPES + _EU[dump.format.name]))
    yield from _triples(me, DCAT.byteSize, _typed(str(dump.size), "nonNegativeInteger"))
    yield from _triples(me, DCTERMS.license, ox.NamedNode(LICENSE))
    availability = "http://publications.europa.eu/resource/authority/planned-availability/STABLE"
    yield ox.Triple(me, ox.NamedNode("http://data.europa.eu/r5r/availability"), ox.NamedNode(availability))
    if dump.packed:
        yield from _triples(me, DCAT.compressFormat, ox.NamedNode(_MEDIA_TYPES + "application/gzip"))
    yield ox.Triple(me, ox.NamedNode(_SPDX + "checksum"), checksum)
    yield ox.Triple(checksum, _TYPE, ox.NamedNode(_SPDX + "Checksum"))
    yield ox.Triple(checksum, ox.NamedNode(_SPDX + "algorithm"), ox.NamedNode(_SPDX + "checksumAlgorithm_sha256"))
    yield ox.Triple(checksum, ox.NamedNode(_SPDX + "checksumValue"), _typed(dump.sha256, "hexBinary"))


def void(base: str, dataset: str, found: Statistics, dumps: list[Dump]) -> Iterator[ox.Triple]:
    """The dataset in VoID: counts, partitions by class and by property, vocabularies, dumps, a subset each source."""
    me, document = ox.NamedNode(dataset), ox.NamedNode(base + ".well-known/void")
    yield from _triples(document, RDF.type, ox.NamedNode(str(VOID.DatasetDescription)))
    yield from _triples(document, FOAF.topic, me)
    yield from _triples(document, FOAF.primaryTopic, me)
    yield from _triples(me, RDF.type, ox.NamedNode(str(VOID.Dataset)))
    yield from _triples(me, VOID.sparqlEndpoint, ox.NamedNode(base + "sparql"))
    yield from _triples(me, VOID.uriSpace, ox.Literal(base + "id/"))
    yield from _triples(me, VOID.uriLookupEndpoint, ox.NamedNode(base + "search?q="))
    yield from _triples(me, VOID.openSearchDescription, ox.NamedNode(base + "opensearch.xml"))
    yield from _triples(me, VOID.dataDump, *(ox.NamedNode(base + dump_path(dataset, dump)) for dump in dumps))
    used = [start for start in PREFIXES.values() if any(iri.startswith(start) for iri in found.properties)]
    yield from _triples(me, VOID.vocabulary, *map(ox.NamedNode, used))
    yield from _counts(me, {"triples": found.triples, "distinctSubjects": found.subjects, "entities": found.subjects})
    yield from _counts(me, {"classes": len(found.classes), "properties": len(found.properties)})
    for number, (iri, count) in enumerate(sorted(found.classes.items())):
        part = ox.BlankNode(f"class{number}")
        yield from _triples(me, VOID.classPartition, part)
        yield from _triples(part, VOID["class"], ox.NamedNode(iri))
        yield from _counts(part, {"entities": count})
    for number, (iri, count) in enumerate(sorted(found.properties.items())):
        part = ox.BlankNode(f"property{number}")
        yield from _triples(me, VOID.propertyPartition, part)
        yield from _triples(part, VOID.property, ox.NamedNode(iri))
        yield from _counts(part, {"triples": count, "distinctSubjects": found.property_subjects[iri]})
    for iri, count in sorted(found.graphs.items()):
        yield from _triples(me, VOID.subset, ox.NamedNode(iri))
        yield from _counts(ox.NamedNode(iri), {"triples": count})


def _counts(subject: ox.NamedNode | ox.BlankNode, counts: dict[str, int]) -> Iterator[ox.Triple]:
    for name, count in counts.items():
        yield from _triples(subject, VOID[name], _typed(str(count), "integer"))


def _named(subject: ox.NamedNode, titles: dict[str, str], more: str = "") -> Iterator[ox.Triple]:
    yield from _triples(
        subject, DCTERMS.title, *(ox.Literal(said + more, language=tag) for tag, said in titles.items())
    )


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(str(XSD) + datatype))


def _triples(
    subject: ox.NamedNode | ox.BlankNode, predicate: object, *values: ox.NamedNode | ox.BlankNode | ox.Literal
) -> Iterator[ox.Triple]:
    for value in values:
        yield ox.Triple(subject, ox.NamedNode(str(predicate)), value)
