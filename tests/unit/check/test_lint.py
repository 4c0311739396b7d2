"""Mistakes in shapes are told, with the place, before anyone believes that something was checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib.namespace import SH

from ce_graph.check import validation
from ce_graph.check.lint import Statements, about_shapes, placed
from ce_graph.check.lint.bounds import contradictions
from ce_graph.check.lint.terms import TERMS
from ce_graph.check.notices import Notice
from ce_graph.check.outcome import Outcome
from ce_graph.rdf.formats import GRAPHS
from ce_graph.rdf.sources import of_bytes

HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)
FIRST = HEAD.count("\n") + 1


def lint(text: str) -> list[Notice]:
    statements = Statements([of_bytes((HEAD + text).encode(), GRAPHS[0], "shapes.ttl", "http://example.org/")])
    return placed(about_shapes(statements), statements)


def found(text: str) -> list[tuple[str, str, int]]:
    return [
        (item.code, str(item.position).removeprefix("shapes.ttl:"), item.position.line if item.position else 0)
        for item in lint(text)
    ]


def codes(text: str) -> list[str]:
    return [item.code for item in lint(text)]


def validate(tmp_path: Path, shapes: str, data: str) -> Outcome:
    (tmp_path / "s.ttl").write_text(HEAD + shapes)
    (tmp_path / "d.ttl").write_text(HEAD + data)
    return validation.validate(tmp_path / "d.ttl", shapes=tmp_path / "s.ttl")


def test_good_shapes_pass() -> None:
    assert codes("ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .") == []


@pytest.mark.parametrize(
    ("term", "likely"),
    [
        ("sh:propertyy [ sh:path ex:p ]", "sh:property"),
        ("sh:mincount 1", "sh:minCount"),
        ("sh:nodekind sh:IRI", "sh:nodeKind"),
        ("sh:nodeKind sh:Iri", "sh:IRI"),
        ("sh:severity sh:Warnning", "sh:Warning"),
        ("sh:wholly false", ""),
        ("<https://www.w3.org/ns/shacl#minCount> 1", "<http://www.w3.org/ns/shacl#minCount>"),
        ("<http://www.w3.org/ns/shacl/minCount> 1", "<http://www.w3.org/ns/shacl#minCount>"),
    ],
)
def test_a_misspelt_term_is_told_with_the_likely_one(term: str, likely: str) -> None:
    (notice,) = lint(f"ex:S a sh:NodeShape ; sh:targetClass ex:T ;\n  {term} .")
    assert notice.code == "misspelt-term"
    assert notice.value("likely") == likely
    assert notice.position
    assert (notice.position.line, notice.position.column >= 3) == (FIRST + 1, True)


def test_all_terms_of_the_vocabulary_are_known() -> None:
    assert {name for name in SH.__annotations__ if not name.startswith("_")} <= TERMS


@pytest.mark.parametrize(
    "bounds",
    [
        "sh:minCount 2 ; sh:maxCount 1",
        "sh:minLength 5 ; sh:maxLength 4",
        "sh:qualifiedValueShape [] ; sh:qualifiedMinCount 3 ; sh:qualifiedMaxCount 2",
        "sh:minInclusive 5 ; sh:maxInclusive 4.9",
        "sh:minExclusive 5 ; sh:maxInclusive 5",
        "sh:minInclusive 5 ; sh:maxExclusive 5",
        'sh:minInclusive "2021-01-01"^^xsd:date ; sh:maxInclusive "2020-12-31"^^xsd:date',
        "sh:datatype xsd:string ; sh:nodeKind sh:IRI",
        "sh:datatype xsd:string , xsd:integer",
        "sh:nodeKind sh:IRI , sh:Literal",
        "sh:class ex:C ; sh:nodeKind sh:Literal",
        "sh:class ex:C ; sh:datatype xsd:string",
        "sh:nodeKind sh:BlankNode ; sh:pattern 'x'",
        "sh:datatype xsd:string ; sh:uniqueLang true",
        "sh:datatype xsd:string ; sh:languageIn ( 'fi' )",
        "sh:datatype xsd:date ; sh:minInclusive 5",
        "sh:in ( 1 2 ) ; sh:hasValue 3",
        "sh:datatype xsd:string ; sh:hasValue 3",
        "sh:hasValue 3 ; sh:maxCount 0",
        "sh:equals ex:q ; sh:disjoint ex:q",
        "sh:in () ; sh:minCount 1",
    ],
)
def test_bounds_that_contradict_one_another_are_told(bounds: str) -> None:
    shape = f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ;\n {bounds} ] ."
    notices = [item for item in lint(shape) if item.code == "contradiction"]
    assert notices
    assert all(item.position and item.position.line == FIRST + 1 for item in notices)


@pytest.mark.parametrize(
    "bounds",
    [
        "sh:minCount 1 ; sh:maxCount 1",
        "sh:minInclusive 5 ; sh:maxInclusive 5",
        'sh:minInclusive "2020-01-01"^^xsd:date ; sh:maxInclusive "2020-01-01"^^xsd:date',
        'sh:minInclusive "2020-01-01T00:00:00Z"^^xsd:dateTime ;'
        ' sh:maxInclusive "2020-01-01T00:00:00-05:00"^^xsd:dateTime',
        "sh:datatype xsd:decimal ; sh:minInclusive 0",
        "sh:datatype rdf:langString ; sh:uniqueLang true",
        "sh:nodeKind sh:IRI ; sh:pattern '^http'",
        "sh:in ( 1 2 ) ; sh:hasValue 2",
        "sh:in ()",
        "sh:minCount 'x' ; sh:maxCount 1",
    ],
)
def test_bounds_that_can_be_met_are_not_told(bounds: str) -> None:
    shape = f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; {bounds} ] ."
    statements = Statements([of_bytes((HEAD + shape).encode(), GRAPHS[0], "shapes.ttl")])
    assert list(contradictions(statements)) == []


def test_a_shape_that_nothing_can_reach_is_told() -> None:
    text = (
        "ex:Used a sh:NodeShape . ex:Listed a sh:NodeShape .\nex:Lost a sh:NodeShape ; sh:nodeKind sh:IRI .\n"
        "ex:Class a sh:NodeShape , rdfs:Class .\n"
        "ex:S sh:targetSubjectsOf ex:p ; sh:node ex:Used ; sh:or ( ex:Listed [ sh:class ex:C ] ) ."
    )
    assert found(text) == [("no-target", f"{FIRST + 1}:1", FIRST + 1)]


def test_broken_sparql_is_told_with_the_place_inside_the_query() -> None:
    text = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:prefixes ex: ;\n sh:select '''\nSELECT $this\n"
        "WHERE { $this ex:p ?x FILTER( }''' ] .\n"
        "ex: sh:declare [ sh:prefix 'ex' ; sh:namespace 'http://e/'^^xsd:anyURI ] ."
    )
    (notice,) = lint(text)
    assert notice.code == "broken-sparql"
    assert notice.severity == "violation"
    assert (notice.value("line"), notice.position and notice.position.line) == ("3", FIRST + 1)


def test_sparql_that_can_be_parsed_is_left_alone() -> None:
    text = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:sparql [ sh:select "
        "'SELECT $this ?value WHERE { $this $PATH ?value GRAPH $shapesGraph { $currentShape ?p ?o } }' ] ] ."
    )
    assert codes(text) == []


def test_a_service_in_a_query_is_never_called() -> None:
    text = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:ask "
        "'ASK { SERVICE <http://localhost:1/> { ?s ?p ?o } }' ] ."
    )
    assert codes(text) == []


def test_an_import_that_is_not_here_is_told() -> None:
    text = (
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . <s> owl:imports <http://other/> , <t> . <t> a owl:Ontology .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ."
    )
    (notice,) = lint(text)
    assert (notice.code, notice.value("iri")) == ("import-not-read", "http://other/")


def test_a_shape_that_matched_no_node_is_told(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T . ex:R a sh:NodeShape ;\n sh:targetSubjectsOf ex:nowhere ."
    outcome = validate(tmp_path, shapes, "ex:a a ex:T .")
    assert [item.notice.code for item in outcome.notices] == ["unmatched-shape"]
    assert str(outcome.notices[0].notice.position).endswith(f"s.ttl:{FIRST}:45")
    assert outcome.exit_code == 0


def test_a_class_that_is_nowhere_is_told_once(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:class ex:Gone ] ."
    outcome = validate(tmp_path, shapes + "\nex:R a sh:NodeShape ; sh:targetClass ex:Lost .", "ex:a a ex:T .")
    said = [(item.notice.code, item.notice.value("class").rpartition("/")[2]) for item in outcome.notices]
    assert said == [("class-nowhere", "Gone"), ("class-nowhere", "Lost")]


def test_a_class_that_only_the_shapes_file_knows_is_told(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T , ex:Upper . ex:Upper a rdfs:Class ."
    outcome = validate(tmp_path, shapes, "ex:a a ex:T .")
    assert [item.notice.code for item in outcome.notices] == ["class-only-in-shapes"]


def test_unsupported_features_are_told(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T ;\n sh:rule [ a sh:TripleRule ] ; sh:js [ ] ."
    outcome = validate(tmp_path, shapes, "ex:a a ex:T .")
    said = {(item.notice.code, item.notice.value("feature")) for item in outcome.notices}
    assert {("needs-pyshacl", "sh:rule"), ("unsupported", "sh:js")} <= said


def test_nothing_checked_is_never_success(tmp_path: Path) -> None:
    outcome = validate(tmp_path, "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p .", "ex:a a ex:T .")
    assert "nothing-checked" in [item.notice.code for item in outcome.notices]
    assert outcome.exit_code == 1


def test_data_instead_of_shapes_are_refused(tmp_path: Path) -> None:
    outcome = validate(tmp_path, "ex:a ex:b ex:c .", "ex:a a ex:T .")
    assert [item.notice.code for item in outcome.notices] == ["no-shapes"]
    assert outcome.exit_code == 3


def test_shapes_that_cannot_be_carried_out_are_refused(tmp_path: Path) -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:in ex:list ] .\n"
    circle = shapes + "ex:list rdf:first 1 ; rdf:rest ex:list ."
    outcome = validate(tmp_path, circle, "ex:a a ex:T ; ex:p 1 .")
    assert [item.notice.code for item in outcome.notices] == ["wrong-shapes"]
    assert outcome.exit_code == 3
    recursive = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:node ex:S ] ."
    assert validate(tmp_path, recursive, "ex:a a ex:T .").exit_code == 3


def test_an_import_of_the_data_is_read_when_it_ships_and_told_when_not(tmp_path: Path) -> None:
    shapes = "@prefix ce: <https://w3id.org/ce-graph/ontology#> .\nex:S a sh:NodeShape ; sh:targetClass ce:Outcome ;"
    data = "@prefix ce: <https://w3id.org/ce-graph/ontology#> .\nex:a a ce:Barrier .\n"
    importing = "<http://here/> <http://www.w3.org/2002/07/owl#imports> "
    shapes += " sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    assert validate(tmp_path, shapes, data).results == ()
    shipped = validate(tmp_path, shapes, data + importing + "<https://w3id.org/ce-graph/ontology> .")
    assert [item.position and item.position.line for item in shipped.results] == [FIRST + 1]
    far = validate(tmp_path, shapes, data + importing + "<http://far/> .")
    assert "import-not-read" in [item.notice.code for item in far.notices]


def test_a_default_value_validates_nothing_and_is_not_complained_about(tmp_path: Path) -> None:
    outcome = validate(
        tmp_path,
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:defaultValue 5 ; sh:minCount 1 ].",
        "ex:a a ex:C ; ex:p 1 .",
    )
    assert outcome.conforms
    assert not [item for item in outcome.notices if item.notice.code in ("needs-pyshacl", "unsupported")]
