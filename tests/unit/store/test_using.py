"""Graphs that are given beside an update are written into it."""

import pyoxigraph as ox
import pytest

from ce_graph.errors import QueryError
from ce_graph.store.engine import NO_DATASET, Dataset
from ce_graph.store.text.using import check_iri, with_dataset

USING = Dataset(default=("http://g/1",), named=("http://g/2",))


def test_nothing_given_changes_nothing():
    assert with_dataset("INSERT {} WHERE {}", NO_DATASET) == "INSERT {} WHERE {}"


def test_each_operation_with_a_pattern_gets_the_clauses():
    text = "INSERT DATA { <a:WHERE> <a:b> 'WHERE' } ; INSERT { ?s ?p 1 } WHERE { ?s ?p 'WHERE' }"
    assert with_dataset(text, USING) == (
        "INSERT DATA { <a:WHERE> <a:b> 'WHERE' } ; INSERT { ?s ?p 1 } "
        "USING <http://g/1> USING NAMED <http://g/2> WHERE { ?s ?p 'WHERE' }"
    )


def test_delete_where_reads_from_the_given_graphs():
    store = ox.Store()
    store.update("INSERT DATA { <a:s> <a:p> 1, 2 GRAPH <http://g/1> { <a:s> <a:p> 1 } }")
    store.update(with_dataset("DELETE WHERE { ?s ?p ?o }", Dataset(default=("http://g/1",))))
    assert [quad.object.value for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())] == ["2"]


@pytest.mark.parametrize(
    "text",
    [
        "WITH <http://g/3> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING <http://g/3> WHERE { ?s ?p ?o }",
        "INSERT DATA {} ; DELETE { ?s ?p ?o } USINGNAMED<http://g/3>WHERE { ?s ?p ?o }",
    ],
)
def test_graphs_inside_and_beside_exclude_each_other(text):
    with pytest.raises(QueryError, match="exclude"):
        with_dataset(text, USING)


def test_what_cannot_be_read_with_certainty_is_refused():
    with pytest.raises(QueryError, match="space"):
        with_dataset("DELETEWHERE { ?s ?p ?o }", USING)
    with pytest.raises(QueryError, match="close"):
        with_dataset("DELETE WHERE { ?s ?p ?o", USING)


@pytest.mark.parametrize(
    "iri", ["", "relative", "http://a/ b", "http://a/> } ; DROP ALL ; {<", "a:b\n", "http://a/\\u003e"]
)
def test_what_is_no_absolute_iri_never_gets_into_a_text(iri):
    with pytest.raises(QueryError):
        check_iri(iri)
