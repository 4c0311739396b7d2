"""What every engine promises for queries: one suite over the engine on this machine and a real ``oxigraph serve``."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pyoxigraph as ox
import pytest
from store_engines import CSV, ENDLESS, JSON, KINDS, TURTLE, count, engine_of, filled, values

from ce_graph.errors import (
    BusyError,
    ForbiddenError,
    LimitError,
    NotAcceptableError,
    QueryCancelled,
    QueryError,
    QueryTimeout,
    TooLargeError,
)
from ce_graph.rdf.formats import GRAPHS, RESULTS
from ce_graph.store.engine import NO_DATASET, Dataset


@pytest.fixture(scope="module", params=KINDS)
def engine(request):
    with engine_of(request.param) as engine:
        yield engine


@pytest.fixture
def store(engine):
    return filled(engine)


@pytest.fixture(scope="module")
def listener():
    """A port that nobody may contact; what contacts it is kept."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server


def contacted(server):
    with contextlib.suppress(TimeoutError):
        server.accept()[0].close()
        return True
    return False


@pytest.mark.parametrize("format_", RESULTS, ids=lambda format_: format_.name)
def test_solutions_come_in_every_format_with_their_number_and_length(store, format_):
    with store.query("SELECT ?o { ?s ?p ?o } ORDER BY ?o", format_.media_type) as answer:
        body = answer.body.read()
    assert answer.media_type == format_.media_type
    assert (answer.rows, answer.length) == (3, len(body))
    assert b"x},{" in body


@pytest.mark.parametrize("format_", RESULTS[:2], ids=lambda format_: format_.name)
def test_truth_comes_in_json_and_xml(store, format_):
    answer = store.query("ASK { ?s ?p 1 }", format_.media_type)
    assert answer.rows is None
    assert b"true" in answer.read()


@pytest.mark.parametrize("format_", GRAPHS, ids=lambda format_: format_.name)
def test_triples_come_in_every_format(store, format_):
    answer = store.query("CONSTRUCT { ?s <a:q> ?o } { ?s ?p ?o }", format_.media_type)
    assert answer.rows is None
    assert len(list(ox.parse(answer.read(), format_.rdf))) == 3


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("SELECT * {}", TURTLE),
        ("ASK {}", CSV),
        ("ASK {}", "text/tab-separated-values"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", JSON),
        ("DESCRIBE <a:s>", CSV),
        ("SELECT * {}", "text/html"),
    ],
)
def test_a_format_that_cannot_hold_the_result_is_refused(store, text, media_type):
    with pytest.raises(NotAcceptableError):
        store.query(text, media_type)


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p", "SELECT ?x { BIND(1 AS ?x", "nonsense", "SELECT * { ?s ?p '''x }"]
)
def test_what_cannot_be_parsed_is_refused_with_its_place(store, text):
    with pytest.raises(QueryError) as caught:
        store.query(text, JSON)
    assert caught.value.line == 1
    assert caught.value.column > 0


def test_an_update_is_no_query_and_a_query_no_update(store):
    with pytest.raises(QueryError, match="update"):
        store.query("DROP ALL", JSON)
    with pytest.raises(QueryError, match="not an update"):
        store.update("SELECT * {}")
    assert count(store) == 3


def test_the_default_graph_is_the_stores_own(store):
    assert store.union_default is False
    assert count(store) == 3
    assert count(store, "GRAPH ?g { ?s ?p ?o }") == 3


def test_graphs_beside_the_query_replace_those_inside(store):
    text = "SELECT ?o FROM <http://g/2> { ?s ?p ?o }"
    assert values(store.query(text, CSV)) == ["4", "5"]
    assert values(store.query(text, CSV, dataset=Dataset(default=("http://g/1",)))) == ["3"]
    both = Dataset(default=("http://g/1", "http://g/2"))
    assert values(store.query("SELECT ?o { ?s ?p ?o }", CSV, dataset=both)) == ["3", "4", "5"]


def test_only_the_named_graphs_that_are_given_are_seen(store):
    text = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    assert values(store.query(text, CSV, dataset=Dataset(named=("http://g/2",)))) == ["4", "5"]
    assert values(store.query("SELECT ?o { ?s ?p ?o }", CSV, dataset=Dataset(named=("http://g/2",)))) == []
    assert values(store.query(text, CSV, dataset=Dataset(default=("http://g/2",)))) == []


def test_a_graph_that_is_not_there_is_an_empty_one(store):
    for text, dataset, found in (
        ("SELECT ?o FROM <http://g/9> { ?s ?p ?o }", None, []),
        ("PREFIX g: <http://g/> SELECT ?o FROM g:9 FROM <http://g/1> { ?s ?p ?o }", None, ["3"]),
        (
            "SELECT ?o FROM <http://g/1> FROM NAMED <http://g/9> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
            0,
            ["3"],
        ),
        ("SELECT ?g FROM NAMED <http://g/9> FROM NAMED <http://g/2> { GRAPH ?g { ?s ?p 5 } }", None, ["http://g/2"]),
        ("SELECT ?o { ?s ?p ?o }", Dataset(default=("http://g/9",)), []),
        ("SELECT ?o FROM <http://g/9> { ?s ?p ?o }", Dataset(default=("http://g/1", "http://g/9")), ["3"]),
        ("SELECT ?o { ?s ?p ?o }", Dataset(named=("http://g/9",)), []),
    ):
        assert values(store.query(text, CSV, dataset=dataset or NO_DATASET)) == found, text
    with pytest.raises(QueryError) as error:
        store.query("SELECT ?o FROM <http://g/9> { ?s ?p ?o", CSV)
    assert (error.value.line, error.value.column) == (1, 39)


@pytest.mark.parametrize("graph", ["not absolute", "http://a/ b", "http://a/> { } } #", ""])
def test_a_graph_without_an_absolute_iri_is_refused(store, graph):
    with pytest.raises(QueryError):
        store.query("SELECT * {}", JSON, dataset=Dataset(default=(graph,)))
    with pytest.raises(QueryError):
        store.write_graph(graph, b"", TURTLE, replace=True)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(<{}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        "PREFIX : <{}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
    ],
)
def test_a_query_never_asks_another_address(store, listener, text):
    with pytest.raises(ForbiddenError):
        store.query(text.format(f"http://127.0.0.1:{listener.getsockname()[1]}/"), JSON)
    assert not contacted(listener)


@pytest.mark.parametrize("text", ["LOAD <{}>", "LOAD SILENT <{}> INTO GRAPH <a:g>", "PREFIX : <{}> LOAD:x"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_update_never_fetches_another_address(store, listener, text, host):
    with pytest.raises(ForbiddenError):
        store.update(text.format(f"http://{host}:{listener.getsockname()[1]}/"))
    assert not contacted(listener)
    assert count(store) == 3


@pytest.mark.parametrize("address", ["http://127.0.0.1:{}/", "http://localhost:{}/", "file:///etc/hostname"])
def test_from_never_fetches(store, listener, address):
    graph = address.format(listener.getsockname()[1])
    for ask in (
        lambda: store.query(f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}", CSV),
        lambda: store.query("SELECT * { ?s ?p ?o }", CSV, dataset=Dataset(default=(graph,))),
        lambda: store.query(f"SELECT * FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", CSV),
    ):
        with contextlib.suppress(QueryError):
            assert values(ask()) == []
    assert not contacted(listener)


@pytest.mark.parametrize(
    "text",
    [
        ENDLESS,
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } ORDER BY ?c ?f ?i",
        "SELECT (GROUP_CONCAT(?c) AS ?x) (SUM(?f) AS ?y) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
        "SELECT (COUNT(*) AS ?n) { ?a (<a:p>|!<a:p>)* ?b . ?c (<a:p>/^<a:p>)* ?d . ?e (<a:p>/^<a:p>)+ ?f . ?g !<a:x>* ?h }",  # noqa: E501
    ],
    ids=["join", "sort", "aggregate", "path"],
)
def test_a_query_past_its_deadline_is_ended(store, text):
    store.update("INSERT DATA {" + " ".join(f"<a:s{i}> <a:p> {i} ." for i in range(300)) + "}")
    began = time.monotonic()
    with pytest.raises(QueryTimeout):
        store.query(text, JSON, seconds=0.5)
    assert time.monotonic() - began < 10
    assert count(store) == 303


def test_who_has_gone_is_not_waited_for(store):
    store.update("INSERT DATA {" + " ".join(f"<a:s{i}> <a:p> {i} ." for i in range(300)) + "}")
    gone = threading.Event()
    threading.Timer(0.1, gone.set).start()
    began = time.monotonic()
    with pytest.raises(QueryCancelled):
        store.query(ENDLESS, JSON, cancel=gone)
    assert time.monotonic() - began < 10
    with pytest.raises(QueryCancelled):
        store.query("ASK {}", JSON, cancel=gone)


@pytest.mark.parametrize("format_", RESULTS, ids=lambda format_: format_.name)
def test_more_rows_than_the_cap_are_told(store, format_):
    store.update("INSERT DATA {" + " ".join(f"<a:r{i}> <a:r> {i} ." for i in range(80)) + "}")
    with store.query("SELECT ?x { ?x <a:r> ?y } LIMIT 5000", format_.media_type) as answer:
        assert answer.rows == 80
    with pytest.raises(LimitError) as caught:
        store.query("SELECT ?x { ?x <a:r> ?y . ?z <a:r> ?w }", format_.media_type)
    assert caught.value.limit == "rows"


def test_more_bytes_than_the_cap_are_told(store):
    store.update("INSERT DATA {" + " ".join(f"<a:r{i}> <a:r> '{'x' * 2000}{i}' ." for i in range(40)) + "}")
    for text, media_type in (
        ("SELECT ?y ?w { ?x <a:r> ?y . ?z <a:r> ?w }", JSON),
        ("CONSTRUCT { ?x ?y2 ?w } { ?x <a:r> ?y . ?z <a:r> ?w BIND(IRI(CONCAT('a:', STR(?y))) AS ?y2) }", TURTLE),
    ):
        with pytest.raises(LimitError) as caught:
            store.query(text, media_type)
        assert caught.value.limit == "bytes"


def test_too_long_a_text_is_refused(store):
    with pytest.raises(TooLargeError):
        store.query("#" * (store.limits.query_bytes + 1), JSON)
    with pytest.raises(TooLargeError):
        store.query("#" + "ä" * (store.limits.query_bytes // 2), JSON)
    with pytest.raises(TooLargeError):
        store.update("#" * (store.limits.update_bytes + 1))
    with pytest.raises(TooLargeError):
        store.write_graph(None, b"#" * (store.limits.update_bytes + 1), TURTLE, replace=False)


def test_deep_nesting_does_no_harm(store):
    with pytest.raises(QueryError, match="nested"):
        store.query("ASK " + "{" * 100_000, JSON)
    with pytest.raises(QueryError, match="nested"):
        store.update("INSERT {} WHERE " + "{" * 100_000)
    assert count(store) == 3


def test_many_threads_share_one_engine(store):
    wrong = []

    def ask(number):
        for step in range(10):
            wanted = number * 100 + step
            try:
                found = values(store.query(f"SELECT (1 * {wanted} AS ?n) {{}}", CSV))
            except BusyError:
                continue
            if found != [str(wanted)]:
                wrong.append((wanted, found))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (store.load.running, store.load.waiting) == (0, 0)


def test_a_crowd_is_told_to_come_again(store):
    store.update("INSERT DATA {" + " ".join(f"<a:s{i}> <a:p> {i} ." for i in range(300)) + "}")
    outcomes = []

    def ask():
        try:
            store.query(ENDLESS, JSON, seconds=1.5)
        except BusyError as error:
            outcomes.append(("busy", error.retry_after >= 1))
        except QueryTimeout:
            outcomes.append(("too slow", True))

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) == {("busy", True), ("too slow", True)}
    assert len(outcomes) == 40
    assert count(store) == 303
