"""The properties of a thing in groups that mean something to a reader, each meaning beside its source's words."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ce_graph.rdf.namespaces import ONTOLOGY, PREFIXES
from ce_graph.web.i18n import gettext, mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_graph.web.documents.descriptions import Property

_STATED = "Stated"
_GROUPS: tuple[tuple[str, str], ...] = (
    (
        mark("Names"),
        "skos:prefLabel dcterms:title rdfs:label foaf:name skos:altLabel skos:notation ce:displayCode rdf:type "
        "skos:definition dcterms:description ce:statement foaf:homepage ce:businessId ce:projectCode ce:caseNumber "
        "ce:sourceKey skos:example",
    ),
    (
        mark("What it is about"),
        "ce:actorType ce:facilityType ce:outcomeKind ce:eventType ce:theme ce:themesStated ce:status ce:sector "
        "ce:activity ce:material ce:wasteCode ce:wasteClassStated ce:hazardous ce:treatment ce:treatmentCategory "
        "ce:stage ce:accepts ce:produces ce:facilityOperation "
        "ce:indicator ce:valueKind ce:derivation ce:direction "
        "ce:formula skos:inScheme skos:topConceptOf skos:broader skos:narrower skos:related skos:hasTopConcept "
        "rdfs:domain schema:domainIncludes rdfs:range schema:rangeIncludes rdfs:subClassOf rdfs:subPropertyOf "
        "owl:inverseOf",
    ),
    (
        mark("Who"),
        "ce:coordinator ce:operator ce:organiser ce:actor ce:role ce:funder ce:applicant ce:beneficiary "
        "ce:decisionMaker ce:owner ce:memberOf prov:wasAssociatedWith dcterms:publisher ce:publisherName",
    ),
    (
        mark("Where"),
        "ce:location ce:region ce:within ce:source ce:target ce:municipalityCode ce:regionCode ce:nutsCode geo:asWKT "
        "dcterms:spatial",
    ),
    (
        mark("When"),
        "ce:startDate ce:endDate ce:date ce:dueDate ce:periodStated ce:periodStart ce:periodEnd ce:year "
        "ce:receivedDate ce:decisionDate ce:validFrom ce:validUntil "
        "ce:populationDate ce:capacityYear ce:fromYear "
        "ce:toYear dcterms:issued dcterms:created dcterms:modified ce:retrievalDate prov:generatedAtTime",
    ),
    (
        mark("How much"),
        "ce:budget ce:budgetQualifier ce:currency ce:amount ce:amountLower ce:amountUpper ce:amountQualifier "
        "ce:amountKnown ce:shareStated ce:sharePercent ce:shareQualifier ce:sharesComplete ce:unit ce:massTonnes "
        "ce:massTonnesLower ce:massTonnesUpper ce:value ce:valueLower ce:valueUpper ce:capacity ce:capacityLower "
        "ce:capacityUpper ce:capacityUnit ce:population ce:landArea ce:rounding ce:uncertainty ce:density "
        "ce:fractionShare ce:isTotal ce:partsComplete ce:fullyItemised ce:factor",
    ),
    (
        mark("Connected with"),
        "ce:project ce:continues ce:event ce:interview ce:programme ce:partOfProgramme ce:call ce:application "
        "ce:decision ce:decisionOutcome ce:instrument ce:detailOf ce:detailByTreatmentOf ce:detailByMaterialOf "
        "ce:detailBySourceOf ce:subsetOf ce:completeBy ce:inputTo ce:outputOf ce:processAt ce:composition ce:fraction "
        "ce:offer ce:need ce:comparedWith ce:computedBy ce:indicatorOf",
    ),
    (
        mark("In other vocabularies"),
        "owl:sameAs owl:equivalentClass owl:equivalentProperty skos:exactMatch skos:closeMatch skos:broadMatch "
        "skos:narrowMatch skos:relatedMatch",
    ),
    (
        mark("Sources and notes"),
        "prov:wasDerivedFrom prov:hadPrimarySource dcterms:source dcterms:license dcterms:rights dcterms:language "
        "ce:confidence ce:basis ce:method ce:statusFlag skos:editorialNote skos:note skos:scopeNote rdfs:seeAlso",
    ),
)
_OTHER = mark("More")


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Properties that belong together."""

    title: str
    properties: tuple[Property, ...]


def grouped(properties: Iterable[Property]) -> tuple[Group, ...]:
    """The properties in their groups; what no group names comes last."""
    found: dict[int, list[Property]] = {}
    for item in sorted(properties, key=lambda item: _place(item.iri)):
        found.setdefault(_place(item.iri)[0], []).append(item)
    titles = [*(title for title, _ in _GROUPS), _OTHER]
    return tuple(Group(gettext(titles[number]), tuple(items)) for number, items in sorted(found.items()))


def _place(iri: str) -> tuple[int, int, bool, str]:
    stated = iri.startswith(ONTOLOGY) and iri.endswith(_STATED)
    place = _PLACES.get(iri) or _PLACES.get(iri.removesuffix(_STATED)) if stated else _PLACES.get(iri)
    group, number = place or (len(_GROUPS), 0)
    return group, number, stated, iri


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


_PLACES = {
    _expand(name): (group, number)
    for group, (_, names) in enumerate(_GROUPS)
    for number, name in enumerate(names.split())
}
