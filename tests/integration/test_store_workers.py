"""Queries in worker processes: what kills them, what does not, and that nothing of them stays."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time

import pytest
from store_engines import CSV, ENDLESS, JSON, ROWS, count, until, values, write_data

from ce_graph.errors import BusyError, DataError, ForbiddenError, LimitError, QueryTimeout, StorageError
from ce_graph.store.engine import Limits
from ce_graph.store.opening import open_engine

LIMITS = Limits(seconds=20, worker_memory=256 << 20, workers=2, waiting=16)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def engine(data):
    with open_engine(data, limits=LIMITS) as engine:
        yield engine


def test_the_union_is_asked_by_default(engine):
    assert engine.union_default
    assert count(engine) == ROWS
    assert count(engine, "GRAPH <http://g/0> { ?s ?p ?o }") == 667
    assert values(engine.query("SELECT (COUNT(*) AS ?n) FROM <http://g/0> { ?s ?p ?o }", CSV)) == ["667"]


def test_a_triple_that_two_graphs_state_counts_once_in_the_union(tmp_path):
    path = tmp_path / "dataset.nq"
    path.write_text("".join(f'<a:s> <a:p> "{i}"{graph} .\n' for i in range(3) for graph in ("", " <a:g>", " <a:h>")))
    with open_engine(path, limits=LIMITS) as union, open_engine(path, limits=LIMITS, union_default=False) as own:
        assert (count(union), count(own)) == (3, 3)
        for engine in (union, own):
            assert count(engine, "GRAPH ?g { ?s ?p ?o }") == 6
            assert len(engine.read_graph(None, "application/n-triples").read().splitlines()) == 3
            assert values(engine.query("SELECT ?o FROM <a:g> { ?s ?p ?o }", CSV)) == ["0", "1", "2"]
    path.write_text('<a:s> <a:p> "1" <a:g> .\n<a:s> <a:p> "1" <a:h> .\n<a:s> <a:p> "2" <a:h> .\n')
    with open_engine(path, limits=LIMITS) as union:
        assert count(union) == 2
        assert union.read_graph(None, "application/n-triples").read() == b""


def test_the_generation_names_the_content(engine, data, tmp_path):
    copy = tmp_path / "copy.nq"
    copy.write_bytes(data.read_bytes())
    with open_engine(copy, limits=LIMITS) as same:
        assert same.generation == engine.generation != ""
        assert same.query("ASK {}", JSON).generation == engine.generation
    copy.write_bytes(data.read_bytes() + b"<a:a> <a:b> <a:c> .\n")
    with open_engine(copy, limits=LIMITS) as other:
        assert other.generation != engine.generation


def test_built_data_cannot_be_changed(engine):
    for change in (
        lambda: engine.update("DROP ALL"),
        lambda: engine.write_graph(None, b"", "text/turtle", replace=True),
        lambda: engine.delete_graph(None),
    ):
        with pytest.raises(ForbiddenError, match="read-only"):
            change()
    assert engine.writable is False


def test_data_that_are_missing_or_broken_are_told(tmp_path):
    with pytest.raises(DataError):
        open_engine(tmp_path / "none.nq")
    (tmp_path / "broken.nq").write_text("<a:a> <a:b> .\n")
    with pytest.raises(StorageError, match="cannot be read"):
        open_engine(tmp_path / "broken.nq")


def test_what_does_not_fit_the_memory_is_answered_from_disk(data, tmp_path):
    copy = tmp_path / "dataset.nq"
    copy.write_bytes(data.read_bytes())
    with open_engine(copy, limits=Limits(memory=1000, workers=1)) as engine:
        assert not engine.in_memory
        assert count(engine) == ROWS
        with pytest.raises(QueryTimeout):
            engine.query(ENDLESS, JSON, seconds=0.4)
        os.kill(engine._source.pid, signal.SIGKILL)
        until(lambda: not engine._source.alive)
        assert count(engine) == ROWS
    assert list(tmp_path.iterdir()) == [copy]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a ?c { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT ?l { BIND('0123456789abcdef' AS ?a)"
        + "".join(f" BIND(CONCAT(?{a}{f',?{a}' * 15}) AS ?{b})" for a, b in zip("abcdefgh", "bcdefghl", strict=True))
        + " }",
    ],
    ids=["sort", "aggregate", "doubling"],
)
def test_a_query_that_takes_too_much_memory_is_ended(engine, text):
    with pytest.raises(LimitError, match="memory") as caught:
        engine.query(text, JSON)
    assert caught.value.limit == "memory"
    assert count(engine) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p " + "(" * 150 + ")" * 150 + " }",
        "ASK { ?s " + "(" * 150 + "<a:p>" + ")*" * 150 + " ?o }",
        "ASK { ?s ?p ?o " + "OPTIONAL { ?o ?p ?s } " * 5000 + "}",
        "ASK { FILTER(1" + " + 1" * 20_000 + " = 1) }",
    ],
    ids=["lists", "stars", "optionals", "sums"],
)
def test_what_takes_a_parser_or_an_optimiser_exponential_time_does_no_harm(engine, text):
    with contextlib.suppress(QueryTimeout, LimitError):
        engine.query(text, JSON, seconds=0.4)
    assert count(engine) == ROWS


def test_a_long_answer_lies_in_a_file(engine):
    with engine.query("SELECT * { ?a <http://e/p> ?c . ?d <http://e/p> ?c } LIMIT 40000", JSON) as answer:
        assert answer.length > 4 << 20
        assert os.fstat(answer.body.fileno()).st_size == answer.length
        assert os.fstat(answer.body.fileno()).st_nlink == 0
        assert len(answer.body.read()) == answer.length


def test_short_queries_pass_long_ones(engine):
    """Two hundred endless queries at once: a short one is answered, or told to come again, while they go on."""
    outcomes, answers = [], []

    def ask():
        try:
            engine.query(ENDLESS, JSON, seconds=3)
        except (BusyError, QueryTimeout) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    until(lambda: engine.load.running >= 2 or len(outcomes) == 200)
    while any(thread.is_alive() for thread in threads):
        try:
            answers.append(values(engine.query("SELECT (1 AS ?x) {}", CSV, seconds=1)))
        except (BusyError, QueryTimeout):
            time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert len(outcomes) == 200
    assert QueryTimeout in outcomes
    assert ["1"] in answers
