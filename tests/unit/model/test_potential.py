"""What is treated worse than the same material is treated elsewhere is found, ranked and explained."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import numpy as np
import pytest
from made_tables import LISTS, code

from ce_graph.model.flows.criteria import Selection
from ce_graph.model.indicators.money import FundingShare, Project, by_theme
from ce_graph.model.potential import potentials
from ce_graph.model.themes import (
    MUCH_MATERIAL,
    NO_FLOWS,
    NO_MATERIALS,
    NO_TREATMENT,
    UNKNOWN_FUNDING,
    Outcome,
    apart,
    materials_of,
    of_materials,
    views,
)
from ce_graph.model.trees import Tree

HERE = {
    "dumped": {"amount": 60, "material": "paper", "treatment": "D1", "region": "town"},
    "burnt": {"amount": 30, "material": "paper", "treatment": "R1", "region": "town"},
    "kept": {"amount": 10, "material": "paper", "treatment": "R3", "region": "town"},
    "there": {"amount": 80, "material": "paper", "treatment": "R3", "region": "village", "year": "2018"},
    "there-too": {"amount": 20, "material": "paper", "treatment": "R1", "region": "village", "year": "2018"},
}


def found(made, **more):
    return {(one.material.rpartition("/")[2], one.region.rpartition("/")[2]): one for one in potentials(made, **more)}


def test_tonnes_below_the_best_treatment_seen_anywhere_are_the_potential(table, names):
    one = found(table(HERE))["paper", "town"]
    assert (one.treated, one.worse, one.percent) == (100, 90, 90)
    assert one.fates == {"landfilled": 60, "burnt": 30}
    assert (one.best_rank, one.best.share, one.best.region.rpartition("/")[2]) == (2, 80, "village")
    assert one.attainable == 70  # 80 % as in the village, less the 10 % of today
    assert one.reasons(names) == "60 t landfilled, 30 t burnt in 2020; R3 (rank 2) was seen for 80 % in village 2018"


def test_a_total_that_counts_as_a_whole_does_not_hide_how_its_parts_were_treated(table):
    """Of the paper of the town 60 t were burnt, inside a total whose parts are not all known: 10 of 71 t were kept."""
    rows = {
        "burnt": {"amount": 100, "treatment": "R1", "region": "town"},
        "burnt-paper": {"amount": 60, "material": "paper", "treatment": "R1", "region": "town",
                        "part_of": [("burnt", "material")]},
        "kept-paper": {"amount": 10, "material": "paper", "treatment": "R3", "region": "town"},
        "dumped-paper": {"amount": 1, "material": "paper", "treatment": "D1", "region": "town"},
        "there": {"amount": 5, "material": "paper", "treatment": "R3", "region": "village"},
        "there-too": {"amount": 5, "material": "paper", "treatment": "D1", "region": "village"},
        "kept-waste": {"amount": 1, "treatment": "R3", "region": "village"},
    }  # fmt: skip
    ours = found(table(rows))
    assert ours["paper", "village"].best.share == 50
    assert {key: one.worse for key, one in ours.items()} == {("waste", "town"): 100, ("paper", "village"): 5}


def test_the_ranking_begins_with_the_most_tonnes(table):
    rows = {**HERE, "bottle": {"amount": 500, "material": "bottle", "treatment": "D1"},
            "bottle-kept": {"amount": 1, "material": "bottle", "treatment": "R3"}}  # fmt: skip
    assert [one.worse for one in potentials(table(rows))] == [500, 90, 20]


def test_each_material_is_compared_with_itself_only(table):
    rows = {
        "a": {"amount": 50, "material": "soil", "treatment": "D1"},
        "b": {"amount": 5, "material": "paper", "treatment": "R3"},
    }
    assert found(table(rows)) == {}


def test_a_waste_code_is_compared_by_the_code(table):
    rows = {
        "a": {"amount": 50, "material": "waste", "wasteCode": "170101", "treatment": "D1"},
        "b": {"amount": 5, "material": "concrete", "wasteCode": "170101", "treatment": "R3"},
    }
    (one,) = potentials(table(rows))
    assert (one.waste_code.rpartition("/")[2], one.material.rpartition("/")[2], one.worse) == ("170101", "waste", 50)
    assert not one.by_code


def test_a_flow_with_a_waste_code_alone_is_of_the_material_of_the_code(table):
    lists = dataclasses.replace(LISTS, materials={code("170101"): code("concrete")})
    rows = {
        "a": {"amount": 50, "material": None, "wasteCode": "170101", "treatment": "D1"},
        "b": {"amount": 5, "material": None, "wasteCode": "170101", "treatment": "R3"},
    }
    (one,) = potentials(table(rows, lists))
    assert (one.material, one.waste_code, one.by_code, one.worse) == (code("concrete"), code("170101"), True, 50)
    assert potentials(table(rows)) == []  # nobody knows what it is of


@pytest.mark.parametrize(
    "row",
    [
        {"amount": 10, "treatment": "R3", "basis": "planned"},
        {"amount": 0, "treatment": "R3", "amountQualifier": "nil"},
        {"amount": 10, "treatment": "R3", "unit": "m3"},
        {"amount": 10, "treatment": "R12"},
        {"amount": 10},
    ],
)
def test_what_did_not_happen_or_ends_nothing_is_no_evidence(table, code, row):
    made = table({"a": {"amount": 50, "material": "paper", "treatment": "D1"}, "b": {"material": "paper", **row}})
    assert potentials(made, interim={code("R12")}) == []


def test_totals_and_parts_are_counted_once(table):
    rows = {
        "all": {"amount": 100, "material": "paper", "complete": ("treatment",)},
        "a": {"amount": 90, "material": "paper", "treatment": "D1", "part_of": [("all", "treatment")]},
        "b": {"amount": 10, "material": "paper", "treatment": "R3", "part_of": [("all", "treatment")]},
    }
    (one,) = potentials(table(rows))
    assert (one.treated, one.worse) == (100, 90)


def test_the_latest_year_of_a_place_counts(table):
    rows = {**HERE, "newer": {"amount": 7, "material": "paper", "treatment": "D1", "region": "town", "year": "2021"}}
    one = found(table(rows))["paper", "town"]
    assert (one.year, one.worse) == ("2021", 7)


def test_what_leaves_the_place_is_exported(table):
    rows = {
        **HERE,
        "away": {"amount": 5, "material": "paper", "treatment": "D1", "region": "town", "target": "place/abroad"},
    }
    assert found(table(rows))["paper", "town"].fates["exported"] == 5


def test_a_selection_asks_for_a_place_but_the_best_is_seen_anywhere(table):
    made = table(HERE)
    mask = np.array([made.columns["region"].text(row).endswith("town") for row in range(len(made))])
    assert set(found(made, selection=Selection(mask, {}))) == {("paper", "town")}
    assert potentials(made, selection=Selection(mask & False, {})) == []


def test_the_lowest_confidence_of_the_flows_is_that_of_the_potential(table):
    rows = {name: row | {"confidence": "high"} for name, row in HERE.items()}
    rows["burnt"]["confidence"] = "low"
    assert found(table(rows))["paper", "town"].confidence == "low"


THEMES = Tree([("t/bottles", "t/plastics")], ["t/plastics", "t/paper", "t/empty"])
MATERIALS = Tree([("m/bottle", "m/plastic")], ["m/paper"])


def test_materials_of_a_theme_are_those_below_and_belong_to_broader_themes():
    pairs = [("t/plastics", "m/plastic"), ("m/paper", "t/paper"), ("t/bottles", "m/bottle"), ("t/gone", "m/gone")]
    assert of_materials(pairs, MATERIALS, THEMES) == {
        "t/plastics": {"m/plastic", "m/bottle"}, "t/bottles": {"m/bottle"}, "t/paper": {"m/paper"},
    }  # fmt: skip


def seen_themes(made, belongs, shares, said=()):
    """Views by theme, of projects ``p`` (paper) and ``q`` (bottles)."""
    projects = [Project(iri="p", themes=("t/paper",)), Project(iri="q", themes=("t/bottles",))]
    money = by_theme(projects, shares, {one: THEMES.above(one) for one in THEMES.parents})
    return {one.theme: one for one in views(potentials(made), belongs, money, said, THEMES, *materials_of(made))}


def grant(iri, project, amount):
    return FundingShare(iri=iri, project=project, funder="f", instrument="c/grant", amount=amount)


def test_themes_show_tonnes_money_and_what_was_said_side_by_side(table, code):
    made = table({name: row | {"unit": "kt"} for name, row in HERE.items()})
    belongs = {"t/paper": frozenset({code("paper")})}
    said = [Outcome(iri="o", kind="strength", themes=("t/bottles",), statement="s")]
    seen = seen_themes(made, belongs, [grant("r", "p", Decimal(55000))], said)
    assert (seen["t/paper"].worse, seen["t/paper"].euros_per_tonne) == (110_000, Decimal("0.5"))
    assert seen["t/paper"].remark == MUCH_MATERIAL
    assert [one.iri for one in seen["t/plastics"].outcomes["strength"]] == ["o"]
    assert "t/empty" not in seen


def test_a_grant_of_unknown_amount_is_not_little_funding(table, code):
    made = table({name: row | {"unit": "kt"} for name, row in HERE.items()})
    seen = seen_themes(made, {"t/paper": frozenset({code("paper")})}, [grant("r", "p", None)])
    assert seen["t/paper"].remark == UNKNOWN_FUNDING


def test_a_few_tonnes_are_not_much_material(table, code):
    seen = seen_themes(table(HERE), {"t/paper": frozenset({code("paper")})}, [])
    assert (seen["t/paper"].worse, seen["t/paper"].remark) == (110, "")


@pytest.mark.parametrize(
    ("row", "listed", "remark"),
    [
        ({"material": "bottle"}, False, NO_MATERIALS),
        ({"material": "soil"}, True, NO_FLOWS),
        ({"material": "bottle"}, True, NO_TREATMENT),
        ({"material": "bottle", "treatment": "R3"}, True, ""),
    ],
)
def test_funding_without_tonnes_says_what_is_missing(table, code, row, listed, remark):
    belongs = {"t/bottles": frozenset({code("bottle")})} if listed else {}
    seen = seen_themes(table({"a": {"amount": 5, **row}}), belongs, [grant("s", "q", Decimal(5000))])
    assert seen["t/bottles"].remark == remark


def test_a_place_inside_another_is_not_added_to_it(table):
    rows = {name: row | {"region": {"town": "town", "village": "county"}[row["region"]]} for name, row in HERE.items()}
    made = table(rows)
    found_ = potentials(made)
    kept = apart(found_, made.lists.trees["region"])
    assert [one.region.rpartition("/")[2] for one in found_] == ["town", "county"]
    assert [one.region.rpartition("/")[2] for one in kept] == ["county"]
