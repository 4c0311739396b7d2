"""The shipped graph has no unexplained finding: each one is listed with its reason, and each listed one is found."""

from __future__ import annotations

import csv
import json
import shutil
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from ce_graph import resources
from ce_graph.check.outcome import Outcome
from ce_graph.check.reviewed import FILE, Reviews
from ce_graph.check.validation import validate
from ce_graph.cli.validate import command
from ce_graph.errors import DataError
from ce_graph.report import render


@cache
def outcome() -> Outcome:
    return validate()


def gone(found: Outcome) -> list[tuple[str, int]]:
    return [
        (item.notice.value("focus"), item.notice.position.line)
        for item in found.notices
        if item.notice.code == "review-gone" and item.notice.position
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped data in a folder of their own."""
    return Path(shutil.copytree(resources.data(), tmp_path / "data"))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write(path: Path, content: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(content)


def test_every_finding_in_the_shipped_graph_is_listed_with_a_reason() -> None:
    assert [item.finding for item in outcome().results if not item.reason] == []
    assert outcome().exit_code == 0


def test_every_listed_finding_is_still_found() -> None:
    assert gone(outcome()) == []


def test_every_reason_is_a_sentence_and_only_information_is_listed_in_groups() -> None:
    for review in Reviews(resources.data() / FILE).all:
        assert review.reason.endswith(".")
        assert len(review.reason) > 30
        assert review.severity == "info" or not review.focus.endswith("*")


def test_the_impossible_date_is_among_them() -> None:
    (found,) = (item for item in outcome().results if item.finding.shape.value.endswith("#EndDateTextShape"))  # type: ignore[union-attr]
    assert found.finding.severity == "violation"
    assert found.known
    assert "November has 30 days" in found.reason


def test_the_number_of_reviewed_findings_is_told_and_how_to_see_them() -> None:
    text = render(outcome())
    assert f"reviewed: {len(outcome().results)} (reasons in " in text
    assert "--no-reviewed shows them" in text
    assert "EndDateTextShape" not in text
    assert "granskade:" in render(outcome(), language="sv")
    record = json.loads(render(outcome(), "json"))
    assert all(item["known"] and item["reviewed"] for item in record["results"])
    results = json.loads(render(outcome(), "sarif"))["runs"][0]["results"]
    assert sum(bool(item.get("suppressions")) for item in results) == len(outcome().results)


def test_with_the_switch_they_count_like_any_others() -> None:
    ended = CliRunner().invoke(command, ["--no-reviewed"])
    assert ended.exit_code == 1
    assert "EndDateTextShape" in ended.stdout
    assert CliRunner().invoke(command, []).exit_code == 0


def test_a_new_finding_fails_and_only_it_is_shown(folder: Path) -> None:
    flows = rows(folder / "tables" / "flows.csv")
    new = [*flows[1]]
    new[0], new[flows[0].index("target")] = "new", new[flows[0].index("origin")]
    write(folder / "tables" / "flows.csv", [*flows, new])
    found = validate(folder)
    assert found.exit_code == 1
    assert [str(item.finding.focus) for item in found.failing] == ["<https://w3id.org/ce-graph/id/flow/new>"]
    assert "1 violation" in render(found)


@pytest.mark.parametrize(
    ("name", "thing", "column", "old", "new"),
    [
        ("flows", "f0033", "amount", "91191", "991191"),
        ("facilities", "jatevoimala-vantaa", "capacity", "320000", "20000"),
    ],
)
def test_a_finding_about_the_same_thing_with_another_figure_is_new(
    folder: Path, name: str, thing: str, column: str, old: str, new: str
) -> None:
    """The value that was found stays: the sum of the parts, the larger capacity."""
    table = rows(folder / "tables" / f"{name}.csv")
    place = table[0].index(column)
    (row,) = (row for row in table if row[0] == thing and row[place] == old)
    row[place] = new
    write(folder / "tables" / f"{name}.csv", table)
    (item,) = (item for item in validate(folder).results if not item.known)
    assert str(item.finding.focus).endswith(f"/{thing}>")


def test_a_review_of_what_is_no_longer_found_is_told_and_fails_only_when_strict(folder: Path) -> None:
    reviews = rows(folder / FILE)
    write(folder / FILE, [*reviews, ["violation", "FlowEndsDifferShape", "id/flow/gone", "", "It was there once."]])
    found = validate(folder)
    assert gone(found) == [("id/flow/gone", len(reviews) + 1)]
    assert found.exit_code == 0
    assert f"{FILE}:{len(reviews) + 1}: warning: the reviewed finding of FlowEndsDifferShape" in render(found)
    assert "review-gone" in {item.notice.code for item in validate(folder, strict=True).failing_notices}


def test_another_instance_of_the_same_data_has_the_same_reviews() -> None:
    found = validate(instance="https://example.org/ce/")
    assert found.exit_code == 0
    assert gone(found) == []


def test_one_table_alone_has_its_reviews_and_the_others_are_not_called_gone(folder: Path) -> None:
    found = validate(folder / "tables" / "flows.csv")
    assert found.exit_code == 0
    assert any(item.known for item in found.results)
    assert gone(found) == []


def test_shapes_of_ones_own_are_not_what_was_reviewed(folder: Path) -> None:
    assert validate(folder, shapes=resources.shapes()).exit_code == 1


def test_a_list_of_other_columns_is_refused(folder: Path) -> None:
    write(folder / FILE, [["shape", "focus"], ["a", "b"]])
    found = validate(folder)
    assert found.exit_code == 2
    assert "its columns must be severity, shape, focus, value, reason" in render(found)
    with pytest.raises(DataError):
        Reviews(folder / FILE)
