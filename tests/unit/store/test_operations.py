"""What an update touches is known or looked for, and the graph of the union stays hidden from queries and updates."""

from __future__ import annotations

import itertools
import random

import pyoxigraph as ox
import pytest

from ce_graph.store.changing import merging, tracking
from ce_graph.store.changing.operations import as_inserted, operations
from ce_graph.store.text.hiding import Uncertain, hide

UNION = "urn:ce-graph:union:x"

UPDATES = [
    "INSERT DATA { <a:s> <a:p> 1, 2 ; <a:q> [ <a:r> 'x' ] . GRAPH <g:1> { <a:s> <a:p> 1 } . GRAPH <g:2> { } }",
    "INSERT DATA { _:b <a:p> 1 GRAPH <g:1> { _:b <a:p> 1 } # a comment\n . }",
    "DELETE DATA { <a:s> <a:p> 1 GRAPH <g:1> { <a:s> <a:p> 1 } }",
    "PREFIX x: <g:> DELETE WHERE { GRAPH ?g { ?s <a:p> 1 } GRAPH x:1 { ?s ?p ?o } }",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o FILTER(?o = 2) } }",
    "INSERT { GRAPH <g:3> { ?s ?p ?o . ?s <a:in> ?g } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "WITH <g:1> DELETE { ?s <a:p> ?o } INSERT { ?s <a:q> ?o . GRAPH <g:2> { ?s <a:q> ?o } } WHERE { ?s <a:p> ?o }",
    "INSERT { ?s <a:n> ?n } USING <g:1> USING <g:2> WHERE { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s }",
    "WITH <g:1> DELETE { ?s <a:p> ?o . } INSERT { GRAPH <g:1> { } . ?s <a:q> ?o . } WHERE { ?s <a:p> ?o FILTER(?o<3) }",
    "INSERT { GRAPH ?g { ?s <a:r> ?o } . GRAPH <g:2> { ?s <a:r> ?o . } } WHERE { GRAPH ?g { ?s <a:p> ?o } }",
    "INSERT { GRAPH <g:4> { ?s ?p ?o } } USING NAMED <g:2> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { ?s <a:both> 1 } WHERE { ?s ?p ?o OPTIONAL { GRAPH ?g { ?s <a:q> ?o } } FILTER(!BOUND(?g)) }",
    "INSERT { <a:s> <a:many> ?n } WHERE { SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } } }",
    "COPY SILENT DEFAULT TO <g:1>",
    "MOVE SILENT GRAPH <g:1> TO GRAPH <g:3>",
    "ADD SILENT <g:2> TO DEFAULT",
    "CLEAR SILENT GRAPH <g:2>",
    "DROP SILENT GRAPH <g:1>",
    "CLEAR DEFAULT",
    "DROP NAMED",
    "CLEAR ALL",
    "INSERT { GRAPH <g:1> { ?s <a:anonymous> [ <a:p> ?o ] } } WHERE { ?s <a:p> ?o }",
    "INSERT { GRAPH <g:1> { ?s <a:labelled> _:x } GRAPH <g:2> { _:x <a:p> ?o } } WHERE { ?s <a:p> ?o }",
    "INSERT { <a:s> <a:list> (1 2) } WHERE { }",
    "CREATE SILENT GRAPH <g:9>",
    "BASE <g:> PREFIX a: <a:> INSERT DATA { GRAPH <1> { a:s a:p 5 } } ; DELETE { a:s a:p ?o } "
    "INSERT { a:s a:p 6 } WHERE { a:s a:p ?o } ; INSERT DATA { a:s a:p 7 } ;",
    "INSERT DATA { GRAPH <g:1> { " + "<a:s> <a:long> 'x', 'y' . " * 3000 + "} } ; COPY SILENT <g:1> TO <g:5>",
    "DELETE DATA { <a:s> <a:p> 1 } ; INSERT DATA { <a:s> <a:p> '(2)' GRAPH <g:2> { <a:s> <a:p> 1 } }",
    "DELETE DATA { <a:s> <a:p> 1 } ; INSERT DATA { _:b <a:p> 1 }",
    "DELETE WHERE { GRAPH ?g { ?s <a:p> 1 } } ; INSERT DATA { GRAPH <g:1> { <a:s> <a:p> 1 . <a:s> <a:p> 2 } } # end",
    "",
]
FILLED = "INSERT DATA { <a:s> <a:p> 1 GRAPH <g:1> { <a:s> <a:p> 2 ; <a:q> 1 } GRAPH <g:2> { <a:t> <a:p> 1 , 'x' } }"


def quads(store, union=""):
    return {quad for quad in store if quad.graph_name != ox.NamedNode(union or "urn:none")}


def union_of(store, name):
    return merging.triples_of(store.quads_for_pattern(None, None, None, ox.NamedNode(name)))


def plain(store):
    """Blank nodes have new labels each time that an update is carried out."""
    return sorted(
        ["_" if isinstance(term, ox.BlankNode) else str(term) for term in (*quad.triple, quad.graph_name)]
        for quad in store
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_union_is_right_after_any_updates_and_they_do_what_they_say(seed):
    """Against an engine that carries the same updates out as they are, and a union that is made anew."""
    chosen = random.Random(seed)
    store, expected = ox.Store(), ox.Store()
    union = ""
    for text in itertools.chain(chosen.choices(UPDATES, k=30), UPDATES if seed == 0 else ()):
        touched = tracking.update(store, text, union)
        expected.update(text)
        assert plain(quads(store, union)) == plain(expected), text
        twice = merging.stated_twice(expected)
        if not union and twice:
            assert touched is None or merging.now_twice(store, touched), text
            union = UNION
            merging.build(store, union)
        if union:
            assert union_of(store, union) == merging.triples_of(quads(store, union)), text
    names = {graph.value for graph in store.named_graphs()} - {union}
    assert names == {graph.value for graph in expected.named_graphs()}


@pytest.mark.parametrize("text", [text for text in UPDATES if len(text) < 1000])
def test_what_is_told_is_all_that_changes(text):
    """Each update from the same small dataset; what changes is found by comparing all quads."""
    store = ox.Store()
    store.update(FILLED)
    before = set(store)
    touched = tracking.update(store, text, "")
    if touched is None:
        assert any(word in text for word in ("COUNT(", " [", "_:x", "(1 2)")), text
    else:
        assert merging.triples_of(set(store) - before) <= touched, text


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://e/>",
        "DROP ALL",
        "CLEAR NAMED",
        "INSERT { <a:a> <a:b> [] } WHERE { }",
        "INSERT { <a:a> <a:b> ?r } WHERE { BIND(RAND() AS ?r) }",
        "WITH <g:1> INSERT { <a:a> <a:b> ?g } WHERE { GRAPH ?g { } }",
        "CLEAR GRAPH:x",
        "DELETE { ?s ?p ?o",
        "INSERTDATA { }",
    ],
)
def test_what_only_its_outcome_can_tell_is_not_told(text):
    with pytest.raises(Uncertain):
        operations(text, "")


@pytest.mark.parametrize(
    ("text", "inserted"),
    [
        ("BASE <x:> INSERT DATA { <a> <b> 'DROP ALL' } # DROP", "BASE <x:> INSERT DATA { <a> <b> 'DROP ALL' } # DROP"),
        ("PREFIX x: <x:> Delete Data { x:a a true }", "PREFIX x: <x:> INSERT Data { x:a a true }"),
        ("INSERT DATA { <a:s> <a:p> 1 } ; DELETE DATA { <a:s> <a:p> 1 }", None),
        ("INSERT DATA { <a:s> <a:p> 1 } ; DROP ALL", None),
        ("PREFIX x: <x:> INSERT DATA { x:a x:b 1 } ; CLEAR:x", None),
        ("DELETE WHERE { ?s ?p ?o }", None),
    ],
)
def test_updates_of_data_alone_say_themselves_what_they_touch(text, inserted):
    assert as_inserted(text) == inserted


def test_a_syntax_error_keeps_its_place_and_changes_nothing():
    store = ox.Store()
    for text in (
        "INSERT DATA { <a:s> <a:p> 1 } ;\nINSERT DATA { <a:s> }",
        "PREFIX x: <a:>\nPREFIX y: <b:> INSERT DATA { <a:s> }",
        "PREFIX x: <a:> PREFIX y INSERT DATA { }",
        "PREFIX x: <a:>\n\n INSERT DATA {\n <a:s> }",
    ):
        with pytest.raises(SyntaxError) as plain_error:
            ox.Store().update(text)
        with pytest.raises(SyntaxError) as error:
            tracking.update(store, text, "")
        assert str(error.value).split(": ")[0] == str(plain_error.value).split(": ")[0]
    assert len(store) == 0


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?g { GRAPH ?g { } }",
        "SELECT DISTINCT ?g { GRAPH $g { ?s ?p ?o } . ?s ?p ?o }",
        "SELECT ?g { ?s ?p ?o OPTIONAL { GRAPH ?g { ?s ?p ?o } } }",
        "SELECT ?g { { GRAPH ?g { ?s ?p ?o } } UNION { GRAPH ?g { ?s ?p 1 } } }",
        "SELECT (COUNT(*) AS ?g) { GRAPH ?x { ?s ?p ?o } }",
        "SELECT ?g { VALUES ?g { <g:1> <g:2> } FILTER EXISTS { GRAPH ?g { ?s ?p ?o } } }",
        "SELECT ?g { { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g } FILTER(?n > 0) }",
        "SELECT ?g { ?s ?p ?o MINUS { GRAPH ?h { ?s ?p ?o } } BIND(1 AS ?g) }",
        "SELECT ?g { GRAPH <g:1> { ?s ?p ?g } }",
        "SELECT ?g { GRAPH ?h { ?s ?p ?g # GRAPH ?x {\n } }",
        "SELECT ('GRAPH ?g { }' AS ?g) { }",
    ],
)
def test_a_hidden_graph_is_not_seen(text):
    store, expected = ox.Store(), ox.Store()
    for each in (store, expected):
        each.update("INSERT DATA { <a:s> <a:p> 1, 3 GRAPH <g:1> { <a:s> <a:p> 1, 2 } GRAPH <g:2> { <a:s> <a:p> 1 } }")
    merging.build(store, UNION)

    def rows(found):
        return sorted(str(row["g"]) for row in found)

    found = rows(store.query(hide(text, UNION), default_graph=[ox.DefaultGraph()]))
    assert found == rows(expected.query(text))
