"""Random shapes on random data: this engine and pyshacl find the same, but where pyshacl is known to differ.

Known deviations of pyshacl 0.40 (and rdflib 7.6), which the generator stays clear of or ``_agreed`` takes out:

- ``sh:uniqueLang "1"^^xsd:boolean`` is taken for ``true`` (SHACL 4.4.5 asks for the literal ``true``).
- ``sh:pattern`` is a regular expression of Python's, not of XPath's.
- The inverse of a sequence is followed there with its steps in the wrong order.
- A blank node has no text, so it never satisfies ``sh:minLength`` (SHACL 4.4.1); with ``sh:minLength 0`` it does there.
- ``sh:lessThan`` and ``sh:lessThanOrEquals`` on a blank node end the validation there; here they are a result.
- An ill-typed literal is less than or equal to itself there; here it has no order.
- A value of another type than the bound of ``sh:minInclusive`` & co. may count as comparable: rdflib orders plain
  strings and texts with a language, and dates with date-times.
- Ill-typed literals of types that rdflib has no parser for pass ``sh:datatype``.
- Details of a result (``sh:detail``) are made for some components only.
"""

from __future__ import annotations

import random
from collections import Counter

import pyoxigraph as ox
import pytest

from ce_graph.check import engine
from ce_graph.check.findings import Report
from ce_graph.check.shapes import ShapesGraph
from ce_graph.rdf.columns import of_quads

PREFIXES = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES = [f":n{number}" for number in range(7)]
CLASSES = [":A", ":B", ":C"]
LANGUAGES = ['"en"', '"de"', '"en" "de-AT"']
PATTERNS = ["^a", "b$", "[0-9]", "x|y", "^.{2}$"]
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PREDICATES = [":p", ":q", ":r"]
VALUES = [
    "1", "2", "3", "1.5", "2.50", '"1"', '"abc"', '"ab"', '"abcd"@en', '"x"@en', '"x"@de', '"y"@de-AT', '""',
    '"2024-01-01"^^xsd:date', '"2024-02-01"^^xsd:date', "true", "1e0",
]  # fmt: skip
NUMBERS = ["1", "2", "3", "1.5", "2.50", "1e0", "-4", "2.0"]
VALUES += ['"no"^^xsd:integer', '"300"^^xsd:byte', '"2024-02-30"^^xsd:date']


class Pick(random.Random):
    def data(self) -> str:
        lines = [":B rdfs:subClassOf :A ."]
        for node in NODES:
            if self.random() < 0.8:
                lines.append(f"{node} a {self.choice(CLASSES)} .")
            lines += [f"{node} {self.choice([':s', ':t'])} {self.choice(NUMBERS)} ." for _ in range(self.randrange(4))]
            for _ in range(self.randrange(6)):
                value = self.choice(VALUES) if self.random() < 0.55 else self.choice([*NODES, "_:b1", "_:b2"])
                lines.append(f"{node} {self.choice(PREDICATES)} {value} .")
        lines += [f"_:b{number} {self.choice(PREDICATES)} {self.choice(VALUES)} ." for number in (1, 2)]
        return "\n".join(lines)

    def path(self, depth: int = 2) -> str:
        if depth == 0 or self.random() < 0.55:
            return self.choice(PREDICATES)
        kind = self.randrange(6)
        inner = self.path(depth - 1)
        if kind == 0:
            return f"[ sh:inversePath {self.choice(PREDICATES)} ]"
        if kind == 1:
            return f"( {inner} {self.path(depth - 1)} )"
        if kind == 2:
            return f"[ sh:alternativePath ( {inner} {self.path(depth - 1)} ) ]"
        return f"[ sh:{('zeroOrMorePath', 'oneOrMorePath', 'zeroOrOnePath')[kind - 3]} {inner} ]"

    def constraint(self, depth: int, *, property_shape: bool) -> str:
        values = " ".join(self.sample([*VALUES, *NODES], 3))
        simple = [
            f"sh:class {self.choice(CLASSES)}",
            f"sh:datatype {self.choice(['xsd:integer', 'xsd:string', 'xsd:date', 'xsd:decimal', 'xsd:byte'])}",
            f"sh:nodeKind sh:{self.choice(['IRI', 'Literal', 'BlankNode', 'BlankNodeOrIRI', 'IRIOrLiteral'])}",
            f"sh:{self.choice(['minLength', 'maxLength'])} {self.randrange(1, 4)}",
            f'sh:pattern "{self.choice(PATTERNS)}"',
            f"sh:languageIn ( {self.choice(LANGUAGES)} )",
            f"sh:in ( {values} )",
            f"sh:hasValue {self.choice([*VALUES, *NODES])}",
            f"sh:equals {self.choice(PREDICATES)}",
            f"sh:disjoint {self.choice(PREDICATES)}",
        ]
        if not depth or self.random() < 0.4:
            return self.choice(simple)
        nested, other = self.nested(depth - 1), self.nested(depth - 1)
        choices = [
            f"sh:not {nested}",
            f"sh:and ( {nested} {other} )",
            f"sh:or ( {nested} {other} )",
            f"sh:xone ( {nested} {other} )",
            f"sh:node [ {self.constraint(depth - 1, property_shape=False)} ]",
            f"sh:property [ sh:path {self.path()} ; {self.property_constraint(max(0, depth - 1))} ]",
        ]
        if property_shape:
            return self.choice(choices)
        closed = f"sh:closed true ; sh:ignoredProperties ( {TYPE} {self.choice(PREDICATES)} )"
        return self.choice([*choices, closed])

    def property_constraint(self, depth: int) -> str:
        if self.random() < 0.55:
            return self.constraint(depth, property_shape=True)
        nested = self.nested(0)
        return self.choice(
            [
                f"sh:minCount {self.randrange(3)}",
                f"sh:maxCount {self.randrange(3)}",
                "sh:uniqueLang true",
                f"sh:qualifiedValueShape {nested} ; sh:qualifiedMinCount {self.randrange(3)}",
                f"sh:qualifiedValueShape {nested} ; sh:qualifiedMaxCount {self.randrange(3)}",
            ]
        )

    def ordered(self) -> str:
        """The inside of a property shape about order; its values are numbers, in which both engines agree."""
        bound = self.choice(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"])
        pair = self.choice(["lessThan", "lessThanOrEquals"])
        return f"sh:path :s ; {self.choice([f'sh:{bound} {self.choice(NUMBERS)}', f'sh:{pair} :t'])}"

    def nested(self, depth: int) -> str:
        if self.random() < 0.15:
            return f"[ {self.ordered()} ]"
        if self.random() < 0.4:
            return f"[ sh:path {self.path(1)} ; {self.property_constraint(max(0, depth))} ]"
        return f"[ {self.constraint(max(0, depth), property_shape=False)} ]"

    def shapes(self) -> str:
        found = []
        for number in range(self.randrange(1, 4)):
            target = self.choice(
                ["sh:targetClass :A", "sh:targetNode :n1 , 1", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q"]
            )
            severity = self.choice(["", "sh:severity sh:Warning ;", "sh:severity :Own ;"])
            if self.random() < 0.5:
                found.append(
                    f":S{number} {target} ; {severity} sh:path {self.path()} ; {self.property_constraint(2)} ."
                )
            else:
                found.append(f":S{number} {target} ; {severity} {self.constraint(2, property_shape=False)} .")
        return "\n".join(found)


def _quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))


def _agreed(report: Report) -> Counter[tuple[object, ...]]:
    return Counter(
        (item.focus, item.path, item.value, item.component, item.severity_node, item.shape) for item in report.findings
    )


@pytest.mark.parametrize("seed", range(12))
def test_both_engines_find_the_same(seed: int) -> None:
    pick = Pick(seed)
    for _ in range(25):
        shapes_text, data_text = pick.shapes(), pick.data()
        data, shapes = of_quads(_quads(data_text)), ShapesGraph(_quads(shapes_text))
        own, other = (engine.validate(data, shapes, engine=name) for name in engine.ENGINES)
        assert _agreed(own) == _agreed(other), f"{shapes_text}\n\n{data_text}"
