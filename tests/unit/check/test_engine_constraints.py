from __future__ import annotations

import pyoxigraph as ox
import pytest

from ce_graph.check import engine
from ce_graph.check.constraints import components
from ce_graph.check.shapes import ShapesGraph
from ce_graph.rdf.columns import of_quads

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""

# constraint of the property shape :a → :p, the values of :p, those that are results (None: one without a value)
CASES: list[tuple[str, str, list[str | None]]] = [
    ("sh:class :C", ":c , :d , :e , 1", [":e", "1"]),
    ("sh:datatype xsd:integer", '1 , "1" , "x"^^xsd:integer , 1.0 , :c', ['"1"', '"x"^^xsd:integer', "1.0", ":c"]),
    ("sh:datatype xsd:date", '"2024-02-29"^^xsd:date , "2023-02-29"^^xsd:date', ['"2023-02-29"^^xsd:date']),
    ("sh:datatype rdf:langString", '"x" , "x"@en', ['"x"']),
    ("sh:datatype xsd:string", '"x" , "x"@en , 1', ['"x"@en', "1"]),
    ("sh:datatype :own", '"x"^^:own , "x"', ['"x"']),
    ("sh:nodeKind sh:IRI", ':c , 1 , "x"', ["1", '"x"']),
    ("sh:nodeKind sh:BlankNodeOrLiteral", ":c , [] , 1", [":c"]),
    ("sh:minCount 2", "1", [None]),
    ("sh:minCount 2", "1 , 2", []),
    ("sh:maxCount 1", "1 , 01", [None]),
    ("sh:maxCount 0", "1", [None]),
    ("sh:minExclusive 1", "1 , 1.0 , 1.00000001 , 2 , -1", ["1", "1.0", "-1"]),
    ("sh:minInclusive 1", '1 , 1.0 , 0 , "x" , "5" , :c , 9e0', ["0", '"x"', '"5"', ":c"]),
    ("sh:maxExclusive 2.5", "2 , 2.5 , 2.50 , 3", ["2.5", "2.50", "3"]),
    ('sh:maxInclusive "2024-01-31"^^xsd:date',
     '"2024-01-31"^^xsd:date , "2024-02-01"^^xsd:date , 1', ['"2024-02-01"^^xsd:date', "1"]),
    ("sh:minLength 2", '"ab" , "ä" , :c , 1 , 10', ['"ä"', "1"]),
    ("sh:maxLength 2", '"abc" , "ab" , 100 , "äöü"@de', ['"abc"', "100", '"äöü"@de']),
    ('sh:pattern "^[0-9]+$"', '"1" , 2 , "x" , "3\\n"', ['"x"', '"3\\n"']),
    ('sh:pattern "^AB" ; sh:flags "i"', '"abc" , "xab"', ['"xab"']),
    ('sh:pattern "a" , "b"', '"ab" , "a" , "c"', ['"a"', '"c"', '"c"']),
    ('sh:languageIn ( "en" "de-AT" )',
     '"a"@en , "b"@en-GB , "c"@de , "d"@de-at , "e" , "f"@eng', ['"c"@de', '"e"', '"f"@eng']),
    ("sh:uniqueLang true", '"a"@en , "b"@EN , "c"@fi , "d" , "e"', [None]),
    ("sh:uniqueLang true", '"a"@en , "b"@en , "c"@fi , "d"@fi', [None, None]),
    ('sh:uniqueLang "1"^^xsd:boolean', '"a"@en , "b"@en', []),
    ("sh:equals :q", "1 , 2", ["1", "3"]),
    ("sh:disjoint :q", "1 , 2", ["2"]),
    ("sh:lessThan :q", "1 , 2 , 3", ["2", "3", "3"]),
    ("sh:lessThanOrEquals :q", '2 , 3 , "x"', ["3", '"x"', '"x"']),
    ("sh:not [ sh:datatype xsd:integer ]", '1 , "x"', ["1"]),
    ("sh:and ( [ sh:minLength 2 ] [ sh:maxLength 3 ] )", '"a" , "ab" , "abcd"', ['"a"', '"abcd"']),
    ("sh:or ( [ sh:nodeKind sh:IRI ] [ sh:maxLength 1 ] )", '"a" , "ab" , :c', ['"ab"']),
    ("sh:xone ( [ sh:minLength 2 ] [ sh:maxLength 3 ] )", '"a" , "ab" , "abcd"', ['"ab"']),
    ("sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ]", ":a , :c", [":c"]),
    ("sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 2", ":c , :e", [None]),
    ("sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 1", ":c , :d , :e", [None]),
    ("sh:in ( 1 :c \"x\"@en )", '1 , 01 , :c , :d , "x"@EN , "x"', ["01", ":d", '"x"']),
    ("sh:hasValue 1", "01 , 2", [None]),
    ("sh:hasValue 1", "1 , 2", []),
    ("sh:closed true", ":c , :a", ["2", "3"]),
    ("sh:closed true ; sh:ignoredProperties ( :q rdf:type )", ":c , :d", []),
    ("sh:closed false", ":a", []),
    ("sh:property [ sh:path rdf:type ; sh:minCount 1 ]", ":c , :e", [None]),
]  # fmt: skip


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    (quad,) = ox.parse(f"{PREFIXES} :a :a {text} .", format=ox.RdfFormat.TURTLE)
    return quad.object


@pytest.mark.parametrize(("constraint", "values", "expected"), CASES)
def test_constraints(constraint: str, values: str, expected: list[str | None]) -> None:
    world = ":c a :C . :d a :D . :D rdfs:subClassOf :C . :a :q 2 , 3 ."
    shapes = f":S sh:targetNode :a ; sh:path :p ; {constraint} ."
    if "closed" in constraint and not expected:
        world = world.replace(":a :q 2 , 3 .", ":c :q 1 .")
    data = of_quads(ox.parse(f"{PREFIXES} {world} :a :p {values} .", format=ox.RdfFormat.TURTLE))
    report = engine.validate(data, ShapesGraph(ox.parse(PREFIXES + shapes, format=ox.RdfFormat.TURTLE)))
    found = sorted(str(finding.value) for finding in report.findings)
    wanted = sorted("None" if text is None else str(_term(text)) for text in expected)
    if constraint == "sh:closed true":
        found = [text for text in found if "integer" in text]
    assert found == wanted


def test_every_parameter_of_the_specification_belongs_to_a_component() -> None:
    known = {parameter.rpartition("#")[2] for component in components().values() for parameter in component.parameters}
    assert known == {
        "class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive",
        "maxInclusive",
        "minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "equals", "disjoint", "lessThan",
        "lessThanOrEquals",
        "not", "and", "or", "xone", "node", "property", "qualifiedMinCount", "qualifiedMaxCount", "closed",
        "ignoredProperties",
        "hasValue", "in", "sparql",
    }  # fmt: skip


def test_qualified_shapes_may_exclude_those_of_their_siblings() -> None:
    shapes = """:S sh:targetNode :a ;
        sh:property [ sh:path :p ; sh:qualifiedValueShape :One ; sh:qualifiedValueShapesDisjoint true ;
                      sh:qualifiedMinCount 1 ] ,
                    [ sh:path :p ; sh:qualifiedValueShape :Two ; sh:qualifiedValueShapesDisjoint true ;
                      sh:qualifiedMinCount 1 ] .
        :One sh:class :C . :Two sh:class :D ."""
    for types, number in (
        (":c a :C . :d a :D .", 0),
        (":c a :C , :D . :d a :D .", 1),
        (":c a :C , :D . :d a :C , :D .", 2),
    ):
        data = of_quads(ox.parse(f"{PREFIXES} {types} :a :p :c , :d .", format=ox.RdfFormat.TURTLE))
        report = engine.validate(data, ShapesGraph(ox.parse(PREFIXES + shapes, format=ox.RdfFormat.TURTLE)))
        assert len(report.findings) == number


def test_a_closed_shape_names_the_property_that_is_too_much() -> None:
    shapes = ":S sh:targetNode :a ; sh:closed true ; sh:property [ sh:path :p ] ."
    data = of_quads(ox.parse(f"{PREFIXES} :a :p 1 ; :q 2 .", format=ox.RdfFormat.TURTLE))
    (finding,) = engine.validate(data, ShapesGraph(ox.parse(PREFIXES + shapes, format=ox.RdfFormat.TURTLE))).findings
    assert (finding.path, finding.path_node) == ("<http://example.org/q>", ox.NamedNode("http://example.org/q"))
