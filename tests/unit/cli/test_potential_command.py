"""``ce-graph potential`` ranks what could be treated better, by waste or by theme."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_flows import write_dataset

from ce_graph.cli.potential import command
from ce_graph.errors import NotFoundError, UsageError

MORE = """
code:theme/recycling skos:inScheme code:theme ; skos:prefLabel "recycling of waste"@en ;
  skos:relatedMatch code:material/waste .
id:project/p a ce:Project ; ce:theme code:theme/recycling .
id:funding-share/s a ce:FundingShare ; ce:project id:project/p ; ce:instrument code:instrument/grant ; ce:amount 30.0 .
id:outcome/o ce:outcomeKind code:outcome-kind/barrier ; ce:theme code:theme/recycling ; ce:statement "too dear"@en .
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("potential"), MORE)


def run(data: Path, *words: str):
    result = CliRunner().invoke(command, [*words, "--data", str(data)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_what_is_dumped_although_it_is_recycled_elsewhere(data):
    (row,) = csv.DictReader(io.StringIO(run(data, "--format", "csv").stdout))
    assert (row["material_label"], row["worse"], row["landfilled"], row["best_rank"]) == ("waste", "40", "40", "2")
    assert "40 t landfilled in 2020" in run(data).stdout
    assert "waste · Town 2020: 40 t" in run(data, "--format", "svg").stdout


def test_themes_stand_beside_money_and_outcomes(data):
    (part,) = json.loads(run(data, "--themes", "--format", "json").stdout)["parts"]
    (one,) = part["rows"]
    assert (one["theme"]["label"], one["worse"], one["funding"], one["per_tonne"]) == (
        "recycling of waste",
        40,
        30,
        0.75,
    )
    assert one["outcomes"] == [{"iri": "https://example.org/id/outcome/o", "label": "barrier: too dear"}]
    assert one["remark"] == ""  # 40 t are not much
    text = run(data, "--themes", "--theme", "recycling").stdout
    assert "recycling of waste" in text
    assert "The tonnes are of Town; the funding is of all projects" in text


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (
            ("--material", "paper"),
            NotFoundError,
            r"treated worse than the best seen. There is: waste \(Town\)",
        ),
        (("--region", "Twon"), NotFoundError, "did you mean town"),
        (("--theme", "recycling"), UsageError, "--theme goes with --themes"),
        (("--themes", "--theme", "x"), NotFoundError, "there is no theme 'x'; there are recycling"),
        (("--themes", "--format", "svg"), UsageError, "themes cannot be drawn"),
    ],
)
def test_bad_questions_are_answered_with_what_there_is(data, words, error, message):
    with pytest.raises(error, match=message):
        run(data, *words)
