"""Offers meet needs that they fit, near misses name what failed, and the fast matcher finds what the slow one finds."""

from __future__ import annotations

import dataclasses
import datetime
import math
import random
from decimal import Decimal

import pytest

from ce_graph.errors import UsageError
from ce_graph.model.matching.entries import Condition, Entry, Limit, Rules, kilometres, read_limits, squared_chord
from ce_graph.model.matching.matcher import match
from ce_graph.model.matching.pairwise import Trees, fitting, match_pairwise
from ce_graph.model.trees import Tree

TREES = Trees(
    Tree([("mineral", "waste"), ("concrete", "mineral"), ("brick", "mineral"), ("paper", "waste"), ("card", "paper")]),
    Tree([("170101", "1701"), ("1701", "17"), ("200101", "2001"), ("2001", "20")]),
)
OFFER = Entry(iri="o", materials=("concrete",), tonnes=Decimal(100), point=(60.2, 24.9))
NEED = Entry(iri="n", materials=("mineral",), tonnes=Decimal(80), point=(60.3, 25.0))


def one(offer=None, need=None, rules=None):
    """Score and failed condition of one pair, from both matchers; ``None`` when there is no pair."""
    offers = [dataclasses.replace(OFFER, **(offer or {}))]
    needs = [dataclasses.replace(NEED, **(need or {}))]
    slow = match_pairwise(offers, needs, TREES, rules or Rules())
    assert match(offers, needs, TREES, rules or Rules()).pairs() == slow
    if not slow:
        return None
    (pair,) = slow
    return pair.score, Condition(int(math.log2(pair.failed))) if pair.failed else None


def failed(*words, **more):
    found = one(*words, **more)
    return found[1] if found else "no pair"


def test_a_need_for_mineral_waste_meets_an_offer_of_concrete():
    assert failed() is None


@pytest.mark.parametrize(
    ("offer", "need", "expected"),
    [
        ({"materials": ("paper",)}, {}, "no pair"),
        ({"materials": ("waste",)}, {}, Condition.MATERIAL),
        ({"materials": ("paper",), "codes": ("170101",)}, {"codes": ("17",)}, None),
        ({"materials": ("paper",), "codes": ("17",)}, {"codes": ("170101",)}, Condition.MATERIAL),
        ({"materials": ()}, {}, "no pair"),
        ({"hazardous": True}, {}, Condition.HAZARD),
        ({"hazardous": True}, {"hazardous": True}, None),
        ({"hazardous": False}, {}, None),
        ({"rank": 6}, {"rank": 2}, None),
        ({"rank": 2}, {"rank": 2}, Condition.TREATMENT),
        ({"rank": 2}, {"rank": 4}, Condition.TREATMENT),
        ({"rank": 2}, {}, None),
        ({"tonnes": Decimal(0)}, {}, Condition.QUANTITY),
        ({"tonnes": None}, {}, None),
        ({"tonnes": Decimal(5)}, {"smallest": Decimal("5.001")}, Condition.QUANTITY),
        ({"tonnes": Decimal(5)}, {"smallest": Decimal(5)}, None),
        ({"end": datetime.date(2025, 1, 1)}, {"start": datetime.date(2025, 1, 2)}, Condition.PERIOD),
        ({"end": datetime.date(2025, 1, 2)}, {"start": datetime.date(2025, 1, 2)}, None),
        ({"limits": (Limit("moisture", 10, 15, "%"),)}, {"limits": (Limit("moisture", -math.inf, 20, "%"),)}, None),
        (
            {"limits": (Limit("moisture", 10, 25, "%"),)},
            {"limits": (Limit("moisture", -math.inf, 20, "%"),)},
            Condition.QUALITY,
        ),
        ({}, {"limits": (Limit("moisture", -math.inf, 20, "%"),)}, None),
        ({"materials": ("waste",), "hazardous": True}, {}, "no pair"),
    ],
)
def test_one_condition_that_fails_makes_a_near_miss_and_two_none(offer, need, expected):
    assert failed(offer, need) == expected


@pytest.mark.parametrize(
    ("kilometres_", "expected"),
    [(20, None), (10, Condition.DISTANCE), (5, "no pair")],
)
def test_distance_is_a_bound_and_beyond_twice_of_it_there_is_no_near_miss(kilometres_, expected):
    """The two places are 12.4 km apart."""
    assert failed(rules=Rules(kilometres=kilometres_)) == expected


def test_an_unknown_place_is_not_taken_for_far():
    assert failed({"point": None}, rules=Rules(kilometres=1)) is None
    assert failed({}, {"point": None}, rules=Rules(kilometres=1)) is None


@pytest.mark.parametrize(
    ("tonnes", "offer", "need", "expected"),
    [
        (80, {}, {}, None),
        (81, {}, {}, Condition.QUANTITY),
        (81, {}, {"tonnes": None}, None),
        (1, {"tonnes": None}, {}, Condition.QUANTITY),
        ("100.5", {}, {"tonnes": None}, Condition.QUANTITY),
    ],
)
def test_a_pair_moves_what_both_allow(tonnes, offer, need, expected):
    assert failed(offer, need, Rules(tonnes=Decimal(tonnes))) == expected


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (({"materials": ("mineral",)}, {}), ({}, {})),
        (({}, {}), ({"tonnes": Decimal(10)}, {})),
        (({"point": (60.3, 25.0)}, {}), ({}, {})),
        (({}, {}), ({"start": datetime.date(2025, 1, 1), "end": datetime.date(2025, 12, 31)},
                    {"start": datetime.date(2025, 12, 1), "end": datetime.date(2026, 12, 31)})),
        (({}, {}), ({}, {"words": ("must look nice",)})),
    ],
)  # fmt: skip
def test_scores_rise_with_the_fit(better, worse):
    assert one(*better)[0] > one(*worse)[0]


def test_a_perfect_fit_has_all_points():
    same = {"materials": ("mineral",), "point": (60.3, 25.0)}
    assert one(same)[0] == 10_000


def entries(dice, count, *, needs):
    """Made-up entries of every kind: some fields missing, some impossible."""
    materials = [*TREES.material.parents, "unknown"]
    codes = [*TREES.code.parents]
    found = []
    for number in range(count):
        start = datetime.date(2025, 1, 1) + datetime.timedelta(days=dice.randrange(700))
        sign = dice.choice(["<=", ">="]) if needs else "="
        limits, words = read_limits(
            dice.sample(
                [f"moisture {sign} {dice.randrange(40)} %", f"chlorine {sign} 0.{dice.randrange(9)} %", "clean"],
                k=dice.randrange(3),
            )
        )
        found.append(
            Entry(
                iri=str(number),
                materials=tuple(dice.sample(materials, k=dice.choice([0, 1, 1, 1, 2]))),
                codes=tuple(dice.sample(codes, k=dice.choice([0, 0, 1]))),
                tonnes=dice.choice([None, Decimal(0), Decimal(dice.randrange(1, 5000)) / dice.choice([1, 1000])]),
                smallest=dice.choice([None, Decimal(dice.randrange(50))]) if needs else None,
                hazardous=dice.choice([None, True, False]),
                limits=limits,
                words=words,
                point=dice.choice([None, (60 + dice.random(), 24 + 2 * dice.random())]),
                start=dice.choice([None, start]),
                end=dice.choice([None, start + datetime.timedelta(days=dice.randrange(-5, 400))]),
                rank=dice.choice([0, 2, 4, 6]),
            )
        )
    return found


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rules", [Rules(), Rules(kilometres=30), Rules(kilometres=8, tonnes=Decimal("0.5"))])
def test_the_fast_matcher_finds_what_the_pairwise_rules_find(seed, rules):
    dice = random.Random(seed)
    offers, needs = entries(dice, 150, needs=False), entries(dice, 40, needs=True)
    slow = match_pairwise(offers, needs, TREES, rules)
    fast = match(offers, needs, TREES, rules)
    assert fast.pairs() == slow
    assert len(fitting(slow)) > 0
    best = fast.best()
    assert [pair.score for pair in best] == sorted((pair.score for pair in fitting(slow)), reverse=True)
    assert fast.of_need(best[0].need)[0].score == max(
        pair.score for pair in slow if pair.need == best[0].need and not pair.failed
    )
    assert all(pair.failed for pair in fast.best(near_misses=True))


def test_nothing_meets_nothing():
    assert match([], [NEED], TREES, Rules()).pairs() == []
    assert match([OFFER], [], TREES, Rules()).pairs() == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("moisture <= 20 %", Limit("moisture", -math.inf, 20, "%")),
        ("Fe >= 65,5 %", Limit("fe", 65.5, math.inf, "%")),
        ("grain size = 0-32 mm", Limit("grain size", 0, 32, "mm")),
        ("pH = 7", Limit("ph", 7, 7, "")),
        ("temperature ≥ -5 °C", Limit("temperature", -5, math.inf, "°C")),
    ],
)
def test_limits_are_read_from_words(text, expected):
    assert read_limits([text]) == ((expected,), ())


def test_words_that_are_no_limit_are_kept_for_people():
    assert read_limits(["no asbestos", " "]) == ((), ("no asbestos",))


@pytest.mark.parametrize("values", [{"kilometres": 0}, {"kilometres": 99999}, {"tonnes": Decimal(-1)}])
def test_rules_that_nothing_can_keep_are_refused(values):
    with pytest.raises(UsageError):
        Rules(**values)


def test_distances_are_those_of_the_earth():
    """Helsinki to Tampere is about 161 km."""
    from ce_graph.model.matching.entries import unit_vectors
    from ce_graph.model.matching.pairwise import sum_of_squares

    squared = sum_of_squares(*unit_vectors([(60.1699, 24.9384), (61.4978, 23.7610)]).tolist())
    assert kilometres(squared) == pytest.approx(160.9, abs=0.5)
    assert kilometres(squared_chord(42)) == pytest.approx(42)
