"""The shipped graph has no unexplained finding: each one is listed with its reason, and each listed one is found."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from ce_graph import resources
from ce_graph.check.validation import validate
from ce_graph.settings import VOCABULARY

REVIEWED = resources.data() / "reviewed-findings.csv"


def short(term: object) -> str:
    text = str(getattr(term, "value", "" if term is None else term))
    return text.removeprefix(VOCABULARY).removeprefix("shapes#")


@cache
def found() -> frozenset[tuple[str, str, str, str]]:
    outcome = validate()
    return frozenset(
        (
            result.finding.severity,
            short(result.finding.shape),
            short(result.finding.focus),
            "" if result.finding.value == result.finding.focus else short(result.finding.value),
        )
        for result in outcome.results
    )


def listed() -> list[dict[str, str]]:
    with Path(REVIEWED).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def is_about(row: dict[str, str], finding: tuple[str, str, str, str]) -> bool:
    severity, shape, focus, value = finding
    if (row["severity"], row["shape"]) != (severity, shape):
        return False
    if row["focus"].endswith("/*"):
        return focus.rpartition("/")[0] == row["focus"].removesuffix("/*")
    return (row["focus"], row["value"]) == (focus, value)


def test_every_finding_in_the_shipped_graph_is_listed_with_a_reason() -> None:
    unexplained = [finding for finding in sorted(found()) if not any(is_about(row, finding) for row in listed())]
    assert unexplained == []


def test_every_listed_finding_is_still_found() -> None:
    gone = [row for row in listed() if not any(is_about(row, finding) for finding in found())]
    assert gone == []


def test_every_reason_is_a_sentence_and_only_information_is_listed_in_groups() -> None:
    for row in listed():
        assert row["reason"].endswith(".")
        assert len(row["reason"]) > 30
        assert row["severity"] == "info" or not row["focus"].endswith("*")


@pytest.mark.parametrize("literal", ["31.11.2021"])
def test_the_impossible_date_is_among_them(literal: str) -> None:
    assert ("violation", "EndDateTextShape", "id/project/kiertotalouslaakso-esiselvitys", literal) in found()
