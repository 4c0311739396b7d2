"""Metadata that the build cannot follow are refused as a whole: nothing in them is passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from small_instance import CODE, GRAPH, ID, Instance, column, refers, virtual

from ce_graph.errors import DataError
from ce_graph.wording import told

Metadata = dict[str, Any]


def spoil(instance: Instance, change: Callable[[Metadata], object], name: str = "things") -> str:
    """What is said about metadata after a change."""
    metadata = instance.described(name)
    change(metadata)
    instance.describe(name, metadata)
    with pytest.raises(DataError) as raised:
        instance.build()
    assert raised.value.exit_code == 2
    return str(raised.value)


def first(metadata: Metadata) -> Metadata:
    found: Metadata = metadata["tableSchema"]["columns"][1]
    return found


def test_json_that_is_none_is_named_with_its_line(instance: Instance) -> None:
    path = instance.root / "tables" / "things-metadata.json"
    path.write_text('{\n"url": "things.csv"\n"tableSchema": {}}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"things-metadata\.json:3: not JSON: Expecting ',' delimiter in column 1"):
        instance.build()


@pytest.mark.parametrize("text", ["[]", "null", '"a"', "{}", '{"url": "things.csv", "tableSchema": {"columns": {}}}'])
def test_json_that_is_no_table_is_refused(instance: Instance, text: str) -> None:
    (instance.root / "tables" / "things-metadata.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="needs an object tableSchema with a list of columns"):
        instance.build()


def test_metadata_that_are_not_utf_8_are_refused(instance: Instance) -> None:
    (instance.root / "tables" / "things-metadata.json").write_bytes(b'{"url": "\xf6"}')
    with pytest.raises(DataError, match=r"things-metadata\.json: not UTF-8 \(at byte"):
        instance.build()


def test_a_schema_elsewhere_is_not_fetched(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: metadata.update(tableSchema="http://127.0.0.1:9/schema.json"))
    assert "needs an object tableSchema" in said


def test_a_dialect_elsewhere_is_not_fetched(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: metadata.update(dialect="http://127.0.0.1:9/dialect.json"))
    assert "the build does not know dialect of the table" in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "ei ole käyttökelpoinen taulukon CSVW-kuvaus: koostaminen ei tunne näitä: dialect (taulukko)"),
        ("sv", "bygget känner inte till dessa: dialect (tabellen)"),
    ],
)
def test_the_reason_is_told_in_the_language_that_is_asked_for(instance: Instance, language: str, said: str) -> None:
    metadata = instance.described("things")
    instance.describe("things", {**metadata, "dialect": {}})
    with pytest.raises(DataError) as raised:
        instance.build()
    assert said in told(raised.value, language)


@pytest.mark.parametrize("name", ["null", "default", "ordered", "aboutUrl", "textDirection"])
def test_a_property_of_csvw_that_the_build_does_not_follow_is_not_ignored(instance: Instance, name: str) -> None:
    said = spoil(instance, lambda metadata: first(metadata).update({name: "x"}))
    assert f"the build does not know {name} of column 'name_en'" in said


def test_a_language_that_is_none_is_refused(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: first(metadata).update(lang="in English"))
    assert "not a usable CSVW table description" in said


def test_annotations_are_free(instance: Instance) -> None:
    metadata = instance.described("things")
    first(metadata).update({"dc:description": {"@value": "What it is called.", "@language": "en"}, "schema:x": 1})
    metadata["http://example.org/note"] = "free"
    instance.describe("things", metadata)
    assert instance.build().complete


@pytest.mark.parametrize(
    "datatype",
    [
        "number",
        "anyURI",
        "float",
        "dateTime",
        {"base": "decimal", "format": "#,##0"},
        {"base": "boolean", "format": "Y|N"},
    ],
    ids=str,
)
def test_a_datatype_that_the_build_does_not_write_is_refused(instance: Instance, datatype: object) -> None:
    said = spoil(instance, lambda metadata: first(metadata).update(datatype=datatype))
    assert "column 'name_en': datatypes are string, decimal, integer" in said


def test_an_unknown_datatype_is_refused(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: first(metadata).update(datatype="colour"))
    assert "not a usable CSVW table description" in said


def test_a_pattern_that_is_none_is_refused(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: first(metadata).update(datatype={"base": "string", "format": "["}))
    assert "Invalid regex pattern" in said


def test_a_foreign_key_must_lead_to_a_column_of_a_table(instance: Instance) -> None:
    keys = [refers("kind", "codes/kinds.csv", "notation")]
    said = spoil(instance, lambda metadata: metadata["tableSchema"].update(foreignKeys=keys))
    assert said.endswith(
        "things.csv: the foreign key of 'kind' leads to column 'notation' of codes/kinds.csv, which is not there"
    )
    keys[0]["reference"] |= {"resource": "codes/kind.csv", "columnReference": "code"}
    said = spoil(instance, lambda metadata: metadata["tableSchema"].update(foreignKeys=keys))
    assert said.endswith("the foreign key of 'kind' leads to column 'code' of codes/kind.csv, which is not there")


def test_a_foreign_key_is_resolved_beside_the_metadata_as_the_standard_says(instance: Instance) -> None:
    metadata = instance.described("codes/kind")
    metadata["tableSchema"]["foreignKeys"] = [refers("broader", "../codes/kind.csv", "notation")]
    instance.describe("codes/kind", metadata)
    assert instance.build().complete


def test_a_foreign_key_has_one_column(instance: Instance) -> None:
    keys = [{"columnReference": ["kind", "year"], "reference": {"resource": "x.csv", "columnReference": ["a", "b"]}}]
    said = spoil(instance, lambda metadata: metadata["tableSchema"].update(foreignKeys=keys))
    assert "a foreign key has one column" in said


def test_a_foreign_key_without_a_reference_is_refused(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: metadata["tableSchema"].update(foreignKeys=[{"columnReference": "kind"}]))
    assert "not a usable CSVW table description: 'reference' is missing" in said


@pytest.mark.parametrize("name", ["primaryKey", "aboutUrl"])
def test_a_table_needs_a_key_and_a_subject(instance: Instance, name: str) -> None:
    said = spoil(instance, lambda metadata: metadata["tableSchema"].pop(name))
    assert f"needs {'a ' if name == 'primaryKey' else ''}{name}" in said


def test_a_table_needs_a_graph(instance: Instance) -> None:
    def change(metadata: Metadata) -> None:
        del metadata["https://w3id.org/ce-graph/ontology#graph"]

    assert "needs https://w3id.org/ce-graph/ontology#graph, a URI template" in spoil(instance, change)


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema.update(primaryKey="number"),
        lambda schema: schema.update(aboutUrl=ID + "thing/{number}"),
        lambda schema: schema["columns"].append(virtual("more", "rdf:type", CODE + "kind/{number}")),
        lambda schema: schema["foreignKeys"].append(refers("number", "sources.csv", "id")),
    ],
    ids=["primaryKey", "aboutUrl", "valueUrl", "foreignKey"],
)
def test_a_column_that_is_referred_to_must_be_there(instance: Instance, change: Callable[[Metadata], None]) -> None:
    assert "there is no column number" in spoil(instance, lambda metadata: change(metadata["tableSchema"]))


def test_a_value_template_has_only_the_cell_itself(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: first(metadata).update(valueUrl=ID + "{kind}/{name_en}"))
    assert "column 'name_en': its valueUrl may only use the column's own value, {name_en}" in said


def test_other_expressions_of_uri_templates_are_refused(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: metadata["tableSchema"].update(aboutUrl=ID + "thing{?id}"))
    assert "a URI template may only have expressions such as {id} and {+id}" in said


@pytest.mark.parametrize("url", ["../things.csv", "http://example.org/things.csv", "codes/things.csv", "things.txt"])
def test_a_table_lies_beside_its_metadata(instance: Instance, url: str) -> None:
    assert "url must be the name of a .csv file in the same folder" in spoil(
        instance, lambda found: found.update(url=url)
    )


def test_a_table_is_described_once(instance: Instance) -> None:
    instance.describe("things-again", instance.described("things"))
    with pytest.raises(DataError, match=r"things-metadata\.json: things\.csv is described a second time"):
        instance.build()


def test_columns_have_different_names(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: metadata["tableSchema"]["columns"].insert(0, column("kind")))
    assert "not a usable CSVW table description" in said
    assert "kind" in said or "Duplicate" in said


def test_an_annotation_of_a_code_list_is_a_text_or_a_link(instance: Instance) -> None:
    said = spoil(instance, lambda metadata: metadata.update({"dc:source": 7}), "codes/kind")
    assert said.endswith("kind.csv: 7 is neither a text nor a link")


def test_the_graph_of_a_table_may_depend_on_any_required_column(instance: Instance) -> None:
    metadata = instance.described("things")
    metadata["https://w3id.org/ce-graph/ontology#graph"] = GRAPH + "of-{kind}"
    instance.describe("things", metadata)
    assert any(line.endswith(f"<{GRAPH}of-light> .\n") for line in instance.build().lines)


def test_metadata_may_begin_with_a_byte_order_mark(instance: Instance) -> None:
    path = instance.root / "tables" / "things-metadata.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert instance.build().complete


def test_missing_metadata_are_named_before_what_refers_to_them(instance: Instance) -> None:
    (instance.root / "tables" / "sources-metadata.json").unlink()
    with pytest.raises(DataError, match=r"sources\.csv: a table without metadata"):
        instance.build()
