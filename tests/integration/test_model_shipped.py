"""What the model computes on the shipped data is what the sources print, worked out by hand."""

from __future__ import annotations

import importlib
from decimal import Decimal

import pytest

from ce_graph import resources
from ce_graph.ingest import build
from ce_graph.model.balance.findings import KINDS
from ce_graph.model.balance.review import review
from ce_graph.model.flows.criteria import Criteria, select
from ce_graph.model.flows.grouping import group
from ce_graph.model.indicators.comparing import beside, changes, progress
from ce_graph.model.indicators.computed import Computed
from ce_graph.model.indicators.facts import compute
from ce_graph.model.matching.entries import Rules
from ce_graph.model.matching.explaining import explain
from ce_graph.model.matching.matcher import match
from ce_graph.model.matching.pairwise import match_pairwise
from ce_graph.model.matching.standing import needs_of_facilities, offers_of_flows
from ce_graph.model.names import short
from ce_graph.model.potential import potentials
from ce_graph.query import records
from ce_graph.rdf.namespaces import CODE
from ce_graph.settings import VOCABULARY


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shipped")
    build.write(build.read(resources.data(), VOCABULARY), folder)
    return folder / build.DATASET


@pytest.fixture(scope="module")
def reader(dataset):
    return records.from_file(dataset)


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


def test_all_waste_of_2010_by_sector_leaves_out_the_minerals_of_each_row(table, names):
    """94 330 kt, 75 940 kt of them mineral; the sectors, which leave 2 772 kt of it open, have theirs beside it."""
    asked = Criteria(region="suomi", year="2010", stage="generation")
    found = group(table, select(table, names, asked, by=["source"]).mask, "source")
    assert [(row.amount, row.without_minerals, row.undivided) for row in found.rows] == [
        (94_330_000, 94_330_000 - 75_940_000, 0)
    ]
    assert {short(row.key[0]): row.without_minerals for row in found.inside} == {
        "construction": 24_636_000 - 23_104_000,
        "energy-supply": 1_446_000 - 1_372_000,
        "manufacturing": 12_923_000 - 1_752_000,
        "mining": 0,
        "services-and-households": 2_841_000,
    }


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


@pytest.fixture(scope="module")
def facts(reader):
    return records.facts(reader)


HSY = VOCABULARY + "id/place/hsy-alue"
FINLAND = VOCABULARY + "id/place/suomi"


def computed(facts, region, year, name):
    found = compute(facts, region, [year])
    return [one for one in found if isinstance(one, Computed) and one.indicator == name]


def test_household_waste_per_inhabitant_of_the_hsy_area_2021_from_its_municipalities(facts):
    """273, 266, 288, 284 and 348 kg, weighted by the populations of December 2020, are 276.74 kg; HSY printed 277."""
    one, _ = computed(facts, HSY, "2021", "household-waste-per-capita")
    people = {"helsinki": 656920, "espoo": 292796, "vantaa": 237231, "kauniainen": 10178, "kirkkonummi": 40082}
    heads = {"helsinki": 273, "espoo": 266, "vantaa": 288, "kauniainen": 284, "kirkkonummi": 348}
    by_hand = Decimal(sum(people[name] * heads[name] for name in people)) / sum(people.values())
    assert one.value == round(by_hand, 6)
    found = beside([one], facts.observations)
    assert [short(other.published.document) for other in found] == ["hsy_stt21", "hsy_jm"]
    for other in found:
        assert other.published.value == 277
        assert abs(other.relative) < Decimal("0.5")
        assert other.within_rounding


def test_household_recycling_rate_of_the_hsy_area_2021_from_its_municipalities(facts):
    """47, 48, 44, 48 and 46 %, weighted by the waste of each, are 46.60 %; HSY printed 47 % and, in its release of
    November 2022, “nearly 47 %” (lähes 47 prosenttia): both are rounded, to 46.5 or more."""
    (one,) = computed(facts, HSY, "2021", "household-waste-recycling-rate")
    assert one.value == Decimal("46.59653")
    found = {short(other.published.document): other for other in beside([one], facts.observations)}
    assert {name: (other.published.value, *other.published.bounds) for name, other in found.items()} == {
        "hsy_jm": (47, Decimal("46.5"), Decimal("47.5")), "hsy_stt21": (47, Decimal("46.5"), 47),
    }  # fmt: skip
    for other in found.values():
        assert abs(other.difference) < Decimal("0.5")  # percentage points
        assert other.within_rounding
    assert len(one.inputs) == 15


def test_household_waste_per_inhabitant_of_the_hsy_area_2021_from_its_tonnes(facts):
    """344 000 t by 1 237 207 inhabitants."""
    _, one = computed(facts, HSY, "2021", "household-waste-per-capita")
    assert one.value == round(Decimal(344_000_000) / 1_237_207, 6)


@pytest.mark.parametrize(
    ("name", "value", "published"),
    [
        ("municipal-waste-material-recovery-share", "43.463183", 43),
        ("municipal-waste-energy-recovery-share", "55.564294", 56),
    ],
)
def test_shares_of_finnish_municipal_waste_2019_are_what_was_published(facts, name, value, published):
    (one,) = computed(facts, FINLAND, "2019", name)
    assert one.value == Decimal(value)
    (found,) = beside([one], facts.observations)
    assert (found.published.value, found.within_rounding) == (published, True)


def test_the_circular_material_use_rate_of_2018_agrees_with_one_source_and_not_with_the_other(facts):
    """15 of 204 million tonnes, as Statistics Finland counts; Eurostat has another definition."""
    (one,) = computed(facts, FINLAND, "2018", "circular-material-use")
    found = {short(other.published.document): other.within_rounding for other in beside([one], facts.observations)}
    assert found == {"rinki_cmu": True, "estat_cmu": False}


def test_the_target_of_60_per_cent_stands_beside_45_per_cent(facts):
    found = [one for one in progress(facts.observations, facts.indicators, facts.breaks) if one.target.region == HSY]
    assert [(one.target.year, one.target.value, one.actual.year, one.actual.value) for one in found] == [
        ("2025", 60, "2024", 45), ("2030", 63, "2024", 45),
    ]  # fmt: skip


def test_the_largest_potential_of_finland_is_mixed_municipal_waste_that_is_burnt(facts, reader):
    """Of 1 658 712 t in 2020, 1 010 t were recycled and 16 365 t composted; 1 628 358 t and 111 t were burnt."""
    found = potentials(facts.table, records.interim_operations(reader))
    assert (short(found[0].material), short(found[0].region), found[0].year) == (
        "mixed-municipal-waste",
        "suomi",
        "2020",
    )
    assert (found[0].treated, found[0].worse) == (1_658_712, 1_641_337)
    assert found[0].fates == {"landfilled": 12_868, "burnt": 1_628_469}
    assert found[0].best_rank == 2
    plastic = next(one for one in found if short(one.material) == "plastic-waste")
    # 8 200 of 9 990 t in 2009; 8 911 of 41 241 t in 2013, whose burnt plastic is inside a total of all burnt waste
    assert (plastic.best.year, round(plastic.best.share, 1), plastic.attainable) == ("2009", Decimal("82.1"), 19_257)


def test_what_the_balance_of_sources_finds_is_what_was_reviewed(facts, reader):
    found = review(facts.table, facts.observations, facts.breaks, records.capacities(reader))
    by_kind = {kind: [short(one.focus) for one in found if one.kind == kind] for kind in KINDS}
    assert by_kind["total-parts"] == ["f0033", "f0034", "f0035", "f0209", "f0210", "f0212"]
    assert by_kind["part-above-total"] == by_kind["total-unknown"] == by_kind["capacity"] == []
    assert {"f0003", "f0119", "cmu-fi-2018", "i0066", "i0146"} <= set(by_kind["sources-differ"])


def test_waste_that_is_burnt_meets_the_facilities_that_would_recycle_it(facts, reader):
    """Plastic waste: 35 860 t of 2020 burnt or landfilled; Riihimäki takes 30 000 t a year and recycles (R3)."""
    better = potentials(facts.table, records.interim_operations(reader))
    offers = offers_of_flows(better, records.points(reader), facts.names)
    needs = needs_of_facilities(records.facilities(reader), records.lists(reader).ranks, CODE + "ewc/")
    trees, rules = records.matching_trees(reader), Rules()
    found = match(offers, needs, trees, rules)
    assert found.pairs() == match_pairwise(offers, needs, trees, rules)
    met = {(short(offers[pair.offer].materials[0]), short(needs[pair.need].iri)) for pair in found.best()}
    assert {("plastic-waste", "riihimaki-muovi"), ("biowaste", "ammassuo-biokaasu")} <= met
    (pair,) = [pair for pair in found.best() if short(needs[pair.need].iri) == "riihimaki-muovi"]
    one = explain(pair, offers[pair.offer], needs[pair.need], trees, rules, facts.names)
    assert (one.tonnes, one.offer.tonnes) == (30_000, 35_860)
    assert "treatment of rank 2 instead of 4 today" in one.text
    near = {(short(offers[one.offer].materials[0]), short(needs[one.need].iri)) for one in found.best(near_misses=True)}
    assert ("mixed-municipal-waste", "jatevoimala-vantaa") in near  # it would be burnt there as well


def test_facilities_that_are_only_planned_need_nothing(reader):
    needs = needs_of_facilities(records.facilities(reader), {}, CODE + "ewc/")
    names = {short(need.iri) for need in needs}
    assert "riihimaki-muovi" in names
    assert not {"syklo-hyvinkaa", "riihimaki-muovi-uusi", "neste-porvoo-pulse"} & names


def test_totals_whose_parts_are_all_there_are_said_to_be_complete(facts, reader):
    """The sectors of 2010 and 2011 and the materials of f0220 sum to the last digit; wood lacks a sector."""
    found = review(facts.table, facts.observations, facts.breaks, records.capacities(reader))
    assert [one.focus for one in found if one.kind == "parts-complete"] == []
    lacking = {"f0598": 2772, "f0659": 2760, "f0604": 2772, "f0665": 2760}
    by_source = {short(total): row for row, total in enumerate(facts.table.flows)}
    for name, thousand_tonnes in lacking.items():
        total = by_source[name]
        parts = facts.table.parts
        rows = parts.child[(parts.parent == total) & (parts.breakdown == 2)]
        missing = int(facts.table.amount[total]) - sum(facts.table.amount[rows].tolist())
        assert Decimal(missing).scaleb(facts.table.exponent) == thousand_tonnes * 1000


def test_municipal_waste_of_finland_must_not_be_compared_across_the_new_method_of_2022(facts, reader):
    indicator = facts.indicator("municipal-waste-per-capita")
    found = {
        (change.before.year, change.after.year): change.obstacle
        for change in changes(facts.observations, indicator, FINLAND, facts.breaks)
    }
    assert "new, more exact method" in found["2021", "2022"]
    assert found["2018", "2019"] == found["2022", "2023"] == ""
    jumps = review(facts.table, facts.observations, facts.breaks, records.capacities(reader))
    assert "f0121" in {short(one.focus) for one in jumps if one.kind == "break-jump"}


@pytest.fixture(scope="module")
def shown(reader, dataset):
    """The dataset as commands and pages see it."""
    import pyoxigraph as ox

    from ce_graph.overview import Records
    from ce_graph.query.running import on_store

    store = ox.Store()
    store.bulk_load(path=dataset, format=ox.RdfFormat.N_QUADS)
    return Records(reader, on_store(store))


INDICATORS = {
    "circular-material-use", "household-waste-recycling-rate", "municipal-waste-recycling-rate", "waste-recycling-rate",
    "municipal-waste-energy-recovery-share", "municipal-waste-landfill-share", "municipal-waste-landfill-diversion",
    "household-waste-per-capita", "municipal-waste-per-capita", "waste-per-capita", "non-mineral-waste-per-capita",
    "waste-hazardous-share", "treatment-improvement-potential", "treatment-improvement-potential-share",
    "composition-weighted-flow", "secondary-supply-cover", "symbiosis-potential", "theme-funding",
    "theme-funding-per-capita", "theme-funding-per-tonne", "funding-coverage", "application-success-rate",
    "network-density", "network-degree", "facts-with-source", "facts-single-source", "facts-estimated", "facts-age",
}  # fmt: skip


def test_every_indicator_has_a_definition_a_formula_a_source_and_a_function(reader):
    known = {short(one.iri): one for one in records.definitions(reader)}
    by_function = {name: one for name, one in known.items() if one.computed_by}
    assert set(by_function) >= INDICATORS
    for name, one in by_function.items():
        assert set(one.meaning) == {"en", "fi", "sv"}, name
        assert all((one.unit, *one.meaning.values(), one.formula, one.source)), name
        assert one.direction in ("higher", "lower", "none")
        module, _, function = one.computed_by.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), one.computed_by


def test_every_indicator_is_computed_or_says_why_it_cannot_be(shown):
    described = {short(one.iri) for one in shown.read(records.definitions) if one.computed_by}
    for place in (FINLAND, VOCABULARY + "id/place/uusimaa"):
        done, missing = shown.computed(place)
        names = {one.indicator for one in (*done, *missing)}
        assert names <= described  # nothing is computed that is not defined
        assert all(one.reason for one in missing)
        assert all(one.inputs for one in done)
    assert names == described


def test_computed_values_as_statements_keep_the_rules_of_the_data(shown, tmp_path):
    from click.testing import CliRunner

    from ce_graph.cli.listing import turtle
    from ce_graph.cli.validate import command
    from ce_graph.model.indicators.statements import statements

    done = [one for place in (FINLAND, HSY, shown.instance) for one in shown.computed(place)[0]]
    found = beside([one for one in done if not one.about], shown.read(records.facts).observations)
    file = tmp_path / "computed.ttl"
    file.write_text(turtle(statements(done, found, VOCABULARY)), encoding="utf-8")
    ended = CliRunner().invoke(command, [str(resources.data()), str(file), "--max", "0"])
    assert str(file) not in ended.output, ended.output
    assert ended.exit_code == 0, ended.output


def test_every_figure_of_the_report_has_its_query(shown):
    """Only the list of definitions and that of questions without an answer have no query: they have no figures."""
    from ce_graph.overview.document import compose
    from ce_graph.wording import Wording

    found = compose(shown, Wording("fi"), "uusimaa")
    names = [view.name for view in found.chapters]
    assert names == ["strengths", "indicators", "flows", "potential", "matches", "projects", "funding", "map",
                     "disagreements", "gaps", "sources"]  # fmt: skip
    without = [part.name for view in found.chapters for part in view.parts if part.table and not found.anchor(part)]
    assert without == ["definitions", "questions"]
    assert next(view for view in found.chapters if view.name == "flows").parts[0].picture.startswith("<svg")


def test_what_the_balance_finds_has_its_likely_cause(shown):
    """A jump where no break is known is the exception: no source names a cause."""
    import csv

    from ce_graph.overview.balance import balance
    from ce_graph.wording import Wording

    part, processes = balance(shown, Wording("en")).parts
    assert [(row[4], row[6]) for row in processes.table.rows] == [
        (204_050, "not all flows are known"), (4_000_000, "balanced"),
    ]  # fmt: skip
    assert {row[1] for row in part.table.rows if not row[4]} == {"unexplained-jump"}
    with (resources.data() / "reviewed-balance.csv").open(encoding="utf-8", newline="") as stream:
        reviewed = {(row["kind"], VOCABULARY + row["focus"]) for row in csv.DictReader(stream)}
    assert reviewed <= {(row[1], row[2].iri) for row in part.table.rows}  # none that is not found any more


def test_funding_by_theme_is_one_sum_everywhere(shown):
    """147.0 M€ for plastics: 135 for PULSE, 12 for PlastLIFE; the 35 % of over 4 M€ for the composite line is no
    amount that a source states. The indicator, the page of potential and the stored question on funding agree."""
    from ce_graph.overview.asked import part
    from ce_graph.overview.potential import by_themes
    from ce_graph.wording import Wording

    done, _ = shown.computed(shown.instance)
    ours = {short(one.about): one.value for one in done if one.indicator == "theme-funding" and one.about}
    assert ours["plastics"] == 147_000_000
    table = by_themes(shown, Wording("en")).table
    assert {short(row[0].iri): row[4] for row in table.rows if row[4]} == ours
    asked = part(shown, Wording("en"), "material-without-funding").table
    names = [column.name for column in asked.columns]
    theirs = {short(row[names.index("subject")].iri): row[names.index("euros")] for row in asked.rows}
    assert {theme: euros for theme, euros in theirs.items() if euros} == {
        theme: euros for theme, euros in ours.items() if theme in theirs
    }
