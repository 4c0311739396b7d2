"""Pairs are explained, needs are filled from several offers, and facilities and flows stand in for needs and offers."""

from __future__ import annotations

import dataclasses
import datetime
import math
from decimal import Decimal

import pytest

from ce_graph.model.matching.combining import combinations, cover, symbiosis
from ce_graph.model.matching.entries import Condition, Entry, Limit, Rules
from ce_graph.model.matching.explaining import explain
from ce_graph.model.matching.pairwise import Pair, Trees, match_pairwise
from ce_graph.model.matching.standing import Facility, needs_of_facilities, offers_of_flows
from ce_graph.model.matching.statements import match_statements, publishable
from ce_graph.model.names import Names
from ce_graph.model.potential import potentials
from ce_graph.model.trees import Tree

TREES = Trees(Tree([("m/concrete", "m/mineral"), ("m/brick", "m/mineral"), ("m/mineral", "m/waste")]), Tree())
NAMES = Names({"m/mineral": {"en": "mineral waste"}, "m/concrete": {"en": "concrete"}})
OFFER = Entry(iri="x/o", actor="x/a", materials=("m/concrete",), tonnes=Decimal("100.50"), point=(60.0, 25.0))
NEED = Entry(iri="x/n", actor="x/b", materials=("m/mineral",), tonnes=Decimal(80), point=(60.0, 25.0))
DRY, NEW_YEAR = Limit("moisture", -math.inf, 20, "%"), datetime.date(2025, 1, 1)


def said(offer=None, need=None, rules=None):
    entries = dataclasses.replace(OFFER, **(offer or {})), dataclasses.replace(NEED, **(need or {}))
    (pair,) = match_pairwise([entries[0]], [entries[1]], TREES, rules or Rules())
    return explain(pair, *entries, TREES, rules or Rules(), NAMES)


def reason(condition, *words, **more):
    (found,) = [one for one in said(*words, **more).reasons if one.condition == condition]
    return found.said, found.fits


def test_a_match_tells_every_reason():
    one = said()
    assert one.text == (
        "concrete is a kind of mineral waste; hazard not stated; no limits of quality; 100.5 t a year for 80 t a year;"
        " no end in time; 0 km apart"
    )
    assert (one.tonnes, one.kilometres, one.failed) == (80, 0, None)
    assert 0 < one.score < 1


def test_a_near_miss_tells_the_one_condition_that_failed_first():
    one = said({"hazardous": True})
    assert one.failed == Condition.HAZARD
    assert one.text.startswith("but hazardous, and the need does not say that it takes such; concrete is a kind of")


@pytest.mark.parametrize(
    ("condition", "offer", "need", "expected"),
    [
        (Condition.MATERIAL, {"materials": ("m/mineral",)}, {}, ("mineral waste is what is needed", True)),
        (Condition.MATERIAL, {"materials": ("m/waste",)}, {},
         ("waste is broader than mineral waste, and may hold it", False)),
        (Condition.TREATMENT, {"rank": 6}, {"rank": 2}, ("treatment of rank 2 instead of 6 today", True)),
        (Condition.HAZARD, {"hazardous": True}, {"hazardous": True}, ("hazardous, which is taken", True)),
        (Condition.HAZARD, {"hazardous": False}, {}, ("not hazardous", True)),
        (Condition.QUALITY, {}, {"words": ("no wood",)}, ("to be compared by people: no wood", None)),
        (Condition.QUALITY, {"limits": (Limit("moisture", 10, 15, "%"),)}, {"limits": (DRY,)},
         ("moisture at most 20 %: 10 to 15", True)),
        (Condition.QUALITY, {"limits": (Limit("fe", 60, 60, "%"),)}, {"limits": (Limit("fe", 65, 70, "%"),)},
         ("fe at least 65 and at most 70 %: 60, out of bounds", False)),
        (Condition.QUALITY, {}, {"limits": (DRY,)}, ("moisture at most 20 %: not stated by the offer", None)),
        (Condition.QUANTITY, {"tonnes": None}, {}, ("an amount not stated for 80 t a year", True)),
        (Condition.QUANTITY, {"tonnes": Decimal(1)}, {"smallest": Decimal(5)},
         ("1 t a year for 80 t a year, at least 5 t", False)),
        (Condition.PERIOD, {"end": NEW_YEAR}, {"start": datetime.date(2026, 1, 1)}, ("at no time together", False)),
        (Condition.PERIOD, {"end": NEW_YEAR}, {"start": datetime.date(2024, 1, 1)},
         ("together from 2024-01-01 until 2025-01-01", True)),
        (Condition.DISTANCE, {"point": None}, {}, ("distance not known", None)),
    ],
)  # fmt: skip
def test_each_condition_is_told_in_words(condition, offer, need, expected):
    assert reason(condition, offer, need) == expected


def test_a_distance_is_told_with_its_bound():
    assert reason(Condition.DISTANCE, {"point": (60.0, 25.2)}, rules=Rules(kilometres=10)) == (
        "11.1 km apart, at most 10",
        False,
    )


OFFERS = [
    dataclasses.replace(OFFER, iri=str(place), tonnes=Decimal(tonnes)) for place, tonnes in enumerate((30, 50, 60))
]


def test_combinations_fill_a_need_with_the_best_scores_or_the_fewest_offers():
    pairs = [Pair(0, 0, 9000, 0), Pair(0, 1, 8000, 0), Pair(0, 2, 5000, 0), Pair(0, 2, 9999, 4)]
    found = combinations(NEED, pairs, OFFERS)
    assert [(one.why, one.parts, one.missing, one.score) for one in found] == [
        ("best scores", ((0, 30), (1, 50)), 0, Decimal("0.8375")),
        ("fewest offers", ((2, 60), (1, 20)), 0, Decimal("0.575")),
    ]


def test_a_need_that_cannot_be_filled_says_what_is_missing():
    (found,) = combinations(dataclasses.replace(NEED, tonnes=Decimal(100)), [Pair(0, 0, 9000, 0)], OFFERS)
    assert (found.parts, found.missing) == (((0, 30),), 70)
    assert combinations(dataclasses.replace(NEED, tonnes=None), [Pair(0, 0, 9000, 0)], OFFERS) == []
    assert combinations(NEED, [], OFFERS) == []


def test_the_symbiosis_potential_moves_each_tonne_once():
    needs = [NEED, dataclasses.replace(NEED, tonnes=Decimal(40)), dataclasses.replace(NEED, tonnes=None)]
    pairs = [Pair(0, 2, 9000, 0), Pair(1, 2, 8000, 0), Pair(1, 0, 7000, 0), Pair(2, 1, 9900, 0), Pair(0, 1, 9999, 64)]
    moved = symbiosis(pairs, OFFERS, needs)
    assert [(one.pair.need, one.pair.offer, one.tonnes) for one in moved] == [(0, 2, 60), (1, 0, 30)]


def test_the_cover_is_what_is_offered_of_a_material_by_what_is_needed_of_it():
    assert cover(OFFERS, [NEED], "m/mineral", TREES) == 175
    assert cover(OFFERS, [NEED], "m/brick", TREES) is None


def test_facilities_in_use_are_standing_needs():
    made = [
        Facility(iri="f/1", operator="a/1", accepts=("m/concrete", "e/17"), operations=("t/R5", "t/R12"),
                 capacities=(Decimal(10), Decimal(20)), statuses=("s/in-operation",), point=(60.0, 25.0)),
        Facility(iri="f/2", accepts=("m/brick",), statuses=("s/planned",)),
        Facility(iri="f/3", accepts=("m/brick",)),
        Facility(iri="f/4", statuses=("s/in-operation",)),
    ]  # fmt: skip
    found = needs_of_facilities(made, {"t/R5": 2, "t/R12": 4}, "e/")
    assert [one.iri for one in found] == ["f/1", "f/3"]
    assert (found[0].materials, found[0].codes, found[0].tonnes, found[0].rank) == (("m/concrete",), ("e/17",), 20, 2)
    assert all(one.standing for one in found)


def test_flows_that_could_be_treated_better_are_standing_offers(table, code):
    made = table(
        {
            "dumped": {"amount": 60, "material": "paper", "treatment": "D1", "region": "town"},
            "kept": {"amount": 10, "material": "paper", "treatment": "R3", "region": "town"},
        }
    )
    (found,) = offers_of_flows(potentials(made), {code("town"): (60.0, 25.0)}, Names({code("paper"): {"en": "paper"}}))
    assert (found.tonnes, found.rank, found.point, found.label) == (60, 6, (60.0, 25.0), "paper, town 2020")
    need = Entry(iri="x", materials=(code("waste"),), rank=2)
    trees = Trees(made.lists.trees["material"], Tree())
    assert [pair.failed for pair in match_pairwise([found], [need], trees, Rules())] == [0]
    worse = dataclasses.replace(need, rank=6)
    assert [pair.failed for pair in match_pairwise([found], [worse], trees, Rules())] == [1 << Condition.TREATMENT]


def test_a_match_becomes_statements_with_its_reasons_and_provenance():
    one = said({}, {"iri": "f/mill", "standing": True})
    found = {(each.subject, each.predicate.rpartition("#")[2].rpartition("/")[2], each.object)
             for each in match_statements({"en": [one]}, "https://x/")}  # fmt: skip
    match, need = "https://x/id/match/o.standing-mill", "https://x/id/need/standing-mill"
    assert {(match, "offer", "x/o"), (match, "need", need), (match, "wasDerivedFrom", need)} <= found
    assert {(need, "actor", "x/b"), (need, "wasDerivedFrom", "f/mill")} <= found
    assert (match, "reason", "concrete is a kind of mineral waste") in found
    assert {(match, "amount", "80"), (match, "unit", "http://qudt.org/vocab/unit/TONNE-PER-YR")} <= {
        (subject, name.rpartition("/")[2], value) for subject, name, value in found
    }  # a mass without a unit would break the rules of the data


def test_what_nobody_offers_or_does_not_fit_is_not_published():
    assert not publishable(said({"actor": ""}))
    assert not publishable(said({"hazardous": True}))
    assert list(match_statements({"en": [said({"actor": ""})]}, "https://x/")) == []
