"""The ontology is complete, within OWL 2 DL, consistent, and says what it is meant to say."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, SKOS, VANN

from ce_graph import resources
from ce_graph.rdf.namespaces import GEO, ONTOLOGY, ORG, PREFIXES, PROV, SDO
from ce_graph.rdf.vocabulary import CE
from ce_graph.settings import VOCABULARY

ROOT = Path(__file__).resolve().parents[2]
IRI = URIRef(VOCABULARY + "ontology")
ALIGNMENTS = URIRef(VOCABULARY + "ontology/alignments")
ID = Namespace(VOCABULARY + "id/test/")
LANGUAGES = {"en", "fi", "sv"}
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
KINDS = (OWL.Class, *PROPERTIES, OWL.AnnotationProperty, RDFS.Datatype)
RL_DATATYPES = {XSD.string, XSD.decimal, XSD.integer, XSD.boolean}
"""The datatypes used that OWL 2 RL has; xsd:date, xsd:gYear and xsd:gYearMonth are none of OWL 2."""
BUILT_IN = (str(RDF), str(RDFS), str(OWL))


def read(*names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(resources.ontology() / f"{name}.ttl")
    return graph


MODULES = sorted(path.stem for path in resources.ontology().glob("*.ttl") if path.stem != "alignments")
CORE = read(*MODULES)
WHOLE = read(*MODULES, "alignments")


def own(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    found = {subject for kind in kinds for subject in graph.subjects(RDF.type, kind)}
    return sorted(subject for subject in found if isinstance(subject, URIRef) and subject.startswith(ONTOLOGY))


TERMS = own(CORE, *KINDS)


def name(term: URIRef) -> str:
    return term.removeprefix(ONTOLOGY)


# What every term has


def test_there_are_terms_in_every_module() -> None:
    assert MODULES == ["codes", "core", "flows", "funding", "measurement", "projects"]
    assert all(own(read(module), *KINDS) for module in MODULES)


def test_no_term_is_defined_in_two_modules() -> None:
    counted = Counter(term for module in MODULES for term in own(read(module), *KINDS))
    assert [term for term, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_a_term_has_labels_a_definition_an_example_and_its_ontology(term: URIRef) -> None:
    labels = [label.language or "" for label in CORE.objects(term, RDFS.label) if isinstance(label, Literal)]
    assert sorted(labels) == sorted(LANGUAGES), "one label in each of three languages"
    definitions = list(CORE.objects(term, SKOS.definition))
    assert [getattr(text, "language", None) for text in definitions] == ["en"]
    assert re.fullmatch(r"[A-Z“].{15,}\.", str(definitions[0])), "a sentence"
    assert list(CORE.objects(term, SKOS.example)), "an example in Turtle"
    assert list(CORE.objects(term, RDFS.isDefinedBy)) == [IRI]


def test_no_two_terms_of_a_kind_share_a_label() -> None:
    shared: dict[tuple[str, str | None, str], list[str]] = defaultdict(list)
    for term in TERMS:
        kind = "class" if (term, RDF.type, OWL.Class) in CORE else "property"
        for label in CORE.objects(term, RDFS.label):
            assert isinstance(label, Literal)
            shared[kind, label.language, str(label).casefold()].append(name(term))
    assert {key: names for key, names in shared.items() if len(names) > 1} == {}


def test_classes_are_written_in_upper_and_properties_in_lower_camel_case() -> None:
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", name(term)) for term in own(CORE, OWL.Class))
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name(term)) for term in own(CORE, *PROPERTIES, OWL.AnnotationProperty))


@pytest.mark.parametrize("term", own(CORE, *PROPERTIES), ids=name)
def test_a_property_says_what_it_is_used_on_and_with(term: URIRef) -> None:
    """A property for everything says so with owl:Thing; several domains would mean all of them at once."""
    domains, includes = list(CORE.objects(term, RDFS.domain)), list(CORE.objects(term, SDO.domainIncludes))
    assert (len(domains) == 1) != bool(includes)
    assert len(includes) != 1 or includes == [OWL.Thing]
    ranges, may_be = list(CORE.objects(term, RDFS.range)), list(CORE.objects(term, SDO.rangeIncludes))
    assert (len(ranges) == 1) != bool(may_be)


def test_what_a_source_states_is_text_beside_its_interpretation() -> None:
    stated = [term for term in own(CORE, *PROPERTIES) if name(term).endswith("Stated")]
    assert len(stated) > 20
    for term in stated:
        assert CORE.value(term, RDFS.range) == XSD.string, name(term)
    interpreted = {name(term).removesuffix("Stated") for term in stated} - {"period", "share", "themes", "wasteClass"}
    assert interpreted <= {name(term) for term in TERMS}


# The headers


@pytest.mark.parametrize(("iri", "graph"), [(IRI, CORE), (ALIGNMENTS, read("alignments"))], ids=["terms", "alignments"])
def test_a_header_is_complete(iri: URIRef, graph: Graph) -> None:
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri]
    version = str(graph.value(iri, OWL.versionInfo))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert graph.value(iri, OWL.versionIRI) == URIRef(f"{iri}/{version}")
    titles = {title.language for title in graph.objects(iri, DCTERMS.title) if isinstance(title, Literal)}
    assert titles == LANGUAGES
    assert graph.value(iri, DCTERMS.description)
    assert graph.value(iri, DCTERMS.creator)
    assert graph.value(iri, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    for when in (DCTERMS.created, DCTERMS.modified):
        date = graph.value(iri, when)
        assert isinstance(date, Literal)
        assert date.datatype == XSD.date


def test_the_header_names_prefix_and_namespace() -> None:
    assert CORE.value(IRI, VANN.preferredNamespacePrefix) == Literal("ce")
    assert CORE.value(IRI, VANN.preferredNamespaceUri) == Literal(ONTOLOGY)


def test_nothing_is_imported() -> None:
    assert list(WHOLE.triples((None, OWL.imports, None))) == []


# The examples


def example(term: URIRef) -> Graph:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    graph = Graph()
    for text in CORE.objects(term, SKOS.example):
        graph.parse(data=prefixes + str(text), format="turtle", publicID=VOCABULARY)
    return graph


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_an_example_is_turtle_that_uses_terms_as_they_are_defined(term: URIRef) -> None:
    graph = example(term)
    used = set(graph.predicates()) | set(graph.objects(None, RDF.type))
    assert {str(item) for item in used if str(item).startswith(ONTOLOGY)} <= {str(item) for item in TERMS}
    for _, predicate, value in graph:
        if (predicate, RDF.type, OWL.DatatypeProperty) in CORE:
            allowed = {*CORE.objects(predicate, RDFS.range), *CORE.objects(predicate, SDO.rangeIncludes)}
            assert isinstance(value, Literal)
            assert (RDF.langString if value.language else value.datatype or XSD.string) in allowed, predicate
        elif (predicate, RDF.type, OWL.ObjectProperty) in CORE:
            assert isinstance(value, URIRef), predicate


# OWL 2 DL, and simple enough for rules


def test_no_term_is_of_two_kinds_that_owl_2_dl_keeps_apart() -> None:
    kinds = {kind: set(WHOLE.subjects(RDF.type, kind)) for kind in KINDS}
    properties = (*PROPERTIES, OWL.AnnotationProperty)
    for one in properties:
        for other in properties:
            assert one == other or kinds[one] & kinds[other] == set(), (one, other)
    assert kinds[OWL.Class] & kinds[RDFS.Datatype] == set()


def test_every_predicate_is_built_in_or_declared() -> None:
    declared = {subject for kind in (*PROPERTIES, OWL.AnnotationProperty) for subject in WHOLE.subjects(RDF.type, kind)}
    undeclared = {item for item in WHOLE.predicates() if not str(item).startswith(BUILT_IN) and item not in declared}
    assert undeclared == set()


def test_every_class_and_property_in_an_axiom_is_declared() -> None:
    classes = set(WHOLE.subjects(RDF.type, OWL.Class))
    objects = set(WHOLE.subjects(RDF.type, OWL.ObjectProperty))
    named = set(WHOLE.subjects(RDFS.subClassOf)) | set(WHOLE.objects(None, RDFS.subClassOf))
    named |= set(WHOLE.objects(None, RDFS.domain))
    named |= {item for term in objects for item in WHOLE.objects(term, RDFS.range)}
    named |= {item for members in WHOLE.objects(None, OWL.members) for item in Collection(WHOLE, members)}
    includes = {*WHOLE.objects(None, SDO.domainIncludes), *WHOLE.objects(None, SDO.rangeIncludes)} - {OWL.Thing}
    named |= {item for item in includes if not str(item).startswith((str(XSD), str(RDF)))}
    assert named - classes == set()
    assert set(WHOLE.subjects(RDFS.subPropertyOf)) | set(WHOLE.objects(None, RDFS.subPropertyOf)) <= objects


def test_ranges_of_data_properties_are_datatypes_of_owl_2_rl() -> None:
    found = {item for term in own(CORE, OWL.DatatypeProperty) for item in CORE.objects(term, RDFS.range)}
    assert found <= RL_DATATYPES


def test_there_are_no_class_expressions_and_nothing_is_functional() -> None:
    """Sources contradict each other, and a functional property would turn that into sameness or inconsistency."""
    used = set(WHOLE.predicates()) | set(WHOLE.objects(None, RDF.type))
    owl = {str(item).removeprefix(str(OWL)) for item in used if str(item).startswith(str(OWL))}
    assert owl <= {
        "AllDisjointClasses", "AnnotationProperty", "Class", "DatatypeProperty", "ObjectProperty", "Ontology",
        "SymmetricProperty", "TransitiveProperty", "deprecated", "members", "versionIRI", "versionInfo",
    }  # fmt: skip


def test_the_only_blank_nodes_are_the_disjointness_axioms() -> None:
    nodes = {subject for subject in WHOLE.subjects() if isinstance(subject, BNode)}
    lists = {subject for subject in nodes if (subject, RDF.first, None) in WHOLE}
    assert all((node, RDF.type, OWL.AllDisjointClasses) in WHOLE for node in nodes - lists)


# The alignments


def test_the_alignments_define_no_term_and_speak_of_defined_ones() -> None:
    alignments = read("alignments")
    assert own(alignments, *KINDS) == []
    subjects = {subject for subject in alignments.subjects() if str(subject).startswith(ONTOLOGY)}
    assert subjects <= set(TERMS)
    assert len(subjects) > 30


def test_the_alignments_claim_no_equivalence() -> None:
    claims = set(read("alignments").predicates())
    assert claims.isdisjoint({OWL.equivalentClass, OWL.equivalentProperty, OWL.sameAs, SKOS.exactMatch})


def test_the_alignments_keep_off_what_would_break_the_graph() -> None:
    """Functional dates (FRAPO), a location that is a geometry (CEON), projects that are organisations (schema.org)."""
    alignments = read("alignments")
    assert not any("frapo/has" in item or "/CEON/ontology/location/" in item for item in map(str, alignments.objects()))
    supers = set(alignments.objects(None, RDFS.subClassOf))
    assert supers.isdisjoint({SDO.Project, SDO.FundingScheme})
    assert not any(str(item).startswith("http://ontology.bonsai.uno/") for item in supers)


# Reasoning


def inconsistent_classes(graph: Graph, folder: Path) -> set[str]:
    """Classes that HermiT finds empty; raises OwlReadyInconsistentOntologyError for a graph that has no model."""
    owlready2 = pytest.importorskip("owlready2")
    if shutil.which("java") is None:
        pytest.skip("HermiT needs java on PATH")
    file = folder / "merged.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    world = owlready2.World()
    try:
        world.get_ontology(file.as_uri()).load(only_local=True)
        owlready2.sync_reasoner_hermit(world, debug=0)
        return {item.iri for item in world.inconsistent_classes()} - {str(OWL.Nothing)}
    finally:
        world.close()


def test_the_ontology_with_its_alignments_and_examples_is_consistent(tmp_path: Path) -> None:
    graph = read(*MODULES, "alignments")
    for term in TERMS:
        graph += (
            triple
            for triple in example(term)
            if (triple[1] == RDF.type or str(triple[1]).startswith(ONTOLOGY))
            and getattr(triple[2], "datatype", None) not in {XSD.date, XSD.gYear, XSD.gYearMonth}
        )
    assert inconsistent_classes(graph, tmp_path) == set()


def test_a_class_that_nothing_can_be_in_is_found(tmp_path: Path) -> None:
    graph = read(*MODULES)
    graph.add((ID.ActingFlow, RDF.type, OWL.Class))
    graph.add((ID.ActingFlow, RDFS.subClassOf, CE.Flow))
    graph.add((ID.ActingFlow, RDFS.subClassOf, CE.Actor))
    assert inconsistent_classes(graph, tmp_path) == {str(ID.ActingFlow)}


def test_a_flow_that_takes_part_in_a_project_is_found_inconsistent(tmp_path: Path) -> None:
    owlready2 = pytest.importorskip("owlready2")
    graph = read(*MODULES)
    graph.add((ID.flow, RDF.type, CE.Flow))
    graph.add((ID.participation, CE.actor, ID.flow))
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        inconsistent_classes(graph, tmp_path)


def materialised(graph: Graph) -> Graph:
    import reasonable

    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(graph)
    result = Graph()
    for triple in reasoner.reason():
        result.add(triple)
    return result


def test_rules_derive_what_the_graph_is_asked_for() -> None:
    graph = read(*MODULES, "alignments")
    graph.add((ID.vantaa, RDF.type, CE.Municipality))
    graph.add((ID.vantaa, CE.within, ID.uusimaa))
    graph.add((ID.uusimaa, CE.within, ID.finland))
    graph.add((ID.part, CE.detailByTreatmentOf, ID.total))
    graph.add((ID.project, CE.coordinator, ID.lead))
    graph.add((ID.hazardous, CE.mirrorEntry, ID.harmless))
    derived = materialised(graph)
    for triple in [
        (CE.Municipality, RDFS.subClassOf, GEO.Feature),
        (ID.vantaa, RDF.type, GEO.Feature),
        (ID.vantaa, CE.within, ID.finland),
        (ID.finland, RDF.type, CE.Place),
        (ID.part, CE.detailOf, ID.total),
        (ID.lead, RDF.type, ORG.Organization),
        (ID.project, PROV.wasAssociatedWith, ID.lead),
        (ID.harmless, CE.mirrorEntry, ID.hazardous),
        (CE.Project, RDFS.subClassOf, URIRef("https://w3id.org/dingo#Project")),
    ]:
        assert triple in derived, triple


def test_rules_say_nothing_that_the_graph_must_not_hear() -> None:
    """A property of several classes makes its subject none of them."""
    graph = read(*MODULES, "alignments")
    graph.add((ID.flow, CE.amount, Literal("1.0", datatype=XSD.decimal)))
    graph.add((ID.flow, CE.source, ID.somewhere))
    derived = materialised(graph)
    kinds = {item for item in derived.objects(ID.flow, RDF.type) if str(item).startswith(ONTOLOGY)}
    assert kinds == {CE.Flow}
    assert not any(str(item).startswith(ONTOLOGY) for item in derived.objects(ID.somewhere, RDF.type))


# The page


def test_the_page_names_every_term_with_its_meaning() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `ce:(\w+)` \| (.+?) \|$", page, re.MULTILINE))
    meanings = {name(term): str(CORE.value(term, SKOS.definition)) for term in TERMS}
    assert rows == meanings


def test_the_page_speaks_of_terms_only() -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bce:([A-Za-z]\w*)", page)) <= {name(term) for term in TERMS}
