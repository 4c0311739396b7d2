"""The shapes report what breaks a rule, pass what keeps it, and say in three languages what to do."""

from __future__ import annotations

import functools
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH
from rdflib.plugins.sparql import processor

from ce_graph import resources
from ce_graph.check import engine as own_engine
from ce_graph.check.shapes import read as read_shapes
from ce_graph.rdf.columns import of_quads
from ce_graph.rdf.columns import read as read_columns
from ce_graph.rdf.namespaces import ONTOLOGY, SHAPES
from ce_graph.rdf.sources import of_path
from ce_graph.rdf.vocabulary import CE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rdflib.query import Result
    from rdflib.term import Node

# rdflib's Dataset uses what rdflib has deprecated when it is queried.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")

EXAMPLES = Path(__file__).parent / "shapes_examples"
WORLD = EXAMPLES / "world.ttl"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.ttl") if path != WORLD)
ENGINES = ("pyshacl", "columns")
FILES = sorted(resources.shapes().glob("*.ttl"))
QUALITY_RULES = Path(__file__).parents[2] / "docs" / "quality-rules.md"

EXPECT = "https://example.org/expect#"
LANGUAGES = {"en", "fi", "sv"}
SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
RULES = {number: {"violation"} for number in range(1, 26)} | {
    7: {"warning"},
    9: {"violation", "warning"},
    15: {"warning"},
    18: {"violation", "warning"},
    22: {"warning"},
    23: {"warning"},
    24: {"warning"},
    25: {"info"},
}
"""Rule → the severities that it is given."""

PARAMETERS = {
    # SHACL Core
    "and", "class", "closed", "datatype", "disjoint", "equals", "flags", "hasValue", "ignoredProperties", "in",
    "languageIn", "lessThan", "lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount",
    "minExclusive", "minInclusive", "minLength", "node", "nodeKind", "not", "or", "pattern", "property",
    "qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShape", "qualifiedValueShapesDisjoint", "uniqueLang",
    "xone", "path", "alternativePath", "inversePath", "oneOrMorePath", "zeroOrMorePath", "zeroOrOnePath",
    "targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf", "deactivated", "message", "name", "severity",
    # SHACL-SPARQL
    "declare", "namespace", "prefix", "prefixes", "select", "sparql",
}  # fmt: skip


# The shapes, and what the examples expect of them


@functools.cache
def shapes() -> Graph:
    graph = Graph()
    for file in FILES:
        graph.parse(file)
    return graph


def nodes() -> list[URIRef]:
    kinds = (SH.NodeShape, SH.PropertyShape)
    return sorted({node for kind in kinds for node in shapes().subjects(RDF.type, kind) if isinstance(node, URIRef)})


def short(node: Node | str) -> str:
    """A shape by its local name, another node by the end of its IRI."""
    return str(node).removeprefix(SHAPES).removeprefix("https://w3id.org/ce-graph/")


def rules_of(shape: Node) -> set[int]:
    return {int(str(number)) for number in shapes().objects(shape, DCTERMS.identifier)}


def severity_of(shape: Node) -> str:
    return SEVERITIES[shapes().value(shape, SH.severity, default=SH.Violation)]


@functools.cache
def example(name: str) -> tuple[Graph, frozenset[tuple[Node, str, Node]]]:
    """The data of an example with the world it refers to, and (focus node, what is expected, shape)."""
    graph = Graph()
    graph.parse(WORLD)
    graph.parse(EXAMPLES / f"{name}.ttl")
    expected = [triple for triple in graph if str(triple[1]).startswith(EXPECT)]
    for triple in expected:
        graph.remove(triple)
    return graph, frozenset((focus, str(what).removeprefix(EXPECT), shape) for focus, what, shape in expected)


def expected_findings(name: str) -> set[tuple[str, str, str]]:
    return {(short(focus), what, short(shape)) for focus, what, shape in example(name)[1] if what != "keeps"}


def kept(name: str) -> set[tuple[Node, Node]]:
    return {(focus, shape) for focus, what, shape in example(name)[1] if what == "keeps"}


def targets(shape: Node, data: Graph) -> set[Node]:
    """The focus nodes of a shape, and of the shapes it is a property of."""
    graph, found = shapes(), set()
    for holder in (shape, *graph.subjects(SH.property, shape)):
        for cls in graph.objects(holder, SH.targetClass):
            for narrower in data.transitive_subjects(RDFS.subClassOf, cls):
                found |= set(data.subjects(RDF.type, narrower))
        for property_ in graph.objects(holder, SH.targetSubjectsOf):
            found |= set(data.subjects(property_, None))
        for property_ in graph.objects(holder, SH.targetObjectsOf):
            found |= set(data.objects(None, property_))
    return found


# The two engines


_parse, _translate = processor.parseQuery, processor.translateQuery


@functools.cache
def _prepared(text: str) -> object:
    return _translate(_parse(text), None, {})


def parse_each_query_once() -> mock._patch[Callable[..., object]]:
    """pyshacl parses the same query for every focus node, which is most of its time."""
    return mock.patch.multiple(processor, parseQuery=lambda text: text, translateQuery=lambda text, *_: _prepared(text))


def pyshacl_results(data: Graph) -> Iterator[tuple[str, str, str, list[str]]]:
    with parse_each_query_once():
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), advanced=False, inplace=True)
    for result in report.objects(None, SH.result):
        focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
        severity = SEVERITIES[report.value(result, SH.resultSeverity)]
        messages = [str(message) for message in report.objects(result, SH.resultMessage)]
        yield short(focus), severity, short(shape), messages


def columns_results(names: Iterable[str]) -> Iterator[tuple[str, str, str, list[str]]]:
    quads = [
        quad
        for path in (WORLD, *(EXAMPLES / f"{name}.ttl" for name in names))
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        if not quad.predicate.value.startswith(EXPECT)
    ]
    report = own_engine.validate(of_quads(quads), own_shapes())
    for finding in report.findings:
        focus, shape = (getattr(term, "value", str(term)) for term in (finding.focus, finding.shape))
        yield short(focus), finding.severity, short(shape), [message.value for message in finding.messages]


@functools.cache
def own_shapes() -> object:
    return read_shapes([of_path(file) for file in FILES])


@functools.cache
def results(engine: str, name: str) -> list[tuple[str, str, str, list[str]]]:
    if engine == "columns":
        return list(columns_results([name]))
    graph = Graph()
    graph += example(name)[0]
    return list(pyshacl_results(graph))


# What the examples show


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_found_to_break_the_rules_that_it_says_and_no_other(name: str, engine: str) -> None:
    found = Counter((focus, severity, shape) for focus, severity, shape, _ in results(engine, name))
    assert found == Counter(expected_findings(name))


@pytest.mark.parametrize("name", NAMES)
def test_what_keeps_a_rule_is_looked_at(name: str) -> None:
    data, _ = example(name)
    assert {(short(focus), short(shape)) for focus, shape in kept(name) if focus not in targets(shape, data)} == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_world_of_the_examples_keeps_every_rule(engine: str) -> None:
    graph = Graph()
    graph.parse(WORLD)
    found = columns_results([]) if engine == "columns" else pyshacl_results(graph)
    assert list(found) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_messages_name_the_figures_they_speak_of(engine: str) -> None:
    messages = [message for name in NAMES for *_, found in results(engine, name) for message in found]
    assert [message for message in messages if re.search(r"\{[?$]", message)] == []
    assert any(
        re.search(r"The mass of 1\.5 t .* with the factor of its unit it is 1500(\.0*)? t\.", each) for each in messages
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_has_an_example_that_keeps_it_and_one_that_breaks_it(rule: int) -> None:
    mine = {shape for shape in nodes() if rule in rules_of(shape)}
    name = f"rule-{rule:02}"
    assert {severity_of(shape) for shape in mine} == RULES[rule]
    assert any(shape in mine for _, shape in kept(name))
    broken = {what for _, what, shape in example(name)[1] if shape in mine and what != "keeps"}
    assert broken == RULES[rule]


def test_every_shape_is_reached_by_an_example() -> None:
    graph = shapes()
    reached = {shape for name in NAMES for _, what, shape in example(name)[1] if what != "keeps"} | set(class_shapes())
    todo = list(reached)
    while todo:  # A shape that a reported one refers to was evaluated too.
        for value in graph.objects(todo.pop(), None):
            if value not in reached and not isinstance(value, Literal):
                reached.add(value)
                todo.append(value)
    assert [short(shape) for shape in nodes() if shape not in reached] == []


def class_shapes() -> dict[URIRef, Node]:
    """Shapes that say that the members of a class have IRIs, with the class."""
    graph = shapes()
    return {
        shape: graph.value(shape, SH.targetClass)
        for shape in nodes()
        if (shape, SH.nodeKind, SH.IRI) in graph and (shape, SH.path, None) not in graph
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_an_entity_is_not_a_blank_node(engine: str) -> None:
    classes = class_shapes()
    text = "".join(f"[] a <{cls}> .\n" for cls in classes.values())
    if engine == "columns":
        data = of_quads(ox.parse(text, format=ox.RdfFormat.TURTLE))
        found = Counter(
            finding.shape.value
            for finding in own_engine.validate(data, own_shapes()).findings
            if finding.component_name == "NodeKindConstraintComponent" and isinstance(finding.shape, ox.NamedNode)
        )
    else:
        graph = Graph().parse(data=text, format="turtle")
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), advanced=False, inplace=True)
        found = Counter(
            str(report.value(result, SH.sourceShape))
            for result in report.subjects(SH.sourceConstraintComponent, SH.NodeKindConstraintComponent)
        )
    assert found == Counter(map(str, classes))


# How the shapes are written


@pytest.mark.parametrize("shape", nodes(), ids=short)
def test_a_shape_has_a_name_and_says_in_three_languages_what_to_do(shape: URIRef) -> None:
    graph = shapes()
    assert re.fullmatch(re.escape(SHAPES) + r"[A-Z][A-Za-z0-9]*Shape", shape)
    assert {name.language for name in graph.objects(shape, SH.name)} == LANGUAGES
    assert graph.value(shape, RDFS.comment) is not None
    constraints = list(graph.objects(shape, SH.sparql))
    for holder in constraints or [shape]:
        messages = list(graph.objects(holder, SH.message))
        assert sorted(message.language for message in messages) == sorted(LANGUAGES)
        for message in messages:
            assert len(re.findall(r"[.:;?] ", f"{message} ")) > 1, f"says what is wrong, not what to do: {message}"
    # A message of the shape would displace those of its queries, which name the figures.
    assert not (constraints and list(graph.objects(shape, SH.message)))


def test_the_shapes_are_well_formed() -> None:
    shacl_shacl = Path(pyshacl.__file__).with_name("assets") / "shacl-shacl.ttl"
    report = own_engine.validate(read_columns([of_path(file) for file in FILES]), read_shapes([of_path(shacl_shacl)]))
    assert report.findings == ()


def test_the_shapes_use_core_and_sparql_only() -> None:
    used = {str(p).removeprefix(str(SH)) for p in shapes().predicates() if str(p).startswith(str(SH))}
    assert used - PARAMETERS == set()


def test_the_shapes_refer_to_terms_that_the_ontology_has() -> None:
    graph = shapes()
    terms = {str(term) for triple in graph for term in triple if str(term).startswith(ONTOLOGY)}
    for _, text in graph.subject_objects(SH.select):
        terms |= {ONTOLOGY + name for name in re.findall(r"\bce:(\w+)", str(text))}
    for _, text in graph.subject_objects(SH.message):
        terms |= {ONTOLOGY + name for name in re.findall(r"\bce:(\w+)", str(text))}
    for term in sorted(terms - {ONTOLOGY}):
        assert CE[term.removeprefix(ONTOLOGY)] == URIRef(term)


def test_every_property_of_the_ontology_has_a_shape_for_its_values() -> None:
    ontology = Graph()
    for file in resources.ontology().glob("*.ttl"):
        ontology.parse(file)
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    properties = {p for kind in kinds for p in ontology.subjects(RDF.type, kind) if str(p).startswith(ONTOLOGY)}
    assert sorted(short(p) for p in properties - set(shapes().objects(None, SH.path))) == []


def test_the_documentation_names_every_shape() -> None:
    text = QUALITY_RULES.read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+Shape)`", text))
    assert sorted(named ^ {short(shape) for shape in nodes()}) == []


# The queries


def queries() -> list[tuple[str, URIRef, str]]:
    """(name, shape, text with prefixes and path) of every SPARQL constraint."""
    graph = shapes()
    declarations = graph.objects(URIRef(SHAPES.removesuffix("#")), SH.declare)
    head = "".join(
        f"PREFIX {graph.value(declared, SH.prefix)}: <{graph.value(declared, SH.namespace)}>\n"
        for declared in declarations
    )
    found = []
    for shape, constraint in graph.subject_objects(SH.sparql):
        text, path = str(graph.value(constraint, SH.select)), graph.value(shape, SH.path)
        found.append((short(shape), shape, head + text.replace("$PATH", f"<{path}>")))
    return sorted(found)


def to_oxigraph(node: Node) -> ox.NamedNode | ox.Literal:
    if isinstance(node, Literal):
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return ox.NamedNode(str(node))


def rows(found: Result | ox.QuerySolutions) -> list[dict[str, str]]:
    names = [variable.value for variable in found.variables]
    return [{name: str(row[name]) for name in names} for row in found]


@pytest.mark.parametrize("name", NAMES)
def test_a_query_finds_the_same_for_all_nodes_at_once_as_for_each(name: str) -> None:
    data, _ = example(name)
    store = ox.Store()
    store.load(data.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    for label, shape, text in queries():
        focus = [to_oxigraph(node) for node in targets(shape, data)]
        if not focus:
            continue
        wanted = {str(node) for node in focus}
        at_once = [row for row in rows(store.query(text)) if row["this"] in wanted]
        one_by_one = [
            row | {"this": str(node)}
            for node in focus
            for row in rows(store.query(text, substitutions={ox.Variable("this"): node}))
        ]
        assert sorted(at_once, key=str) == sorted(one_by_one, key=str), label
