from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from ce_graph.check import engine
from ce_graph.check.findings import Finding, Report
from ce_graph.check.shapes import SH, ShapesGraph
from ce_graph.errors import ShapesError, UsageError
from ce_graph.rdf.columns import Columns, of_quads

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE, base_iri="http://example.org/"))


def data(text: str) -> Columns:
    return of_quads(quads(text))


def shapes(text: str) -> ShapesGraph:
    return ShapesGraph(quads(text))


def check(shapes_text: str, data_text: str, **options: int) -> Report:
    return engine.validate(data(data_text), shapes(shapes_text), **options)  # type: ignore[arg-type]


def short(finding: Finding) -> tuple[str, ...]:
    def name(term: object) -> str:
        return str(term).replace("http://example.org/", "").strip("<>")

    value = () if finding.value is None else (name(finding.value),)
    return (name(finding.focus), finding.component_name.removesuffix("ConstraintComponent"), *value)


Case = Callable[[str, str], list[tuple[str, ...]]]


def found(shapes_text: str, data_text: str) -> list[tuple[str, ...]]:
    return [short(finding) for finding in check(shapes_text, data_text).findings]


def test_every_target_finds_its_nodes() -> None:
    text = ":S a sh:NodeShape ; {} ; sh:nodeKind sh:Literal ."
    nodes = ":a a :C . :b a :D . :D rdfs:subClassOf :C . :a :p :x . :b :q :y ."
    for target, expected in {
        "sh:targetNode :a , :z": ["a", "z"],
        "sh:targetClass :C": ["a", "b"],
        "sh:targetSubjectsOf :p": ["a"],
        "sh:targetObjectsOf :q": ["y"],
        "sh:targetClass :D ; sh:targetNode :b": ["b"],
        "sh:targetClass :Nothing": [],
    }.items():
        assert [row[0] for row in found(text.format(target), nodes)] == expected
    assert found(":C a sh:NodeShape , rdfs:Class ; sh:nodeKind sh:Literal .", nodes) == [
        ("a", "NodeKind", "a"),
        ("b", "NodeKind", "b"),
    ]
    assert found(":C a sh:NodeShape ; sh:nodeKind sh:Literal .", nodes) == []


def test_the_report_says_what_was_looked_at() -> None:
    report = check(
        ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] . :T sh:targetClass :D .",
        ":a a :C . :b a :C ; :p 1 .",
    )
    assert [
        (item.shape.value, item.focus_nodes, item.findings)
        for item in report.checked
        if isinstance(item.shape, ox.NamedNode)
    ] == [
        ("http://example.org/S", 2, 1),
        ("http://example.org/T", 0, 0),
    ]
    assert (report.conforms, report.total, report.counts) == (False, 1, {"violation": 1, "warning": 0, "info": 0})


def test_severity_is_that_of_the_shape_and_an_unknown_one_counts_as_a_violation() -> None:
    text = ":S sh:targetNode :a ; sh:severity {} ; sh:nodeKind sh:Literal ."
    levels = {"sh:Info": "info", "sh:Warning": "warning", "sh:Violation": "violation", ":Own": "violation"}
    for severity, level in levels.items():
        (finding,) = check(text.format(severity), "").findings
        assert finding.severity == level
    assert finding.severity_node == ox.NamedNode("http://example.org/Own")


def test_messages_come_in_their_languages_with_what_they_name() -> None:
    text = """:S sh:targetNode :a ; sh:property [ sh:path :p ; sh:maxLength 2 ;
        sh:message "{?value} of {$this} at {$PATH}: more than {$maxLength}"@en , "liian pitkä"@fi , "{?other}" ] ."""
    (finding,) = check(text, ':a :p "abc" .').findings
    assert set(finding.messages) == {
        ox.Literal("abc of http://example.org/a at <http://example.org/p>: more than 2", language="en"),
        ox.Literal("liian pitkä", language="fi"),
        ox.Literal("{?other}"),
    }
    assert finding.own_message
    (finding,) = check(":S sh:targetNode :a ; sh:nodeKind sh:Literal .", "").findings
    assert (finding.messages[0].language, finding.own_message) == ("en", False)


def test_what_is_deactivated_is_not_checked() -> None:
    assert found(":S sh:targetNode :a ; sh:deactivated true ; sh:nodeKind sh:Literal .", "") == []
    assert found(":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:deactivated true ] .", "") == []
    assert found(":S sh:targetNode :a ; sh:not :T . :T sh:deactivated true ; sh:nodeKind sh:Literal .", "") == [
        ("a", "Not", "a")
    ]


def test_details_say_why_a_nested_shape_fails() -> None:
    text = """:S sh:targetNode :a ; sh:property [ sh:path :p ; sh:node :T ] .
        :T sh:property [ sh:path :q ; sh:or ( [ sh:datatype xsd:integer ] [ sh:minLength 3 ] ) ] ."""
    (finding,) = check(text, ':a :p :b . :b :q "x" .').findings
    assert short(finding) == ("a", "Node", "b")
    (inner,) = finding.details
    assert short(inner) == ("b", "Or", '"x"')
    assert [short(cause) for cause in inner.details] == [('"x"', "Datatype", '"x"'), ('"x"', "MinLength", '"x"')]


def test_results_of_nested_property_shapes_belong_to_their_own_focus_nodes() -> None:
    inner = "sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ] ]"
    text = ":a :p :x . :b :p :x , :y . :y :q 1 ."
    assert found(f":S sh:targetNode :a , :b ; {inner} .", text) == [("x", "MinCount")] * 2
    assert found(f":S sh:targetNode :a , :b ; sh:node [ {inner} ] .", text) == [("a", "Node", "a"), ("b", "Node", "b")]
    assert found(f":S sh:targetNode :a , :y ; sh:not [ {inner} ] .", text) == [("y", "Not", "y")]


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        (
            ":A sh:targetNode :x ; sh:node :B . :B sh:node :C . :C sh:not :A .",
            "A> → <http://example.org/B> → <http://example.org/C> → <http://example.org/A",
        ),
        (
            ":A sh:targetNode :x ; sh:property :P . :P sh:path :p ; sh:node :A .",
            "A> → <http://example.org/P> → <http://example.org/A",
        ),
        (":A sh:targetNode :x ; sh:or ( [ sh:nodeKind sh:IRI ] :A ) .", "A> → <http://example.org/A"),
    ],
)
def test_recursion_is_refused_with_the_cycle_named(text: str, cycle: str) -> None:
    with pytest.raises(ShapesError, match="recursive shapes") as caught:
        check(text, "")
    assert cycle in str(caught.value)


@pytest.mark.parametrize("text", ["sh:node {} sh:nodeKind sh:IRI {}", "sh:property [ sh:path {} :p {} ]"])
def test_deep_nesting_is_refused_with_a_reason(text: str) -> None:
    begin = "[ sh:not " if "node " in text else "[ sh:zeroOrMorePath "
    inner = (
        text.format("[ " + "sh:not [ " * 5000, " ]" * 5001)
        if "node " in text
        else text.format(begin * 5000, " ]" * 5000)
    )
    with pytest.raises(ShapesError, match="nested more than"):
        check(f":S sh:targetNode :a ; {inner} .", "")


def test_a_shape_used_twice_is_not_recursive() -> None:
    assert found(":A sh:targetNode :x ; sh:node :C ; sh:not :B . :B sh:node :C . :C sh:nodeKind sh:Literal .", "") == [
        ("x", "Node", "x")
    ]


ILL_FORMED = {
    "sh:minCount 1": "only allowed in a property shape",
    "sh:property [ sh:path :p ; sh:closed true ; sh:minCount 1.0 ]": "xsd:integer",
    'sh:property [ sh:path :p ; sh:minCount "x"^^xsd:integer ]': "xsd:integer",
    "sh:property [ sh:path :p ; sh:minCount 1 , 2 ]": "2 values",
    "sh:property [ sh:path :p , :q ; sh:minCount 1 ]": "2 values of sh:path",
    "sh:property [ sh:minCount 1 ]": "property shape",
    "sh:property :NoShape": "no sh:path",
    'sh:property [ sh:path "p" ]': "not a property path",
    "sh:property [ sh:path ( :p ) ]": "at least two",
    "sh:property [ sh:path [ sh:inversePath :p ; sh:zeroOrMorePath :q ] ]": "well-formed property path",
    "sh:property _:P . _:P sh:path _:Q . _:Q sh:inversePath _:Q": "contains itself",
    "sh:property _:P . _:P sh:path _:Q . _:Q rdf:first :p ; rdf:rest _:Q": "circle",
    "sh:in _:L . _:L rdf:first 1 ; rdf:rest _:M . _:M rdf:first 2 ; rdf:rest _:L": "circle",
    "sh:in ( 1 ) , ( 2 )": "2 values",
    "sh:in 1": "not a well-formed RDF list",
    "sh:nodeKind :Kind": "one of",
    'sh:datatype "x"': "an IRI",
    'sh:class "x"': "an IRI",
    "sh:minInclusive :x": "a literal",
    'sh:pattern "("': "regular expression",
    'sh:pattern "(?=x)"': "look-arounds",
    'sh:pattern "x" ; sh:flags "g"': "flag",
    "sh:pattern 1": "an xsd:string",
    "sh:languageIn ( 1 )": "an xsd:string",
    'sh:closed "yes"': "an xsd:boolean",
    "sh:closed true ; sh:ignoredProperties ( 1 )": "an IRI",
    'sh:severity "x"': "an IRI",
    "sh:message 1": "text with a language",
    'sh:not "x"': "a shape is an IRI or a blank node",
    "sh:or ( 1 )": "a shape is an IRI or a blank node",
    "sh:property [ sh:path :p ; sh:uniqueLang 1 ]": "an xsd:boolean",
    "sh:lessThan :p": "only allowed in a property shape",
    "sh:targetNode []": "sh:targetNode",
    'sh:targetClass "C"': "sh:targetClass",
    "sh:entailment <http://www.w3.org/ns/entailment/RDFS>": "entailment",
}


@pytest.mark.parametrize("text", ILL_FORMED)
def test_ill_formed_shapes_are_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ShapesError, match=ILL_FORMED[text]):
        check(f":S sh:targetNode :a ; {text} .", "")


def test_a_message_names_a_blank_shape_by_the_way_to_it() -> None:
    with pytest.raises(
        ShapesError, match=r"<http://example.org/S> → sh:property of <http://example.org/p>: sh:minCount"
    ):
        check(":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount true ] .", "")


def test_advanced_features_are_reported_not_passed_over() -> None:
    report = check(":S sh:targetNode :a ; sh:rule [ a sh:TripleRule ] ; sh:js [] . :F a sh:SPARQLFunction .", "")
    assert {(item.feature, item.advanced) for item in report.unsupported} == {
        ("sh:rule", True), ("sh:TripleRule", True), ("sh:js", False), ("sh:SPARQLFunction", True),
    }  # fmt: skip
    assert report.needs_advanced
    assert not check(":S sh:targetNode :a ; sh:js [] .", "").needs_advanced


def test_a_limit_keeps_few_findings_and_counts_all() -> None:
    text = ":S sh:targetClass :C ; sh:nodeKind sh:Literal ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    nodes = "".join(f":a{number} a :C ." for number in range(20))
    for name in engine.ENGINES:
        report = engine.validate(data(nodes), shapes(text), engine=name, limit=3)
        assert (len(report.findings), report.total, report.conforms) == (6, 40, False)
        assert [(item.severity, item.number) for item in report.left_out] == [("violation", 17)] * 2
        assert engine.validate(data(nodes), shapes(text), engine=name, limit=20).left_out == ()


def test_an_unknown_engine_is_an_error() -> None:
    with pytest.raises(UsageError, match="columns, pyshacl"):
        engine.validate(data(""), shapes(""), engine="other")


def test_findings_come_in_the_same_order_whatever_the_order_of_the_data() -> None:
    lines = [f':a{number} a :C ; :p "x{number}" .' for number in range(30)]
    text = ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:datatype xsd:integer ; sh:maxLength 2 ] ."
    forwards, backwards = (check(text, " ".join(order)).findings for order in (lines, lines[::-1]))
    assert [short(finding) for finding in forwards] == [short(finding) for finding in backwards]
    assert [str(finding.focus) for finding in forwards] == sorted(str(finding.focus) for finding in forwards)


def test_data_that_are_shapes_and_shapes_that_are_data_do_no_harm() -> None:
    text = ":S a sh:NodeShape ; sh:targetClass sh:NodeShape ; sh:property [ sh:path sh:targetClass ; sh:minCount 1 ] ."
    assert found(text, text) == []
    assert check(":a a :C ; :p 1 .", ":a a :C .").checked == ()
    assert check("", text).conforms


def test_one_plan_serves_many_data() -> None:
    from ce_graph.check.plan import compile_plan

    plan = compile_plan(shapes(":S sh:targetClass :C ; sh:in ( :a 1 ) ."))
    assert [len(engine.run(plan, data(text)).findings) for text in (":a a :C .", ":b a :C . :c a :C .", "")] == [
        0,
        2,
        0,
    ]


def test_the_component_of_a_finding_is_an_iri() -> None:
    (finding,) = check(":S sh:targetNode :a ; sh:nodeKind sh:Literal .", "").findings
    assert finding.component == SH + "NodeKindConstraintComponent"


def test_the_same_validation_by_pyshacl_gives_the_same_findings() -> None:
    text = """:S sh:targetClass :C ;
        sh:property [ sh:path [ sh:inversePath :p ] ; sh:minCount 1 ; sh:severity sh:Warning ] ;
        sh:property [ sh:path :q ; sh:node [ sh:nodeKind sh:IRI ] ; sh:message "no"@en ] ."""
    nodes = ":a a :C ; :p :b ; :q 1.50 . :b a :C ."
    own, other = (engine.validate(data(nodes), shapes(text), engine=name) for name in engine.ENGINES)
    assert [short(finding) for finding in own.findings] == [short(finding) for finding in other.findings]
    for one, two in zip(own.findings, other.findings, strict=True):
        assert (one.path, one.severity, one.value, len(one.details)) == (
            two.path,
            two.severity,
            two.value,
            len(two.details),
        )
    assert other.engine == "pyshacl"
    with pytest.raises(ShapesError, match="pyshacl"):
        engine.validate(data(""), shapes(":S sh:targetNode :a ; sh:node [ sh:path :p ] ."), engine="pyshacl")
