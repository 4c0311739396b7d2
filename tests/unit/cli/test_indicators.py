"""``ce-graph indicators`` shows published and computed values, targets and definitions."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_flows import write_dataset

from ce_graph.cli.indicators import command
from ce_graph.errors import NotFoundError, UsageError

OBSERVED = (
    ("town-head", "head", "town", 2020, "actual", 200), ("area-head", "head", "area", 2020, "actual", 210),
    ("people", "population", "town", 2019, "actual", 1000), ("goal", "head", "area", 2030, "target", 150),
)  # fmt: skip
NAMES = {"head": "household-waste-per-capita", "population": "population"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    more = [
        "id:place/town a ce:Municipality . id:place/area a ce:InstanceRegion .",
        "id:indicator/household-waste-per-capita a ce:Indicator ; ce:direction code:direction/lower ;"
        ' skos:prefLabel "waste"@en, "jätettä asukasta kohti"@fi ; ce:formula "generated / population" .',
    ]
    for name, indicator, place, year, kind, value in OBSERVED:
        more.append(
            f"id:observation/{name} a ce:Observation ; ce:indicator id:indicator/{NAMES[indicator]} ;"
            f" ce:value {value}.0 ;"
            f' ce:region id:place/{place} ; ce:year "{year}"^^<http://www.w3.org/2001/XMLSchema#gYear> ;'
            f' ce:valueKind code:value-kind/{kind} ; prov:wasDerivedFrom graph:doc ; ce:valueStated "{value}" .'
        )
    return write_dataset(tmp_path_factory.mktemp("indicators"), "\n".join(more))


def run(data: Path, *words: str):
    result = CliRunner().invoke(command, [*words, "--data", str(data)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_computed_value_stands_beside_the_published_one(data):
    rows = list(csv.DictReader(io.StringIO(run(data, "--format", "csv", "--year", "2020").stdout)))
    (row,) = [row for row in rows if row["computed"] and row["published"]]
    assert (row["indicator"].rpartition("/")[2], row["computed"], row["published"], row["difference"]) == (
        "household-waste-per-capita", "200", "210", "-10",
    )  # fmt: skip
    assert "differs by more than rounding" in row["how"]


def test_the_region_that_the_dataset_is_about_is_the_default(data):
    assert json.loads(run(data, "--format", "json").stdout)["meant"] == {"region": "Wide Area"}


def test_json_names_the_inputs_and_what_could_not_be_computed(data):
    words = ("household-waste-per-capita", "--year", "2020", "--format", "json")
    (values,) = json.loads(run(data, *words).stdout)["parts"]
    (one,) = values["rows"]
    assert sorted(entry["iri"].rpartition("/")[2] for entry in one["inputs"]) == ["people", "town-head"]
    assert (one["difference"], one["lower"], one["upper"]) == (-10, 199.5, 200.5)
    (gaps,) = json.loads(run(data, *words, "--gaps").stdout)["parts"]
    assert [row["reason"] for row in gaps["rows"]] == ["there is no material 'household-waste'; there are paper, waste"]


def test_turtle_states_the_computed_value(data):
    text = run(data, "--year", "2020", "--format", "turtle").stdout
    assert "computed-household-waste-per-capita-area-2020" in text
    assert re.search(r"ce:value \"?200\b", text)
    assert "ce:comparedWith <https://example.org/id/observation/area-head>" in text


def test_targets_stand_beside_what_was_reached(data):
    lines = run(data, "--targets").stdout.splitlines()
    assert lines[2].split() == [
        "waste",
        "Wide",
        "Area",
        "2030",
        "150",
        "2020",
        "210",
        "60",
        "6",
        "not",
        "reached",
        "doc",
    ]


def test_a_dataset_that_does_not_say_what_it_is_about_is_asked_about_a_place(tmp_path):
    made = write_dataset(tmp_path)
    assert "facts-with-source" in run(made, "--region", "town", "--format", "csv").stdout
    with pytest.raises(NotFoundError, match="name a region"):
        run(made)


def test_changes_are_of_years_that_may_be_compared(data):
    ended = run(data, "household-waste-per-capita", "--changes")
    assert (ended.stdout, ended.stderr) == ("", "Nothing to show.\n")  # there is one year alone


def test_definitions_tell_formula_and_source(data):
    text = run(data, "household-waste-per-capita", "--definitions", "--lang", "fi").stdout
    assert "jätettä asukasta kohti" in text
    assert "generated / population" in text


def test_gaps_are_told_when_asked_for(data):
    lines = run(data, "--gaps", "--year", "2020").stdout.splitlines()
    assert "no flow states recovered material" in next(
        line for line in lines if line.startswith("circular-material-use")
    )


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (("--region", "Twon"), NotFoundError, "did you mean town"),
        (("--year", "1900"), NotFoundError, "nothing is known of area .* in 1900; there is of 2019, 2020, 2021"),
        (("--year", "soon"), UsageError, "'soon' is no year"),
        (("wast",), NotFoundError, "there is no indicator 'wast'; did you mean"),
        (
            ("nothing", "--definitions"),
            NotFoundError,
            "there is no indicator 'nothing'; there are household-waste-per-capita",
        ),
        (("--targets", "--gaps", "--format", "csv"), UsageError, "choose one of targets, gaps"),
        (("--changes",), UsageError, "name one or more"),
        (("--targets", "--format", "turtle"), UsageError, "--targets: not written as Turtle"),
    ],
)
def test_bad_questions_are_answered_with_what_there_is(data, words, error, message):
    with pytest.raises(error, match=message):
        run(data, *words)
