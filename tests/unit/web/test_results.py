from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ce_graph.store.engine import NO_DATASET
from ce_graph.web.queries.results import LARGEST, Results

if TYPE_CHECKING:
    from memory_engine import MemoryEngine

JSON = "application/sparql-results+json"


def query(number: int) -> str:
    return f"SELECT ?x {{ VALUES ?x {{ {number} }} }}"


def test_the_memory_stays_within_its_bytes(engine: MemoryEngine) -> None:
    results = Results(engine, 20_000)
    for number in range(200):
        results.query(query(number), JSON)
        assert results.size <= 20_000
    assert 0 < len(results) < 20


def test_the_least_recently_used_goes_first(engine: MemoryEngine) -> None:
    results = Results(engine, 5_000)
    results.query(query(0), JSON)
    for number in range(1, 50):
        results.query(query(number), JSON)
        _, remembered = results.query(query(0), JSON)
        assert remembered


def test_a_change_of_the_data_forgets_all(engine: MemoryEngine) -> None:
    results = Results(engine, 1_000_000)
    for number in range(10):
        results.query(query(number), JSON)
    engine.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    results.query(query(0), JSON)
    assert len(results) == 1


def test_a_large_answer_is_passed_on_and_not_kept(engine: MemoryEngine) -> None:
    triples = " ".join(f'<urn:s> <urn:p> "{"x" * 1000}{number}" .' for number in range(LARGEST // 1000 + 10))
    engine.update(f"INSERT DATA {{ GRAPH <urn:g> {{ {triples} }} }}")
    results = Results(engine, 64 << 20)
    answer, _ = results.query("SELECT ?o { <urn:s> ?p ?o }", JSON)
    with answer:
        assert answer.length > LARGEST
    assert len(results) == 0


def test_without_memory_nothing_is_kept(engine: MemoryEngine) -> None:
    results = Results(engine, 0)
    for _ in range(2):
        answer, remembered = results.query(query(1), JSON)
        answer.body.close()
        assert not remembered


def test_a_request_is_ready_only_as_long_as_the_data_stay(engine: MemoryEngine) -> None:
    results = Results(engine, 1_000_000)
    answer, _ = results.query(query(1), JSON)
    from ce_graph.store.engine import NO_DATASET

    results.remember("asked", (query(1), NO_DATASET, JSON, answer.generation), 'W/"t"', [("ETag", 'W/"t"')])
    ready = results.ready("asked")
    assert ready is not None
    assert ready[2] == answer.read()
    engine.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert results.ready("asked") is None


def test_a_request_for_what_was_forgotten_is_not_ready(engine: MemoryEngine) -> None:
    from ce_graph.store.engine import NO_DATASET

    results = Results(engine, 3_000)
    answer, _ = results.query(query(1), JSON)
    results.remember("asked", (query(1), NO_DATASET, JSON, answer.generation), 'W/"t"', [])
    for number in range(2, 9):
        results.query(query(number), JSON)
    assert results.ready("asked") is None


@pytest.mark.parametrize("failures", [3])
def test_a_failure_is_not_remembered(engine: MemoryEngine, failures: int) -> None:
    from ce_graph.errors import BusyError

    results = Results(engine, 1_000_000)
    engine.failure = BusyError("no")
    for _ in range(failures):
        with pytest.raises(BusyError):
            results.query(query(1), JSON)
    engine.failure = None
    assert results.query(query(1), JSON)[1] is False


def test_the_requests_that_are_remembered_count_as_well(engine: MemoryEngine) -> None:
    results = Results(engine, 40_000)
    answer, _ = results.query("ASK {}", JSON)
    key = ("ASK {}", NO_DATASET, JSON, answer.generation)
    before = results.size
    for number in range(3):
        results.remember((f"{number}" * 8000, None), key, "", [])
    assert results.size == before + 3 * 8000
    assert results.ready(("1" * 8000, None)) is not None
    results.remember(("3" * 20_000, None), key, "", [])
    assert (results.size, len(results)) == (0, 0)
    assert results.ready(("1" * 8000, None)) is None
