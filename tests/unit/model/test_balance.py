"""Contradictions between figures are found on any table, and rounding is not taken for one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ce_graph.model.balance.capacity import Capacity
from ce_graph.model.balance.findings import KINDS, SEVERITY, likely_cause
from ce_graph.model.balance.review import review
from ce_graph.model.indicators.observations import Break, Observation
from ce_graph.wording import Wording, told


def found(made, **more):
    return [(one.kind, one.focus.rpartition("/")[2]) for one in review(made, **more)]


def total(parts, amount=100, complete=("treatment",), **more):
    rows = {"all": {"amount": amount, "isTotal": "true", "complete": complete, **more}}
    for place, part in enumerate(parts):
        rows[f"part{place}"] = {"amount": part, "treatment": f"R{place}", "part_of": [("all", "treatment")], **more}
    return rows


@pytest.mark.parametrize(
    ("parts", "complete", "expected"),
    [
        ([60, 40], ("treatment",), []),
        ([60, 30], ("treatment",), [("total-parts", "all")]),
        ([60, 30], (), []),
        ([60, 50], (), [("total-parts", "all")]),
        ([60, 40], (), [("parts-complete", "all")]),
        ([160, 40], (), [("part-above-total", "part0"), ("total-parts", "all")]),
    ],
)
def test_a_total_against_the_sum_of_its_parts(table, parts, complete, expected):
    assert found(table(total(parts, complete=complete))) == expected


@pytest.mark.parametrize(("rounding", "expected"), [("0.5", []), ("0.1", [("total-parts", "all")])])
def test_rounding_explains_what_it_can(table, rounding, expected):
    assert found(table(total([60, 41], rounding=rounding))) == expected


def test_a_range_is_only_wrong_outside_its_bounds(table):
    rows = total([60, 40])
    rows["part1"] |= {"amount": None, "amountLower": 30, "amountUpper": 50}
    assert found(table(rows)) == []
    rows["part1"] |= {"amountLower": 50, "amountUpper": 60}
    assert found(table(rows)) == [("total-parts", "all")]


def test_other_units_are_turned_into_one_before_the_sum(table):
    rows = total([60, 40])
    rows["part0"] |= {"amount": "0.06", "unit": "kt"}
    assert found(table(rows)) == []


def test_each_breakdown_is_summed_by_itself_and_an_of_which_not_at_all(table):
    rows = total([60, 40])
    rows["paper"] = {"amount": 100, "material": "paper", "part_of": [("all", "material")]}
    rows["of-which"] = {"amount": 99, "hazardous": "true", "part_of": [("all", "subset")]}
    assert found(table(rows)) == []
    rows["of-which"]["amount"] = 101
    assert found(table(rows)) == [("part-above-total", "of-which")]


def test_totals_that_are_missing_or_empty_and_totals_alone(table):
    assert found(table({"a": {"amount": 1, "part_of": [("gone", "any")]}})) == [("total-unknown", "a")]
    assert found(table({"t": {}, "a": {"amount": 1, "part_of": [("t", "any")]}})) == [("total-unknown", "t")]
    assert found(table({"t": {"amount": 5, "isTotal": "true"}})) == [("total-without-parts", "t")]


def test_parts_without_a_total_are_told(table):
    rows = {name: {"amount": 5, "material": name} for name in ("paper", "plastic", "soil")}
    assert found(table(rows)) == [("parts-without-total", "paper")]
    assert found(table({**rows, "all": {"amount": 15}})) == []


@pytest.mark.parametrize(
    ("amounts", "capacities", "expected"),
    [
        ((60, 30), (100,), []),
        ((60, 50), (100,), [("capacity", "plant")]),
        ((60, 50), (100, 120), []),
    ],
)
def test_what_flows_into_a_facility_against_the_largest_capacity_stated(table, code, amounts, capacities, expected):
    made = table({"a": {"amount": amounts[0]}, "b": {"amount": amounts[1], "source": "shops"}})
    known = [Capacity(code("plant"), Decimal(tonnes)) for tonnes in capacities]
    assert found(made, capacities=known) == expected


def test_the_figures_of_a_message_are_written_as_its_language_writes_them(table, code):
    made = table({"a": {"amount": "1312400.5"}})
    known = [Capacity(code("plant"), Decimal(tonnes)) for tonnes in ("312400.5", "2.5")]
    (one,) = review(made, capacities=known)
    assert str(one.message) == "1,312,400.5 t flowed in in 2020, the capacity is stated as 2.5; 312,400.5 t a year"
    assert told(one.message, "en") == one.message
    assert "1\N{NO-BREAK SPACE}312\N{NO-BREAK SPACE}400,5 t" in told(one.message, "fi")
    assert "2,5; 312\N{NO-BREAK SPACE}400,5 t" in told(one.message, "sv")


def test_stages_of_one_tonne_parts_and_plans_do_not_fill_a_facility_twice(table, code):
    made = table({
        "received": {"amount": 80, "stage": "reception"}, "treated": {"amount": 80},
        "part": {"amount": 30, "part_of": [("treated", "any")]}, "planned": {"amount": 500, "basis": "planned"},
        "undated": {"amount": 500, "year": None},
    })  # fmt: skip
    assert found(made, capacities=[Capacity(code("plant"), Decimal(100))]) == []


def test_two_documents_that_differ_on_one_quantity(table):
    rows = {
        "a": {"amount": 100, "wasDerivedFrom": "x", "rounding": "0.5"},
        "b": {"amount": 103, "wasDerivedFrom": "y", "rounding": "0.5"},
        "c": {"amount": 90, "wasDerivedFrom": "y", "material": "paper"},
    }
    assert found(table(rows)) == [("sources-differ", "a")]
    rows["b"]["rounding"] = "5"
    assert found(table(rows)) == []


def seen(iri, year, value, **more):
    said = {"indicator": "i/rate", "region": "r", "document": "g/doc"} | more
    return Observation(iri=iri, year=year, value=Decimal(value), stated=str(value), **said)


def test_two_documents_that_differ_on_one_indicator(table):
    one, other = seen("o1", "2020", "5.4"), seen("o2", "2020", "0.6", document="g/other")
    assert found(table({}), observations=[one, other]) == [("sources-differ", "o1")]
    assert found(table({}), observations=[one, seen("o2", "2020", "5", document="g/other")]) == []
    undated = [seen("o1", "", 50, time_stated="annual"), seen("o2", "", 70, time_stated="annual", document="g/other")]
    assert found(table({}), observations=undated) == [("sources-differ", "o1")]


SERIES = [("2018", 40), ("2019", 41), ("2020", 42), ("2021", 60), ("2022", 61)]


@pytest.mark.parametrize(
    ("breaks", "flags", "expected"),
    [
        ([], "", [("unexplained-jump", "o2021")]),
        ([Break("i/rate", "2020", "2021", "", "new method")], "", [("break-jump", "o2021")]),
        ([], "b", [("break-jump", "o2021")]),
    ],
)
def test_a_jump_of_a_series_is_told_with_the_break_or_without(table, breaks, flags, expected):
    known = [seen(f"o{year}", year, value, flags=flags if year == "2021" else "") for year, value in SERIES]
    assert found(table({}), observations=known, breaks=breaks) == expected


def test_a_series_that_always_moves_does_not_jump(table):
    known = [
        seen(f"o{year}", str(year), value) for year, value in zip(range(2018, 2023), (10, 14, 9, 13, 18), strict=True)
    ]
    assert found(table({}), observations=known) == []


def test_a_jump_of_flows(table):
    rows = {year: {"amount": value * 1000, "year": year, "rounding": "0.5"} for year, value in SERIES}
    assert found(table(rows)) == [("unexplained-jump", "2021")]


def test_coarse_rounding_of_a_whole_table_is_named_as_the_cause(table):
    rows = {
        f"x{number}": {"amount": 10 * number, "material": "paper", "treatment": f"t{number}"} for number in range(1, 25)
    }
    rows |= total([60, 50])
    rows["part1"]["amount"] = 50
    (one,) = [one for one in review(table(rows)) if one.kind == "total-parts"]
    assert one.cause == "all 27 figures of the table are multiples of 10: it is rounded, and more than it shows"


@pytest.mark.parametrize(
    ("one", "other", "others", "cause"),
    [
        (160, 100, {"f1": Decimal(60)}, "the difference is exactly f1, which may be counted twice"),
        (40, 100, {"f1": Decimal(60)}, "the difference is exactly f1, which may be counted not at all"),
        (100000, 100, {}, "the figures are a factor of 10^3 apart: the unit may be mistaken"),
        (1324, 1234, {}, "two digits may be swapped"),
        (110, 100, {}, ""),
    ],
)
def test_the_numbers_suggest_a_cause(one, other, others, cause):
    assert likely_cause(Decimal(one), Decimal(other), others) == cause


def test_every_kind_has_a_meaning_and_a_severity():
    assert KINDS.keys() == SEVERITY.keys()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("12345.00012", "12\N{NO-BREAK SPACE}345,00012"),
        ("0.1234567890123456789012345678901234567891", "0,1234567890123456789012345678901234567891"),
        ("1E+999999", "1E+999999"),
    ],
)
def test_a_number_keeps_all_its_digits(number, said):
    assert Wording("fi").number(Decimal(number)) == said
