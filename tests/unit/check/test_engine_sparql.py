from __future__ import annotations

import random
import re

import pyoxigraph as ox
import pytest

from ce_graph.check import engine
from ce_graph.check.findings import Report
from ce_graph.check.shapes import ShapesGraph
from ce_graph.check.sparql import constraint, query, store
from ce_graph.errors import ShapesError
from ce_graph.rdf.columns import Columns, of_quads

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:names sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/" ] ,
  [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#" ] .
"""


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))


def data(text: str) -> Columns:
    return of_quads(quads(text))


def constrained(select: str, target: str = "sh:targetClass :C", extra: str = "") -> ShapesGraph:
    return ShapesGraph(quads(f':S {target} {extra} ; sh:sparql [ sh:prefixes :names ; sh:select """{select}""" ] .'))


def rows(report: Report) -> list[tuple[str, str]]:
    return [(_name(finding.focus), _name(finding.value)) for finding in report.findings]


def _name(term: object) -> str:
    return str(term).replace("http://example.org/", "").replace("http://www.w3.org/2001/XMLSchema#", "").strip("<>")


def found(select: str, text: str, **options: str) -> list[tuple[str, str]]:
    return rows(engine.validate(data(text), constrained(select, **options)))


def test_each_solution_is_a_result_with_its_value_path_and_message() -> None:
    select = "SELECT $this ?value ?path ?message { $this :p ?value . BIND(:q AS ?path) BIND('it' AS ?message) }"
    (finding,) = engine.validate(data(":a a :C ; :p 1 ."), constrained(select)).findings
    assert (_name(finding.value), finding.path, finding.messages[0].value) == (
        '"1"^^<integer',
        "<http://example.org/q>",
        "it",
    )


def test_the_message_of_the_constraint_wins_over_that_of_the_shape_and_is_filled() -> None:
    text = """:S sh:targetClass :C ; sh:message "shape" ;
        sh:sparql [ sh:prefixes :names ; {} sh:select "SELECT $this ?n {{ $this :p ?n }}" ] ."""
    for own, expected in (('sh:message "{?n} at {$this}"@en ;', "5 at http://example.org/a"), ("", "shape")):
        (finding,) = engine.validate(data(":a a :C ; :p 5 ."), ShapesGraph(quads(text.format(own)))).findings
        assert finding.messages[0].value == expected


FORBIDDEN = {
    "SELECT $this { $this :p ?x MINUS { $this :q ?x } }": "MINUS",
    "SELECT $this { VALUES ?x { 1 } $this :p ?x }": "VALUES",
    "SELECT $this { $this :p ?x } VALUES ?x { 1 }": "VALUES",
    "SELECT $this { SERVICE <http://x.example/> { $this :p ?x } }": "SERVICE",
    "SELECT $this { BIND(1 AS $this) }": "assigned",
    "SELECT (1 AS ?this) { }": "assigned",
    "SELECT $this { $this :p ?x { SELECT ?x { ?x :q ?y } } }": "missing",
    "SELECT $this { { SELECT * { $this :p ?x } } }": "not \\*",
    "SELECT $this FROM <http://x.example/> { $this :p ?x }": "FROM",
    "SELECT ?x { $this :p ?x }": "must name \\$this",
    "ASK { $this :p ?x }": "a SELECT query",
    "SELECT $this { $this :p }": "SPARQL",
    "SELECT $this { $this no:p ?x }": "SPARQL",
    "SELECT $this { $this :p ?x FILTER (<http://x.example/f>(?x)) }": "custom function",
}


@pytest.mark.parametrize("select", FORBIDDEN)
def test_what_the_specification_forbids_is_refused(select: str) -> None:
    with pytest.raises(ShapesError, match=FORBIDDEN[select]):
        engine.validate(data(""), constrained(select))


def test_a_query_that_may_not_run_is_not_run_to_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ce_graph.check.sparql.query.ox.Store", None)
    text = """:S sh:targetClass :C ; sh:myTest true . :K a sh:ConstraintComponent ; sh:parameter [ sh:path sh:myTest ] ;
        sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { SERVICE <http://x.example/> { $this ?p ?o } }" ] ."""
    with pytest.raises(ShapesError, match="SERVICE is not allowed"):
        engine.validate(data(":a a :C ."), ShapesGraph(quads(text)))


@pytest.mark.parametrize(
    "inside", ["{" * 50_000, "FILTER (" * 300, "FILTER (" + "!" * 50_000 + "true)", "$this " + "(" * 9_000]
)
def test_deep_nesting_is_refused_before_a_parser_sees_it(inside: str) -> None:
    with pytest.raises(ShapesError, match="nested more than"):
        engine.validate(data(""), constrained("SELECT $this { " + inside + " }"))


def test_prefixes_come_through_imports_and_must_agree() -> None:
    text = """:S sh:targetNode :a ; sh:sparql [ sh:prefixes :onto ; sh:select 'SELECT $this { $this x:p 1 }' ] .
        :onto owl:imports :other . """
    other = ":other sh:declare [ sh:prefix 'x' ; sh:namespace 'http://example.org/' ] ."
    assert len(engine.validate(data(":a :p 1 ."), ShapesGraph(quads(text + other))).findings) == 1
    with pytest.raises(ShapesError, match="two namespaces"):
        engine.validate(data(""), ShapesGraph(quads(text + other + other.replace("org/'", "org/no'"))))


QUERIES = [
    "SELECT $this ?value { $this :p ?value }",
    "SELECT $this ?value { $this :p ?value ; :q ?value }",
    "SELECT $this ?value { $this :p ?value ; :q ?x . FILTER (?x < ?value) }",
    "SELECT $this ?value { $this :p ?value ; :q ?x . FILTER (?x >= ?value && ?x != ?value) }",
    "SELECT $this ?value { ?value :p $this }",
    "SELECT $this { $this :p ?x . ?x :q ?y . ?y :p $this }",
    "SELECT $this { $this :p $this }",
    "SELECT $this (SUM(?x) AS ?value) { $this :q ?b ; :p ?x } GROUP BY $this ?b HAVING (SUM(?x) > ?b)",
    "SELECT $this (COUNT(?x) AS ?value) { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
    "SELECT (COUNT(?x) AS ?value) $this { $this :p ?x } GROUP BY $this",
    "SELECT $this { FILTER NOT EXISTS { $this :p ?x } }",
    "SELECT $this { FILTER EXISTS { $this :p ?x FILTER (bound($this) && ?x != $this) } }",
    "SELECT $this ?value { OPTIONAL { $this :p ?value } FILTER (!bound(?value)) }",
    "SELECT $this { { FILTER (bound($this)) } { $this :p ?x } UNION { $this :q ?x FILTER isIRI(?x) } }",
    "SELECT $this ?value { BIND ($this AS ?value) FILTER (?value != :a1) }",
    "SELECT $this ?value { $this :p/:q ?value }",
    "SELECT $this ?value { $this (:p|:q)+ ?value . FILTER isIRI(?value) }",
    "SELECT $this ?value { $this :p* ?value }",
    "SELECT $this ?value { $this !:p ?value }",
    "SELECT $this ?value { $this ?any ?value . FILTER isLiteral(?value) }",
    "SELECT $this ?value { { SELECT $this ?value { $this :p ?value } } }",
    "SELECT $this ?value { { SELECT $this (MAX(?x) AS ?value) { $this :q ?x } GROUP BY $this } }",
    "SELECT $this ?value { $this :p ?value } ORDER BY ?value LIMIT 1",
    "SELECT DISTINCT $this { $this :p ?x ; :q ?y . FILTER (isIRI(?x) || ?y > 2) }",
    "SELECT $this ?value { $this :p [ :q ?value ] }",
    "SELECT $this { $this :q 1 . $this :p :a1 , ?x ; }",
    "SELECT $this ?value { $this :q ?value . FILTER (datatype(?value) = xsd:integer) }",
    "SELECT $this ?value { $this :q ?value . FILTER regex(str(?value), '^[0-9]$') }",
]


def _random_data(pick: random.Random, nodes: int = 8) -> str:
    values = [
        "1",
        "2",
        "3",
        "1.5",
        "01",
        '"1"',
        '"x"@en',
        "'2024-01-01'^^xsd:date",
        "'2023-01-01'^^xsd:date",
        "2.50",
        "1e0",
    ]
    lines = []
    for number in range(nodes):
        name = f":a{number}" if number % 4 else f"_:b{number}"
        lines.append(f"{name} a :C .")
        for _ in range(pick.randrange(5)):
            other = pick.randrange(nodes)
            node = f":a{other}" if other % 4 else f"_:b{other}"
            lines.append(f"{name} {pick.choice([':p', ':q'])} {pick.choice([node, pick.choice(values)])} .")
    return "\n".join(lines)


@pytest.mark.parametrize("select", QUERIES)
def test_all_focus_nodes_at_once_and_narrowed_give_what_one_by_one_gives(
    select: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = random.Random(4)
    for _ in range(6):
        text = _random_data(pick)
        fast = found(select, text)
        with monkeypatch.context() as patch:
            patch.setattr("ce_graph.check.sparql.narrow.narrow", lambda *_: None)
            assert found(select, text) == fast
            patch.setattr(query.Query, "at_once", False)
            assert found(select, text) == fast


# rdflib compares what SPARQL does not (a text with an IRI, say), so only queries that compare nothing.
AS_WRITTEN = [text for text in QUERIES if not re.search(r"!:p|:p\*|[<>]|SUM|MAX|datatype|str\(", text)]


@pytest.mark.parametrize("select", AS_WRITTEN)
def test_on_terms_as_they_are_written_the_answer_is_the_same_where_forms_do_not_count(
    select: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = random.Random(8)
    for _ in range(3):
        text = _random_data(pick).replace("2.50", "2.5").replace(" 01 ", " 4 ").replace("1e0", "7")
        expected = found(select, text)
        with monkeypatch.context() as patch:
            patch.setattr(store.SparqlData, "shows", lambda *_: True)
            assert found(select, text) == expected


def test_lexical_forms_are_those_of_the_data_also_where_the_store_rewrites_them() -> None:
    text = ':a a :C ; :p 1.50 , "5"^^xsd:byte . :b a :C ; :p 1.5 .'
    assert found("SELECT $this ?value { $this :p ?value }", text) == [
        ("a", '"1.50"^^<decimal'), ("a", '"5"^^<byte'), ("b", '"1.5"^^<decimal'),
    ]  # fmt: skip
    assert found("SELECT $this ?value { $this :p ?value FILTER (str(?value) = '1.50') }", text) == [
        ("a", '"1.50"^^<decimal')
    ]
    assert found("SELECT $this ?value { $this :p ?value FILTER (datatype(?value) = xsd:byte) }", text) == [
        ("a", '"5"^^<byte')
    ]
    assert found("SELECT $this ?value { $this :p ?value . ?o :p ?value FILTER ($this != ?o) }", text) == []
    assert found("SELECT $this (STR(?x) AS ?value) { $this :p ?x }", text) == [
        ("a", '"1.50"'),
        ("a", '"5"'),
        ("b", '"1.5"'),
    ]


def test_a_computed_value_is_not_taken_for_a_term_of_the_data() -> None:
    text = ":a a :C ; :p 1 , 0.5 . :b a :C ; :p 1.50 ."
    assert ("a", '"1.5"^^<decimal') in found("SELECT $this (SUM(?x) AS ?value) { $this :p ?x } GROUP BY $this", text)


def test_the_store_is_asked_about_few_triples_only(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[int] = []
    load = store.SparqlData.load_rows
    monkeypatch.setattr(
        store.SparqlData, "load_rows", lambda self, *piece: (loaded.append(len(piece[1])), load(self, *piece))
    )
    text = "".join(f":a{number} a :C ; :p {number} ; :q {number + 1 - 2 * (number == 7)} ." for number in range(200))
    assert found("SELECT $this ?value { $this :p ?value ; :q ?x FILTER (?value > ?x) }", text) == [
        ("a7", '"7"^^<integer')
    ]
    assert loaded == [1, 1]


def test_focus_nodes_may_be_literals_and_blank_nodes() -> None:
    text = '_:x a :C ; :p "v" . :a a :C ; :p "w" .'
    values = found("SELECT $this { ?s :p $this FILTER ($this = 'v') }", text, target="sh:targetObjectsOf :p")
    assert values == [('"v"', '"v"')]
    assert found("SELECT $this { $this :p 'v' }", text) == [("_:x", "_:x")]
    assert found("SELECT $this { FILTER isBlank($this) }", text) == [("_:x", "_:x")]


def test_the_shapes_graph_and_the_shape_can_be_asked_about() -> None:
    select = """SELECT $this ?value { $this :p ?value . GRAPH $shapesGraph { $currentShape :limit ?limit }
        FILTER (?value > ?limit) }"""
    assert found(select, ":a a :C ; :p 5 , 1 .", extra="; :limit 3") == [("a", '"5"^^<integer')]


def test_the_path_stands_for_a_path_of_any_kind() -> None:
    text = """:S sh:targetClass :C ; sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ;
        sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value . FILTER (?value != $this) }" ] ] ."""
    report = engine.validate(data(":a a :C ; :p :x . :b :q :x . :a :q :x ."), ShapesGraph(quads(text)))
    assert rows(report) == [("a", "b")]
    assert report.findings[0].path == "<http://example.org/p>/(^<http://example.org/q>)"


COMPONENT = """
:Component a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] , [ sh:path :unit ; sh:optional true ] ; {} .
"""
ASK = 'sh:validator [ sh:prefixes :names ; sh:ask "ASK {{ FILTER ({}) }}" ; sh:message "{{?value}} > {{$most}}" ]'


def component(kind: str, use: str) -> list[tuple[str, str]]:
    return rows(
        engine.validate(data(":a a :C ; :p 1 , 5 . :b a :C ; :p 9 ."), ShapesGraph(quads(COMPONENT.format(kind) + use)))
    )


def test_components_with_ask_validators() -> None:
    ask = ASK.format("$value <= $most")
    assert component(ask, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 4 ] .") == [
        ("a", '"5"^^<integer'), ("b", '"9"^^<integer'),
    ]  # fmt: skip
    assert component(ask, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :unit 4 ] .") == []
    bound = ASK.format("!bound($unit) || $value <= $unit")
    assert component(bound, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 4 ; :unit 6 ] .") == [
        ("b", '"9"^^<integer')
    ]
    about = ASK.format("$this = :b || $value < $most")
    assert component(about, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 4 ] .") == [("a", '"5"^^<integer')]
    assert component(ask, ":S sh:targetObjectsOf :p ; :most 4 .") == [('"5"^^<integer',) * 2, ('"9"^^<integer',) * 2]
    grouped = 'sh:validator [ sh:ask "ASK {{ FILTER ($value <= $most) }} LIMIT 1" ]'.replace("{{", "{").replace(
        "}}", "}"
    )
    assert len(component(grouped, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 4 ] .")) == 2


def test_components_with_select_validators() -> None:
    select = (
        (
            'sh:propertyValidator [ sh:select "SELECT $this ?value { $this $PATH ?value FILTER (?value > $most) }" ] ; '
            'sh:nodeValidator [ sh:prefixes :names ; sh:select "SELECT $this {{ $this :p ?x FILTER (?x > $most) }}" ]'
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    assert component(select, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 4 ] .") == [
        ("a", '"5"^^<integer'), ("b", '"9"^^<integer'),
    ]  # fmt: skip
    assert component(select, ":S sh:targetClass :C ; :most 6 .") == [("b", "b")]


WRONG_COMPONENTS = {
    "sh:parameter [ sh:optional true ; sh:path :x ]": "not optional",
    "sh:parameter [ sh:path [ sh:inversePath :x ] ]": "an IRI as its sh:path",
    "sh:parameter [ sh:path :this ]": "cannot be called 'this'",
    'sh:parameter [ sh:path :x ] ; sh:validator [ sh:ask "SELECT $this { }" ]': "an ASK query",
    'sh:parameter [ sh:path :x ] ; sh:validator [ sh:select "SELECT $this { }" ]': "needs sh:ask",
    'sh:parameter [ sh:path :x ] ; sh:validator [ sh:ask "ASK { BIND (1 AS ?x) }" ]': "cannot be assigned",
    'sh:parameter [ sh:path :x ] , [ sh:path :y ] ; sh:validator [ sh:ask "ASK { }" ]': "2 values",
}


@pytest.mark.parametrize("text", WRONG_COMPONENTS)
def test_ill_formed_components_are_refused(text: str) -> None:
    with pytest.raises(ShapesError, match=WRONG_COMPONENTS[text]):
        engine.validate(
            data(""),
            ShapesGraph(quads(f":K a sh:ConstraintComponent ; {text} . :S sh:targetNode :a ; :x 1 , 2 ; :y 1 .")),
        )


def test_a_sparql_constraint_can_be_deactivated() -> None:
    text = ':S sh:targetNode :a ; sh:sparql [ sh:deactivated true ; sh:select "SELECT $this { }" ] .'
    assert engine.validate(data(""), ShapesGraph(quads(text))).conforms
    assert constraint.SelectConstraint.name == "SPARQL"
