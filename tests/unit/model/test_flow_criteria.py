"""What somebody asks for is found by any of its names, or the answer says what there is."""

from __future__ import annotations

import pytest

from ce_graph.errors import NotFoundError, UsageError
from ce_graph.model.flows.criteria import Criteria, select

ROWS = {
    "a": {"amount": 1, "region": "town", "material": "paper", "treatment": "R3", "year": "2019"},
    "b": {"amount": 2, "region": "county", "material": "bottle", "treatment": "R1", "year": "2020"},
    "c": {"amount": 4, "region": "land", "hazardous": "true", "year": "2021"},
    "d": {"amount": 8, "unit": "m3", "region": "land", "year": "2021"},
    "e": {
        "amount": 16,
        "basis": "capacity",
        "region": "land",
        "year": None,
        "periodStart": "2015-01",
        "periodEnd": "2018-12",
    },
    "f": {"region": "land", "year": "2021"},
}


def chosen(table, names, **asked):
    made = table(ROWS)
    found = select(made, names, Criteria(**asked))
    return "".join(flow[-1] for flow, kept in zip(made.flows, found.mask, strict=True) if kept), found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "abc"),
        ({"region": "county"}, "ab"),
        ({"region": "the-joint-area"}, "a"),
        ({"region": "yhteinen alue"}, "a"),
        ({"region": "Joint area (town and village)"}, "a"),
        ({"region": "https://example.org/code/town"}, "a"),
        ({"material": "plastic"}, "b"),
        ({"material": "waste"}, "abc"),
        ({"treatment": "r3"}, "a"),
        ({"year": "2020"}, "b"),
        ({"year": "2019-2020"}, "ab"),
        ({"hazardous": True}, "c"),
        ({"basis": "capacity"}, "e"),
        ({"basis": "capacity", "year": "2014-2018"}, "e"),
        ({"quantity": "volume"}, "d"),
    ],
)
def test_flows_are_chosen_by_what_is_asked(table, names, asked, expected):
    assert chosen(table, names, **asked)[0] == expected


def test_what_is_left_out_unasked_is_said(table, names):
    notes = chosen(table, names)[1].notes
    assert notes == (
        "not added, other quantities: flows in volume: 1, flows without a figure: 1",
        "not added, nothing flowed: 1 of basis capacity",
    )


def test_the_regions_that_a_place_brings_are_named(table, names):
    assert chosen(table, names, region="county")[1].notes == ("figures are for county, town",)


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"region": "towm"}, NotFoundError, r"there is no region 'towm'; did you mean town\?"),
        ({"material": "xenon"}, NotFoundError, r"there is no material 'xenon'; there are ash-and-slag, bottle"),
        ({"treatment": "R99"}, NotFoundError, "there is no treatment 'R99'"),
        ({"waste_code": "999999"}, NotFoundError, "there is no waste code '999999'"),
        ({"quantity": "colour"}, NotFoundError, "there is no quantity 'colour'"),
        ({"year": "1999"}, NotFoundError, "there is no flow of 1999; there are flows of 2019, 2020, 2021"),
        ({"year": "last"}, UsageError, "'last' is no year"),
        ({"year": "2021-2019"}, UsageError, "the first year is after the last"),
        (
            {"treatment": "R3", "year": "2020"},
            NotFoundError,
            "no flow fits all of it; flows that fit one of it: treatment .*R3.*: 1, year 2020: 1",
        ),
        ({"treatment": "R3", "material": "plastic"}, NotFoundError, "the others have material: paper"),
        ({"region": "village"}, NotFoundError, "no flow fits all of it"),
        ({"hazardous": False}, NotFoundError, "no flow fits all of it"),
        ({"basis": "capacity", "quantity": "volume"}, NotFoundError, "no flow is left: .*other quantities"),
    ],
)
def test_what_cannot_be_answered_is_answered_with_what_there_is(table, names, asked, error, message):
    with pytest.raises(error, match=message):
        chosen(table, names, **asked)
