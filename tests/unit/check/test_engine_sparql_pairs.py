"""Queries that compare nodes which are alike, and numbers written in two ways, are answered fast and as one by one."""

from __future__ import annotations

import random
from typing import Any

import pyoxigraph as ox
import pytest

from ce_graph import resources
from ce_graph.check import engine
from ce_graph.check.shapes import ShapesGraph
from ce_graph.check.shapes import read as read_shapes
from ce_graph.check.sparql import lexical, query, store
from ce_graph.rdf.columns import of_quads
from ce_graph.rdf.sources import of_path

PREFIXES = "@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
COMPARING = (
    """SELECT DISTINCT $this ?v ?value { $this :year ?y ; :doc ?d ; :v ?v . ?value :year ?y ; :doc ?e ; :v ?w .
       FILTER(?d != ?e && ?v != ?w) }""",
    """SELECT DISTINCT $this ?value { $this :year ?y ; :in|:at ?p ; :doc ?d . ?value :in|:at ?p ; :year ?y ; :doc ?e
       FILTER(?e != ?d) OPTIONAL { $this :v ?v } OPTIONAL { ?value :v ?w } FILTER(?v > ?w)
       FILTER NOT EXISTS { ?value :at ?q . FILTER NOT EXISTS { $this :at ?q } } }""",
    """SELECT DISTINCT $this ?value { $this :year ?y ; :doc ?d . ?value :year ?y ; :doc ?e .
       FILTER(!(?d != ?e)) FILTER(?value != $this) }""",
    """SELECT DISTINCT $this ?value { $this :year ?y ; :doc ?d . ?value :year ?y ; :doc ?e .
       FILTER(?d != ?e || ?value = $this) }""",
    "SELECT DISTINCT $this ?value { $this :year ?y . ?value :year ?y }",
    "SELECT DISTINCT $this ?value { $this :v ?v ; :doc ?d . ?value :v ?v ; :doc ?e . FILTER(?d != ?e) }",
)


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))


def found(select: str, text: str) -> list[str]:
    shapes = ShapesGraph(
        quads(f""":names sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/" ] .
        :S sh:targetClass :C ; sh:sparql [ sh:prefixes :names ; sh:select \"\"\"{select}\"\"\" ] .""")
    )
    report = engine.validate(of_quads(quads(text)), shapes)
    return sorted(f"{finding.focus} {finding.value}" for finding in report.findings)


def _alike(pick: random.Random) -> str:
    lines = []
    for number in range(25):
        lines.append(f":n{number} a :C ; :doc :d{pick.randrange(3)} ; :v {pick.choice(('1', '2', '1.0', '2.50'))} .")
        lines += [f":n{number} :year {pick.choice(('2020', '2021'))} ." for _ in range(pick.randrange(3))]
        lines += [f":n{number} :{pick.choice(('in', 'at'))} :p{pick.randrange(3)} ." for _ in range(pick.randrange(3))]
        lines += [f":n{number} :doc :d0 ."] * pick.randrange(2)
    return "\n".join(lines)


@pytest.mark.parametrize("select", COMPARING)
def test_nodes_that_are_compared_in_pairs_give_what_one_by_one_gives(
    select: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = random.Random(5)
    for _ in range(5):
        text = _alike(pick)
        fast = found(select, text)
        with monkeypatch.context() as patch:
            patch.setattr("ce_graph.check.sparql.pairs.compared", lambda *_: None)
            assert found(select, text) == fast
            patch.setattr(query.Query, "at_once", False)
            assert found(select, text) == fast


def test_nodes_alike_of_one_document_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs: list[int] = []
    bind = store.SparqlData.bind_pairs

    def counted(self: store.SparqlData, given: Any) -> None:
        pairs.append(len(given[1]))
        bind(self, given)

    monkeypatch.setattr(store.SparqlData, "bind_pairs", counted)
    text = "".join(f":n{number} a :C ; :year 2020 ; :doc :d ; :v {number} .\n" for number in range(20_000))
    assert found(COMPARING[0], text) == []
    assert pairs == []  # not even the Store was asked
    text += ":other :year 2020 ; :doc :e ; :v 7 ."
    assert len(found(COMPARING[0], text)) == 19_999
    assert pairs == [20_000]


# The shapes of the project, on many rows


HEAD = """@prefix ce: <https://w3id.org/ce-graph/ontology#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix unit: <http://qudt.org/vocab/unit/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/ce-graph/> .
unit:TONNE ce:factor 1 ; ce:quantityKind <http://qudt.org/vocab/quantitykind/Mass> .
"""
FLOW = """<id/flow/{number}> a ce:Flow ; ce:source <id/actor/a> ; ce:target <id/facility/f> ;
  ce:year "{year}"^^xsd:gYear ; ce:material <code/material/sand> ;
  ce:basis <code/basis/measured> ; ce:amount {number}.0 ; ce:massTonnes {number} ;
  ce:unit unit:TONNE ; prov:wasDerivedFrom <graph/{graph}> .
"""
OBSERVATION = """<id/observation/{number}> a ce:Observation ; ce:indicator <id/indicator/i> ; ce:region <id/place/r> ;
  ce:unit unit:TONNE ; ce:year "{year}"^^xsd:gYear ; ce:value {number}.0 ; ce:valueKind <code/value-kind/actual> ;
  ce:derivation <code/derivation/published> ; prov:wasDerivedFrom <graph/{graph}> .
"""


@pytest.mark.parametrize(("row", "shape"), [(FLOW, "FlowAgreementShape"), (OBSERVATION, "ObservationAgreementShape")])
def test_twenty_thousand_rows_alike_are_checked_and_the_two_that_disagree_are_found(
    row: str, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("this goes row by row")

    monkeypatch.setattr(lexical, "solve", refused)
    text = HEAD + "".join(row.format(number=number, year=2020, graph="east") for number in range(1, 20_000))
    text += "".join(row.format(number=number, year=2021, graph=f"g{number}") for number in (20_000, 20_001))
    shapes = read_shapes([of_path(file) for file in sorted(resources.shapes().glob("*.ttl"))])
    report = engine.validate(of_quads(ox.parse(text, format=ox.RdfFormat.TURTLE)), shapes)
    disagreeing = [finding for finding in report.findings if str(finding.shape).endswith(f"{shape}>")]
    assert len(disagreeing) == 2


# Numbers written in two ways


@pytest.mark.parametrize(
    ("select", "as_written"),
    [
        ("SELECT $this ?value { $this :p ?value . $this :q ?other FILTER(STR(?other) = 'x') }", False),
        ("SELECT $this ?value { $this :p ?value . ?o :q ?other FILTER(STR(?o) != 'x') }", False),
        ("SELECT $this ?value { $this :p ?value FILTER(STR(?value) = '1.50') }", True),
        ("SELECT $this ?value { $this :p ?x BIND(?x AS ?value) FILTER(STR(?value) = '1.50') }", True),
        ("SELECT $this ?value { $this :q|:p ?value FILTER(STR(?value) = '1.50') }", True),
        ("SELECT $this ?value { $this :p* ?value FILTER(STR(?value) = '1.50') }", True),
        ("SELECT $this ?value { { $this :p ?value } UNION { $this :q ?value } }", False),
        ("SELECT $this ?value { { $this :p ?value } UNION { $this :q ?value } ?o :p ?value }", True),
        ("SELECT $this ?value { $this :q ?value . ?o :q ?value FILTER(?o != $this) }", False),
    ],
)
def test_terms_are_taken_as_written_where_the_answer_can_depend_on_it_only(
    select: str, as_written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[bool] = []
    solve = lexical.solve

    def noted(*given: Any) -> Any:
        used.append(True)
        return solve(*given)

    monkeypatch.setattr(lexical, "solve", noted)
    text = ":a a :C ; :p 1.50 ; :q 'x' . :b a :C ; :p 1.5 ; :q 'x' ."
    found(select, text)
    assert bool(used) is as_written
