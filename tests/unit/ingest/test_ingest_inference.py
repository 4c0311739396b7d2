"""What is inferred is what OWL 2 RL infers about the instance's own entities, in whatever parts it is done."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import reasonable
from rdflib import URIRef

from ce_graph.ingest import inference

A = "http://a.example/"
ENTITIES = (f"<{A}id/",)
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def lines(*triples: tuple[str, str, str]) -> list[str]:
    """Lines of N-Quads; names without a scheme are names of the example."""
    terms = [" ".join(f"<{term if ':' in term else A + term}>" for term in triple) for triple in triples]
    return sorted(f"{said} <{A}g> .\n" for said in terms)


ONTOLOGY = lines(
    ("Lamp", RDFS + "subClassOf", "Thing"),
    ("lights", RDFS + "domain", "Lamp"),
    ("lights", RDFS + "range", "Room"),
    ("stands", RDFS + "subPropertyOf", "within"),
    ("within", TYPE, OWL + "TransitiveProperty"),
    ("holds", OWL + "inverseOf", "within"),
    ("beside", TYPE, OWL + "SymmetricProperty"),
    ("Lamp", OWL + "disjointWith", "Room"),
)
DATA = lines(
    ("id/lamp", "lights", "id/hall"),
    ("id/lamp", "stands", "id/corner"),
    ("id/corner", "within", "id/hall"),
    ("id/hall", "stands", "id/house"),
    ("id/lamp", "beside", "id/stool"),
    ("id/lamp", "unknown", "id/stool"),
)


def infer(data: list[str]) -> set[str]:
    whole = sorted({*data, *ONTOLOGY})
    found = inference.infer(whole, ONTOLOGY, ENTITIES, f"<{A}inferred>")
    assert all(line.endswith(f" <{A}inferred> .\n") for line in found)
    return {line.removesuffix(f" <{A}inferred> .\n") for line in found}


def in_one_go(data: Iterable[str]) -> set[str]:
    """The oracle: everything given to the reasoner at once, as terms of Python."""
    known = {line.rsplit(" ", 2)[0] for line in data}
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph([tuple(URIRef(term[1:-1]) for term in triple.split(" ")) for triple in sorted(known)])
    found = {f"<{s}> <{p}> <{o}>" for s, p, o in reasoner.reason() if isinstance(o, URIRef)} - known
    return {
        triple
        for triple in found
        if triple.startswith(ENTITIES) and not triple.endswith(f"<{OWL}Thing>") and f"<{OWL}sameAs>" not in triple
    }


def test_classes_properties_and_joined_statements_are_followed() -> None:
    found = infer(DATA)
    assert f"<{A}id/lamp> <{TYPE}> <{A}Lamp>" in found
    assert f"<{A}id/lamp> <{TYPE}> <{A}Thing>" in found
    assert f"<{A}id/hall> <{TYPE}> <{A}Room>" in found
    assert f"<{A}id/lamp> <{A}within> <{A}id/house>" in found
    assert f"<{A}id/house> <{A}holds> <{A}id/lamp>" in found
    assert f"<{A}id/stool> <{A}beside> <{A}id/lamp>" in found


@pytest.mark.parametrize("part", [1, 2, 1000])
def test_it_does_not_matter_how_large_the_parts_are(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "_PART", part)
    assert infer(DATA) == in_one_go([*DATA, *ONTOLOGY])


def test_nothing_that_is_known_is_inferred_again() -> None:
    known = {f"{triple} <{A}g> .\n" for triple in infer(DATA)}
    assert infer(sorted({*DATA, *known})) == set()


def test_nothing_is_inferred_about_others_than_the_entities() -> None:
    assert infer(lines(("elsewhere", "lights", "also-elsewhere"))) == set()


def test_literals_and_blank_nodes_are_left_out_and_do_no_harm() -> None:
    odd = [f'<{A}id/lamp> <{A}lights> "x <y> z" <{A}g> .\n', f"_:b <{A}lights> <{A}id/hall> <{A}g> .\n"]
    assert infer(odd) == set()
