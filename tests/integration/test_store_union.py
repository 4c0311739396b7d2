"""The default graph is a set of triples: for data that do not change and for stores, in memory and on disk."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
from store_engines import CSV, JSON, LIMITS, TURTLE, count, kill, quick_folder, until, values

from ce_graph.errors import NotFoundError
from ce_graph.store.engine import Dataset
from ce_graph.store.opening import open_engine

DATA = """<a:s> <a:p> "1" <g:1> .
<a:s> <a:p> "1" <g:2> .
<a:s> <a:p> "2" <g:2> .
<a:s> <a:p> "1" .
<a:s> <a:p> "3" .
"""
KINDS = ("published in memory", "published on disk", "store in memory", "store on disk")
SMALL = dataclasses.replace(LIMITS, memory=1)


@contextlib.contextmanager
def opened(kind, *, union=True, data=DATA):
    with quick_folder() as folder:
        (folder / "dataset.nq").write_text(data)
        limits = LIMITS if kind.endswith("memory") else SMALL
        store = folder / "store" if kind.startswith("store") else None
        with open_engine(folder / "dataset.nq", limits=limits, union_default=union, store=store) as engine:
            assert engine.in_memory == kind.endswith("memory")
            yield engine


@pytest.fixture(params=KINDS)
def engine(request):
    with opened(request.param) as found:
        yield found


@pytest.fixture(params=KINDS[2:])
def store(request):
    with opened(request.param) as found:
        yield found


def test_a_triple_of_several_graphs_is_there_once(engine):
    assert count(engine) == 3
    assert values(
        engine.query(
            "SELECT (SUM(xsd:integer(?o)) AS ?n) { ?s ?p ?o }".replace(
                "xsd:integer", "<http://www.w3.org/2001/XMLSchema#integer>"
            ),
            CSV,
        )
    ) == ["6"]
    assert count(engine, "?s ?p ?o GRAPH ?g { ?s ?p ?o }") == 3


def test_the_graphs_are_those_of_the_data_and_no_others(engine):
    assert values(engine.query("SELECT ?g { GRAPH ?g { } }", CSV)) == ["g:1", "g:2"]
    assert count(engine, "GRAPH ?g { ?s ?p ?o }") == 3
    assert count(engine, "GRAPH <g:1> { ?s ?p ?o }") == 1
    with pytest.raises(NotFoundError):
        engine.read_graph("g:3", TURTLE)


def test_the_default_graph_alone_can_still_be_read(engine):
    assert engine.read_graph(None, "application/n-triples").read().count(b"\n") == 2


def test_several_graphs_of_a_query_are_merged(engine):
    several = "SELECT (COUNT(*) AS ?n) FROM <g:1> FROM <g:2>"
    assert values(engine.query(f"{several} {{ ?s ?p ?o }}", CSV)) == ["2"]
    assert values(engine.query(f"{several} FROM NAMED <g:2> {{ ?s ?p ?o GRAPH ?g {{ ?s ?p ?o }} }}", CSV)) == ["2"]
    assert values(engine.query(f"{several} FROM NAMED <g:1> {{ GRAPH ?g {{ }} }}", CSV)) == ["1"]
    assert values(engine.query(f"{several} {{ GRAPH ?g {{ ?s ?p ?o }} }}", CSV)) == ["0"]
    prefixed = "PREFIX g: <g:> SELECT ?o FROM g:1 FROM g:2 { ?s ?p ?o }"
    assert values(engine.query(prefixed, CSV)) == ["1", "2"]
    given = Dataset(default=("g:1", "g:2"), named=("g:1",))
    assert values(engine.query("SELECT ?o FROM <g:3> { ?s ?p ?o }", CSV, dataset=given)) == ["1", "2"]
    assert values(engine.query("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", CSV, dataset=given)) == ["1"]


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_union_the_default_graph_is_its_own(kind):
    with opened(kind, union=False) as engine:
        assert count(engine) == 2
        assert values(engine.query("SELECT ?o FROM <g:1> FROM <g:2> { ?s ?p ?o }", CSV)) == ["1", "2"]


def test_changes_keep_the_union_right(store):
    store.update("INSERT DATA { GRAPH <g:3> { <a:s> <a:p> '1', '4' } }")
    assert count(store) == 4
    store.update("DELETE DATA { GRAPH <g:1> { <a:s> <a:p> '1' } }")
    assert count(store) == 4
    store.update("DELETE { GRAPH ?g { ?s ?p '1' } } WHERE { GRAPH ?g { ?s ?p '1' } } ; DELETE DATA { <a:s> <a:p> '1' }")
    assert count(store) == 3
    store.write_graph("g:4", b"<a:s> <a:p> '4', '5' .", TURTLE, replace=False)
    assert count(store) == 4
    store.write_graph("g:4", b"<a:s> <a:p> '6' .", TURTLE, replace=True)
    assert count(store) == 4
    store.delete_graph("g:4")
    assert values(store.query("SELECT ?o { ?s ?p ?o }", CSV)) == ["2", "3", "4"]
    store.update("DROP NAMED")
    assert values(store.query("SELECT ?o { ?s ?p ?o }", CSV)) == ["3"]
    assert count(store, "GRAPH ?g { ?s ?p ?o }") == 0


def test_what_updates_ask_is_the_default_graph_alone(store):
    store.update("INSERT { GRAPH <g:5> { ?s <a:seen> ?o } } WHERE { ?s <a:p> ?o }")
    assert count(store, "GRAPH <g:5> { ?s <a:seen> ?o }") == 2
    store.update("INSERT { GRAPH <g:6> { ?g <a:has> ?o } } WHERE { GRAPH ?g { ?s <a:p> ?o } }")
    assert values(store.query("SELECT DISTINCT ?g { GRAPH <g:6> { ?g <a:has> ?o } }", CSV)) == ["g:1", "g:2"]


def test_several_graphs_that_an_update_asks_are_not_merged(store):
    """As docs/http-api.md says."""
    counted = "SELECT (COUNT(*) AS ?n) { ?s <a:p> ?o }"
    store.update(f"INSERT {{ <a:x> <a:n> ?n }} USING <g:1> USING <g:2> WHERE {{ {{ {counted} }} }}")
    assert values(store.query("SELECT ?n { <a:x> <a:n> ?n }", CSV)) == ["3"]
    store.update("INSERT { GRAPH <g:9> { ?s <a:all> ?o } } USING <g:1> USING <g:2> WHERE { ?s <a:p> ?o }")
    assert count(store, "?s <a:all> ?o") == 2


@pytest.mark.parametrize("limits", [LIMITS, SMALL])
def test_a_store_learns_of_its_first_triple_in_two_graphs(limits):
    with quick_folder() as folder, open_engine(limits=limits, store=folder / "store") as engine:
        engine.update("INSERT DATA { GRAPH <g:1> { <a:s> <a:p> 1 } GRAPH <g:2> { <a:s> <a:p> 2 } }")
        assert count(engine) == 2
        engine.update("INSERT DATA { GRAPH <g:2> { <a:s> <a:p> 1 } }")
        assert count(engine) == 2
        assert count(engine, "GRAPH ?g { ?s ?p ?o }") == 3


def test_the_union_is_kept_over_a_restart_a_backup_and_a_restore():
    with quick_folder() as folder:
        with open_engine(limits=LIMITS, store=folder / "store") as engine:
            engine.update("INSERT DATA { GRAPH <g:1> { <a:s> <a:p> 1 } GRAPH <g:2> { <a:s> <a:p> 1 } }")
            engine.backup(folder / "copy")
            engine.update("DROP ALL")
            engine.restore(folder / "copy")
            assert count(engine) == 1
        with open_engine(limits=LIMITS, store=folder / "copy") as engine:
            assert count(engine) == 1
            assert count(engine, "GRAPH ?g { ?s ?p ?o }") == 2
        with open_engine(limits=LIMITS, store=folder / "store", union_default=False) as engine:
            assert count(engine) == 0
            engine.update("INSERT DATA { GRAPH <g:3> { <a:s> <a:p> 1, 2 } }")
            assert values(engine.query("SELECT ?g { GRAPH ?g { } }", CSV)) == ["g:1", "g:2", "g:3"]
        with open_engine(limits=LIMITS, store=folder / "store") as engine:
            assert count(engine) == 2


def test_a_store_that_was_filled_without_a_union_gets_one():
    with quick_folder() as folder:
        with open_engine(limits=LIMITS, store=folder / "store", union_default=False) as engine:
            engine.update("INSERT DATA { GRAPH <g:1> { <a:s> <a:p> 1 } GRAPH <g:2> { <a:s> <a:p> 1 } }")
        with open_engine(limits=LIMITS, store=folder / "store") as engine:
            assert count(engine) == 1


def test_the_union_is_right_while_the_data_are_read_into_memory_again():
    with opened("store in memory") as engine:
        engine.update("INSERT { GRAPH <g:7> { ?s ?p ?r } } WHERE { ?s ?p '3' BIND(STR(RAND()) AS ?r) }")
        assert count(engine) == 4
        kill(engine._source.pid)
        assert count(engine) == 4
        until(lambda: engine.in_memory)
        assert count(engine) == 4


def test_an_update_that_fails_in_its_second_step_changes_nothing(store):
    before = store.query("SELECT * { ?s ?p ?o }", JSON).read()
    with pytest.raises(Exception, match="absent"):
        store.update("INSERT DATA { GRAPH <g:8> { <a:s> <a:p> 9 } } ; DROP GRAPH <g:absent>")
    assert store.query("SELECT * { ?s ?p ?o }", JSON).read() == before
    store.update("INSERT DATA { GRAPH <g:8> { <a:s> <a:p> 8 } }")
    assert count(store) == 4
