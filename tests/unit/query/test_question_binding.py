"""Values go into a query as terms; whatever they hold, they stay values."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ce_graph.errors import UsageError
from ce_graph.query.binding import bind, markers, splice, unique_names, written

BODY = """\
PREFIX ce: <https://w3id.org/ce-graph/ontology#>
SELECT ?x ?word WHERE {
  # parameters: ?word ?place
  ?x ce:word ?word
  OPTIONAL {
    # parameters: ?place
    ?x ce:place ?place
  }
}"""

HOSTILE = [
    '"',
    "\\",
    '\\" } # ',
    '") } ; DROP ALL ; SELECT ("',
    "} UNION { ?s ?p ?o } #",
    "'''",
    '"""',
    "\\u0022 } SELECT",
    "\\\\u0022",
    "line\nbreak\rand\ttab",
    "# parameters: ?word",
    "$1 \\1 \\g<0>",
    "?x",
    "\u2028 \u00a0 \U0001f9ea é",
    "<https://example.org/>",
]


def test_each_marked_place_gets_its_terms_and_what_is_not_given_stays_free() -> None:
    assert markers(BODY) == [("word", "place"), ("place",)]
    assert bind(BODY, {"word": ox.Literal("a")}).count("VALUES") == 2
    assert '  VALUES (?word ?place) { ("a" UNDEF) }' in bind(BODY, {"word": ox.Literal("a")})
    text = bind(BODY, {"place": ox.NamedNode("https://example.org/p")})
    assert "    VALUES (?place) { (<https://example.org/p>) }" in text


def test_the_query_without_values_is_complete_as_it_stands() -> None:
    assert isinstance(ox.Store().query(BODY), ox.QuerySolutions)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_is_found_as_the_text_that_it_is(value: str) -> None:
    word, thing = ox.NamedNode("https://w3id.org/ce-graph/ontology#word"), ox.NamedNode("https://example.org/x")
    store = ox.Store()
    store.add(ox.Quad(thing, word, ox.Literal(value)))
    store.add(ox.Quad(ox.NamedNode("https://example.org/y"), word, ox.Literal("other")))
    found = list(store.query(bind(BODY, {"word": ox.Literal(value)})))
    assert [(row["x"], row["word"]) for row in found] == [(thing, ox.Literal(value))]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_means_the_same_to_pyoxigraphs_own_substitution(value: str) -> None:
    word = ox.NamedNode("https://w3id.org/ce-graph/ontology#word")
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("https://example.org/x"), word, ox.Literal(value)))
    text = "SELECT ?x ?word WHERE {\n# parameters: ?word\n?x <https://w3id.org/ce-graph/ontology#word> ?word }"
    bound = list(store.query(bind(text, {"word": ox.Literal(value)})))
    substituted = list(store.query(text, substitutions={ox.Variable("word"): ox.Literal(value)}))
    assert [row["x"] for row in bound] == [row["x"] for row in substituted]
    assert len(bound) == 1


@pytest.mark.parametrize("value", ["a\x00b", "\x07", "\x7f"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(UsageError, match="control characters"):
        written(ox.Literal(value))


@pytest.mark.parametrize(
    "iri", ["https://example.org/> } #", "https://example.org/a b", 'https://example.org/"', "https://e.org/{x}"]
)
def test_an_iri_that_could_end_early_cannot_be_made(iri: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        ox.NamedNode(iri)


def test_a_construct_query_takes_the_rows_of_a_select_query() -> None:
    construct = "PREFIX ce: <https://w3id.org/ce-graph/ontology#>\nCONSTRUCT { ?x ce:said ?word } WHERE {\n  # rows\n}"
    text = splice(construct, bind(BODY, {"word": ox.Literal("\\1")}))
    assert text.count("PREFIX") == 1
    assert isinstance(ox.Store().query(text), ox.QueryTriples)


def test_a_name_given_twice_is_refused() -> None:
    assert unique_names([("a", "1"), ("b", "")]) == {"a": "1", "b": ""}
    with pytest.raises(UsageError, match=r"theme is given twice \('a' and 'b'\); give it once"):
        unique_names([("theme", "a"), ("theme", "b")])
