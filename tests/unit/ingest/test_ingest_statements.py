"""A row makes one statement for each value that its metadata give a meaning to, in the graph of its source."""

from __future__ import annotations

import pytest
from small_instance import CE, CODE, GRAPH, ID, Instance

from ce_graph.settings import VOCABULARY

LAMP = f"<{ID}thing/lamp>"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def about(instance: Instance, subject: str, base: str = VOCABULARY) -> set[str]:
    """Predicate, object and graph of the statements about something."""
    return {line.split(" ", 1)[1] for line in instance.build(base).lines if line.startswith(f"{subject} ")}


def test_a_row_makes_exactly_the_statements_of_its_metadata(instance: Instance) -> None:
    fair = f"<{GRAPH}fair> .\n"
    assert about(instance, LAMP) == {
        f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{CE}Thing> {fair}",
        f'<{SKOS}prefLabel> "Lamp"@en {fair}',
        f'<{SKOS}prefLabel> "Lamppu"@fi {fair}',
        f"<{CE}kind> <{CODE}kind/light> {fair}",
        f'<{CE}amount> "1.5"^^<{XSD}decimal> {fair}',
        f'<{CE}count> "3"^^<{XSD}integer> {fair}',
        f'<{CE}bought> "2021-11-30"^^<{XSD}date> {fair}',
        f'<{CE}year> "2021"^^<{XSD}gYear> {fair}',
        f'<{CE}seen> "2021-11"^^<{XSD}gYearMonth> {fair}',
        f'<{CE}useful> "true"^^<{XSD}boolean> {fair}',
        f"<{CE}near> <{ID}thing/stool> {fair}",
        f"<http://xmlns.com/foaf/0.1/homepage> <https://example.org/lamp> {fair}",
        f"<{CE}weighedIn> <http://qudt.org/vocab/unit/KiloGM> {fair}",
        f"<http://www.w3.org/ns/prov#wasDerivedFrom> <{GRAPH}fair> {fair}",
    }


def test_an_empty_cell_states_nothing(instance: Instance) -> None:
    assert len(about(instance, f"<{ID}thing/stool>")) == 5


def test_each_value_of_a_list_is_a_statement_of_its_own(instance: Instance) -> None:
    instance.add("things", "tray,,,thing,,,,,,,lamp; stool,,,fair")
    near = {said.split(" ")[1] for said in about(instance, f"<{ID}thing/tray>") if said.startswith(f"<{CE}near>")}
    assert near == {LAMP, f"<{ID}thing/stool>"}


def test_a_foreign_key_without_a_template_leads_to_what_the_other_row_is_about(instance: Instance) -> None:
    assert f"<{CE}weighedIn> <http://qudt.org/vocab/unit/KiloGM> <{GRAPH}fair> .\n" in about(instance, LAMP)


def test_two_rows_about_one_thing_keep_apart_what_each_source_says(instance: Instance) -> None:
    metadata = instance.described("things")
    metadata["tableSchema"]["primaryKey"] = ["id", "source"]
    instance.describe("things", metadata)
    instance.add("things", "lamp,Lamp,,light,2,,,,,,,,,market")
    said = about(instance, LAMP)
    assert f'<{CE}amount> "1.5"^^<{XSD}decimal> <{GRAPH}fair> .\n' in said
    assert f'<{CE}amount> "2"^^<{XSD}decimal> <{GRAPH}market> .\n' in said


def test_what_does_not_fit_into_an_iri_is_escaped(instance: Instance) -> None:
    instance.add("things", "tray,,,thing,,,,,,,,https://a.example/ä b?q=100%25&x=50%,,fair")
    (page,) = [said.split(" ")[1] for said in about(instance, f"<{ID}thing/tray>") if "homepage" in said]
    assert page == "<https://a.example/%C3%A4%20b?q=100%25&x=50%25>"


@pytest.mark.parametrize("base", ["https://a.example/", "http://localhost:8080/graph/"])
def test_another_base_moves_the_instance_and_leaves_the_vocabulary(instance: Instance, base: str) -> None:
    instance.model("more.trig", f"<{GRAPH}curated> {{ <{ID}thing/lamp> <{CE}near> <{VOCABULARY}dataset/all> }}\n")
    said = about(instance, f"<{base}id/thing/lamp>", base)
    assert f"<{CE}near> <{base}id/thing/stool> <{base}graph/fair> .\n" in said
    assert f"<{CE}kind> <{CODE}kind/light> <{base}graph/fair> .\n" in said
    assert f"<{CE}near> <{base}dataset/all> <{base}graph/curated> .\n" in said
    assert f"<http://www.w3.org/ns/prov#wasDerivedFrom> <{base}graph/fair> <{base}graph/fair> .\n" in said
    lines = instance.build(base).lines
    assert not [line for line in lines if any(VOCABULARY + part in line for part in ("id/", "graph/", "dataset/"))]
    assert any(line.startswith(f"<{VOCABULARY}ontology#Flow> ") for line in lines)


def test_a_code_list_is_described_as_a_scheme_with_its_top_concepts(instance: Instance) -> None:
    codes = f"<{GRAPH}codes> .\n"
    assert about(instance, f"<{CODE}kind>") == {
        f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SKOS}ConceptScheme> {codes}",
        f'<http://purl.org/dc/terms/title> "List kind"@en {codes}',
        f"<{SKOS}hasTopConcept> <{CODE}kind/thing> {codes}",
    }
    assert f"<{SKOS}topConceptOf> <{CODE}kind> {codes}" in about(instance, f"<{CODE}kind/thing>")
    assert f"<{SKOS}topConceptOf> <{CODE}kind> {codes}" not in about(instance, f"<{CODE}kind/light>")


def test_a_code_without_a_label_is_called_by_its_notation(instance: Instance) -> None:
    instance.add("codes/kind", "pot,,thing")
    assert f'<{SKOS}prefLabel> "pot" <{GRAPH}codes> .\n' in about(instance, f"<{CODE}kind/pot>")


def test_the_schemes_of_another_base_stand_in_its_graph_of_codes(instance: Instance) -> None:
    said = about(instance, f"<{CODE}kind>", "https://a.example/")
    assert {line.split(" ")[-2] for line in said} == {"<https://a.example/graph/codes>"}


def test_the_cells_of_a_statement_can_be_asked_for(instance: Instance) -> None:
    built = instance.build()
    (cell,) = built.cells_of(LAMP, f"<{CE}amount>", f'"1.5"^^<{XSD}decimal>')
    assert (cell.line, cell.row, cell.column, cell.letter, cell.value) == (2, 1, "amount", "E", "1.50")
    assert cell.file == str(instance.path("things"))
    assert [cell.column for cell in built.cells_of(LAMP, f"<{SKOS}prefLabel>")] == ["name_en", "name_fi"]
    assert [cell.column for cell in built.cells_of(LAMP, None, f"<{ID}thing/stool>")] == ["near"]
    assert len(built.cells_of(LAMP)) == 13
    assert built.cells_of(LAMP, f"<{CE}amount>", '"2"') == []
    assert built.cells_of("<http://a.example/nothing>") == []


def test_the_cells_of_what_a_row_states_as_a_whole_are_its_first(instance: Instance) -> None:
    (cell,) = instance.build().cells_of(LAMP, "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>")
    assert (cell.column, cell.value) == ("id", "lamp")


def test_the_cells_of_both_rows_that_say_the_same_are_found(instance: Instance) -> None:
    metadata = instance.described("things")
    metadata["tableSchema"]["primaryKey"] = ["id", "source"]
    instance.describe("things", metadata)
    instance.add("things", "lamp,Lamp,,light,,,,,,,,,,market")
    cells = instance.build().cells_of(LAMP, f"<{SKOS}prefLabel>", '"Lamp"@en')
    assert [cell.line for cell in cells] == [2, 4]


def test_refused_rows_state_nothing_and_have_no_cells(instance: Instance) -> None:
    instance.add("things", "tray,Tray,,nothing,,,,,,,,,,fair")
    built = instance.build()
    assert built.cells_of(f"<{ID}thing/tray>") == []
    assert not any("thing/tray" in line for line in built.lines)
