from __future__ import annotations

import pytest

from ce_graph.web.addresses import Addresses, term

HOME = Addresses("https://w3id.org/ce-graph/")
OTHER = Addresses("https://data.example/region/")


@pytest.mark.parametrize(
    ("iri", "page"),
    [
        ("https://w3id.org/ce-graph/id/actor/hsy", "/doc/actor/hsy"),
        ("https://w3id.org/ce-graph/code/nace-2.1/38.32", "/code/nace-2.1/38.32"),
        ("https://w3id.org/ce-graph/graph/seed", "/graph/seed"),
        ("https://w3id.org/ce-graph/ontology", "/ontology"),
        ("https://w3id.org/ce-graph/ontology#Flow", "/ontology/Flow"),
        ("https://w3id.org/ce-graph/shapes#FlowShape", "/shapes/FlowShape"),
        ("https://w3id.org/ce-graph/dataset/uusimaa", "/dataset/uusimaa"),
        ("https://w3id.org/ce-graph/questions/offers-near", "/questions/offers-near"),
        ("https://w3id.org/ce-graph/id/actor", None),
        ("https://elsewhere.example/id/actor/hsy", None),
    ],
)
def test_each_of_our_iris_has_a_page(iri: str, page: str | None) -> None:
    assert HOME.page(iri) == page


def test_an_instance_has_its_own_things_and_the_common_vocabulary() -> None:
    assert OTHER.iri("id/actor/hsy") == "https://data.example/region/id/actor/hsy"
    assert OTHER.iri("code/ewc/170101") == "https://w3id.org/ce-graph/code/ewc/170101"
    assert OTHER.iri("ontology") == "https://w3id.org/ce-graph/ontology"
    assert OTHER.page("https://data.example/region/id/actor/hsy") == "/doc/actor/hsy"


@pytest.mark.parametrize(
    "iri", ["id/actor/hsy", "code/nace-2.1/38.32", "graph/seed", "dataset/uusimaa", "ontology", "shapes"]
)
def test_data_addresses_lead_back_to_their_iri(iri: str) -> None:
    address = HOME.data(HOME.iri(iri), "ttl")
    assert address is not None
    assert HOME.of_data(address.removeprefix("/data/").removesuffix(".ttl"))[0] == HOME.iri(iri)


def test_what_no_iri_may_hold_is_escaped() -> None:
    assert HOME.iri('id/place/a b<c>"') == "https://w3id.org/ce-graph/id/place/a%20b%3Cc%3E%22"
    assert HOME.iri("id/place/mäntsälä") == "https://w3id.org/ce-graph/id/place/mäntsälä"


@pytest.mark.parametrize("name", ["Flow", "alignments"])
def test_terms_lead_back_to_their_iri(name: str) -> None:
    page = HOME.page(term("ontology", name))
    assert page == f"/ontology/{name}"
    assert HOME.of_data(f"ontology/{name}") == (term("ontology", name),)


def test_a_version_of_the_ontology_is_the_ontology() -> None:
    assert term("ontology", "0.1.0") == HOME.iri("ontology")


def test_an_address_is_read_in_every_way_that_a_server_can_have_decoded_it() -> None:
    start = "https://w3id.org/ce-graph/id/place/"
    assert HOME.readings("id/place/ä/b") == (start + "ä/b", start + "%C3%A4/b", start + "%C3%A4%2Fb")
    assert HOME.readings("id/place/plain") == (start + "plain",)


def test_a_question_has_a_page_but_no_data_about_it_alone() -> None:
    assert HOME.data("https://w3id.org/ce-graph/questions/offers-near", "ttl") is None
