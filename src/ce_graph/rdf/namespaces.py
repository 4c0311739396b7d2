"""The ontology's own terms as names that Python checks, and the namespaces that the graph reuses."""

from __future__ import annotations

from rdflib import Namespace
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, QB, RDF, RDFS, SDO, SH, SKOS, VOID, XSD

from ce_graph.settings import VOCABULARY

__all__ = [
    "CODE", "DCAT", "DCTERMS", "FOAF", "GEO", "ONTOLOGY", "ORG", "OWL", "PREFIXES", "PROV", "QB", "QUDT_UNIT",
    "RDF", "RDFS", "SDO", "SH", "SHAPES", "SKOS", "VOID", "XSD",
]  # fmt: skip

ONTOLOGY = VOCABULARY + "ontology#"
SHAPES = VOCABULARY + "shapes#"
CODE = VOCABULARY + "code/"
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
QUDT_UNIT = Namespace("http://qudt.org/vocab/unit/")

PREFIXES: dict[str, str] = {
    "ce": ONTOLOGY,
    "ces": SHAPES,
    "code": CODE,
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "geo": str(GEO),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "qb": str(QB),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SDO),
    "sh": str(SH),
    "skos": str(SKOS),
    "unit": str(QUDT_UNIT),
    "void": str(VOID),
    "xsd": str(XSD),
}
"""Prefixes for serialisations and for queries of the instance."""
