"""What is derived from a dataset is derived once per generation."""

from __future__ import annotations

import threading

import pytest

from ce_graph.model.kept import Kept


def test_a_value_is_derived_again_only_for_another_generation():
    made: list[int] = []
    kept = Kept(lambda: made.append(len(made)) or len(made))
    assert [kept.at("a"), kept.at("a"), kept.at("b"), kept.at("a")] == [1, 1, 2, 3]


def test_an_unknown_generation_is_derived_each_time():
    made: list[int] = []
    kept = Kept(lambda: made.append(0) or len(made))
    assert [kept.at(""), kept.at("")] == [1, 2]


def test_a_failure_is_not_kept():
    answers = iter([ValueError("no"), "yes"])

    def derive():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = Kept(derive)
    with pytest.raises(ValueError, match="no"):
        kept.at("a")
    assert kept.at("a") == "yes"


def test_threads_that_ask_together_derive_once():
    begun, made = threading.Barrier(8), []
    kept = Kept(lambda: made.append(0) or len(made))

    def ask(found):
        begun.wait()
        found.append(kept.at("a"))

    found: list[int] = []
    threads = [threading.Thread(target=ask, args=(found,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8
