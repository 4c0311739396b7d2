"""``ce-graph match`` pairs offers with needs from the dataset, flows and facilities included."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_flows import write_dataset

from ce_graph.cli.match import command
from ce_graph.errors import NotFoundError, UsageError

MORE = """
id:offer/sheets a ce:Offer ; skos:prefLabel "office paper"@en ; ce:actor id:actor/office ;
  ce:material code:material/paper ; ce:amount 200.0 ; ce:unit qudt:unit/TONNE ;
  ce:qualityLimit "moisture = 8 %" ; ce:location id:place/town ;
  ce:validFrom "2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; prov:wasDerivedFrom graph:doc .
id:offer/wet a ce:Offer ; skos:prefLabel "wet paper"@en ; ce:actor id:actor/office ; ce:material code:material/paper ;
  ce:amount 50.0 ; ce:unit qudt:unit/TONNE ; ce:qualityLimit "moisture = 30 %" ; prov:wasDerivedFrom graph:doc .
id:need/pulp a ce:Need ; skos:prefLabel "fibre"@en ; ce:actor id:actor/owner ; ce:material code:material/paper ;
  ce:amount 0.3 ; ce:unit qudt:unit/KiloTONNE ; ce:qualityLimit "moisture <= 10 %" ; ce:location id:place/area ;
  prov:wasDerivedFrom graph:doc .
id:facility/mill a ce:Facility ; ce:accepts code:material/waste ; ce:facilityOperation code:treatment/R3 .
id:place/town <http://www.opengis.net/ont/geosparql#asWKT> "POINT(25.0 60.0)" .
id:place/area <http://www.opengis.net/ont/geosparql#asWKT> "POINT(25.0 60.1)" .
"""
STATED = ("--offers", "stated", "--needs", "stated")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("match"), MORE)


def run(data: Path, *words: str):
    result = CliRunner().invoke(command, [*words, "--data", str(data)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def names(data, *words):
    return [(one["offer"]["label"], one["need"]["label"]) for one in pairs(data, *words)]


def pairs(data, *words):
    (part,) = json.loads(run(data, *words, "--format", "json").stdout)["parts"]
    return part["rows"]


def test_offers_meet_needs_and_flows_meet_facilities(data):
    assert sorted(names(data)) == [
        ("office paper", "The Mill"),
        ("office paper", "fibre"),
        ("waste, Town 2020", "The Mill"),
        ("wet paper", "The Mill"),
    ]


def test_stated_offers_and_needs_alone(data):
    (one,) = pairs(data, *STATED)
    assert (one["tonnes"], one["kilometres"], one["quality"]) == (200, 11.1, "moisture at most 10 %: 8")
    assert [link["iri"] for link in one["documents"]] == ["https://example.org/graph/doc"]


def test_an_offer_by_waste_code_alone_is_of_the_material_of_the_code(tmp_path):
    coded = """
    code:ewc/200101 skos:inScheme code:ewc ; skos:prefLabel "paper and cardboard"@en ;
      skos:broadMatch code:material/paper .
    id:offer/coded a ce:Offer ; skos:prefLabel "by code"@en ; ce:actor id:actor/office ; ce:wasteCode code:ewc/200101 ;
      ce:amount 20.0 ; ce:unit qudt:unit/TONNE ; ce:qualityLimit "moisture = 5 %" ; prov:wasDerivedFrom graph:doc .
    """
    made = write_dataset(tmp_path, MORE + coded)
    found = {one["offer"]["label"]: one for one in pairs(made, *STATED)}
    assert found["by code"]["material"] == (
        "paper, paper and cardboard (the material is that of the waste code) is what is needed"
    )


def test_near_misses_name_the_condition_that_failed(data):
    (row,) = csv.DictReader(io.StringIO(run(data, "--near-misses", *STATED, "--format", "csv").stdout))
    assert (row["offer_label"], row["failed"]) == ("wet paper", "quality")


def test_distance_amount_day_and_material_narrow_the_pairs(data):
    with pytest.raises(NotFoundError, match=r"offers known: 2, needs known: 1, .*condition only .*: 2"):
        run(data, "--within", "10", *STATED)
    assert names(data, "--tonnes", "100", "--needs", "stated") == [("office paper", "fibre")]
    assert ("office paper", "fibre") not in names(data, "--on", "2024-06-01")
    assert ("office paper", "fibre") in names(data, "--on", "2025-06-01", "--material", "paper")
    assert ("waste, Town 2020", "The Mill") not in names(data, "--actor", "office")
    assert ("office paper", "fibre") in names(data, "--actor", "office")


def test_a_need_is_filled_from_several_offers(data):
    rows = list(csv.DictReader(io.StringIO(run(data, "--fill", "--needs", "stated", "--format", "csv").stdout)))
    names_ = ("need_label", "wanted", "offers_label", "amounts", "missing")
    assert [tuple(row[name] for name in names_) for row in rows] == [("fibre", "300", "office paper", "200", "100")]


def test_turtle_states_the_matches_that_somebody_offers(data):
    found = run(data, "--format", "turtle")
    assert "a ce:Match" in found.stdout
    assert "<https://w3id.org/ce-graph/id/match/sheets.pulp>" in found.stdout
    assert '"paper is what is needed"@en' in found.stdout
    assert '"paper on juuri sitä, mitä tarvitaan"@fi' in found.stdout
    assert "no actor offers or needs them: 1 of 4" in found.stderr


def test_the_table_tells_why(data):
    assert "paper is a kind of waste" in run(data).stdout
    found = run(data, "--limit", "1")
    assert "- The best 1 of 4 are shown.\n" in found.stdout


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (("--material", "gold"), NotFoundError, "there is no material 'gold'; there are paper, waste"),
        (("--within", "0"), UsageError, "a distance of 0 km"),
        (("--tonnes", "many"), UsageError, "the amount is 'many', which is no number"),
        (
            ("--actor", "nobody"),
            NotFoundError,
            "there is no actor with offers or needs 'nobody'; there are office, owner",
        ),
        (("--on", "tomorrow"), UsageError, "'tomorrow' is no day"),
        (("--fill", "--near-misses"), UsageError, "are two answers"),
        (("--fill", "--format", "turtle"), UsageError, "only matches are written as Turtle"),
        (("--waste-code", "170101"), NotFoundError, "there is no waste code '170101'"),
    ],
)
def test_bad_questions_are_answered_with_what_there_is(data, words, error, message):
    with pytest.raises(error, match=message):
        run(data, *words)


def test_workers_of_dask_find_the_same(data: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra ce-graph[dask]")
    workers = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    here = run(data, "--format", "csv")
    with distributed.LocalCluster(**workers) as cluster:
        there = run(data, "--format", "csv", "--dask", cluster.scheduler_address)
    assert there.output == here.output
