"""Indicators are computed from the figures their formulas name, and stand beside what was published."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from ce_graph.model.flows.criteria import Criteria
from ce_graph.model.indicators import money, municipal, shares
from ce_graph.model.indicators.comparing import beside, changes, progress
from ce_graph.model.indicators.computed import Computed, Gap, Input
from ce_graph.model.indicators.evidence import of_flows, of_observations
from ce_graph.model.indicators.network import network
from ce_graph.model.indicators.observations import Break, Observation, classification_change, half_width, obstacle
from ce_graph.model.indicators.statements import statements
from ce_graph.model.names import Names
from ce_graph.wording import told


def seen(indicator, region, year, value, **more):
    return Observation(iri=f"o/{indicator}-{region}-{year}-{more.get('document', '')}", indicator=indicator,
                       region=region, year=year, value=Decimal(value), stated=str(value), **more)  # fmt: skip


PEOPLE = [seen("i/population", "a", "2020", 3000), seen("i/population", "b", "2020", 1000)]
HEADS = [seen("i/head", "a", "2021", 200, unit="kg"), seen("i/head", "b", "2021", 400, unit="kg")]
RATES = [seen("i/rate", "a", "2021", 40), seen("i/rate", "b", "2021", 60)]


def test_a_figure_per_inhabitant_is_weighted_by_population():
    found = municipal.per_inhabitant(Names({}), [*PEOPLE, *HEADS], "i/head", "area", ["a", "b"], "2021")
    assert isinstance(found, Computed)
    assert (found.value, found.lower, found.upper) == (250, Decimal("249.5"), Decimal("250.5"))
    assert sorted(one.of for one in found.inputs) == sorted(one.iri for one in (*PEOPLE, *HEADS))


def test_a_rate_is_weighted_by_the_amount_that_it_is_a_share_of():
    """40 % of 600 t and 60 % of 400 t are 480 t of 1000 t; weighted by people it would be 45 %."""
    found = municipal.rate(Names({}), [*PEOPLE, *HEADS, *RATES], "i/rate", "i/head", "area", ["a", "b"], "2021")
    assert isinstance(found, Computed)
    assert found.value == 48


def test_what_is_missing_is_told_by_its_names_in_the_language_of_the_reader():
    names = Names({"i/head": {"fi": "jäte henkeä kohti"}, "a": {"fi": "Aa"}, "b": {"fi": "Bee"}})
    found = municipal.per_inhabitant(names, PEOPLE, "i/head", "area", ["a", "b"], "2021")
    assert isinstance(found, Gap)
    assert told(found.reason, "fi") == "puuttuu: jäte henkeä kohti: Aa, Bee 2021"


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (HEADS[1], "missing: head of b in 2021"),
        (PEOPLE[0], "missing: population of a for 2021"),
    ],
)
def test_what_is_missing_is_named_and_nothing_computed(left_out, reason):
    known = [one for one in (*PEOPLE, *HEADS) if one is not left_out]
    found = municipal.per_inhabitant(Names({}), known, "i/head", "area", ["a", "b"], "2021")
    assert isinstance(found, Gap)
    assert found.reason == reason


@pytest.mark.parametrize(("year", "taken"), [("2020", 3000), ("2021", 3000), ("2022", None), ("2019", None)])
def test_a_population_is_of_the_year_or_the_end_of_the_one_before(year, taken):
    found = municipal.population(PEOPLE, "a", year)
    assert (found.value if found else None) == taken


TREATED = {
    "all": {"amount": 100, "complete": ("treatment",), "rounding": "0.5"},
    "kept": {"amount": 30, "treatmentCategory": "composting", "part_of": [("all", "treatment")], "rounding": "0.5"},
    "burnt": {"amount": 50, "treatmentCategory": "energy-recovery", "part_of": [("all", "treatment")]},
    "dumped": {"amount": 20, "treatmentCategory": "landfill", "part_of": [("all", "treatment")]},
}


@pytest.fixture
def treated(table):
    from made_tables import LISTS, code

    from ce_graph.model.trees import Tree

    pairs = [(code("composting"), code("recycling"))]
    category = Tree(pairs, [code(name) for name in ("energy-recovery", "landfill")])
    lists = dataclasses.replace(LISTS, trees={**LISTS.trees, "category": category})
    return lambda rows: table(rows, lists)


@pytest.mark.parametrize(
    ("name", "value"),
    [("recycling-rate", 30), ("energy-recovery-share", 50), ("landfill-share", 20), ("landfill-diversion", 80)],
)
def test_shares_of_what_was_treated(treated, names, name, value):
    found = shares.treated_share(treated(TREATED), names, name, Criteria(region="land", year="2020"))
    assert isinstance(found, Computed)
    assert (found.indicator, found.value) == (f"waste-{name}", value)
    assert found.lower <= found.value <= found.upper


def test_no_share_is_computed_where_the_treatment_of_a_part_is_not_known(treated, names):
    rows = {name: row for name, row in TREATED.items() if name != "dumped"}
    rows["all"] = rows["all"] | {"complete": ()}
    found = shares.treated_share(treated(rows), names, "recycling-rate", Criteria(region="land", year="2020"))
    assert isinstance(found, Gap)
    assert found.reason == "the treatment is not known of all that was treated: all"


def test_no_share_of_all_waste_is_computed_from_a_narrower_total(treated, names):
    rows = {name: row | {"material": "paper"} for name, row in TREATED.items()}
    made = treated(rows)
    found = shares.treated_share(made, names, "recycling-rate", Criteria(region="land", year="2020"))
    assert isinstance(found, Gap)
    assert found.reason == "no total of waste is stated, only of paper"
    found = shares.treated_share(made, names, "recycling-rate", Criteria(region="land", year="2020", material="paper"))
    assert isinstance(found, Computed)


def test_the_figures_of_towns_are_not_those_of_the_county(treated, names):
    rows = {name: row | {"region": "town"} for name, row in TREATED.items()}
    found = shares.treated_share(treated(rows), names, "recycling-rate", Criteria(region="county", year="2020"))
    assert isinstance(found, Gap)
    assert found.reason == "nothing is stated for the place as a whole"


def test_a_share_can_leave_out_soils_and_minerals(treated, names):
    dumped = {"treatmentCategory": "landfill", "part_of": [("dumped", "material")]}
    rows = {
        **TREATED,
        "all": TREATED["all"] | {"amount": 400},
        "dumped": {
            "amount": 320,
            "treatmentCategory": "landfill",
            "part_of": [("all", "treatment")],
            "complete": ("material",),
        },
        "soil": {"amount": 300, **dumped, "material": "soil"},
        "paper": {"amount": 20, **dumped, "material": "paper"},
        "kept": TREATED["kept"] | {"material": "paper"},
        "burnt": TREATED["burnt"] | {"material": "plastic"},
    }
    criteria = Criteria(region="land", year="2020")
    with_all = shares.treated_share(treated(rows), names, "landfill-share", criteria)
    without = shares.treated_share(treated(rows), names, "landfill-share", criteria, without_minerals=True)
    assert isinstance(with_all, Computed)
    assert isinstance(without, Computed)
    assert (with_all.value, without.value) == (80, 20)


def test_waste_per_inhabitant_from_tonnes_and_populations(table, names):
    made = table({"a": {"amount": 900, "stage": "generation", "region": "county", "rounding": "0.5"}})
    people = [seen("i/population", "https://example.org/code/town", "2019", 2000),
              seen("i/population", "https://example.org/code/village", "2020", 1000)]  # fmt: skip
    found = shares.per_inhabitant(made, names, people, Criteria(region="county", year="2020"), "head")
    assert isinstance(found, Computed)
    assert found.value == 300
    lacking = shares.per_inhabitant(made, names, people[:1], Criteria(region="county", year="2020"), "head")
    assert isinstance(lacking, Gap)
    assert lacking.reason == "missing: population of village for 2020"


def test_the_hazardous_share_takes_totals_that_state_their_hazardous_part(table, names):
    rows = {
        "all": {"amount": 200, "stage": "generation"},
        "of-which": {"amount": 5, "stage": "generation", "hazardous": "true", "part_of": [("all", "subset")]},
    }
    found = shares.hazardous_share(table(rows), names, Criteria(region="land", year="2020"))
    assert isinstance(found, Computed)
    assert found.value == Decimal("2.5")
    found = shares.hazardous_share(table({"all": rows["all"]}), names, Criteria(region="land", year="2020"))
    assert isinstance(found, Gap)


def test_the_circular_material_use_rate_follows_its_formula():
    recovered, consumed = (Input(name, Decimal(value), "t", "f") for name, value in (("U", 20), ("DMC", 60)))
    found = shares.material_use("r", "2020", recovered, consumed, imported=Decimal(5), exported=Decimal(25))
    assert found.value == 40


def test_a_computed_value_stands_beside_what_was_published_and_tells_the_difference():
    computed = municipal.per_inhabitant(Names({}), [*PEOPLE, *HEADS], "i/head", "area", ["a", "b"], "2021")
    assert isinstance(computed, Computed)
    (found,) = beside([computed], [seen("i/head", "area", "2021", 251), seen("i/head", "area", "2020", 1)])
    assert (found.difference, found.within_rounding) == (-1, True)
    assert found.relative == pytest.approx(Decimal("-0.398406"))
    (found,) = beside([computed], [seen("i/head", "area", "2021", 252)])
    assert not found.within_rounding


SERIES = [seen("i/rate", "r", str(year), value) for year, value in ((2019, 40), (2020, 41), (2021, 50), (2022, 51))]


@pytest.mark.parametrize(
    ("breaks", "flagged", "blocked"),
    [
        ((), "", []),
        ((Break("i/rate", "2020", "2021", "", "new method"),), "", ["2021"]),
        ((Break("i/rate", "2020", "2021", "elsewhere"),), "", []),
        ((Break("i/other", "2020", "2021"),), "", []),
        ((), "2022", ["2022"]),
    ],
)
def test_a_break_blocks_the_comparison_across_it(breaks, flagged, blocked):
    known = [dataclasses.replace(one, flags="b") if one.year == flagged else one for one in SERIES]
    found = changes(known, "i/rate", "r", breaks)
    assert [change.after.year for change in found if change.obstacle] == blocked
    assert all((change.difference is None) == bool(change.obstacle) for change in found)


def test_a_break_lies_between_years_that_are_far_apart_too():
    reason = obstacle(SERIES[0], SERIES[3], [Break("i/rate", "2020", "2021", "", "new method")])
    assert reason == "the series breaks between 2020 and 2021: new method"
    flagged = dataclasses.replace(SERIES[2], flags="be", document="g/stat")
    assert obstacle(SERIES[0], SERIES[3], [], [flagged]) == "the series breaks at 2021: flagged b by stat"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"unit": "kg"}, "the units differ"),
        ({"indicator": "i/head"}, "are different indicators"),
        ({"year": ""}, "the time of a value is not stated"),
    ],
)
def test_unlike_values_are_not_compared(other, reason):
    assert reason in obstacle(SERIES[0], dataclasses.replace(SERIES[1], **other), [])


def test_a_change_of_classification_is_a_code_that_became_its_own_parts():
    above = {"recycling": ("recycling",), "composting": ("composting", "recycling"), "landfill": ("landfill",)}
    assert classification_change(["recycling", "landfill"], ["composting", "landfill"], above) == ["recycling"]
    assert classification_change(["recycling", "landfill"], ["recycling"], above) == []


def test_targets_stand_beside_the_latest_value_with_the_gap():
    target = seen("i/rate", "r", "2030", 67, kind="target")
    (found,) = progress([*SERIES, target], {"i/rate": "higher"}, [])
    assert (found.actual.year, found.gap, found.reached, found.needed_per_year) == ("2022", 16, False, 2)
    lower = seen("i/rate", "r", "2030", 60, kind="target")
    (found,) = progress([*SERIES, lower], {"i/rate": "lower"}, [])
    assert (found.gap, found.reached) == (-9, True)


def test_a_target_is_not_set_against_values_that_measure_something_else():
    target = seen("i/rate", "r", "2030", 14, kind="target", document="doc")
    own, other = seen("i/rate", "r", "2018", 7, document="doc"), seen("i/rate", "r", "2018", 2, document="eu")
    later = seen("i/rate", "r", "2022", 3, document="eu2")
    (found,) = progress([target, own, other, later], {}, [])
    assert found.actual is own


@pytest.mark.parametrize(
    ("printed", "approximate", "width"),
    [("47", False, "0.5"), ("46.7", False, "0.05"), ("45", True, "0.5"), ("2900", True, "50"), ("2900", False, "0.5"),
     ("1 500", True, "50"), ("33-35", False, "0"), ("0", True, "0.5"), ("0,6", False, "0.05")],
)  # fmt: skip
def test_the_rounding_of_a_printed_value(printed, approximate, width):
    assert half_width(printed, approximate=approximate) == Decimal(width)


def test_documents_that_differ_on_a_year_are_not_compared_with_each_other():
    values = [
        seen("i/rate", "a", "2019", 40, document="one"), seen("i/rate", "a", "2020", 41, document="one"),
        seen("i/rate", "a", "2020", 70, document="other"), seen("i/rate", "a", "2021", 72, document="other"),
        seen("i/rate", "a", "2021", 42, document="third"),
    ]  # fmt: skip
    found = {
        (one.before.document, one.after.document, one.after.year): one for one in changes(values, "i/rate", "a", [])
    }
    assert found["one", "one", "2020"].difference == 1
    assert found["other", "other", "2021"].difference == 2
    assert found["one", "third", "2021"].difference == 1  # they never speak of the same year
    blocked = found["one", "other", "2020"]
    assert (blocked.difference, blocked.obstacle) == (
        None, "the documents differ on 2020: they may measure different things",
    )  # fmt: skip


def test_funding_by_theme_counts_known_grants_and_names_the_unknown():
    projects = [
        money.Project(iri="p", themes=("concrete", "soil"), budgets=(Decimal(1000),)),
        money.Project(iri="q", themes=("soil",)),
    ]
    given = [
        money.FundingShare(iri="1", project="p", funder="x", instrument="c/grant", amount=Decimal(400), currency="EUR"),
        money.FundingShare(iri="2", project="p", funder="y", instrument="c/grant", percent=Decimal(10)),
        money.FundingShare(iri="3", project="q", funder="x", instrument="c/grant"),
        money.FundingShare(iri="4", project="q", funder="z", instrument="c/loan", amount=Decimal(9999)),
    ]
    above = {"concrete": ("concrete", "construction"), "soil": ("soil", "construction")}
    found = {one.theme: one for one in money.by_theme(projects, given, above)}
    assert {theme: one.amount for theme, one in found.items()} == {"concrete": 400, "construction": 400, "soil": 400}
    assert found["construction"].unknown == ("2", "3")  # 10 % of a budget is no amount that was granted
    assert found["soil"].projects == ("p", "q")
    assert found["soil"].per(Decimal(100)) == 4
    assert found["soil"].per(Decimal(0)) is None
    (covered,) = money.coverage(projects, given)
    assert (covered.project, covered.percent, covered.unknown) == ("p", 50, ())


@pytest.mark.parametrize(
    ("outcomes", "rate"), [(["c/granted", "c/rejected", "c/granted", "c/pending"], "66.666667"), (["c/pending"], None)]
)
def test_the_success_rate_leaves_out_what_is_not_decided(outcomes, rate):
    assert money.success_rate(outcomes) == (None if rate is None else Decimal(rate))


def test_the_network_counts_pairs_of_actors_once():
    found = network([("a", "p"), ("b", "p"), ("b", "p"), ("a", "q"), ("b", "q"), ("c", "r")])
    assert found.pairs == {("a", "b"): ("p", "q")}
    assert found.degree == {"a": 1, "b": 1, "c": 0}
    assert found.density == Decimal("33.333333")
    assert network([]).density == 0


def test_evidence_counts_sources_single_sources_and_estimates(table):
    made = table({
        "one": {"amount": 1, "wasDerivedFrom": "x"}, "other": {"amount": 2, "wasDerivedFrom": "y"},
        "alone": {"amount": 2, "material": "paper", "basis": "estimated", "year": "2015"},
        "none": {"amount": 2, "material": "soil", "wasDerivedFrom": None},
    })  # fmt: skip
    found = of_flows(made)
    assert (found.facts, found.with_source, found.single_source, found.estimates) == (4, 3, 2, 1)
    assert (sorted(found.years), found.age(2026)) == ([2015, 2020, 2020, 2020], Decimal("7.25"))
    seen_ = of_observations([*SERIES, dataclasses.replace(SERIES[0], iri="x", document="d", qualifier="about")])
    assert (seen_.facts, seen_.with_source, seen_.single_source, seen_.estimates) == (5, 1, 3, 1)


def test_a_computed_value_becomes_an_observation_with_its_derivation():
    computed = municipal.per_inhabitant(Names({}), [*PEOPLE, *HEADS], "i/head", "id/area", ["a", "b"], "2021")
    assert isinstance(computed, Computed)
    published = seen("i/head", "id/area", "2021", 251)
    found = list(statements([computed, computed], beside([computed], [published]), "https://x/"))
    iris = {one.subject for one in found}
    assert iris == {f"https://x/id/observation/computed-head-area-2021{end}" for end in ("", ".2")}
    said = {(one.predicate.rpartition("#")[2].rpartition("/")[2], one.object) for one in found}
    assert ("derivation", "https://w3id.org/ce-graph/code/derivation/computed") in said
    assert ("comparedWith", published.iri) in said
    assert {value for name, value in said if name == "wasDerivedFrom"} == {one.iri for one in (*PEOPLE, *HEADS)}
