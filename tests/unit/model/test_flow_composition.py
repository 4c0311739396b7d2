"""Flows of known composition are divided into their fractions, exactly."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from ce_graph.errors import DataError
from ce_graph.model.flows.composition import Composition, weigh
from ce_graph.model.flows.grouping import group


def composed(code, iri="c", date="", **shares):
    return Composition(iri, tuple((code(name), Decimal(share)) for name, share in shares.items()), date)


def test_a_flow_becomes_its_fractions_and_keeps_the_rest(table, plain, code):
    made = table({"a": {"amount": "200.5", "rounding": "0.5"}, "b": {"amount": 3, "material": "soil"}})
    known = {made.flows[0]: [composed(code, paper="0.331", plastic="0.2")]}
    weighed = weigh(made, made.known, known)
    assert plain(group(weighed, weighed.known, "material").rows) == {
        ("paper",): Decimal("66.3655"),
        ("plastic",): Decimal("40.1"),
        ("waste",): Decimal("94.0345"),
        ("soil",): 3,
    }
    assert sum(row.amount for row in group(weighed, weighed.known, "material").rows) == Decimal("203.5")


def test_the_composition_of_the_flow_wins_over_that_of_its_material(table, plain, code):
    made = table({"a": {"amount": 10}, "b": {"amount": 10, "treatment": "R1"}})
    known = {made.flows[0]: [composed(code, paper="1")], code("waste"): [composed(code, plastic="1")]}
    weighed = weigh(made, made.known, known)
    assert plain(group(weighed, weighed.known, "material").rows) == {("paper",): 10, ("plastic",): 10}


def test_the_newest_determination_is_taken(table, plain, code):
    made = table({"a": {"amount": 10}})
    known = {code("waste"): [composed(code, "x", "2021", paper="1"), composed(code, "y", "2024", plastic="1")]}
    weighed = weigh(made, made.known, known)
    assert plain(group(weighed, weighed.known, "material").rows) == {("plastic",): 10}


def test_the_composition_of_a_material_holds_in_its_region_alone(table, plain, code):
    made = table({
        "town": {"amount": 10, "region": "town"}, "county": {"amount": 20, "region": "county"},
        "land": {"amount": 40, "region": "land"},
    })  # fmt: skip
    inside = dataclasses.replace(composed(code, paper="1"), region=code("county"))
    weighed = weigh(made, made.known, {code("waste"): [inside]})
    assert plain(group(weighed, weighed.known, "region,material").rows) == {
        ("town", "paper"): 10, ("county", "paper"): 20, ("land", "waste"): 40,
    }  # fmt: skip


def test_only_what_was_counted_is_divided(table, plain, code):
    made = table(
        {
            "all": {"amount": 10, "complete": ("treatment",)},
            "burnt": {"amount": 10, "treatment": "R1", "part_of": [("all", "treatment")]},
        }
    )
    counted = group(made, made.known, "treatment").counting.counted
    weighed = weigh(made, counted, {code("waste"): [composed(code, paper="0.5", plastic="0.5")]})
    assert plain(group(weighed, weighed.known, "material").rows) == {("paper",): 5, ("plastic",): 5}


@pytest.mark.parametrize(
    ("shares", "message"),
    [({"paper": "0.8", "plastic": "0.3"}, "sum to 1.1"), ({"paper": "-0.1"}, "between 0 and 1")],
)
def test_impossible_fractions_are_refused(table, code, shares, message):
    made = table({"a": {"amount": 10}})
    with pytest.raises(DataError, match=message):
        weigh(made, made.known, {code("waste"): [composed(code, **shares)]})
