"""The ontology's terms as names that a test checks: a misspelt term fails when it is first used."""
# The names are the terms' own, so they are in mixed case.
# ruff: noqa: N815

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import Namespace
from rdflib.namespace import DefinedNamespace

if TYPE_CHECKING:
    from rdflib.term import URIRef


class CE(DefinedNamespace):
    """Every class and property of the ontology, by module; an unknown name raises ``AttributeError``."""

    _NS = Namespace("https://w3id.org/ce-graph/ontology#")
    _fail = True

    # core
    Actor: URIRef
    CooperationArea: URIRef
    Country: URIRef
    Facility: URIRef
    Municipality: URIRef
    OtherArea: URIRef
    Place: URIRef
    Region: URIRef
    SourceGraph: URIRef
    StatisticalArea: URIRef
    SubRegion: URIRef
    accepts: URIRef
    acceptsStated: URIRef
    activity: URIRef
    actorType: URIRef
    actorTypeStated: URIRef
    amountQualifier: URIRef
    businessId: URIRef
    capacity: URIRef
    capacityLower: URIRef
    capacityStated: URIRef
    capacityUnit: URIRef
    capacityUpper: URIRef
    capacityYear: URIRef
    confidence: URIRef
    facilityOperation: URIRef
    facilityType: URIRef
    facilityTypeStated: URIRef
    graph: URIRef
    landArea: URIRef
    location: URIRef
    locationStated: URIRef
    memberOf: URIRef
    municipalityCode: URIRef
    nutsCode: URIRef
    operator: URIRef
    partialDate: URIRef
    population: URIRef
    populationDate: URIRef
    populationDateStated: URIRef
    produces: URIRef
    producesStated: URIRef
    publisherName: URIRef
    regionCode: URIRef
    retrievalDate: URIRef
    sourceKey: URIRef
    status: URIRef
    statusStated: URIRef
    within: URIRef

    # projects
    Barrier: URIRef
    Event: URIRef
    Finding: URIRef
    Interview: URIRef
    Method: URIRef
    Outcome: URIRef
    Participation: URIRef
    Potential: URIRef
    Project: URIRef
    ResearchQuestion: URIRef
    Result: URIRef
    RoadmapItem: URIRef
    Strength: URIRef
    Target: URIRef
    Vision: URIRef
    actor: URIRef
    budget: URIRef
    budgetQualifier: URIRef
    continues: URIRef
    coordinator: URIRef
    currency: URIRef
    date: URIRef
    dateStated: URIRef
    dueDate: URIRef
    endDate: URIRef
    endDateStated: URIRef
    event: URIRef
    eventType: URIRef
    eventTypeStated: URIRef
    interview: URIRef
    organiser: URIRef
    outcomeKind: URIRef
    outcomeKindStated: URIRef
    owner: URIRef
    programme: URIRef
    project: URIRef
    projectCode: URIRef
    role: URIRef
    roleStated: URIRef
    sector: URIRef
    sharesComplete: URIRef
    startDate: URIRef
    startDateStated: URIRef
    statement: URIRef
    theme: URIRef
    themeStated: URIRef
    themesStated: URIRef

    # funding
    FundingApplication: URIRef
    FundingCall: URIRef
    FundingDecision: URIRef
    FundingProgramme: URIRef
    FundingShare: URIRef
    Grant: URIRef
    amountKnown: URIRef
    applicant: URIRef
    application: URIRef
    beneficiary: URIRef
    call: URIRef
    caseNumber: URIRef
    decision: URIRef
    decisionDate: URIRef
    decisionMaker: URIRef
    decisionOutcome: URIRef
    funder: URIRef
    instrument: URIRef
    partOfProgramme: URIRef
    periodEnd: URIRef
    periodStart: URIRef
    periodStated: URIRef
    programmeStated: URIRef
    receivedDate: URIRef
    sharePercent: URIRef
    shareQualifier: URIRef
    shareStated: URIRef

    # flows
    Composition: URIRef
    Flow: URIRef
    Fraction: URIRef
    Match: URIRef
    Need: URIRef
    Offer: URIRef
    Process: URIRef
    Stock: URIRef
    amount: URIRef
    amountLower: URIRef
    amountStated: URIRef
    amountUpper: URIRef
    basis: URIRef
    basisStated: URIRef
    completeBy: URIRef
    composition: URIRef
    density: URIRef
    detailByMaterialOf: URIRef
    detailBySourceOf: URIRef
    detailByTreatmentOf: URIRef
    detailOf: URIRef
    fraction: URIRef
    fractionShare: URIRef
    fullyItemised: URIRef
    hazardAssessment: URIRef
    hazardous: URIRef
    inputTo: URIRef
    isTotal: URIRef
    massTonnes: URIRef
    massTonnesLower: URIRef
    massTonnesUpper: URIRef
    material: URIRef
    materialStated: URIRef
    method: URIRef
    need: URIRef
    offer: URIRef
    outputOf: URIRef
    partsComplete: URIRef
    processAt: URIRef
    qualityLimit: URIRef
    reason: URIRef
    region: URIRef
    regionStated: URIRef
    rounding: URIRef
    score: URIRef
    source: URIRef
    sourceStated: URIRef
    stage: URIRef
    subsetOf: URIRef
    target: URIRef
    targetStated: URIRef
    tolerance: URIRef
    treatment: URIRef
    treatmentCategory: URIRef
    treatmentStated: URIRef
    uncertainty: URIRef
    unit: URIRef
    unitStated: URIRef
    validFrom: URIRef
    validUntil: URIRef
    wasteClassStated: URIRef
    wasteCode: URIRef
    year: URIRef

    # measurement
    Indicator: URIRef
    Observation: URIRef
    SeriesBreak: URIRef
    comparedWith: URIRef
    computedBy: URIRef
    derivation: URIRef
    direction: URIRef
    formula: URIRef
    fromYear: URIRef
    indicator: URIRef
    indicatorOf: URIRef
    statusFlag: URIRef
    toYear: URIRef
    value: URIRef
    valueKind: URIRef
    valueLower: URIRef
    valueStated: URIRef
    valueUpper: URIRef
    yearStated: URIRef

    # codes
    circularityRank: URIRef
    displayCode: URIRef
    entryType: URIRef
    factor: URIRef
    interim: URIRef
    mirrorEntry: URIRef
    operation: URIRef
    perYear: URIRef
    quantityKind: URIRef
    rankReason: URIRef
    sectorActivity: URIRef
