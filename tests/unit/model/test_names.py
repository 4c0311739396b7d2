"""Things are found by what somebody writes."""

from __future__ import annotations

import pytest

from ce_graph.errors import NotFoundError
from ce_graph.model.names import Names, slug
from ce_graph.model.trees import Tree

NAMES = Names(
    {"x/one": {"en": "The First", "fi": "Ensimmäinen"}, "x/two": {"sv": "Andra"}, "y/two": {"en": "Zwei"}, "x/3": {}},
    {"x/one": ["number one"]},
)
KNOWN = ["x/one", "x/two", "x/3"]


@pytest.mark.parametrize("text", ["x/one", "one", "ONE", "the first", "The-First", "ensimmainen", "Number one"])
def test_by_iri_short_name_label_or_the_words_of_a_source(text):
    assert NAMES.find(text, KNOWN, "thing") == "x/one"


def test_what_may_be_two_things_is_refused():
    with pytest.raises(NotFoundError, match="may be each of these, write one of them: two, two"):
        NAMES.find("two", ["x/two", "y/two"], "thing")


def test_what_is_unknown_lists_what_is_known():
    with pytest.raises(NotFoundError, match=r"there is no thing 'ten'; there are 3, one, two"):
        NAMES.find("ten", KNOWN, "thing")
    with pytest.raises(NotFoundError, match=r"did you mean one \(The First\)\?"):
        NAMES.find("firs", ["x/one"], "thing")


@pytest.mark.parametrize(
    ("iri", "language", "label"),
    [
        ("x/one", "fi", "Ensimmäinen"),
        ("x/one", "sv", "The First"),
        ("x/two", "en", "Andra"),
        ("x/3", "en", "3"),
        ("x/3 x/two", "en", "3 + Andra"),
    ],
)
def test_the_label_is_the_best_there_is(iri, language, label):
    assert NAMES.label(iri, language) == label


def test_slugs_are_small_letters():
    assert slug("HSY:n jätehuolto–alue ") == "hsy-n-jatehuolto-alue"


def test_a_circle_in_a_hierarchy_is_walked_once():
    tree = Tree([("a", "b"), ("b", "a"), ("a", "a")])
    assert tree.above("a") == ("a", "b")
    assert tree.below("a") == {"a", "b"}
    assert tree.at_level("a", 1) in ("a", "b")


def test_places_overlap_when_something_lies_in_both():
    tree = Tree([("k", "hsy"), ("k", "kuuma"), ("e", "hsy"), ("t", "kuuma")])
    assert tree.overlap("hsy", "kuuma")
    assert not tree.overlap("e", "t")
    assert tree.overlap("k", "hsy")
