"""The flow table keeps amounts exact and units apart."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from ce_graph.model.exact import decimal
from ce_graph.model.flows.grouping import group


def amounts(table):
    return [
        decimal(number, table.exponent) if known else None
        for number, known in zip(table.amount, table.known, strict=True)
    ]


def test_mass_units_are_turned_into_tonnes_exactly(table):
    made = table(
        {
            "a": {"amount": "0.1", "unit": "kt"},
            "b": {"amount": "1.0005", "unit": "t"},
            "c": {"amount": "3", "unit": "kg"},
        }
    )
    assert amounts(made) == [Decimal(100), Decimal("1.0005"), Decimal("0.003")]


def test_a_tenth_added_ten_times_is_one(table):
    made = table({f"f{number}": {"amount": "0.1"} for number in range(10)})
    assert [row.amount for row in group(made, made.known, "year").rows] == [1]


def test_sums_beyond_64_bits_stay_exact(table):
    large = 2**62 + 1
    made = table({"a": {"amount": large}, "b": {"amount": large, "treatment": "R1"}, "c": {"amount": large}})
    assert made.amount.dtype == object
    assert [row.amount for row in group(made, made.known, "treatment").rows] == [2 * large, large]


def test_a_volume_is_a_mass_only_with_a_density(table):
    made = table({"a": {"amount": 10, "unit": "m3"}, "b": {"amount": 10, "unit": "m3", "density": "1.6"}})
    assert [made.columns["quantity"].text(row).rpartition("/")[2] for row in range(2)] == ["Volume", "Mass"]
    assert amounts(made) == [10, 16]


def test_an_unknown_unit_gives_no_amount_unless_the_mass_is_stated(table):
    made = table({"a": {"amount": 10, "unit": "sack"}, "b": {"amount": 10, "unit": "sack", "massTonnes": "2.5"}})
    assert amounts(made) == [None, Decimal("2.5")]


def test_an_amount_that_is_not_given_is_not_zero(table):
    made = table({"a": {"amount": 0, "amountQualifier": "nil"}, "b": {}})
    assert amounts(made) == [0, None]
    assert not made.approximate[0]


def test_rounding_is_read_in_tonnes_for_masses(table):
    made = table({"a": {"amount": 2, "unit": "kt", "rounding": "500"}})
    assert decimal(made.rounding[0], made.exponent) == 500


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ({"year": "2021"}, "2021"),
        ({"year": None, "periodStart": "2015", "periodEnd": "2025"}, "2015–2025"),
        ({"year": None, "periodStart": "2020"}, "2020–"),
        ({"year": None}, ""),
    ],
)
def test_the_year_is_the_year_else_the_period(table, said, year):
    assert table({"a": {"amount": 1, **said}}).columns["year"].text(0) == year


@pytest.mark.parametrize(
    ("said", "rank"),
    [
        ({"treatment": "R3", "treatmentCategory": "landfill"}, "2"),
        ({"treatmentCategory": "landfill"}, "6"),
        ({}, ""),
    ],
)
def test_the_rank_is_that_of_the_treatment_else_of_its_group(table, said, rank):
    assert table({"a": {"amount": 1, **said}}).columns["rank"].text(0) == rank


def test_parts_of_parts_are_held_by_the_total(table):
    made = table(
        {
            "a": {"amount": 3},
            "b": {"amount": 2, "part_of": [("a", "any")]},
            "c": {"amount": 1, "part_of": [("b", "any")]},
        }
    )
    below, above = made.parts.closure
    assert sorted(zip(below.tolist(), above.tolist(), strict=True)) == [(1, 0), (2, 0), (2, 1)]


def test_parts_in_a_circle_end(table):
    made = table({"a": {"amount": 3, "part_of": [("b", "any")]}, "b": {"amount": 2, "part_of": [("a", "any")]}})
    below, above = made.parts.closure
    assert sorted(zip(below.tolist(), above.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert group(made, made.known, "year").rows == ()


def test_a_column_at_a_level_keeps_what_stands_higher(table):
    made = table({"a": {"amount": 1, "material": "bottle"}, "b": {"amount": 1, "material": "waste"}})
    column = made.column("material", 2)
    assert [column.text(row).rpartition("/")[2] for row in range(2)] == ["plastic", "waste"]


def test_an_empty_table_has_no_rows(table):
    made = table({})
    assert group(made, np.zeros(0, bool), "year").rows == ()
