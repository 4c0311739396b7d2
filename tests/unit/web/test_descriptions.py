from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from ce_graph.web.asking import Asker, fill
from ce_graph.web.documents.descriptions import describe
from ce_graph.web.documents.disagreement import Value, disagree, disputed
from ce_graph.web.queries.results import Results

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


def date(text: str, kind: str, *graphs: str) -> Value:
    return value(text, *graphs, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))


def test_dates_are_compared_as_exactly_as_the_coarser_one() -> None:
    assert not disagree([date("2023", "gYear", A), date("2023-12-31", "date", B), date("2023-12", "gYearMonth", C)])
    assert disagree([date("2021-11", "gYearMonth", A), date("2021-10-31", "date", B)])
    assert disagree([date("2023", "gYear", A), date("2023-12", "gYearMonth", B), date("2023-11", "gYearMonth", C)])


CE = "https://w3id.org/ce-graph/ontology#"


def test_links_disagree_only_where_a_thing_has_one() -> None:
    links = [Value(ox.NamedNode("urn:x"), (A,)), Value(ox.NamedNode("urn:y"), (B,))]
    assert disputed({CE + "theme": links, CE + "coordinator": links}) == {CE + "coordinator"}


def test_a_text_counts_for_what_it_means() -> None:
    stated = [value("30.9.2019", A), value("30 September 2019", B)]
    same = [date("2019-09-30", "date", A, B)]
    assert disputed({CE + "endDateStated": stated, CE + "endDate": same}) == set()
    assert disputed({CE + "themesStated": stated}) == set()
    impossible = [value("31.11.2021", A), value("31.10.2021", B)]
    one = [date("2021-10-31", "date", B)]
    assert disputed({CE + "endDateStated": impossible, CE + "endDate": one}) == {CE + "endDateStated"}


def test_a_description_has_everything_with_its_sources(engine: MemoryEngine) -> None:
    asker = Asker(Results(engine, 1_000_000))
    found = describe(asker, "https://w3id.org/ce-graph/id/project/loop", "fi")
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
    (group,) = found.incoming.groups
    assert [subject.rpartition("/")[2] for subject in group.subjects] == ["mend"]
    assert found.labels.label("https://w3id.org/ce-graph/id/project/loop").text == "Silmukka"


def test_nothing_is_known_of_what_is_not_there(engine: MemoryEngine) -> None:
    assert not describe(Asker(Results(engine, 0)), "urn:nothing", "en").known


def test_parameters_become_terms_and_nothing_else() -> None:
    text = fill(
        "SELECT * { $s ?p $o } LIMIT $n", {"s": ox.NamedNode("urn:a"), "o": ox.Literal('"} DROP ALL #'), "n": 3}
    )
    assert text == 'SELECT * { <urn:a> ?p "\\"} DROP ALL #" } LIMIT 3'
    with pytest.raises(ValueError, match="IRI"):
        ox.NamedNode("urn:a> ?p ?o } DROP ALL #")
