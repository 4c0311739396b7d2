"""What is wrong with a query is said in words."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ce_graph.store.text.wanted import wanted


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?a { ?a a foo:Actor }", "this prefix is not declared"),
        ("SELECT ?a { ?a a <x>", "this is not a valid IRI, or a relative one without BASE"),
        ("SELECT ?a { ?a ?b ?c } LIMIT x", "expected HAVING, OFFSET, OPTIONAL, VALUES"),
        ("SELECT ?a { BIND(1 AS ?x) BIND(2 AS ?x) }", "this cannot stand here"),
    ],
)
def test_what_the_parser_expected_is_said_without_classes_of_characters(query: str, said: str) -> None:
    with pytest.raises(SyntaxError) as refused:
        ox.Store().query(query)
    assert wanted(str(refused.value).partition(": ")[2]) == said


def test_of_many_things_that_could_stand_here_the_first_dozen_is_named() -> None:
    assert wanted("expected one of " + ", ".join(f'"{n}"' for n in range(13))) == (
        'expected "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11" …'
    )


def test_another_message_stays_as_it_is() -> None:
    assert wanted("The variable ?x is bound twice") == "The variable ?x is bound twice"
