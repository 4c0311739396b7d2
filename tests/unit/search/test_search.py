"""What somebody means is found: by beginnings, without accents, mistyped, in three languages; nothing else gets in."""

from __future__ import annotations

import threading

import pyoxigraph as ox
import pytest

from ce_graph.query import running
from ce_graph.search import entries as reading
from ce_graph.search.entries import Entry, kind_of
from ce_graph.search.folding import fold, words
from ce_graph.search.index import Index
from ce_graph.search.match import search, suggest

BASE = "https://w3id.org/ce-graph/"
NAMES = (
    ("id/actor/hsy", "actor", "HSY", "", False),
    ("id/actor/hsy", "actor", "Helsingin seudun ympäristöpalvelut", "fi", True),
    ("id/actor/hsy", "actor", "Helsingforsregionens miljötjänster", "sv", True),
    ("id/actor/liitto", "actor", "Uudenmaan liitto", "fi", True),
    ("id/project/loop", "project", "Kiertotalouslaakso", "fi", True),
    ("id/project/loop", "project", "Circular Valley", "en", True),
    ("id/project/seminar", "project", "Kiertotalouslaakson seminaari", "fi", True),
    ("id/place/vantaa", "place", "Vantaa", "fi", True),
    ("id/place/vantaa", "place", "Vanda", "sv", True),
    ("code/ewc/170106", "code", "17 01 06*", "", False),
    ("code/material/textiles", "code", "tekstiilit", "fi", True),
    ("graph/report", "graph", "Jätetilasto 2019", "fi", True),
)


@pytest.fixture(scope="module")
def index():
    made = Index(Entry(BASE + path, *rest) for path, *rest in NAMES)
    yield made
    made.close()


def found(index: Index, text: str, **asked: str) -> list[str]:
    return [hit.iri.removeprefix(BASE) for hit in search(index, text, **asked).hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("hsy", "id/actor/hsy"),
        ("HELSINGIN seu", "id/actor/hsy"),
        ("ymparisto", "id/actor/hsy"),
        ("seudun helsingin", "id/actor/hsy"),
        ("Circular", "id/project/loop"),
        ("Vanda", "id/place/vantaa"),
        ("17 01 06", "code/ewc/170106"),
        ("jätetil", "graph/report"),
        ("jatetilasto 2019", "graph/report"),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(index: Index, text: str, first: str) -> None:
    assert found(index, text)[0] == first


@pytest.mark.parametrize(
    ("text", "first", "instead"),
    [
        ("kiertotalouslakso", "id/project/loop", ("kiertotalouslaakso",)),
        ("Uudenmaan liito", "id/actor/liitto", ("uudenmaan", "liitto")),
        ("vnataa", "id/place/vantaa", ("vantaa",)),
        ("tesktiilit", "code/material/textiles", ("tekstiilit",)),
        ("circulr valey", "id/project/loop", ("circular", "valley")),
    ],
)
def test_mistyped_words_are_understood_and_it_is_said(index: Index, text: str, first: str, instead: tuple[str]) -> None:
    answer = search(index, text)
    assert answer.hits[0].iri == BASE + first
    assert answer.instead == instead


def test_the_whole_name_comes_before_its_beginning(index: Index) -> None:
    assert found(index, "kiertotalouslaakso") == ["id/project/loop", "id/project/seminar"]


def test_a_thing_is_told_once_by_the_name_in_the_readers_language(index: Index) -> None:
    answer = search(index, "helsing", "sv")
    assert [(hit.iri.removeprefix(BASE), hit.language) for hit in answer.hits] == [("id/actor/hsy", "sv")]


def test_kinds_are_counted_and_narrow_down(index: Index) -> None:
    answer = search(index, "v")
    assert answer.kinds == {"place": 1, "project": 1}
    assert found(index, "v", kind="place") == ["id/place/vantaa"]
    assert search(index, "v", kind="place").kinds == answer.kinds


@pytest.mark.parametrize(
    "text", ["", "   ", '"', "' OR 1=1 --", "NEAR(a b)", "*", "a AND", "\x00", "()", "ä" * 5000, "^x:y"]
)
def test_nothing_in_a_search_is_read_as_a_query(index: Index, text: str) -> None:
    answer = search(index, text)
    assert isinstance(answer.hits, tuple)


def test_suggestions_are_the_first_hits(index: Index) -> None:
    assert [hit.name for hit in suggest(index, "kiert")] == ["Kiertotalouslaakso", "Kiertotalouslaakson seminaari"]


def test_many_may_search_at_once(index: Index) -> None:
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(found(index, "vantaa"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["id/place/vantaa"]] * 8


def test_counting_stops_somewhere_and_says_so() -> None:
    index = Index(Entry(f"{BASE}id/flow/f{n}", "flow", f"flow number {n}", "en", True) for n in range(3000))
    try:
        assert search(index, "flow").over
        assert search(index, "number 2999").hits[0].iri == f"{BASE}id/flow/f2999"
    finally:
        index.close()


def test_texts_are_compared_without_case_accents_and_marks() -> None:
    assert fold("Jäte-ÖLJY, Nr. 5") == "jate oljy nr 5"
    assert fold("ﬁ Straße") == "fi strasse"
    assert words("a " * 100) == ["a"] * 12


@pytest.mark.parametrize(
    ("iri", "kind"),
    [
        (f"{BASE}id/actor/hsy", "actor"),
        (f"{BASE}code/ewc", "code"),
        (f"{BASE}graph/seed", "graph"),
        (f"{BASE}ontology#Flow", "term"),
        (f"{BASE}id/actor", None),
        ("https://elsewhere.example/id/actor/x", None),
    ],
)
def test_the_kind_is_in_the_iri(iri: str, kind: str | None) -> None:
    assert kind_of(iri, BASE) == kind


def test_names_are_read_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store()
    named = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    things = " ".join(f"<{BASE}id/actor/a{n}> {named} 'Actor {n}' ." for n in range(7))
    store.update(f"INSERT DATA {{ {things} }}")
    asked: list[str] = []

    monkeypatch.setattr(running, "AT_ONCE", 3)
    run = running.on_store(store)
    found = reading.entries(lambda query: asked.append(query) or run(query), BASE)
    assert {entry.name for entry in found} == {f"Actor {n}" for n in range(7)}
    assert len(asked) == 3
