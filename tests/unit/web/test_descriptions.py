from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from ce_graph.web.asking import Asker, fill
from ce_graph.web.descriptions import Value, describe, disagree
from ce_graph.web.results import Results

if TYPE_CHECKING:
    from memory_engine import MemoryEngine

A, B, C = "urn:a", "urn:b", "urn:c"
DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def value(text: str, *graphs: str, language: str | None = None, datatype: ox.NamedNode | None = None) -> Value:
    return Value(ox.Literal(text, language=language, datatype=datatype), graphs)


def test_two_sources_with_one_value_each_disagree_when_these_differ() -> None:
    assert disagree([value("1", A), value("2", B)])
    assert not disagree([value("1", A, B)])
    assert not disagree([value("1", A)])


def test_a_source_that_lists_several_values_contradicts_nobody() -> None:
    assert not disagree([value("1", A, B), value("2", B)])


def test_languages_are_compared_one_by_one() -> None:
    assert not disagree([value("kissa", A, language="fi"), value("cat", B, language="en")])
    assert disagree([value("kissa", A, language="fi"), value("koira", B, language="fi")])


def test_numbers_are_compared_by_value_and_texts_as_written() -> None:
    assert not disagree([value("1.5", A, datatype=DECIMAL), value("1.50", B, datatype=DECIMAL)])
    assert disagree([value("007", A), value("7", B)])


def test_links_disagree_only_where_one_is_allowed() -> None:
    links = [Value(ox.NamedNode("urn:x"), (A,)), Value(ox.NamedNode("urn:y"), (B,))]
    assert not disagree(links)
    assert disagree(links, literals_only=False)


def test_a_description_has_everything_with_its_sources(engine: MemoryEngine) -> None:
    asker = Asker(Results(engine, 1_000_000))
    found = describe(asker, "https://w3id.org/ce-graph/id/project/loop", ["fi", "en"])
    assert found.known
    assert [type_.rpartition("#")[2] for type_ in found.types] == ["Project"]
    by_name = {item.iri.rpartition("#")[2]: item for item in found.properties}
    ends = by_name["endDateStated"]
    assert {(item.term.value, item.graphs[0].rpartition("/")[2]) for item in ends.values} == {
        ("31.11.2021", "alpha"), ("31.10.2021", "beta"), ("2021", "gamma"),
    }  # fmt: skip
    assert ends.disputed
    assert not by_name["budget"].disputed
    assert by_name["coordinator"].disputed
    assert not by_name["theme"].disputed
    assert [item.subject.rpartition("/")[2] for item in found.references] == ["mend"]
    assert found.labels["https://w3id.org/ce-graph/id/project/loop"].text == "Silmukka"


def test_nothing_is_known_of_what_is_not_there(engine: MemoryEngine) -> None:
    assert not describe(Asker(Results(engine, 0)), "urn:nothing", ["en"]).known


def test_parameters_become_terms_and_nothing_else() -> None:
    text = fill(
        "SELECT * { $s ?p $o } LIMIT $n", {"s": ox.NamedNode("urn:a"), "o": ox.Literal('"} DROP ALL #'), "n": 3}
    )
    assert text == 'SELECT * { <urn:a> ?p "\\"} DROP ALL #" } LIMIT 3'
    with pytest.raises(ValueError, match="IRI"):
        ox.NamedNode("urn:a> ?p ?o } DROP ALL #")
