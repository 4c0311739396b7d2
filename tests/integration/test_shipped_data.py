"""The shipped data are complete, each statement is in its source's graph, and totals are the sums of their parts."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from ce_graph.rdf.namespaces import PREFIXES
from ce_graph.settings import VOCABULARY

if TYPE_CHECKING:
    from pathlib import Path

    from ce_graph.ingest.build import Built
    from ce_graph.ingest.tables import Row

ID = VOCABULARY + "id/"
PRE_STUDY = f"<{ID}project/kiertotalouslaakso-esiselvitys>"
EDITORS = ("ontology", "codes", "curated", "inferred", "catalog")
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
PROLOGUE += f"PREFIX graph: <{VOCABULARY}graph/>\n"

Select = Callable[[str], list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def select(shipped_store: ox.Store) -> Select:
    """Solutions of a query over the union of all graphs, as text; an unbound variable is empty."""

    def ask(query: str) -> list[tuple[str, ...]]:
        found = shipped_store.query(PROLOGUE + query, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        names = found.variables
        return [tuple(getattr(row[name], "value", "") for name in names) for row in found]

    return ask


def rows(built: Built, table: str) -> list[Row]:
    return built.tables[f"{table}.csv"].rows


def test_the_build_is_complete_and_its_report_says_what_was_read(shipped_build: Built, shipped_folder: Path) -> None:
    assert [str(refusal) for refusal in shipped_build.refusals] == []
    report = json.loads((shipped_folder / "report.json").read_text(encoding="utf-8"))
    assert report["complete"] is True
    assert report["rows"] == sum(len(table.rows) for table in shipped_build.tables.values())


@pytest.mark.parametrize(
    ("thing", "at_least"),
    [("Actor", 120), ("Flow", 640), ("Project", 54), ("Observation", 220), ("SourceGraph", 220), ("Place", 43)],
)
def test_there_are_as_many_things_as_promised(select: Select, thing: str, at_least: int) -> None:
    ((count,),) = select(f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing a/rdfs:subClassOf* ce:{thing} }}")
    assert int(count) >= at_least


@pytest.mark.parametrize(
    ("table", "things", "statements"),
    [
        ("actors", 123, 123),
        ("projects", 54, 65),
        ("participations", 111, 111),
        ("funding", 44, 44),
        ("events", 19, 21),
        ("outcomes", 79, 79),
        ("facilities", 37, 39),
        ("flows", 666, 666),
    ],
)
def test_the_tables_hold_exactly_what_was_collected(
    shipped_build: Built, table: str, things: int, statements: int
) -> None:
    found = rows(shipped_build, table)
    assert len({row.one("id") for row in found}) == things
    assert len(found) == statements


def test_the_pre_study_has_three_stated_ends_each_in_its_source_and_no_interpretation_of_the_impossible_one(
    select: Select,
) -> None:
    found = select(f"""
        SELECT ?stated ?source ?end {{
            GRAPH ?source {{ {PRE_STUDY} ce:endDateStated ?stated OPTIONAL {{ {PRE_STUDY} ce:endDate ?end }} }}
        }} ORDER BY ?stated""")
    assert found == [
        ("31.10.2021", VOCABULARY + "graph/gnf_start", "2021-10-31"),
        ("31.11.2021", VOCABULARY + "graph/seed", ""),
        ("end of November", VOCABULARY + "graph/clic_pre", "2021-11"),
    ]


def seed(select: Select, pattern: str) -> list[str]:
    """What the seed page says, by one variable."""
    return sorted(value for (value,) in select(f"SELECT DISTINCT ?x {{ GRAPH graph:seed {{ {pattern} }} }}"))


def actors(*names: str) -> list[str]:
    return sorted(f"{ID}actor/{name}" for name in names)


def test_the_seed_page_names_the_coordinator_the_partners_and_those_who_cooperate(select: Select) -> None:
    assert seed(select, f"{PRE_STUDY} ce:coordinator ?x") == actors("green-net-finland")

    def role(name: str) -> list[str]:
        in_role = f"?part ce:project {PRE_STUDY} ; ce:actor ?x ; ce:role <{VOCABULARY}code/role/{name}>"
        return seed(select, in_role)

    assert role("coordinator") == actors("green-net-finland")
    assert role("partner") == actors("clic-innovation", "hsy", "vtt", "uudenmaan-liitto")
    assert role("cooperation-partner") == actors("vantaa", "helsingin-kiertotalousklusteri", "kuuma-seutu", "laurea")


def test_the_seed_page_names_the_funders_whose_shares_are_unknown_not_zero(select: Select) -> None:
    shares = f"?share a ce:FundingShare ; ce:project {PRE_STUDY} ; ce:funder ?x ; ce:amountKnown false"
    assert seed(select, shares) == actors("uudenmaan-liitto", "helsinki", "vantaa", "kuuma-seutu")
    assert seed(select, f"?share ce:project {PRE_STUDY} ; ce:amount ?x") == []


def test_the_seed_page_gives_budget_and_dates(select: Select) -> None:
    assert seed(select, f"{PRE_STUDY} ce:budget ?x ; ce:currency 'EUR'") == ["225118"]
    assert seed(select, f"{PRE_STUDY} ce:startDateStated ?x") == ["1.4.2021"]
    assert seed(select, f"{PRE_STUDY} ce:startDate ?x") == ["2021-04-01"]
    assert seed(select, f"{PRE_STUDY} ce:endDateStated ?x") == ["31.11.2021"]
    assert seed(select, f"{PRE_STUDY} ce:endDate ?x") == []


def test_the_seed_page_has_three_workshops_and_three_research_questions(select: Select) -> None:
    workshop = f"?event ce:project {PRE_STUDY} ; ce:eventType <{VOCABULARY}code/event-type/workshop>"
    assert seed(select, f"{workshop} ; dcterms:description ?x") == [
        "planned topic: clarify vision and mission",
        "planned topic: define problems to solve",
        "planned topic: roadmap",
    ]
    assert seed(select, f"?question a ce:ResearchQuestion ; ce:project {PRE_STUDY} ; ce:statement ?x") == [
        "how the circular economy is measured regionally",
        "parts of the circular economy with unused potential",
        "strengths of Uusimaa in the circular economy",
    ]


def test_the_seed_page_tells_of_methods_aims_problems_and_the_follow_up(select: Select) -> None:
    follow_up = f"<{ID}project/kiertotalouslaakso-jatko>"
    assert len(seed(select, f"?x ce:project {PRE_STUDY} ; ce:statement ?said")) == 9
    assert seed(select, f"?x a ce:RoadmapItem ; ce:event <{ID}event/ktl-tyopaja-3>") == [f"{ID}outcome/o76"]
    assert seed(select, f"?target a ce:Target ; ce:project {follow_up} ; ce:statement ?x") == [
        "make ongoing circular work and its development visible",
        "new circular activity built on cooperation",
        "raise Uusimaa to a model region of the circular economy",
    ]


def test_the_seed_page_rests_on_34_rows(shipped_build: Built) -> None:
    found = [
        row
        for name, table in shipped_build.tables.items()
        if "source" in table.columns and name != "memberships.csv"
        for row in table.rows
        if row.one("source") == "seed"
    ]
    assert len(found) == 34


def test_the_follow_up_continues_the_pre_study_and_was_granted_money_of_unknown_amount(select: Select) -> None:
    assert select(f"SELECT ?project {{ ?project ce:continues {PRE_STUDY} }}") == [
        (f"{ID}project/kiertotalouslaakso-jatko",)
    ]
    found = select(f"""SELECT ?known ?date {{
        ?grant a ce:Grant ; ce:project <{ID}project/kiertotalouslaakso-jatko> ; ce:amountKnown ?known ;
            ce:decision [ ce:decisionOutcome <{VOCABULARY}code/decision/granted> ; ce:decisionDate ?date ] }}""")
    assert found == [("false", "2022-10-24")]


def test_every_statement_of_a_sourced_row_stands_in_the_graph_of_its_source(shipped_build: Built) -> None:
    by_graph: dict[str, set[str]] = defaultdict(set)
    for line in shipped_build.lines:
        statement, graph, _ = line.rsplit(" ", 2)
        by_graph[graph].add(statement)
    from ce_graph.ingest.statements import Mapper

    seen = 0
    for table in shipped_build.tables.values():
        mapper = Mapper(table, shipped_build.tables, VOCABULARY)
        for row in table.rows if "source" in table.columns else ():
            own = by_graph[f"<{VOCABULARY}graph/{row.one('source')}>"]
            for predicate, object_, _ in mapper.statements(row):
                seen += 1
                assert f"{mapper.subject(row)} {predicate} {object_}" in own, row.cell(next(iter(table.columns)))
    assert seen > 30_000


def test_what_is_derived_from_a_source_says_so_in_the_graph_of_that_source(select: Select) -> None:
    assert (
        select("SELECT ?thing ?g ?source { GRAPH ?g { ?thing prov:wasDerivedFrom ?source } FILTER(?g != ?source) }")
        == []
    )


def test_a_project_is_an_activity_and_so_takes_its_source_by_no_property_of_entities(select: Select) -> None:
    """PROV keeps activities and entities apart, and all that is derived or revised is an entity there."""
    entities = "prov:wasDerivedFrom|prov:wasRevisionOf|prov:wasQuotedFrom|prov:hadPrimarySource|prov:wasGeneratedBy"
    assert select(f"SELECT ?project {{ ?project a ce:Project ; {entities} ?other }}") == []
    graphs = select(
        "SELECT ?project { ?project a ce:Project FILTER NOT EXISTS { ?project dcterms:source/a ce:SourceGraph } }"
    )
    assert graphs == []


def test_the_observations_are_a_data_cube_in_which_no_two_have_all_dimensions_alike(select: Select) -> None:
    dimensions = [name for (name,) in select("SELECT ?p { ?c qb:dimension ?p ; qb:order ?n } ORDER BY ?n")]
    assert len(dimensions) == 6
    same = "".join(
        f"?one <{dimension}> ?d{n} . ?other <{dimension}> ?d{n} . " for n, dimension in enumerate(dimensions)
    )
    assert select(f"SELECT ?one ?other {{ {same} FILTER(STR(?one) < STR(?other)) }}") == []
    assert select("SELECT ?o { ?o a ce:Observation FILTER NOT EXISTS { ?o qb:dataSet/qb:structure ?structure } }") == []
    assert select("SELECT ?o { ?o qb:dataSet ?one , ?other FILTER(?one != ?other) }") == []
    for dimension in dimensions:
        lacking = select(f"""SELECT ?o {{ ?o a ce:Observation
            FILTER NOT EXISTS {{ ?o <{dimension}> ?any }}
            FILTER(<{dimension}> != ce:year || NOT EXISTS {{ ?o ce:yearStated ?words }}) }}""")
        assert lacking == [], dimension
    assert (
        select("""SELECT ?o { ?o a ce:Observation FILTER NOT EXISTS { ?o ce:value ?value }
        FILTER NOT EXISTS { ?o ce:valueLower ?lower ; ce:valueUpper ?upper } }""")
        == []
    )


def test_coded_dimensions_of_the_cube_name_their_lists_and_keep_to_them(select: Select) -> None:
    coded = select("SELECT ?p { ?c qb:dimension ?p . ?p rdfs:range skos:Concept }")
    assert sorted(coded) == sorted(select("SELECT ?p { ?p a qb:CodedProperty ; qb:codeList/a skos:ConceptScheme }"))
    assert len(coded) == 2
    assert (
        select("""SELECT ?o ?code { ?p qb:codeList ?list . ?o ?p ?code
        FILTER NOT EXISTS { ?code skos:inScheme ?list } }""")
        == []
    )


def test_every_graph_of_a_source_is_described(select: Select) -> None:
    graphs = {graph for (graph,) in select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    own = {f"{VOCABULARY}graph/{name}" for name in EDITORS}
    assert own <= graphs
    described = select("""SELECT ?g { GRAPH graph:catalog {
        ?g a ce:SourceGraph ; dcterms:title ?title ; prov:hadPrimarySource ?url ; ce:retrievalDate ?read ;
            prov:generatedAtTime ?time ; dcterms:language ?language } }""")
    assert graphs - own - {graph for (graph,) in described} == set()
    assert len(described) >= 221


def test_every_code_that_is_used_exists(select: Select) -> None:
    used = f'?s ?p ?code FILTER(STRSTARTS(STR(?code), "{VOCABULARY}code/")) FILTER(isIRI(?code))'
    described = "FILTER NOT EXISTS { { ?code skos:inScheme ?scheme } UNION { ?code a skos:ConceptScheme } }"
    assert select(f"SELECT DISTINCT ?s ?code {{ {used} {described} }}") == []


def test_every_entity_that_is_referred_to_exists(select: Select) -> None:
    used = f'?s ?p ?thing FILTER(isIRI(?thing) && STRSTARTS(STR(?thing), "{ID}"))'
    assert select(f"SELECT DISTINCT ?s ?thing {{ {used} FILTER NOT EXISTS {{ ?thing a ?class }} }}") == []


def test_every_unit_of_an_amount_is_in_the_list_with_a_factor(select: Select) -> None:
    assert select("SELECT DISTINCT ?unit { ?thing ce:unit ?unit FILTER NOT EXISTS { ?unit ce:factor ?factor } }") == []


def test_every_entity_has_a_label(select: Select) -> None:
    unnamed = """SELECT ?thing { ?thing a ?class VALUES ?class {
        ce:Actor ce:Project ce:Event ce:Facility ce:FundingProgramme ce:Indicator
        ce:Municipality ce:Region ce:SubRegion ce:CooperationArea ce:Country ce:OtherArea ce:StatisticalArea }
        FILTER NOT EXISTS { ?thing skos:prefLabel ?label } }"""
    assert select(unnamed) == []


def test_no_flow_is_a_part_of_itself(select: Select) -> None:
    assert select("SELECT ?flow { ?flow (ce:detailOf|ce:subsetOf)+ ?flow }") == []


def test_what_has_parts_is_a_total(select: Select) -> None:
    assert select("SELECT ?whole { ?part ce:detailOf ?whole FILTER NOT EXISTS { ?whole ce:isTotal true } }") == []


def test_parts_and_their_total_are_of_one_source_period_and_unit(select: Select) -> None:
    """Else a sum over them would mean nothing; an overlapping share may be of another source."""
    by = "ce:detailByTreatmentOf|ce:detailByMaterialOf|ce:detailBySourceOf"
    for property_ in ("ce:periodStated", "ce:unitStated", "ce:regionStated", "prov:wasDerivedFrom"):
        differing = f"?part {by} ?whole . ?part {property_} ?a . ?whole {property_} ?b FILTER(?a != ?b)"
        assert select(f"SELECT ?part ?a ?b {{ {differing} }}") == [], property_


class Break:
    """The flows of one municipal waste table, with which are parts of which."""

    def __init__(self, flows: list[Row]) -> None:
        self.rows = {row.one("id"): row for row in flows}
        self.parts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in flows:
            for way in ("treatment", "material"):
                if whole := row.one(f"part_of_by_{way}"):
                    self.parts[whole, way].append(row.one("id"))

    def top(self) -> str:
        (top,) = (
            name
            for name, row in self.rows.items()
            if not any(row.one(f"part_of_by_{way}") for way in ("treatment", "material"))
        )
        return top

    def leaves(self, name: str) -> Iterator[str]:
        """The smallest figures that a total is made of; a total whose parts are not all there is one itself."""
        complete = {way.lower() for way in self.rows[name].all("complete_by")}
        way = next((way for way in ("material", "treatment") if way in complete), "")
        if not way:
            yield name
        for part in self.parts[name, way] if way else ():
            yield from self.leaves(part)

    def amount(self, name: str) -> Decimal:
        return Decimal(self.rows[name].one("amount"))


MUNICIPAL = {"sf_2009": 44, "sf_2013": 46, "sf_2017": 48, "sf_2019": 72, "sf_2020": 72}


@pytest.mark.parametrize("source", MUNICIPAL)
def test_the_leaves_of_a_municipal_waste_table_sum_to_its_printed_total(shipped_build: Built, source: str) -> None:
    table = Break(
        [
            row
            for row in rows(shipped_build, "flows")
            if row.one("source") == source and "municipal waste table" in row.one("method")
        ]
    )
    assert len(table.rows) == MUNICIPAL[source]
    leaves = list(table.leaves(table.top()))
    assert len(leaves) == len(set(leaves)) > 20
    printed_in = 10 if all(table.amount(name) % 10 == 0 for name in table.rows) else 1
    off = abs(sum(map(table.amount, leaves)) - table.amount(table.top()))
    assert off <= (Decimal(printed_in) / 2 * (len(leaves) + 1) if printed_in > 1 else 0)


def test_a_zero_in_the_statistics_is_said_to_be_none_and_not_unknown(shipped_build: Built) -> None:
    zeros = [row for row in rows(shipped_build, "flows") if row.one("amount") == "0"]
    assert zeros
    assert {row.one("amount_qualifier") for row in zeros} == {"nil"}


def test_a_range_has_two_ends_and_no_amount_of_its_own(shipped_build: Built) -> None:
    ranges = [row for row in rows(shipped_build, "flows") if row.one("amount_qualifier") == "range"]
    assert ranges
    for row in ranges:
        assert row.one("amount_stated") == f"{row.one('amount_lower')}-{row.one('amount_upper')}"
        assert row.one("amount") == ""


def test_every_flow_has_an_amount_of_one_kind(shipped_build: Built) -> None:
    for row in rows(shipped_build, "flows"):
        assert bool(row.one("amount")) != bool(row.one("amount_lower") and row.one("amount_upper")), row.one("id")


def test_no_table_has_a_column_or_a_cell_for_personal_data(shipped_build: Built) -> None:
    words = re.compile(
        r"person_name|first_?name|last_?name|surname|e-?mail|phone|mobile|contact|birth|interviewee", re.IGNORECASE
    )
    address = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\(at\)|\+358[ \d]{6,}|\b0\d{1,2}[- ]\d{3}[ ]?\d{3,4}\b")
    for table in shipped_build.tables.values():
        assert not [name for name in table.columns if words.search(name)]
        for row in table.rows:
            for name, values in zip(table.columns, row.cells, strict=True):
                assert not any(address.search(value) for value in values), row.cell(name)


def test_each_heading_of_a_table_means_one_column(shipped_build: Built) -> None:
    """A contributor may write any of them; two columns with one title would be mixed up."""
    for table in shipped_build.tables.values():
        for language in ("en", "fi", "sv"):
            titles = [
                title.casefold() for column in table.columns.values() for title in column.titles.get(language, [])
            ]
            assert len(titles) == len(set(titles)), (table.name, language)
        by_name = {name.casefold(): name for name in table.columns}
        for name, column in table.columns.items():
            for title in (title for titles in column.titles.values() for title in titles):
                assert by_name.get(title.casefold(), name) == name, (table.name, title)
