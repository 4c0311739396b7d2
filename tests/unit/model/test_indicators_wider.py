"""Indicators of potential, supply, money, the network and the data itself, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from made_tables import BASE, code

from ce_graph.model.flows.composition import Composition
from ce_graph.model.indicators.computed import Computed, Gap
from ce_graph.model.indicators.computing import WIDER, compute
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.money import FundingShare, Project
from ce_graph.model.indicators.observations import Observation
from ce_graph.model.indicators.statements import statements
from ce_graph.model.indicators.wider import Decision, Wider
from ce_graph.model.matching.entries import Entry
from ce_graph.model.matching.pairwise import Trees
from ce_graph.model.potential import potentials
from ce_graph.model.trees import Tree

TOWN, COUNTY, LAND = code("town"), code("county"), code("land")
FLOWS = {
    "dumped": {"amount": 60, "material": "paper", "treatment": "D1", "region": "town"},
    "kept": {"amount": 40, "material": "paper", "treatment": "R3", "region": "town"},
    "bottles": {"amount": 10, "material": "bottle", "stage": "generation", "region": "town", "year": "2018"},
}
PEOPLE = Observation(iri="o/people", indicator="i/population", region=TOWN, value=Decimal(50), year="2021")
GRANT = "c/grant"


def shared(name, project, **more):
    return FundingShare(iri=f"s/{name}", project=project, funder="f", instrument=GRANT, **more)


@pytest.fixture
def facts(table, names):
    return Facts(table=table(FLOWS), names=names, observations=[PEOPLE], about=COUNTY)


@pytest.fixture
def wider(facts):
    trees = facts.table.lists.trees
    return Wider(
        potentials=potentials(facts.table),
        compositions={BASE + "bottles": [Composition("c", ((code("plastic"), Decimal("0.7")),))]},
        offers=[
            Entry(iri="offer/a", materials=(code("paper"),), tonnes=Decimal(30), place=TOWN),
            Entry(iri="offer/b", materials=(code("paper"),), tonnes=Decimal(30), place=TOWN),
            Entry(iri="offer/far", materials=(code("paper"),), tonnes=Decimal(999), place=LAND),
        ],
        needs=[Entry(iri="need/mill", materials=(code("paper"),), tonnes=Decimal(50), place=TOWN)],
        trees=Trees(trees["material"], trees["waste-code"]),
        projects=[
            Project(iri="p/one", themes=("t/paper",), budgets=(Decimal(200),), places=(TOWN,)),
            Project(iri="p/two", themes=("t/paper",), places=(LAND,)),
        ],
        shares=[
            shared("1", "p/one", amount=Decimal(150), currency="EUR"),
            shared("2", "p/one"),
            shared("3", "p/two", amount=Decimal(90), currency="EUR"),
        ],
        themes=Tree([], ["t/paper"]),
        materials={"t/paper": frozenset({code("paper")})},
        decisions=[
            Decision("d/1", "o/granted", "g/x"),
            Decision("d/2", "o/rejected", "g/x"),
            Decision("d/3", "o/granted"),
        ],
        participations=[("a", "p/one"), ("b", "p/one"), ("c", "p/two")],
        today=2026,
    )


def results(facts, wider, region):
    found = [one for make in WIDER for one in make(facts, wider, region)]
    done = {(one.indicator, one.about): one for one in found if isinstance(one, Computed)}
    return done, {(one.indicator, one.about): one.reason for one in found if isinstance(one, Gap)}


def test_the_potential_of_a_place_names_its_flows(facts, wider):
    done, _ = results(facts, wider, TOWN)
    one = done["treatment-improvement-potential", code("paper")]
    assert (one.value, one.year, [entry.of for entry in one.inputs]) == (60, "2020", [BASE + "dumped"])
    share = done["treatment-improvement-potential-share", code("paper")]
    assert (share.value, sorted(entry.of for entry in share.inputs)) == (60, [BASE + "dumped", BASE + "kept"])
    assert done["treatment-improvement-potential", ""].value == 60
    assert ("treatment-improvement-potential", "") in results(facts, wider, COUNTY)[1]


def test_flows_are_divided_by_their_composition(facts, wider):
    done, _ = results(facts, wider, TOWN)
    values = {about: one.value for (name, about), one in done.items() if name == "composition-weighted-flow"}
    assert values == {code("plastic"): 7, code("bottle"): 3}
    assert [entry.of for entry in done["composition-weighted-flow", code("plastic")].inputs] == [BASE + "bottles"]


def test_cover_and_symbiosis_are_of_offers_and_needs_in_the_place(facts, wider):
    done, _ = results(facts, wider, TOWN)
    assert done["secondary-supply-cover", code("paper")].value == 120  # 30 + 30 for 50
    moved = done["symbiosis-potential", ""]
    assert moved.value == 50  # 30 of the one, 20 of the other
    assert {entry.of for entry in moved.inputs} == {"offer/a", "offer/b", "need/mill"}
    assert "pairs: " in moved.method.told("en")


def test_an_offer_of_flows_is_not_counted_in_two_places_that_overlap(facts, wider):
    entries = [Entry(iri=f"flow/{place[-4:]}", materials=(code("paper"),), tonnes=Decimal(10), place=place,
                     standing=True) for place in (TOWN, COUNTY)]  # fmt: skip
    made = Wider(**{**vars(wider), "offers": entries})
    done, _ = results(facts, made, COUNTY)
    assert done["secondary-supply-cover", code("paper")].value == 20


def test_grants_are_by_theme_inhabitant_and_tonne(facts, wider):
    done, _ = results(facts, wider, TOWN)
    values = {name: one.value for (name, about), one in done.items() if name.startswith("theme") and about == "t/paper"}
    assert values == {"theme-funding": 150, "theme-funding-per-capita": 3, "theme-funding-per-tonne": Decimal("2.5")}
    done, gaps = results(facts, wider, COUNTY)  # which the data are about: all projects, wherever they are led from
    assert done["theme-funding", ""].value == 240
    assert gaps["theme-funding-per-capita", ""] == "no source states the population of the place"


def test_what_is_known_of_budgets_and_decisions(facts, wider):
    done, _ = results(facts, wider, COUNTY)
    assert done["funding-coverage", "p/one"].value == done["funding-coverage", ""].value == 75
    assert done["application-success-rate", "g/x"].value == 50
    assert done["application-success-rate", ""].value == Decimal("66.666667")
    assert not any(name == "application-success-rate" for name, _ in results(facts, wider, TOWN)[0])


def test_the_network_has_a_density_and_degrees(facts, wider):
    done, _ = results(facts, wider, COUNTY)
    assert done["network-density", ""].value == Decimal("33.333333")
    assert done["network-degree", ""].value == Decimal("0.666667")
    assert [done["network-degree", actor].value for actor in "abc"] == [1, 1, 0]


def test_the_evidence_of_a_place_has_an_age(facts, wider):
    done, _ = results(facts, wider, TOWN)
    assert done["facts-with-source", ""].value == 75  # three flows of four facts
    assert done["facts-age", ""].value == Decimal("6.25")  # 6, 6, 8 and 5 years
    assert [(entry.of, entry.value) for entry in done["facts-age", ""].inputs] == [(code("doc"), 3)]


def test_what_the_data_do_not_have_is_a_gap_with_its_reason(facts, wider):
    nothing = Wider(trees=wider.trees, today=2026)
    done, gaps = results(facts, nothing, COUNTY)
    assert {name for name, _ in done} == {"facts-with-source", "facts-single-source", "facts-estimated", "facts-age"}
    assert gaps["composition-weighted-flow", ""].startswith("no source states what a flow or a material consists of")
    assert gaps["secondary-supply-cover", ""] == "no need of the place states an amount"
    assert gaps["network-degree", ""] == "no source says who takes part in a project"
    assert {name for name, _ in gaps} >= {"symbiosis-potential", "theme-funding", "funding-coverage",
                                          "application-success-rate"}  # fmt: skip


def test_computed_values_of_a_theme_are_statements_about_it(facts, wider):
    done, _ = compute(facts, wider, TOWN, ["2020"])
    found = list(statements(done, [], "https://x/"))
    iri = "https://x/id/observation/computed-theme-funding-town-paper"
    mine = {(one.predicate.rpartition("#")[2].rpartition("/")[2], one.object) for one in found if one.subject == iri}
    assert {("subject", "t/paper"), ("value", "150"), ("wasDerivedFrom", "s/1")} <= mine
    assert len({one.subject for one in found}) == len(done)
