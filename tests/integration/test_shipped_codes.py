"""The code lists as built: what SKOS asks of concepts, their labels, their hierarchy and their mappings."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ce_graph.rdf.namespaces import PREFIXES

PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
REPEATING = ("ewc", "nace-2", "nace-2.1")
"""Lists that use a title for several codes, as their sources do."""
FAULTS = {
    "a code that is in no list": """
        ?x a skos:Concept FILTER NOT EXISTS { ?x skos:inScheme/a skos:ConceptScheme }""",
    "a code that is in two lists": """
        ?x skos:inScheme ?one , ?other FILTER(?one != ?other)""",
    "a list without a code, a title in three languages or a licence": """
        ?x a skos:ConceptScheme
        FILTER(NOT EXISTS { ?x dcterms:license ?l } || NOT EXISTS { ?c skos:inScheme ?x }
            || NOT EXISTS { ?x dcterms:title ?en FILTER(LANG(?en) = "en") }
            || NOT EXISTS { ?x dcterms:title ?fi FILTER(LANG(?fi) = "fi") }
            || NOT EXISTS { ?x dcterms:title ?sv FILTER(LANG(?sv) = "sv") })""",
    "a code that neither has a broader one nor is at the top": """
        ?x skos:inScheme ?list
        FILTER(NOT EXISTS { ?x skos:broader ?any }
            && NOT EXISTS { ?x skos:topConceptOf ?list . ?list skos:hasTopConcept ?x })""",
    "a code at the top that has a broader one": """
        ?x skos:topConceptOf ?list ; skos:broader ?any""",
    "a broader code of another list": """
        ?x skos:inScheme ?one ; skos:broader ?b FILTER NOT EXISTS { ?b skos:inScheme ?one }""",
    "a code that is broader than itself": """
        ?x skos:broader+ ?x""",
    "a code without a label": """
        ?x a skos:Concept FILTER NOT EXISTS { ?x skos:prefLabel ?any }""",
    "a code with two preferred labels of one language": """
        ?x a skos:Concept ; skos:prefLabel ?one , ?other FILTER(?one != ?other && LANG(?one) = LANG(?other))""",
    "a label that is preferred and alternative": """
        ?x a skos:Concept ; skos:prefLabel ?same ; skos:altLabel ?same""",
    "an alternative label that is another code's preferred one": """
        ?x skos:altLabel ?same ; skos:inScheme ?list . ?other skos:prefLabel ?same ; skos:inScheme ?list
        FILTER(?x != ?other)""",
    "a code without a notation": """
        ?x a skos:Concept FILTER NOT EXISTS { ?x skos:notation ?any }""",
    "two codes of one list with the same notation": """
        ?x skos:inScheme ?list ; skos:notation ?same . ?other skos:notation ?same ; skos:inScheme ?list
        FILTER(?x != ?other)""",
    "a code that is the same as another and broader or related as well": """
        ?x skos:exactMatch ?y ; skos:broadMatch|skos:narrowMatch|skos:relatedMatch|skos:broader ?y""",
    "two codes of one list with the same meaning elsewhere": """
        ?x skos:exactMatch ?y ; skos:inScheme ?list . ?other skos:exactMatch ?y ; skos:inScheme ?list
        FILTER(?x != ?other)""",
    "a mapping to a code that does not exist": """
        ?x skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?y
        FILTER(STRSTARTS(STR(?y), STR(code:)) && NOT EXISTS { ?y a skos:Concept })""",
    "a mapping within one list": """
        ?x skos:broadMatch|skos:closeMatch|skos:narrowMatch|skos:relatedMatch ?y ; skos:inScheme ?list .
        ?y skos:inScheme ?list""",
    "a mirror entry that is not mirrored, or of the same hazard": """
        ?x ce:mirrorEntry ?y
        FILTER(NOT EXISTS { ?y ce:mirrorEntry ?x } || EXISTS { ?x ce:hazardous ?same . ?y ce:hazardous ?same })""",
}


def found(store: ox.Store, pattern: str) -> list[str]:
    solutions = store.query(f"{PROLOGUE}SELECT DISTINCT ?x {{ {pattern} }}", use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return sorted(str(row["x"]) for row in solutions)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_lists_have_no(shipped_store: ox.Store, fault: str) -> None:
    assert found(shipped_store, FAULTS[fault]) == []


def test_codes_of_a_list_are_told_apart_by_their_labels(shipped_store: ox.Store) -> None:
    shared = """SELECT (?list AS ?x) { ?code skos:inScheme ?list ; skos:prefLabel ?label }
        GROUP BY ?list ?label HAVING (COUNT(?code) > 1)"""
    lists = {iri.strip("<>").rpartition("/")[2] for iri in found(shipped_store, "{ " + shared + " }")}
    assert lists == set(REPEATING)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_would_be_found(fault: str) -> None:
    store = ox.Store()
    store.update(
        PROLOGUE
        + """INSERT DATA {
        code:list a skos:ConceptScheme ; skos:hasTopConcept code:top . code:more a skos:ConceptScheme .
        code:top a skos:Concept ; skos:inScheme code:list ; skos:topConceptOf code:list ; skos:notation "1" ;
            skos:broader code:top , code:far ; skos:prefLabel "one"@en , "two"@en ; skos:altLabel "one"@en ;
            skos:exactMatch code:far , code:gone ; skos:broadMatch code:far , code:twin , code:gone ;
            ce:mirrorEntry code:far ; ce:hazardous true .
        code:twin a skos:Concept ; skos:inScheme code:list ; skos:notation "1" ;
            skos:prefLabel "two"@en ; skos:altLabel "one"@en ; skos:exactMatch code:far .
        code:far a skos:Concept ; skos:inScheme code:more , code:other ; skos:prefLabel "three"@en ; ce:hazardous true .
        code:bare a skos:Concept . }"""
    )
    assert found(store, FAULTS[fault]) != []
