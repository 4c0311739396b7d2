"""The document of the questions names every question, every parameter and every gap."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ce_graph import resources
from ce_graph.query.headers import SIMPLE_TYPES
from ce_graph.query.questions import Question, load

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "questions.md").read_text(encoding="utf-8")
SECTIONS = {
    int(number): (name, body)
    for number, name, body in re.findall(r"^### (\d+) (\S+)\n(.*?)(?=^##|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
}


@pytest.mark.parametrize("question", load(resources.queries()), ids=lambda question: question.file)
def test_a_question_is_documented_with_its_parameters(question: Question) -> None:
    name, body = SECTIONS[question.number]
    assert name == question.name
    assert question.title["en"] in body
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\S+) \| (.+) \|$", body, re.MULTILINE)
    assert rows == [
        (one.name, one.type, f"`{one.default}`" if one.default else "none", one.label["en"])
        for one in question.parameters
    ]
    assert ("No data yet: " in body) == (question.reason is not None and not question.partly)
    assert ("In part: " in body) == question.partly
    if question.reason is not None:
        assert question.reason["en"] in body


def test_nothing_is_documented_that_is_not_there_and_every_type_is_explained() -> None:
    assert len(SECTIONS) == len(load(resources.queries()))
    explained = DOCUMENT.partition("## Asking")[2].partition("\n## ")[0]
    for type_ in (*SIMPLE_TYPES, "code/LIST", "id/KIND"):
        assert type_ in explained
