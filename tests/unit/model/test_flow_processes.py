"""What goes into a process must come out, where everything is in the graph."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ce_graph.model.flows.processes import Process, balances


def one(table, rows, **more):
    made = table(rows)
    flows = {flow.rpartition("/")[2]: flow for flow in made.flows}
    process = Process(
        "p",
        tuple(flows[name] for name in rows if name.startswith("in")),
        tuple(flows[name] for name in rows if name.startswith("out")),
        **more,
    )
    return balances(made, [process])


@pytest.mark.parametrize(
    ("out", "itemised", "status"), [(97, True, "balanced"), (90, True, "off"), (90, False, "open"), (110, True, "off")]
)
def test_a_residual_beyond_the_tolerance_is_off_when_all_is_itemised(table, out, itemised, status):
    (found,) = one(table, {"in": {"amount": 100}, "out": {"amount": out}}, fully_itemised=itemised)
    assert (found.status, found.residual, found.share) == (status, 100 - out, Decimal(100 - out) / 100)


def test_rounding_is_not_taken_for_a_loss(table):
    rows = {"in": {"amount": 1, "unit": "kt", "rounding": "500"}, "out": {"amount": 700}}
    (found,) = one(table, rows, fully_itemised=True)
    assert (found.status, found.rounding) == ("balanced", 500)


def test_each_year_is_balanced_by_itself(table):
    rows = {"in": {"amount": 10}, "in2": {"amount": 20, "year": "2021"}, "out": {"amount": 10}}
    assert [(found.year, found.residual) for found in one(table, rows)] == [("2020", 0), ("2021", 20)]


def test_totals_and_parts_are_counted_once(table):
    rows = {"in": {"amount": 10}, "in-part": {"amount": 4, "part_of": [("in", "any")]}, "out": {"amount": 10}}
    (found,) = one(table, rows, fully_itemised=True)
    assert (found.into, found.status) == (10, "balanced")


def test_a_flow_without_a_mass_leaves_the_balance_open(table):
    rows = {"in": {"amount": 10}, "out": {"amount": 10}, "out-gas": {"amount": 7, "unit": "m3"}}
    (found,) = one(table, rows, fully_itemised=True)
    assert found.status == "not-weighed"
    assert [flow.rpartition("/")[2] for flow in found.unweighed] == ["out-gas"]


def test_no_input_has_no_share(table):
    (found,) = one(table, {"out": {"amount": 10}}, fully_itemised=True)
    assert (found.share, found.status) == (None, "off")
