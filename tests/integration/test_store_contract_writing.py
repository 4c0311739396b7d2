"""What every engine promises for updates and graphs: one suite over both kinds."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from store_engines import CSV, KINDS, TURTLE, count, engine_of, filled, values

from ce_graph.errors import EndpointError, NotAcceptableError, NotFoundError, QueryError, UnsupportedError
from ce_graph.store.engine import Dataset


@pytest.fixture(scope="module", params=KINDS)
def engine(request):
    with engine_of(request.param) as engine:
        yield engine


@pytest.fixture
def store(engine):
    return filled(engine)


def test_an_update_is_seen_by_the_next_query(store):
    for number in range(5):
        store.update(f"INSERT DATA {{ <a:n> <a:n> {number} }}")
        assert count(store, "<a:n> <a:n> ?o") == number + 1


@pytest.mark.parametrize("second", ["DROP GRAPH <http://g/none>", "nonsense"])
def test_an_update_that_fails_changes_nothing(store, second):
    with pytest.raises((QueryError, EndpointError)):
        store.update(f"INSERT DATA {{ <a:x> <a:x> 1 }} ; {second}")
    assert count(store) == 3


def test_graphs_given_beside_an_update_are_where_it_looks(store):
    store.update("INSERT { ?s <a:seen> ?o } WHERE { ?s ?p ?o }", using=Dataset(default=("http://g/2",)))
    assert values(store.query("SELECT ?o { ?s <a:seen> ?o }", CSV)) == ["4", "5"]
    with pytest.raises(QueryError):
        store.update("WITH <http://g/1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", using=Dataset(default=("http://g/2",)))


def test_a_graph_that_is_not_there_is_an_empty_one_to_an_update(store):
    store.update("INSERT { <a:s> <a:new> ?o } USING <http://g/9> WHERE { ?s ?p ?o }")
    store.update("INSERT { <a:s> <a:new> ?o } WHERE { ?s ?p ?o }", using=Dataset(default=("http://g/9",)))
    assert count(store) == 3
    store.update("INSERT { <a:s> <a:new> ?o } USING <http://g/9> USING <http://g/1> WHERE { ?s ?p ?o }")
    assert count(store) == 4


def test_a_graph_is_written_read_added_to_and_removed(store):
    name = "http://g/new"
    with pytest.raises(NotFoundError):
        store.read_graph(name, TURTLE)
    assert store.write_graph(name, b"<a:s> <a:p> 1 .", TURTLE, replace=True) is True
    assert store.write_graph(name, b"<a:s> <a:p> 2 .", TURTLE, replace=False) is False
    assert len(list(ox.parse(store.read_graph(name, "application/n-triples").read(), ox.RdfFormat.N_TRIPLES))) == 2
    assert store.write_graph(name, b"<a:s> <a:p> 3 .", TURTLE, replace=True) is False
    assert len(list(ox.parse(store.read_graph(name, TURTLE).read(), ox.RdfFormat.TURTLE))) == 1
    store.delete_graph(name)
    with pytest.raises(NotFoundError):
        store.delete_graph(name)


def test_the_default_graph_is_written_and_emptied(store):
    assert store.write_graph(None, b"<a:s> <a:p> 9 .", TURTLE, replace=True) is False
    assert count(store) == 1
    store.delete_graph(None)
    assert count(store) == 0
    assert count(store, "GRAPH ?g { ?s ?p ?o }") == 3
    assert store.read_graph(None, "application/n-triples").read() == b""


def test_an_empty_graph_that_was_written_is_there(store):
    assert store.write_graph("http://g/empty", b"", TURTLE, replace=True) is True
    assert store.read_graph("http://g/empty", "application/n-triples").read() == b""


def test_relative_names_in_a_graph_belong_to_it(store):
    store.write_graph("http://g/dir/x", b"<y> <a:p> <> .", TURTLE, replace=True)
    answer = store.read_graph("http://g/dir/x", "application/n-triples").read()
    assert answer == b"<http://g/dir/y> <a:p> <http://g/dir/x> .\n"


def test_data_that_cannot_be_read_changes_nothing(store):
    with pytest.raises(QueryError):
        store.write_graph("http://g/1", b"<a:s> <a:p> 1 . <a:s> <a:p", TURTLE, replace=True)
    with pytest.raises(UnsupportedError):
        store.write_graph("http://g/1", b"a,b", "text/csv", replace=True)
    with pytest.raises(NotAcceptableError):
        store.read_graph("http://g/1", "text/csv")
    assert values(store.query("SELECT ?o FROM <http://g/1> { ?s ?p ?o }", CSV)) == ["3"]
