"""Any thing as a concept: its names, definitions, codes, and its place among broader and related ones, in SKOS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCTERMS, ONTOLOGY, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from ce_graph.web.documents.statements import Statements

_SKOS = str(SKOS)
_TYPE = ox.NamedNode(str(RDF.type))
_CONCEPT = ox.NamedNode(str(SKOS.Concept))
_SCHEME = ox.NamedNode(str(SKOS.ConceptScheme))
_SAID = {
    str(DCTERMS.title): SKOS.prefLabel,
    str(RDFS.label): SKOS.prefLabel,
    str(DCTERMS.description): SKOS.definition,
    str(RDFS.comment): SKOS.definition,
    ONTOLOGY + "statement": SKOS.definition,
    ONTOLOGY + "businessId": SKOS.notation,
    ONTOLOGY + "municipalityCode": SKOS.notation,
    ONTOLOGY + "regionCode": SKOS.notation,
    ONTOLOGY + "projectCode": SKOS.notation,
    ONTOLOGY + "sourceKey": SKOS.notation,
    ONTOLOGY + "within": SKOS.broader,
    ONTOLOGY + "partOfProgramme": SKOS.broader,
    str(RDFS.subClassOf): SKOS.broader,
    str(RDFS.subPropertyOf): SKOS.broader,
}


def view(found: Statements) -> tuple[ox.Quad, ...]:
    """The statements about the thing in the words of SKOS; other links to things with IRIs become ``skos:related``."""
    thing = ox.NamedNode(found.iri)
    own = [quad for quad in found.quads if quad.subject == thing]
    scheme = any(quad.predicate == _TYPE and quad.object == _SCHEME for quad in own)
    made = {ox.Quad(thing, _TYPE, _SCHEME if scheme else _CONCEPT)} if own else set()
    for quad in own:
        iri = quad.predicate.value
        if iri.startswith(_SKOS):
            made.add(ox.Quad(thing, quad.predicate, quad.object))
        elif iri in _SAID:
            made.add(ox.Quad(thing, ox.NamedNode(str(_SAID[iri])), quad.object))
        elif iri.startswith(ONTOLOGY) and isinstance(quad.object, ox.NamedNode):
            made.add(ox.Quad(thing, ox.NamedNode(str(SKOS.related)), quad.object))
    return tuple(sorted(made, key=str))
