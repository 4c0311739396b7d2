"""Each format says everything about each finding, in the same order in every run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pyoxigraph as ox
import pytest
from rdflib import SH, Graph, Literal

from ce_graph.check import validation
from ce_graph.check.outcome import Outcome
from ce_graph.errors import UsageError
from ce_graph.report import WRITERS, by_extension, render
from ce_graph.report.github import summary
from ce_graph.report.texts import LANGUAGES
from ce_graph.report.view import View

SARIF_SCHEMA = (
    Path(__file__)
    .resolve()
    .parents[3]
    .joinpath("frontend/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")
)

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Person a sh:NodeShape ; sh:targetClass ex:T ; sh:name "a person"@en , "henkilö"@fi , "en person"@sv ;
  rdfs:comment "What is known of people."@en ;
  sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:message "Give a p."@en , "Anna p."@fi , "Ange p."@sv ] ,
    [ sh:path ex:age ; sh:datatype xsd:integer ; sh:severity sh:Warning ] ,
    [ sh:path ( ex:q [ sh:inversePath ex:r ] [ sh:alternativePath ( ex:s [ sh:zeroOrMorePath ex:t ] ) ] ) ;
      sh:nodeKind sh:IRI ] ;
  sh:or ( [ sh:path ex:a ; sh:minCount 1 ] [ sh:path ex:b ; sh:minCount 1 ] ) .
ex:Unused a sh:NodeShape ; sh:targetClass ex:Gone ; sh:propertyy 1 .
ex:Fine a sh:NodeShape ; sh:targetClass ex:T ; sh:nodeKind sh:BlankNodeOrIRI .
"""
DATA = """@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:one a ex:T ; rdfs:label "Yksi"@fi , "One <1>"@en ;
  ex:age "x|y,z: 100% \\n<script>" .
ex:two a ex:T ; ex:p 1 ; ex:b 1 ; ex:q ex:m .
ex:n ex:r ex:m ; ex:s "lit" .
[] a ex:T ; ex:a 1 ; ex:age 3.5 .
"""


@pytest.fixture
def outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.chdir(tmp_path)
    Path("s.ttl").write_text(SHAPES)
    Path("d.ttl").write_text(DATA)
    return validation.validate("d.ttl", shapes="s.ttl")


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.chdir(tmp_path)
    Path("s.ttl").write_text(SHAPES.partition("ex:Unused")[0])
    Path("d.ttl").write_text("@prefix ex: <http://example.org/> . ex:a a ex:T ; ex:p 1 ; ex:a 1 .")
    return validation.validate("d.ttl", shapes="s.ttl")


@pytest.mark.parametrize("name", sorted(WRITERS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_is_the_same_in_every_run_and_every_language(outcome: Outcome, name: str, language: str) -> None:
    once = render(outcome, name, language=language)
    again = render(validation.validate("d.ttl", shapes="s.ttl"), name, language=language)
    assert once == again
    assert once.endswith("\n")
    for item in outcome.results:
        assert name in ("turtle", "html") or not item.position or f"{item.position.line}" in once


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_format_can_say_that_all_is_well(good: Outcome, name: str) -> None:
    assert render(good, name)


def test_an_unknown_format_is_refused(good: Outcome) -> None:
    with pytest.raises(UsageError, match="known are text, json"):
        render(good, "pdf")


def test_extensions_stand_for_formats() -> None:
    assert [by_extension(name) for name in ("sarif", "json", "ttl", "html", "xml", "txt", "doc", "")] == [
        "sarif", "json", "turtle", "html", "junit", "text", None, None,
    ]  # fmt: skip


# Text


def test_text_groups_by_shape_and_counts(outcome: Outcome) -> None:
    text = render(outcome)
    assert "ex:Person → sh:property ex:p: 2 violations\n  Give a p.\n  d.ttl:3:1: ex:one “One <1>” ex:p" in text
    assert "d.ttl:4:10: ex:one “One <1>” ex:age" in text
    assert "      because ex:a needs at least 1 value(s)" in text
    assert "ex:Person → sh:property ex:q/^ex:r/…: 1 violation" in text
    assert "s.ttl:13:53: warning: ex:Unused: sh:propertyy is no term of SHACL" in text
    assert text.endswith("Found: 4 violations, 2 warnings.\n")
    assert "\x1b" not in text
    assert "\x1b[" in render(outcome, colour=True)


def test_text_shows_the_first_ones_and_counts_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.ttl").write_text(SHAPES)
    Path("d.ttl").write_text(
        "@prefix ex: <http://example.org/> .\n" + "".join(f"ex:n{n} a ex:T ; ex:a 1 .\n" for n in range(9))
    )
    outcome = validation.validate("d.ttl", shapes="s.ttl")
    assert "… and 4 more" in render(outcome, first=5)
    assert "ex:n8" not in render(outcome, first=5)
    assert "ex:n8" in render(outcome, first=0)


def test_text_is_one_line_when_all_is_well_and_none_when_quiet(good: Outcome) -> None:
    assert render(good).count("\n") == 1
    assert render(good, quiet=True) == ""


def test_messages_are_in_the_language_that_was_asked_for(outcome: Outcome) -> None:
    assert "Anna p." in render(outcome, language="fi")
    assert "on oltava oikein muodostettu xsd:integer" in render(outcome, language="fi")
    assert "“Yksi”" in render(outcome, language="fi")
    assert "Ange p." in render(outcome, language="sv")
    assert "måste vara ett välformat xsd:integer" in render(outcome, language="sv")
    assert "henkilö" in render(outcome, "sarif", language="fi")


def test_every_word_is_there_in_three_languages() -> None:
    import tomllib

    from ce_graph.report import texts

    wording = tomllib.loads(Path(texts.__file__).with_name("wording.toml").read_text())
    for section in ("text", "constraint"):
        for key, said in wording[section].items():
            assert sorted(said) == sorted(LANGUAGES), key
            names = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in said.values()]
            assert names[0] == names[1] == names[2], key


def test_times_are_shown_on_request(outcome: Outcome) -> None:
    assert "ex:Person: 3 nodes" in render(outcome, profile=True)
    assert '"seconds"' in render(outcome, "json", profile=True)
    assert '"seconds"' not in render(outcome, "json")


# JSON


def test_json_has_everything(outcome: Outcome) -> None:
    report = json.loads(render(outcome, "json"))
    assert (report["conforms"], report["exitCode"], report["counts"]["violation"]) == (False, 1, 4)
    first = next(item for item in report["results"] if item["path"] == "<http://example.org/age>")
    assert first["position"] == {"file": "d.ttl", "line": 4, "column": 10}
    assert first["value"]["value"] == "x|y,z: 100% \n<script>"
    assert first["component"].endswith("DatatypeConstraintComponent")
    assert first["severity"] == "warning"
    assert (
        next(item for item in report["results"] if "details" in item)["details"][0]["path"] == "<http://example.org/a>"
    )
    assert {item["code"] for item in report["notices"]} == {"misspelt-term", "class-nowhere"}
    assert [item["focusNodes"] for item in report["shapes"]] == [3, 0, 3]


# Turtle


def test_turtle_is_a_standard_validation_report(outcome: Outcome) -> None:
    graph = Graph().parse(data=render(outcome, "turtle"), format="turtle")
    (report,) = graph.subjects(SH.conforms, Literal(False))
    results = list(graph.objects(report, SH.result))
    assert len(results) == len(outcome.results)
    for result in results:
        for needed in (SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity, SH.resultMessage):
            assert (result, needed, None) in graph
    assert len(list(graph.objects(None, SH.detail))) == 2
    assert "sh:inversePath ex:r" in render(outcome, "turtle")
    assert "sh:zeroOrMorePath ex:t" in render(outcome, "turtle")


def test_turtle_says_that_data_conform(good: Outcome) -> None:
    triples = list(ox.parse(render(good, "turtle"), format=ox.RdfFormat.TURTLE))
    assert [str(triple.object) for triple in triples][1].startswith('"true"')


# SARIF


def sarif(outcome: Outcome) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(render(outcome, "sarif"))
    if not SARIF_SCHEMA.is_file():
        pytest.skip("the schema of SARIF is not installed (npm ci in frontend/)")
    jsonschema.validate(report, json.loads(SARIF_SCHEMA.read_text(encoding="utf-8")))
    return report


def test_sarif_follows_the_official_schema(outcome: Outcome) -> None:
    run = sarif(outcome)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]
    person = next(rule for rule in rules if rule["id"] == "ex:Person")
    assert person["shortDescription"]["text"] == "a person"
    assert person["fullDescription"]["text"] == "What is known of people."
    assert person["helpUri"] == "http://example.org/Person"
    assert {rule["id"] for rule in rules} >= {"ce-graph/misspelt-term", "ce-graph/class-nowhere"}


def test_sarif_places_are_relative_to_the_root(outcome: Outcome) -> None:
    result = sarif(outcome)["runs"][0]["results"][-1]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "d.ttl", "uriBaseId": "%SRCROOT%"}
    assert place["region"]["startLine"] > 0


def test_sarif_of_a_run_that_was_stopped_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad name ä.ttl").write_text("<a> <b>")
    Path("s.ttl").write_text(SHAPES)
    report = sarif(validation.validate("bad name ä.ttl", shapes="s.ttl"))
    run = report["runs"][0]
    assert run["invocations"][0] == {"executionSuccessful": False, "exitCode": 2}
    place = next(item for item in run["results"] if item["ruleId"] == "ce-graph/unreadable")["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "bad%20name%20%C3%A4.ttl"


def test_sarif_fingerprints_outlive_unrelated_edits(outcome: Outcome) -> None:
    def prints(report: dict[str, Any]) -> set[str]:
        return {value for result in report["runs"][0]["results"] for value in result["partialFingerprints"].values()}

    before = prints(sarif(outcome))
    Path("d.ttl").write_text("# a new line\n\n[] <http://x> [] .\n" + DATA)
    Path("s.ttl").write_text("# another\n" + SHAPES)
    assert prints(sarif(validation.validate("d.ttl", shapes="s.ttl"))) == before


# JUnit


def test_junit_has_a_case_for_each_finding_and_each_good_shape(outcome: Outcome) -> None:
    root = ET.fromstring(render(outcome, "junit"))
    assert root.get("failures") == "4"
    assert {suite.get("name"): suite.get("failures") for suite in root}["ex:Fine"] == "0"
    failure = root.find("testsuite[@name='ex:Person']/testcase/failure")
    assert failure is not None
    assert "because ex:a" in (failure.text or "")
    cases = [case for case in root.iter("testcase") if case.get("file") == "d.ttl"]
    assert {case.get("line") for case in cases} == {"3", "4", "6", "7"}
    assert len(list(root.iter("testcase"))) == int(root.get("tests") or 0)


# GitHub


def test_github_commands_are_escaped(outcome: Outcome) -> None:
    lines = render(outcome, "github").splitlines()
    line = next(item for item in lines if "x|y" in item)
    assert line.startswith("::warning file=d.ttl,line=4,col=10,title=ex%3APerson → sh%3Aproperty ex%3Aage::")
    assert "100%25" in line
    assert "%0A  because" in next(item for item in lines if "because" in item)
    assert [item for item in lines if item.startswith("::error")]


def test_the_step_summary_is_a_table_without_broken_cells(outcome: Outcome) -> None:
    text = summary(View(outcome))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(outcome.results)
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)
    assert "<script>" not in text


# HTML


def test_html_is_one_page_with_the_lines_beside_the_findings(outcome: Outcome) -> None:
    page = render(outcome, "html", language="sv")
    assert page.startswith('<!doctype html>\n<html lang="sv">')
    assert "Ange p." in page
    assert "<span class=here><i>4</i>  ex:age &quot;x|y,z: 100% \\n&lt;script&gt;&quot; .</span>" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page
    assert "One &lt;1&gt;" in render(outcome, "html")


def test_html_shows_lines_of_what_was_never_a_file() -> None:
    outcome = validation.validate(DATA.encode(), shapes=SHAPES.encode())
    assert "<i>4</i>" in render(outcome, "html")
