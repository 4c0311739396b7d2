"""``ce-graph ask`` answers from a folder of a build, in three formats and three languages."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from ce_graph.cli.ask import command
from ce_graph.errors import CeGraphError, DataError, EndpointError, NotAcceptableError, NotFoundError, UsageError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "web"))

from live_server import serving

DATA = """
@base <https://w3id.org/ce-graph/> .
@prefix ce: <https://w3id.org/ce-graph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<graph/s> {
    <code/theme/plastics> a skos:Concept ; skos:prefLabel "plastics"@en , "muovit"@fi .
    <code/theme/food> a skos:Concept ; skos:prefLabel "food"@en .
    <id/project/p> a ce:Project ; ce:theme <code/theme/plastics> ; ce:coordinator <id/actor/a> ;
        skos:prefLabel "One, two"@en , "Hanke"@fi ; ce:budget 5.0 .
    <id/actor/a> a ce:Actor ; skos:prefLabel "Actor"@en .
    <code/role/coordinator> a skos:Concept ; skos:prefLabel "coordinator"@en , "koordinoija"@fi .
}
<graph/t> { <id/project/p> a ce:Project ; ce:budget 6.0 . }
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TRIG)
    store.dump(str(folder / "dataset.nq"), format=ox.RdfFormat.N_QUADS)
    return folder


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments)
    if isinstance(result.exception, CeGraphError):
        raise result.exception
    return result


def test_a_question_is_answered_as_a_table(data: Path) -> None:
    result = run("1", "--data", str(data))
    assert result.exit_code == 0
    assert result.stdout == (
        "role         actor  project   source\n"
        "-----------  -----  --------  ------\n"
        "coordinator  Actor  One, two  s\n"
    )  # fmt: skip


def test_names_and_headings_are_in_the_readers_language(data: Path) -> None:
    first, _, row = run(
        "actors-by-theme", "--lang", "fi", "--data", str(data), "-p", "theme=muovit"
    ).stdout.splitlines()
    assert first.split() == ["rooli", "toimija", "hanke", "lähde"]
    assert row.split() == ["koordinoija", "Actor", "Hanke", "s"]


def test_csv_and_json_are_for_machines(data: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("1", "--data", str(data), "--format", "csv").stdout)))
    assert rows[0]["project"] == "https://w3id.org/ce-graph/id/project/p"
    assert rows[0]["projectLabel"] == "One, two"
    document = json.loads(run("1", "--data", str(data), "--format", "json").stdout)
    assert document["rows"][0]["role"]["label"] == "coordinator"


def test_an_answer_as_rdf_is_turtle(data: Path) -> None:
    text = run("10", "--data", str(data), "--format", "turtle").stdout
    assert len(list(ox.parse(text, format=ox.RdfFormat.TURTLE))) > 10
    assert "prov:hadMember" in text
    with pytest.raises(NotAcceptableError, match="has no answer as RDF"):
        run("1", "--data", str(data), "--format", "turtle")


def test_an_empty_answer_says_what_there_is(data: Path) -> None:
    result = run("1", "--data", str(data), "-p", "theme=food")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Nothing in the data fits these values.",
        "theme=food: the data has plastics.",
    ]
    as_csv = run("1", "--data", str(data), "-p", "theme=food", "--format", "csv")
    assert as_csv.stdout == "role,municipality,actor,project,source\n"
    assert as_csv.stderr == result.stdout


def test_no_data_yet_is_said(data: Path) -> None:
    assert (
        run("39", "--data", str(data)).stdout
        == "No data yet: the data have one version; what changed is told once a second one is published.\n"
    )
    assert run("39", "--data", str(data), "--lang", "sv").stdout.startswith("Inga data ännu: ")


def test_what_is_answered_in_part_says_what_is_missing(data: Path) -> None:
    answer = run("14", "--data", str(data))
    assert answer.stdout.splitlines()[-1].startswith("In part: no source tells of an offer; ")
    as_csv = run("14", "--data", str(data), "--format", "csv", "--lang", "fi")
    assert as_csv.stderr.splitlines()[-1].startswith("Osittain: ")
    assert "Osittain" not in as_csv.stdout
    assert json.loads(run("14", "--data", str(data), "--format", "json").stdout)["missing"].startswith("In part: ")


def test_the_query_can_be_seen(data: Path) -> None:
    text = run("1", "--data", str(data), "--sparql").stdout
    assert "VALUES (?theme) { (<https://w3id.org/ce-graph/code/theme/plastics>) }" in text
    assert isinstance(ox.Store().query(text), ox.QuerySolutions)


def test_all_questions_are_listed_with_their_parameters() -> None:
    text = run("--list").stdout
    assert (
        " 1  actors-by-theme: Actors taking part in a theme\n      theme (code/theme, default plastics): theme\n"
        in text
    )
    assert "32  mass-balance: Mass balance by process and year (in part)\n      year (year, optional): year\n" in text
    assert (
        "39  changes-since-version: What changed since a version (no data yet)\n"
        "      version (string, default 0.1.0): version\n" in text
    )
    assert sum(line[:2].strip().isdigit() for line in text.splitlines()) == 40
    assert run("2", "--list", "--lang", "fi").stdout.splitlines()[0] == (
        " 2  projects-running: Tiettynä päivänä käynnissä olevat hankkeet"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((), UsageError, "there is no question; give its number or name, or --list"),
        (("41",), NotFoundError, "there is no question '41'"),
        (("1", "-p", "theme"), UsageError, "--param 'theme' has no =; write NAME=VALUE"),
        (("1", "-p", "theme=food", "-p", "theme=plastics"), UsageError, "theme is given twice"),
        (("1", "-p", "theme=fod"), NotFoundError, "'fod' is not of the list theme; did you mean food"),
        (("1", "-p", "tema=x"), NotFoundError, "has no parameter 'tema'"),
        (("2", "-p", "date=tomorrow"), UsageError, "'tomorrow' is no day of the calendar"),
        (("8",), UsageError, "needs place (id/place); its default instance-region is not in this data"),
    ],
)
def test_what_is_wrong_is_said(data: Path, arguments: tuple[str, ...], error: type[CeGraphError], said: str) -> None:
    with pytest.raises(error) as caught:
        run(*arguments, *(("--data", str(data)) if arguments else ()))
    assert said in str(caught.value)


def test_a_folder_without_a_build_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no dataset\.nq"):
        run("1", "--data", str(tmp_path))
    (tmp_path / "dataset.nq").write_text("nonsense", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        run("1", "--data", str(tmp_path))


@pytest.mark.parametrize("default_graph", ["union", "own"])
def test_an_endpoint_answers_as_the_build_does(data: Path, default_graph: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(data, CE_GRAPH_DEFAULT_GRAPH=default_graph) as server:
        monkeypatch.setenv("CE_GRAPH_DEFAULT_GRAPH", default_graph)
        asked = run("1", "--endpoint", f"{server.address}sparql", "--format", "csv")
    assert asked.stdout == run("1", "--data", str(data), "--format", "csv").stdout


def test_an_endpoint_that_is_none_is_told() -> None:
    with pytest.raises(UsageError, match="no http"):
        run("1", "--endpoint", "here")
    with pytest.raises(EndpointError, match="did not answer"):
        run("1", "--endpoint", "http://127.0.0.1:1/sparql")


def test_there_is_one_place_to_ask(data: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        run("1", "--endpoint", "http://127.0.0.1:1/", "--data", str(data))
