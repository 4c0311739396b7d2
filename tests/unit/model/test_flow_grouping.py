"""Flows are added up by any dimensions, and nothing is counted twice or lost."""

from __future__ import annotations

import dataclasses
import itertools
import random
from decimal import Decimal

import numpy as np
import pytest
from made_tables import LISTS, code

from ce_graph.errors import UsageError
from ce_graph.model.flows.grouping import group


def all_of(table):
    return np.ones(len(table), bool)


MUNICIPAL = {
    "all": {"amount": 100, "isTotal": "true", "complete": ("treatment", "material")},
    "burnt": {"amount": 60, "treatment": "R1", "part_of": [("all", "treatment")], "complete": ("material",)},
    "dumped": {"amount": 40, "treatment": "D1", "part_of": [("all", "treatment")], "complete": ("material",)},
    "paper": {"amount": 30, "material": "paper", "part_of": [("all", "material")], "complete": ("treatment",)},
    "plastic": {"amount": 70, "material": "plastic", "part_of": [("all", "material")], "complete": ("treatment",)},
    "paper-burnt": {
        "amount": 10,
        "material": "paper",
        "treatment": "R1",
        "part_of": [("paper", "treatment"), ("burnt", "material")],
    },
    "paper-dumped": {
        "amount": 20,
        "material": "paper",
        "treatment": "D1",
        "part_of": [("paper", "treatment"), ("dumped", "material")],
    },
    "plastic-burnt": {
        "amount": 50,
        "material": "plastic",
        "treatment": "R1",
        "part_of": [("plastic", "treatment"), ("burnt", "material")],
    },
    "plastic-dumped": {
        "amount": 20,
        "material": "plastic",
        "treatment": "D1",
        "part_of": [("plastic", "treatment"), ("dumped", "material")],
    },
}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("year", {("2020",): 100}),
        ("treatment", {("R1",): 60, ("D1",): 40}),
        ("material", {("paper",): 30, ("plastic",): 70}),
        (
            "material,treatment",
            {("paper", "R1"): 10, ("paper", "D1"): 20, ("plastic", "R1"): 50, ("plastic", "D1"): 20},
        ),
        (
            "treatment,material",
            {("R1", "paper"): 10, ("D1", "paper"): 20, ("R1", "plastic"): 50, ("D1", "plastic"): 20},
        ),
        ("material:1", {("waste",): 100}),
        ("rank", {("4",): 60, ("6",): 40}),
    ],
)
def test_a_table_with_totals_both_ways_is_counted_once(table, plain, by, expected):
    made = table(MUNICIPAL)
    assert plain(group(made, all_of(made), by).rows) == expected


def test_parts_of_a_total_that_is_not_selected_stand_for_themselves(table, plain):
    made = table(MUNICIPAL)
    paper = np.array(["paper" in flow for flow in made.flows])
    assert plain(group(made, paper, "year").rows) == {("2020",): 30}
    assert plain(group(made, paper, "treatment").rows) == {("R1",): 10, ("D1",): 20}


def test_a_total_whose_parts_are_incomplete_is_counted_and_says_so(table, plain):
    made = table(
        {
            "all": {"amount": 100, "isTotal": "true", "source": "all-sectors"},
            "homes": {"amount": 30, "source": "homes", "part_of": [("all", "source")]},
        }
    )
    found = group(made, all_of(made), "source")
    assert plain(found.rows) == {("all-sectors",): 100}
    assert plain(found.inside) == {("homes",): 30}
    assert found.notes == ("totals counted as a whole, because not all parts are in the graph: 1 (all)",)
    assert group(made, all_of(made), "year").notes == ()


def test_a_complete_breakdown_that_was_selected_in_part_does_not_replace_its_total(table, plain):
    made = table(
        {
            "all": {"amount": 100, "complete": ("source",)},
            "homes": {"amount": 30, "source": "homes", "part_of": [("all", "source")]},
            "shops": {"amount": 70, "source": "shops", "part_of": [("all", "source")]},
        }
    )
    some = np.array([not flow.endswith("shops") for flow in made.flows])
    assert plain(group(made, some, "source").rows) == {("home",): 100}
    assert plain(group(made, all_of(made), "source").rows) == {("homes",): 30, ("shops",): 70}


def test_an_of_which_is_never_added(table, plain):
    made = table(
        {
            "all": {"amount": 100, "isTotal": "true"},
            "hazardous": {"amount": 5, "hazardous": "true", "material": "paper", "part_of": [("all", "subset")]},
        }
    )
    found = group(made, all_of(made), "material")
    assert plain(found.rows) == {("waste",): 100}
    assert plain(found.inside) == {("paper",): 5}


def test_parts_said_complete_without_a_dimension_replace_the_total(table, plain):
    made = table(
        {
            "all": {"amount": 100, "partsComplete": "true"},
            "a": {"amount": 30, "material": "paper", "part_of": [("all", "any")]},
            "b": {"amount": 70, "material": "plastic", "part_of": [("all", "any")]},
        }
    )
    assert plain(group(made, all_of(made), "material").rows) == {("paper",): 30, ("plastic",): 70}


def test_totals_that_overlap_without_a_common_total_are_divided(table, plain):
    rows = {name: dict(row) for name, row in MUNICIPAL.items() if name != "all"}
    for row in rows.values():
        row["part_of"] = [pair for pair in row.get("part_of", ()) if pair[0] != "all"]
    made = table(rows)
    assert plain(group(made, all_of(made), "year").rows) == {("2020",): 100}
    assert plain(group(made, all_of(made), "treatment").rows) == {("R1",): 60, ("D1",): 40}


def test_totals_that_overlap_and_cannot_be_divided_are_not_both_counted(table, plain):
    made = table(
        {
            "one": {"amount": 50, "isTotal": "true"},
            "two": {"amount": 60, "isTotal": "true"},
            "shared": {"amount": 20, "part_of": [("one", "source"), ("two", "material")]},
        }
    )
    found = group(made, all_of(made), "year")
    assert plain(found.rows) == {("2020",): 60}
    assert "share parts with a larger total: 1 (one)" in found.notes[0]


def test_parts_in_another_stage_replace_their_total_when_all_are_there(table, plain):
    made = table(
        {
            "all": {"amount": 100, "complete": ("treatment",)},
            "burnt": {"amount": 90, "treatment": "R1", "part_of": [("all", "treatment")]},
            "stored": {"amount": 10, "stage": "interim-storage", "part_of": [("all", "treatment")]},
        }
    )
    assert plain(group(made, all_of(made), "treatment").rows) == {
        ("R1", "treatment"): 90,
        ("", "interim-storage"): 10,
    }


def test_what_must_not_be_added_is_kept_apart_and_the_reason_given(table, plain):
    made = table(
        {
            "born": {"amount": 10, "stage": "generation"},
            "treated": {"amount": 9},
            "earlier": {"amount": 8, "year": "2019"},
            "made-of-it": {"amount": 7, "material": "goods"},
        }
    )
    found = group(made, all_of(made), "treatment")
    assert found.by == ("treatment", "stage", "year", "material")
    assert [name for name, _ in found.apart] == ["stage", "year", "material"]
    assert plain(found.rows) == {
        ("", "generation", "2020", "waste"): 10,
        ("", "treatment", "2020", "waste"): 9,
        ("", "treatment", "2019", "waste"): 8,
        ("", "treatment", "2020", "product"): 7,
    }


@pytest.mark.parametrize(
    ("one", "other", "apart"), [("town", "county", True), ("area", "county", True), ("town", "village", False)]
)
def test_regions_are_added_only_when_they_do_not_overlap(table, one, other, apart):
    made = table({"a": {"amount": 10, "region": one}, "b": {"amount": 20, "region": other}})
    found = group(made, all_of(made), "year")
    assert len(found.rows) == (2 if apart else 1)
    assert [name for name, _ in found.apart] == (["region"] if apart else [])


def test_one_quantity_stated_by_two_documents_is_counted_once(table, plain):
    made = table(
        {
            "exact": {"amount": 98, "wasDerivedFrom": "old", "rounding": "0.5"},
            "round": {"amount": 100, "wasDerivedFrom": "new", "rounding": "50", "amountQualifier": "about"},
        }
    )
    found = group(made, all_of(made), "year")
    assert plain(found.rows) == {("2020",): 98}
    assert found.notes == ("flows not added, because another document states the same quantity: 1; round (exact)",)


@pytest.mark.parametrize(
    ("one", "other", "taken"),
    [
        ({"confidence": "high"}, {"confidence": "medium"}, "one"),
        ({"amountQualifier": "about"}, {}, "other"),
        ({"rounding": "50"}, {"rounding": "5"}, "other"),
        ({"wasDerivedFrom": "old"}, {"wasDerivedFrom": "new"}, "other"),
    ],
)
def test_of_two_documents_the_surer_the_exacter_the_finer_and_the_later_is_taken(table, one, other, taken):
    made = table({"one": {"amount": 1, **one}, "other": {"amount": 2, "wasDerivedFrom": "second", **other}})
    found = group(made, all_of(made), "year")
    assert [row.amount for row in found.rows] == [1 if taken == "one" else 2]


def test_two_flows_of_one_document_are_two_quantities(table, plain):
    made = table({"a": {"amount": 1}, "b": {"amount": 1}})
    assert plain(group(made, all_of(made), "year").rows) == {("2020",): 2}


def test_a_restated_total_takes_its_parts_with_it(table, plain):
    made = table(
        {
            "all": {"amount": 100, "complete": ("treatment",), "rounding": "0.5"},
            "burnt": {"amount": 100, "treatment": "R1", "part_of": [("all", "treatment")]},
            "again": {"amount": 101, "complete": ("treatment",), "rounding": "5", "wasDerivedFrom": "new"},
            "burnt-again": {
                "amount": 101,
                "treatment": "R1",
                "part_of": [("again", "treatment")],
                "wasDerivedFrom": "new",
            },
        }
    )
    assert plain(group(made, all_of(made), "treatment").rows) == {("R1",): 100}


def test_a_narrower_flow_of_another_document_is_held_by_the_broader_one(table, plain):
    made = table(
        {
            "all": {"amount": 100, "source": "all-sectors"},
            "paper": {"amount": 30, "source": "homes", "material": "paper", "wasDerivedFrom": "new"},
            "bigger": {"amount": 130, "source": "homes", "material": "plastic", "wasDerivedFrom": "new"},
        }
    )
    found = group(made, all_of(made), "year")
    assert plain(found.rows) == {("2020",): 230}  # what is larger than the total is not inside it
    assert found.notes == ("flows not added, because a flow of another document holds them: 1; paper (all)",)
    assert plain(group(made, all_of(made), "material").inside) == {("paper",): 30}


BY_CODE = dataclasses.replace(LISTS, materials={code("170101"): code("concrete"), code("200101"): code("paper")})


def test_a_flow_with_a_waste_code_alone_counts_for_the_material_of_the_code(table, plain):
    rows = {
        "coded": {"amount": 7, "material": None, "wasteCode": "170101"},
        "stated": {"amount": 3, "material": "concrete"},
        "two": {"amount": 1, "material": None, "wasteCode": ("170101", "200101")},
        "other": {"amount": 2, "material": "soil", "wasteCode": "170101"},
    }
    made = table(rows, BY_CODE)
    found = group(made, all_of(made), "material")
    assert plain(found.rows) == {("concrete",): 10, ("soil",): 2, ("",): 1}
    assert found.notes == ("flows whose material is that of their waste code: 1",)
    assert plain(group(table(rows), all_of(made), "material").rows) == {("concrete",): 3, ("soil",): 2, ("",): 8}


def test_a_flow_with_a_waste_code_alone_is_not_counted_beside_the_material_that_holds_it(table, plain):
    rows = {
        "all": {"amount": 100, "material": "mineral-waste", "source": "all-sectors"},
        "coded": {"amount": 30, "material": None, "wasteCode": "170101", "source": "homes", "wasDerivedFrom": "new"},
        "part": {"amount": 20, "material": None, "wasteCode": "170101", "part_of": [("all", "material")]},
    }
    made = table(rows, BY_CODE)
    found = group(made, all_of(made), "year")
    assert plain(found.rows) == {("2020",): 100}
    assert "a flow of another document holds them: 1; coded (all)" in " ".join(found.notes)


def test_years_that_divide_a_material_differently_are_not_to_be_compared(table):
    rows = {
        "one": {"amount": 10, "material": "plastic", "year": "2019"},
        "other": {"amount": 4, "material": "bottle", "year": "2020"},
        "paper": {"amount": 3, "material": "paper", "year": "2019"},
        "paper-too": {"amount": 3, "material": "paper", "year": "2020"},
    }
    made = table(rows)
    assert group(made, all_of(made), "material,year").notes == (
        "not to be compared between these years, which divide it differently: plastic 2019/2020",
    )
    assert group(made, all_of(made), "year").notes == ()
    assert group(made, all_of(made), "material:2,year").notes == ()  # plastic on both sides


def test_a_flow_into_two_plants_has_one_row_for_both(table):
    made = table({"a": {"amount": 10, "target": ("plant", "mill")}})
    (row,) = group(made, all_of(made), "target").rows
    assert row.key == ("https://example.org/code/mill https://example.org/code/plant",)


def test_each_total_is_given_with_and_without_soils_and_minerals(table):
    made = table(
        {
            "all": {"amount": 100, "complete": ("material",), "treatment": "D1"},
            "soil": {"amount": 80, "material": "soil", "treatment": "D1", "part_of": [("all", "material")]},
            "ash": {"amount": 5, "material": "ash-and-slag", "treatment": "D1", "part_of": [("all", "material")]},
            "paper": {"amount": 15, "material": "paper", "treatment": "D1", "part_of": [("all", "material")]},
            "unknown": {"amount": 7, "treatment": "R1"},
        }
    )
    rows = {row.key[0].rpartition("/")[2]: row for row in group(made, all_of(made), "treatment").rows}
    assert (rows["D1"].amount, rows["D1"].without_minerals, rows["D1"].undivided) == (100, 20, 0)
    assert (rows["R1"].amount, rows["R1"].without_minerals, rows["R1"].undivided) == (7, 0, 7)


def test_a_waste_code_tells_minerals_before_the_material_does(table):
    made = table({"a": {"amount": 3, "wasteCode": "170101"}, "b": {"amount": 4, "wasteCode": "200101"}})
    (row,) = group(made, all_of(made), "year").rows
    assert (row.without_minerals, row.undivided) == (4, 0)


def test_ranges_keep_their_bounds_and_count_with_the_middle(table):
    made = table(
        {
            "range": {"amountLower": 400, "amountUpper": 501, "unit": "kt", "amountQualifier": "range"},
            "point": {"amount": 1, "rounding": "0.5"},
        }
    )
    found = group(made, all_of(made), "year")
    (row,) = found.rows
    assert (row.lower, row.amount, row.upper) == (400001, 450501, 501001)
    assert row.rounding == Decimal("0.5")
    assert "ranges counted with the middle: 1" in found.notes


def test_levels_group_by_a_broader_code(table, plain):
    made = table(
        {
            "a": {"amount": 1, "wasteCode": "170101"},
            "b": {"amount": 2, "wasteCode": "200101"},
            "c": {"amount": 4},
        }
    )
    assert plain(group(made, all_of(made), "waste-code:1").rows) == {("17",): 1, ("20",): 2, ("",): 4}
    assert plain(group(made, all_of(made), "waste-code:2").rows) == {("1701",): 1, ("2001",): 2, ("",): 4}


def test_the_flows_and_documents_of_a_row_can_be_named(table):
    made = table({"a": {"amount": 1}, "b": {"amount": 2, "treatment": "R1", "wasDerivedFrom": "new"}})
    found = group(made, all_of(made), "treatment")
    assert [found.members(made, row) for row in found.rows] == [
        ("https://example.org/id/flow/a",),
        ("https://example.org/id/flow/b",),
    ]
    assert [row.documents for row in found.rows] == [
        ("https://example.org/code/doc",),
        ("https://example.org/code/new",),
    ]


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("colour", "flows cannot be grouped by 'colour'; they can by source, target"),
        ("year,year", "grouped by 'year' twice"),
        ("material:x", "a level is a number"),
        ("material:0", "a level is a number"),
        ("stage:1", "stage has no levels; these have: category, material"),
        ("region:1", "region has no levels"),
        ("", "flows cannot be grouped by ''"),
    ],
)
def test_a_wrong_dimension_is_refused_with_what_there_is(table, by, message):
    made = table({"a": {"amount": 1}})
    with pytest.raises(UsageError, match=message.replace("(", r"\(")):
        group(made, all_of(made), by)


@pytest.mark.parametrize("seed", range(12))
def test_any_table_of_totals_gives_the_sums_of_its_cells(table, seed):
    """Made-up cells with every marginal total published and complete: each grouping equals the sums over the cells."""
    dice = random.Random(seed)
    sides = {"treatment": ["R1", "R3", "D1"], "material": ["paper", "plastic", "soil"], "source": ["homes", "shops"]}
    cells = {cell: dice.randrange(0, 50) * 10 + 5 for cell in itertools.product(*sides.values())}
    rows: dict[str, dict] = {}
    for known in itertools.product(*([*values, ""] for values in sides.values())):
        inside = [
            amount for cell, amount in cells.items() if all(k in ("", c) for k, c in zip(known, cell, strict=True))
        ]
        open_ = [name for name, value in zip(sides, known, strict=True) if not value]
        row: dict = {"amount": sum(inside), "complete": tuple(open_), "part_of": []}
        for place, (name, value) in enumerate(zip(sides, known, strict=True)):
            if value:
                row[name] = value
                total = "-".join(["", *(v if p != place else "" for p, v in enumerate(known))]) or "all"
                row["part_of"].append((total, name))
        rows["-".join(["", *known])] = row
    if dice.random() < 0.5:  # the grand total may be missing
        del rows["---"]
        for row in rows.values():
            row["part_of"] = [pair for pair in row["part_of"] if pair[0] != "---"]
    made = table(rows)
    for size in (1, 2, 3):
        for by in itertools.permutations(sides, size):
            found = {
                tuple(v.rpartition("/")[2] for v in row.key): row.amount for row in group(made, all_of(made), by).rows
            }
            expected: dict[tuple[str, ...], int] = {}
            for cell, amount in cells.items():
                key = tuple(cell[list(sides).index(name)] for name in by)
                expected[key] = expected.get(key, 0) + amount
            assert found == expected


@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_once_for_all_flows_holds_for_a_selection_that_parts_no_total(table, seed):
    dice = random.Random(seed)
    rows: dict[str, dict] = {}
    for name in "abcdefgh":
        region = dice.choice(["town", "village", "elsewhere"])
        complete = dice.choice([(), ("treatment",)])
        rows[name] = {"amount": 30, "region": region, "complete": complete}
        for place, treatment in enumerate(("R1", "D1")):
            part = {
                "amount": 10 + 10 * place,
                "region": region,
                "treatment": treatment,
                "part_of": [(name, "treatment")],
            }
            rows[f"{name}{place}"] = part
    made = table(rows)
    some = np.array([made.columns["region"].text(row).endswith("town") for row in range(len(made))])
    alone = table({name: row for name, row in rows.items() if row["region"] == "town"})
    keys = [(row.key, row.amount, row.flows) for row in group(made, some, "treatment").rows]
    assert keys == [(row.key, row.amount, row.flows) for row in group(alone, all_of(alone), "treatment").rows]
    assert keys == [(row.key, row.amount, row.flows) for row in group(made, some, "treatment").rows]
