"""A wrong spreadsheet gets findings at its cells, in words that need no knowledge of RDF."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ce_graph import resources
from ce_graph.check import validation
from ce_graph.check.outcome import Outcome
from ce_graph.report import render

Rows = list[list[str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write(path: Path, rows: Rows, delimiter: str = ",") -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n", delimiter=delimiter).writerows(rows)


def flows(number: int, changes: dict[int, dict[str, str]]) -> Rows:
    """A header and rows of the shipped flows under new keys, some cells changed."""
    header, *rows = read(resources.data() / "tables" / "flows.csv")
    taken = [list(row) for row in rows[:number]]
    for index, row in enumerate(taken, start=1):
        row[header.index("id")] = f"new-{index}"
        for name, value in changes.get(index, {}).items():
            row[header.index(name)] = value
    return [header, *taken]


def said(outcome: Outcome) -> dict[str, str]:
    """What is said about each cell."""
    found = {}
    for item in outcome.notices:
        if item.notice.position and item.notice.position.row:
            found[item.notice.position.cell_name] = item.notice.value("said")
    for result in outcome.results:
        if result.position:
            found[result.position.cell_name] = str(result.finding.messages[0].value)
    return found


def test_each_wrong_cell_of_a_contribution_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    changes = {
        1: {"unit": "nonsense"}, 2: {"year": "31.11.2021"}, 3: {"region": "atlantis"}, 4: {"waste_code": "999999"},
        5: {"amount": "-3"}, 6: {"waste_code": "170903", "hazardous": "false"},
    }  # fmt: skip
    write(file, flows(7, changes))
    outcome = validation.validate(file)
    assert outcome.exit_code == 1
    header = read(file)[0]
    lines = {
        item.position.line: item.position.column_name
        for item in [remarked.notice for remarked in outcome.notices] + list(outcome.results)
        if item.position and item.position.row
    }
    expected = {2: "unit", 3: "year", 4: "region", 5: "waste_code", 6: "amount"}
    assert {line: name for line, name in lines.items() if line in expected} == expected
    assert 7 in lines
    assert 8 not in lines
    assert {item.position.file for item in outcome.results if item.position} <= {str(file)}
    assert f"mine.csv:3 (row 2, column year, {column(header, 'year')}3)" in render(outcome)


def column(header: list[str], name: str) -> str:
    number, letters = header.index(name) + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def test_a_right_contribution_passes_in_any_order_of_columns_and_with_semicolons(tmp_path: Path) -> None:
    rows = [list(reversed(row)) for row in flows(3, {})]
    write(tmp_path / "mine.csv", rows, ";")
    outcome = validation.validate(tmp_path / "mine.csv")
    assert [item for item in outcome.results if item.finding.severity == "violation"] == []
    assert outcome.exit_code == 0


def test_a_table_of_another_kind_is_refused_with_the_tables_there_are(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("name,age\nAda,36\n")
    outcome = validation.validate(tmp_path / "other.csv")
    assert outcome.exit_code == 2
    assert "flows.csv" in render(outcome)
    (tmp_path / "latin.csv").write_bytes("nimi,ikä\n".encode("latin-1"))
    assert validation.validate(tmp_path / "latin.csv").exit_code == 2
    assert validation.validate(tmp_path / "none.csv").exit_code == 2


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data with a wrong cell in a row of its own."""
    data = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(resources.data(), data)
    file = data / "tables" / "flows.csv"
    rows = read(file)
    wrong = flows(1, {1: {"target": flows(1, {})[1][rows[0].index("origin")], "target_stated": "itself"}})[1]
    write(file, [*rows, wrong])
    return data


@pytest.mark.parametrize("find", [Path, lambda data: data / "tables", lambda data: data / "tables" / "flows.csv"])
def test_a_data_folder_its_tables_and_one_table_point_to_the_same_cell(
    broken: Path, find: Callable[[Path], Path]
) -> None:
    outcome = validation.validate(find(broken))
    last = len(read(broken / "tables" / "flows.csv"))
    file = str(broken / "tables" / "flows.csv")
    found = [item.position for item in outcome.results if item.position and item.position.file == file]
    places = [place for place in found if place.line == last]
    assert places
    assert all(place.row == last - 1 for place in places)
    assert outcome.exit_code == 1


def test_only_findings_in_the_table_that_was_named_are_reported(broken: Path) -> None:
    outcome = validation.validate(broken / "tables" / "flows.csv")
    assert {Path(item.position.file).name for item in outcome.results if item.position} == {"flows.csv"}


def test_tables_can_be_checked_against_shapes_of_ones_own(broken: Path, tmp_path: Path) -> None:
    shapes = tmp_path / "s.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ce: <https://w3id.org/ce-graph/ontology#> .\n"
        "[] a sh:NodeShape ; sh:targetClass ce:Actor ; sh:property [ sh:path ce:actorType ; sh:maxCount 0 ] ."
    )
    outcome = validation.validate(broken / "tables" / "actors.csv", shapes=shapes)
    assert {item.position.column_name for item in outcome.results if item.position} == {"actor_type"}


def test_a_lone_folder_of_tables_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    shutil.copy(resources.data() / "tables" / "actors-metadata.json", folder)
    outcome = validation.validate(folder)
    assert outcome.exit_code == 2
    assert str(folder) in render(outcome)


def test_a_table_is_checked_from_within_its_folder(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = len(read(broken / "tables" / "flows.csv"))
    for folder, path in (
        (broken / "tables", "flows.csv"),
        (broken / "tables", "."),
        (broken / "tables" / "codes", ".."),
    ):
        monkeypatch.chdir(folder)
        outcome = validation.validate(path)
        places = {item.position for item in outcome.failing if item.position}
        assert {(Path(place.file).resolve(), place.line) for place in places} == {
            (broken / "tables" / "flows.csv", last)
        }
