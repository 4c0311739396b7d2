"""What the model computes on the shipped data is what the sources print, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ce_graph import resources
from ce_graph.ingest import build
from ce_graph.model.flows.criteria import Criteria, select
from ce_graph.model.flows.grouping import group
from ce_graph.model.names import short
from ce_graph.query import records
from ce_graph.settings import VOCABULARY


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shipped")
    build.write(build.read(resources.data(), VOCABULARY), folder)
    return records.from_file(folder / build.DATASET)


@pytest.fixture(scope="module")
def names(reader):
    return records.names(reader)


@pytest.fixture(scope="module")
def table(reader):
    return records.flow_table(reader)


def rows(table, names, by, **asked):
    selection = select(table, names, Criteria(**asked), by=by.split(","))
    return {tuple(map(short, row.key)): row for row in group(table, selection.mask, by).rows}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        ("2009", {"recycling": 919830, "energy-recovery": 462750, "landfill": 1179840}),
        ("2013", {"recycling": 872210, "energy-recovery": 1136939, "landfill": 672398}),
        ("2017", {"recycling": 1140133, "energy-recovery": 1645554, "landfill": 25902}),
    ],
)
def test_municipal_waste_by_treatment_is_what_statistics_finland_prints(table, names, year, expected):
    """The published totals by treatment, found among 44 to 72 rows of totals, subtotals and cells of one table."""
    found = rows(
        table,
        names,
        "category",
        region="suomi",
        year=year,
        stage="treatment",
        source="households-and-comparable-services",
    )
    assert {key[0]: row.amount for key, row in found.items()} == expected


def test_all_waste_of_2011_is_counted_once(table, names):
    """96 595 kt: not its sectors, not its materials, not the construction waste that another document states."""
    found = rows(table, names, "year", region="suomi", year="2011", stage="generation")
    assert found[("2011",)].amount == 96_595_000
    # 77 326 kt are mineral waste.
    assert found[("2011",)].without_minerals == 96_595_000 - 77_326_000


def test_all_waste_of_2011_by_material_is_the_published_breakdown(table, names):
    found = rows(table, names, "material", region="suomi", year="2011", stage="generation")
    assert {key[0]: row.amount for key, row in found.items()} == {
        "chemical-waste": 1_113_000,
        "metal-waste": 503_000,
        "glass-waste": 102_000,
        "paper-and-cardboard-waste": 595_000,
        "plastic-and-rubber-waste": 68_000,
        "wood-waste": 11_666_000,
        "animal-and-plant-waste": 990_000,
        "mixed-waste-with-household-waste": 3_091_000,
        "sludges": 783_000,
        "mineral-waste": 77_326_000,
        "other-waste": 355_000,
    }


def test_the_household_waste_of_the_hsy_area_in_2021_is_one_figure_of_two_documents(table, names):
    """344 000 t and “just under 345 000 t”: the exact one is taken; both lie in the 632 000 t of municipal waste."""
    found = rows(
        table, names, "material", region="hsy-alue", year="2021", stage="generation", material="household-waste"
    )
    assert {key: row.amount for key, row in found.items()} == {("household-waste",): 344_000}
    found = rows(table, names, "year", region="hsy-alue", year="2021", stage="generation")
    assert found[("2021",)].amount == 632_000


def test_the_hsy_area_is_found_by_the_name_that_sources_use(table, names):
    for text in ("hsy-alue", "hsy-area", "HSY waste service area", "HSY:n jätehuoltoalue"):
        assert select(table, names, Criteria(region=text)).meant == {"region": VOCABULARY + "id/place/hsy-alue"}


def test_masses_are_the_ones_that_the_build_normalised(table, reader):
    built = {}
    pairs = reader.pairs("https://w3id.org/ce-graph/ontology#massTonnes")
    for flow, text in zip(reader.texts(pairs.subjects), reader.texts(pairs.values), strict=True):
        built[flow] = Decimal(text)
    ours = {
        flow: Decimal(int(number)).scaleb(table.exponent)
        for flow, number, known, ranged, kind in zip(
            table.flows, table.amount, table.known, table.is_range, table.columns["quantity"].codes, strict=True
        )
        if known and not ranged and table.columns["quantity"].values[kind].endswith("/Mass")
    }
    assert ours == built
