"""Queries that are started rather than waited for: each is told its answer or its error, once."""

from __future__ import annotations

import os
import queue
import signal
import threading

import pytest
from store_engines import CSV, ENDLESS, JSON, ROWS, until, values, write_data

from ce_graph.errors import BusyError, ForbiddenError, QueryCancelled, QueryError, QueryTimeout
from ce_graph.store.engine import Dataset, Limits, Question
from ce_graph.store.opening import open_engine
from ce_graph.store.workers.orders import Request

LIMITS = Limits(seconds=20, workers=2, waiting=4)
WAIT = 30
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture
def engine(data):
    with open_engine(data, limits=LIMITS) as engine:
        yield engine


def start(engine, text, media_type=CSV, **more):
    told = queue.Queue()
    engine.start(Question(text, media_type, **more), told.put)
    return told


def workers(engine):
    return [worker._pid for worker in engine._source._workers]


def test_the_answer_is_told(engine):
    assert values(start(engine, COUNT).get(timeout=WAIT)) == [str(ROWS)]
    own = Dataset(default=("http://g/0",))
    assert values(start(engine, COUNT, dataset=own).get(timeout=WAIT)) == ["667"]


def test_many_at_once_are_each_told_their_own(engine):
    for first in range(0, 200, 8):  # as many as have places or may wait for one
        told = {number: start(engine, f"SELECT ({number} AS ?n) {{}}") for number in range(first, first + 8)}
        for number, answer in told.items():
            assert values(answer.get(timeout=WAIT)) == [str(number)]
            assert answer.empty()


def test_what_is_known_at_once_is_raised_and_the_rest_is_told(engine):
    with pytest.raises(ForbiddenError):
        start(engine, "SELECT * { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }")
    error = start(engine, "SELECT *\n{ ?s ?p }").get(timeout=WAIT)
    assert isinstance(error, QueryError)
    assert error.line == 2


def test_the_deadline_holds(engine):
    assert isinstance(start(engine, ENDLESS, seconds=0.4).get(timeout=WAIT), QueryTimeout)
    assert values(start(engine, COUNT).get(timeout=WAIT)) == [str(ROWS)]


def test_who_has_gone_is_told_so_and_the_worker_with_the_query_is_gone(engine):
    gone = threading.Event()
    told = start(engine, ENDLESS, cancel=gone)
    until(lambda: engine.load.running == 1)
    gone.set()
    assert isinstance(told.get(timeout=WAIT), QueryCancelled)
    until(lambda: engine.load.running == 0)


def test_a_query_whose_worker_dies_is_asked_again(engine):
    for number in workers(engine):
        os.kill(number, signal.SIGKILL)
    assert values(start(engine, COUNT).get(timeout=WAIT)) == [str(ROWS)]


def test_long_queries_wait_their_turn_or_are_told_to_come_again(engine):
    told = [start(engine, ENDLESS + f" LIMIT {number}", seconds=3.0) for number in range(1, 17)]
    found = {type(answer.get(timeout=WAIT)) for answer in told}
    assert found == {QueryTimeout, BusyError}
    assert values(start(engine, COUNT).get(timeout=WAIT)) == [str(ROWS)]


def test_a_query_like_one_that_took_long_is_not_begun_among_the_short_ones(engine):
    def seems_short(text):
        return engine._pool.seems_short(Request({}, text.encode(), LIMITS.seconds))

    assert isinstance(start(engine, f"{ENDLESS} LIMIT 1", seconds=4.0).get(timeout=WAIT), QueryTimeout)
    assert not seems_short(f"{ENDLESS} LIMIT 2")
    assert seems_short(COUNT)


def test_what_waits_when_the_engine_closes_is_told_so(data):
    with open_engine(data, limits=LIMITS) as engine:
        told = [start(engine, ENDLESS) for _ in range(3)]
        until(lambda: engine.load.running > 0)
    assert all(isinstance(answer.get(timeout=WAIT), BusyError) for answer in told)
    engine.close()
    with pytest.raises(BusyError):
        start(engine, "ASK {}", JSON)


def test_work_is_done_in_order_and_a_fault_in_it_stops_nothing(engine, caplog):
    done = queue.Queue()
    for number in range(3):
        engine.soon(lambda number=number: done.put(number))
        engine.soon(lambda: 1 / 0)
    assert [done.get(timeout=WAIT) for _ in range(3)] == [0, 1, 2]
    assert values(start(engine, COUNT).get(timeout=WAIT)) == [str(ROWS)]
    assert "ZeroDivisionError" in caplog.text
