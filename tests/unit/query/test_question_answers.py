"""Answers have typed rows, names with fallback, and words for when there are none."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from ce_graph.errors import NotAcceptableError, QueryError
from ce_graph.query.answers import Row, ask, ask_graph, offered, query_text, today
from ce_graph.query.claims import grouped
from ce_graph.query.columns import heading
from ce_graph.query.labels import compact, labels_of
from ce_graph.query.parameters import Context
from ce_graph.query.questions import Question, load
from ce_graph.query.running import on_engine, on_store, solutions
from ce_graph.query.tables import as_csv, as_json, as_text
from ce_graph.store.opening import open_engine

DATA = """
@prefix ce: <https://w3id.org/ce-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/ce-graph/> .
<graph/s1> {
    <id/project/a> ce:theme <code/theme/plastics> ; ce:budget 12.50 ; ce:note "one, two" ;
        skos:prefLabel "Alpha"@en , "Alfa"@fi .
    <id/project/b> ce:theme <code/theme/plastics> ; skos:prefLabel "Zeta"@sv , "Beta"@sv .
    <code/theme/plastics> a skos:Concept ; skos:prefLabel "plastics"@en .
    <code/theme/food> a skos:Concept .
}
<graph/s2> { <id/project/a> ce:theme <code/theme/plastics> . }
"""
FILE = """\
# number = 1
# group = "company"
# answer = "data"
# title.en = "Projects"
# title.fi = "Hankkeet"
# title.sv = "Projekt"
# description.en = "d"
# description.fi = "d"
# description.sv = "d"
#
# [parameter.theme]
# type = "code/theme"
# default = "plastics"
# offers = "?x ce:theme ?value"
# label.en = "theme"
# label.fi = "teema"
# label.sv = "tema"
#
# [parameter.year]
# type = "year"
# label.en = "year"
# label.fi = "vuosi"
# label.sv = "år"
PREFIX ce: <https://w3id.org/ce-graph/ontology#>
SELECT DISTINCT ?project ?value ?said WHERE {
  # parameters: ?theme ?year
  ?project ce:theme ?theme
  OPTIONAL { ?project ce:budget ?value }
  OPTIONAL { ?project ce:note ?said }
}
ORDER BY ?project
"""
GRAPH = """\
PREFIX ce: <https://w3id.org/ce-graph/ontology#>
CONSTRUCT { ?project ce:value ?value . ?project ce:seen true } WHERE {
  # rows
}
"""


def store() -> ox.Store:
    found = ox.Store()
    found.load(DATA, format=ox.RdfFormat.TRIG)
    return found


def context(language: str = "en") -> Context:
    return Context(run=on_store(store()), today=dt.date(2026, 11, 24), language=language)


@pytest.fixture
def question(tmp_path: Path) -> Question:
    (tmp_path / "01-projects.rq").write_text(FILE, encoding="utf-8")
    (tmp_path / "01-projects.rdf.rq").write_text(GRAPH, encoding="utf-8")
    return load(tmp_path).find(1)


def test_rows_have_terms_and_values(question: Question) -> None:
    answer = ask(question, {}, context())
    assert answer.columns == ("project", "value", "said")
    first, second = answer.rows
    assert first["project"] == ox.NamedNode("https://w3id.org/ce-graph/id/project/a")
    assert first.value("project") == "https://w3id.org/ce-graph/id/project/a"
    assert first.value("value") == Decimal("12.5")
    assert first.value("said") == "one, two"
    assert second.value("value") is None
    assert list(second) == ["project"]
    assert len(second) == 1
    assert answer.note == ""


def test_truths_and_blank_nodes_have_values_too() -> None:
    boolean = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
    row = Row(
        {
            "yes": ox.Literal("1", datatype=boolean),
            "no": ox.Literal("false", datatype=boolean),
            "node": ox.BlankNode("b"),
        }
    )
    assert (row.value("yes"), row.value("no"), row.value("node")) == (True, False, "_:b")


def test_names_are_in_the_readers_language_else_in_another_else_made_from_the_iri() -> None:
    things = [
        ox.NamedNode("https://w3id.org/ce-graph/" + part)
        for part in ("id/project/a", "id/project/b", "id/project/none", "code/theme/plastics")
    ]
    for language, expected in {
        "en": ["Alpha", "Beta", "none", "plastics"],
        "fi": ["Alfa", "Beta", "none", "plastics"],
        "sv": ["Alpha", "Beta", "none", "plastics"],
    }.items():
        labels = labels_of([*things, ox.Literal("x")], language, context().run)
        assert [labels.of(thing) for thing in things] == expected
    label = labels.label(things[1].value)
    assert (label.text, label.language, label.known) == ("Beta", "sv", True)
    assert labels.label(things[2].value).known is False
    assert labels.of(None) == ""
    assert labels.of(ox.Literal("12")) == "12"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://w3id.org/ce-graph/ontology#Flow", "ce:Flow"),
        ("http://www.w3.org/2004/02/skos/core#broader", "skos:broader"),
        ("https://example.org/ce/id/flow/f0001", "f0001"),
        ("https://w3id.org/ce-graph/code/ewc/170101", "170101"),
        ("https://w3id.org/ce-graph/graph/sf_2019", "sf_2019"),
        ("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("urn:x", "urn:x"),
    ],
)
def test_an_iri_without_a_name_is_shown_short_when_it_is_the_graphs_own(iri: str, short: str) -> None:
    assert compact(iri) == short


def test_csv_has_iris_and_names_and_keeps_commas(question: Question) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(ask(question, {}, context("fi"))))))
    assert rows == [
        ["project", "projectLabel", "value", "said"],
        ["https://w3id.org/ce-graph/id/project/a", "Alfa", "12.5", "one, two"],
        ["https://w3id.org/ce-graph/id/project/b", "Beta", "", ""],
    ]


def test_json_tells_the_question_its_values_and_its_rows(question: Question) -> None:
    document = json.loads(as_json(ask(question, {"year": "2021"}, context()), "sv"))
    assert document["title"] == "Projekt"
    assert document["parameters"] == {
        "theme": "https://w3id.org/ce-graph/code/theme/plastics",
        "year": "2021",
        "lang": "en",
    }
    assert document["columns"][0] == {"name": "project", "title": "projekt"}
    assert document["rows"][0] == {
        "project": {"iri": "https://w3id.org/ce-graph/id/project/a", "label": "Alpha"},
        "value": "12.5",
        "said": "one, two",
    }
    assert "note" not in document


def test_text_has_headings_and_leaves_empty_columns_out(question: Question) -> None:
    assert as_text(ask(question, {}, context("fi")), "fi") == (
        "hanke  arvo  sanottu\n-----  ----  --------\nAlfa   12.5  one, two\nBeta\n"
    )
    assert heading("project", "fi") == "hanke"
    assert heading("nothing", "fi") == "nothing"


def test_an_empty_answer_says_what_the_data_has(question: Question) -> None:
    answer = ask(question, {"theme": "food"}, context())
    assert answer.rows == ()
    assert answer.no_data is False
    assert answer.note == "Nothing in the data fits these values.\ntheme=food: the data has plastics."
    assert as_text(answer, "en") == answer.note + "\n"
    assert json.loads(as_json(answer, "en"))["note"] == answer.note
    assert as_csv(answer) == "project,value,said\n"
    assert ask(question, {"theme": "food"}, context("fi")).note.endswith("theme=food: aineistossa on plastics.")


def test_a_question_without_data_says_so(tmp_path: Path) -> None:
    reasons = "".join(f'# reason.{tag} = "why {tag}"\n' for tag in ("en", "fi", "sv"))
    text = FILE.replace('# answer = "data"\n', '# answer = "no data yet"\n' + reasons)
    (tmp_path / "01-projects.rq").write_text(text, encoding="utf-8")
    question = load(tmp_path).find(1)
    answer = ask(question, {"theme": "food"}, context("sv"))
    assert answer.no_data is True
    assert answer.note == "Inga data ännu: why sv"
    assert json.loads(as_json(answer, "sv"))["noDataYet"] is True
    assert ask(question, {}, context()).no_data is False


def test_the_values_that_a_parameter_can_take_are_told(question: Question) -> None:
    assert offered(question, "theme", context()) == [ox.NamedNode("https://w3id.org/ce-graph/code/theme/plastics")]
    assert offered(question, "year", context()) == []


def test_the_query_can_be_taken_elsewhere(question: Question) -> None:
    text = query_text(question, {}, context())
    assert text == ask(question, {}, context()).text
    assert len(solutions(context().run, text)) == 2


def test_an_answer_as_rdf_is_made_of_the_same_rows(question: Question) -> None:
    triples = ask_graph(question, {}, context())
    assert [str(triple.subject)[-2:-1] + str(triple.predicate).rpartition("#")[2] for triple in triples] == [
        "aseen>",
        "avalue>",
        "bseen>",
    ]


def test_a_question_without_an_answer_as_rdf_says_so(tmp_path: Path) -> None:
    (tmp_path / "01-projects.rq").write_text(FILE, encoding="utf-8")
    with pytest.raises(NotAcceptableError, match="has no answer as RDF; ask for csv or json"):
        ask_graph(load(tmp_path).find(1), {}, context())


@pytest.mark.parametrize("union", [True, False])
def test_an_engine_answers_as_a_store_does_whatever_its_default_graph(
    question: Question, tmp_path: Path, union: bool
) -> None:
    file = tmp_path / "data.nq"
    store().dump(str(file), format=ox.RdfFormat.N_QUADS)
    engine = open_engine(file, union_default=union)
    try:
        asked = Context(run=on_engine(engine), today=dt.date(2026, 11, 24))
        assert ask(question, {}, asked).rows == ask(question, {}, context()).rows
        assert ask_graph(question, {}, asked) == ask_graph(question, {}, context())
    finally:
        engine.close()


def test_a_query_that_is_none_is_an_error_of_the_project() -> None:
    with pytest.raises(QueryError):
        solutions(context().run, "SELECT")
    with pytest.raises(QueryError, match="SELECT or CONSTRUCT"):
        solutions(context().run, "ASK { ?s ?p ?o }")


def test_today_is_a_day() -> None:
    assert today() >= dt.date(2026, 1, 1)


def test_claims_of_one_disagreement_are_grouped(tmp_path: Path) -> None:
    text = (
        FILE.partition("PREFIX")[0].partition("#\n# [parameter")[0]
        + """\
SELECT ?group ?property ?about ?region ?period ?explained ?claimant ?value ?stated ?unit ?qualifier ?source WHERE {
  VALUES (?group ?property ?about ?explained ?claimant ?value ?stated ?source) {
    ("g" <urn:p> <urn:x> false <urn:x> 1.5 UNDEF <urn:s1>) ("g" <urn:p> <urn:x> false <urn:x> UNDEF "two" <urn:s2>)
    ("h" <urn:p> <urn:y> true <urn:y> "name"@en UNDEF <urn:s1>)
  }
}
"""
    )
    (tmp_path / "01-projects.rq").write_text(text, encoding="utf-8")
    first, second = grouped(ask(load(tmp_path).find(1), {}, context()))
    assert (first.property, first.about, first.region, first.explained) == ("urn:p", "urn:x", "", False)
    assert [(claim.number, claim.stated, claim.source) for claim in first.claims] == [
        (Decimal("1.5"), "", "urn:s1"),
        (None, "two", "urn:s2"),
    ]
    assert (second.explained, second.claims[0].number) == (True, None)


def test_a_question_answered_in_part_says_what_is_missing_of_the_shipped_data_only(tmp_path: Path) -> None:
    reasons = "".join(f'# reason.{tag} = "why {tag}"\n' for tag in ("en", "fi", "sv"))
    text = FILE.replace('# answer = "data"\n', '# answer = "in part"\n' + reasons)
    (tmp_path / "01-projects.rq").write_text(text, encoding="utf-8")
    question = load(tmp_path).find(1)
    answer = ask(question, {}, context("fi"))
    assert (answer.missing, answer.note, answer.no_data) == ("Osittain: why fi", "", False)
    assert as_text(answer, "fi").endswith("Beta\n\nOsittain: why fi\n")
    assert json.loads(as_json(answer, "fi"))["missing"] == "Osittain: why fi"
    nothing = ask(question, {"theme": "food"}, context())
    assert (nothing.no_data, nothing.missing) == (False, "In part: why en")
    assert nothing.note.startswith("Nothing in the data fits these values.")
    elsewhere = dataclasses.replace(context(), base="https://other.example/")
    assert ask(question, {}, elsewhere).missing == ""
