"""``ce-graph flows`` answers as text, CSV, JSON and SVG, and refuses what makes no sense."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_flows import write_dataset

from ce_graph.cli.flows import command
from ce_graph.errors import NotFoundError, UsageError
from ce_graph.query import records, running


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("flows"))


def run(data: Path, *words: str):
    result = CliRunner().invoke(command, [*words, "--data", str(data)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_table_has_one_line_for_each_group(data):
    lines = run(data).stdout.splitlines()
    assert lines[0].split()[:4] == ["treatment", "year", "amount", "(t)"]
    assert [line.split("  ")[0] for line in lines[2:5]] == ["D1 landfill", "R3 recycling", "R3 recycling"]
    assert " 40 " in lines[2]
    assert " 500 " in lines[4]


def test_csv_has_iris_labels_and_exact_numbers(data):
    rows = list(csv.DictReader(io.StringIO(run(data, "--by", "treatment,year", "--format", "csv").stdout)))
    assert [(row["treatment_label"], row["year"], row["amount"], row["upper"]) for row in rows] == [
        ("D1 landfill", "2020", "40", "40"),
        ("R3 recycling", "2020", "60", "60"),
        ("R3 recycling", "2021", "500", "500"),
    ]
    assert rows[0]["treatment"] == "https://w3id.org/ce-graph/code/treatment/D1"
    assert rows[0]["documents"] == "https://example.org/graph/doc"


def test_json_names_flows_documents_and_what_the_words_meant(data):
    found = json.loads(run(data, "--by", "year", "--region", "laaja alue", "--format", "json").stdout)
    assert found["meant"] == {"region": "Wide Area"}
    (part,) = found["parts"]
    assert [(row["year"], row["amount"], [flow["iri"] for flow in row["members"]]) for row in part["rows"]] == [
        ("2020", 100, ["https://example.org/id/flow/all"]),
        ("2021", 500, ["https://example.org/id/flow/later"]),
    ]


def test_two_dimensions_are_drawn_as_a_sankey_diagram(data):
    text = run(data, "--by", "source,target", "--year", "2020", "--format", "svg").stdout
    assert ET.fromstring(text).find("{http://www.w3.org/2000/svg}desc").text == "homes → The Mill: 100 t"


def test_flows_of_several_years_are_bars_that_name_the_year(data):
    text = run(data, "--by", "source,target", "--format", "svg").stdout
    said = ET.fromstring(text).find("{http://www.w3.org/2000/svg}desc").text
    assert "homes · The Mill · 2021" in said
    assert "homes · The Mill · 2020" in said


def test_other_dimensions_are_drawn_as_bars(data):
    text = run(data, "--format", "svg", "--lang", "fi").stdout
    assert "D1 landfill · 2020: 40 t" in ET.fromstring(text).find("{http://www.w3.org/2000/svg}desc").text


def test_the_same_question_gives_the_same_bytes(data):
    for name in ("table", "csv", "json", "svg"):
        assert run(data, "--format", name).stdout == run(data, "--format", name).stdout


def test_what_an_operator_runs_is_found_by_the_operator(data):
    assert " 100 " in run(data, "--by", "year", "--target", "The Owner").stdout


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (("--by", "colour"), UsageError, "cannot be grouped by 'colour'"),
        (("--check", "--year", "2020", "--weighted"), UsageError, "leave out --year, --weighted"),
        (("--region", "Twon"), NotFoundError, r"there is no region 'Twon'; did you mean town\?"),
        (("--year", "1900"), NotFoundError, "there are flows of 2020, 2021"),
        (("--treatment", "D1", "--year", "2021"), NotFoundError, "no flow fits all of it"),
    ],
)
def test_bad_questions_are_answered_with_what_there_is(data, words, error, message):
    with pytest.raises(error, match=message):
        run(data, *words)


@pytest.mark.parametrize("at_once", [3, running.AT_ONCE])
def test_answers_to_sparql_give_the_same_table_as_the_file(data, monkeypatch, at_once):
    import pyoxigraph as ox

    monkeypatch.setattr(running, "AT_ONCE", at_once)

    store = ox.Store()
    store.load(path=str(data / "dataset.nq"), format=ox.RdfFormat.N_QUADS)

    def ask(text: str) -> bytes:
        return store.query(text).serialize(format=ox.QueryResultsFormat.JSON)

    one, two = records.from_file(data / "dataset.nq"), records.from_answers(ask)
    ours, theirs = records.flow_table(one), records.flow_table(two)
    assert ours.flows == theirs.flows
    for name, column in ours.columns.items():
        found = theirs.columns[name]
        assert [column.text(row) for row in range(len(ours))] == [found.text(row) for row in range(len(ours))]
    assert ours.amount.tolist() == theirs.amount.tolist()
    assert records.names(one).labels == records.names(two).labels


def test_the_balance_of_sources_is_checked_on_the_dataset(tmp_path):
    wrong = """
    id:flow/sum a ce:Flow ; ce:amount 90.0 ; ce:unit qudt:unit/TONNE ; ce:completeBy ce:detailByMaterialOf ;
      ce:material code:material/waste .
    id:flow/part a ce:Flow ; ce:amount 50.0 ; ce:unit qudt:unit/TONNE ; ce:detailByMaterialOf id:flow/sum ;
      ce:material code:material/paper .
    """
    made = write_dataset(tmp_path, wrong)
    (part,) = json.loads(run(made, "--check", "--format", "json").stdout)["parts"]
    assert [(one["kind"], one["focus"]["label"], one["found"], one["expected"]) for one in part["rows"]] == [
        ("total-parts", "sum", 50, 90),
    ]  # fmt: skip
    assert "the only part by material comes to 50, the total is 90" in run(made, "--check").stdout
    clean = write_dataset(tmp_path / "clean")
    assert run(clean, "--check").stdout.startswith("No contradiction was found.")
    with pytest.raises(UsageError, match="balance cannot be drawn"):
        run(made, "--check", "--format", "svg")


def weighed(folder, more):
    folder.mkdir(exist_ok=True)
    text = run(
        write_dataset(folder, more), "--weighted", "--by", "material", "--year", "2021", "--format", "csv"
    ).stdout
    return list(csv.DictReader(io.StringIO(text)))


def test_flows_of_known_composition_are_weighed_by_it(tmp_path):
    more = """
    id:flow/later ce:composition id:composition/c . id:composition/c ce:fraction id:fraction/f .
    id:fraction/f ce:material code:material/waste ; ce:fractionShare 0.25 .
    """
    assert [(row["material_label"], row["amount"]) for row in weighed(tmp_path, more)] == [
        ("paper", "375"), ("waste", "125"),
    ]  # fmt: skip


def test_a_composition_of_a_material_in_one_region_is_not_carried_over_to_flows_elsewhere(tmp_path):
    more = """
    code:material/paper ce:composition id:composition/c . id:composition/c ce:fraction id:fraction/f .
    id:fraction/f ce:material code:material/waste ; ce:fractionShare 0.25 .
    """
    of_paper = [row["material_label"] for row in weighed(tmp_path / "anywhere", more)]
    assert of_paper == ["paper", "waste"]
    of_paper = [
        row["material_label"] for row in weighed(tmp_path / "there", more + "id:composition/c ce:region id:place/x .")
    ]
    assert of_paper == ["paper"]
