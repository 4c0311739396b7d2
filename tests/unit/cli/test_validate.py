"""``ce-graph validate`` from the outside: options, exit codes, several reports at once, and no surprise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ce_graph import resources
from ce_graph.cli.validate import command

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property
  [ sh:path ex:p ; sh:minCount 1 ] , [ sh:path ex:w ; sh:maxCount 0 ; sh:severity sh:Warning ] ,
  [ sh:path ex:i ; sh:maxCount 0 ; sh:severity sh:Info ] .
"""
HEAD = "@prefix ex: <http://example.org/> .\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    Path("s.ttl").write_text(SHAPES)
    Path("good.ttl").write_text(HEAD + "ex:a a ex:T ; ex:p 1 .")
    Path("bad.ttl").write_text(HEAD + "ex:a a ex:T .")
    Path("warn.ttl").write_text(HEAD + "ex:a a ex:T ; ex:p 1 ; ex:w 1 .")
    Path("info.ttl").write_text(HEAD + "ex:a a ex:T ; ex:p 1 ; ex:i 1 .")
    return tmp_path


def run(*words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(command, list(words), input=stdin, prog_name="ce-graph validate")


def check(*words: str) -> int:
    return run(*words, "--shapes", "s.ttl").exit_code


def test_exit_codes_tell_what_happened() -> None:
    assert check("good.ttl") == 0
    assert check("bad.ttl") == 1
    assert check("none.ttl") == 2
    assert run("good.ttl", "--shapes", "none.ttl").exit_code == 3
    assert run("good.ttl", "--shapes", "good.ttl").exit_code == 3
    assert check("good.ttl", "--no-such-option") == 4


@pytest.mark.parametrize(
    ("file", "codes"),
    [("bad.ttl", (1, 1, 1)), ("warn.ttl", (0, 1, 1)), ("info.ttl", (0, 0, 1)), ("good.ttl", (0, 0, 0))],
)
def test_fail_on_draws_the_line(file: str, codes: tuple[int, ...]) -> None:
    assert tuple(check(file, "--fail-on", level) for level in ("violation", "warning", "info")) == codes


def test_strict_fails_on_what_was_not_checked() -> None:
    Path("s.ttl").write_text(SHAPES + "ex:R a sh:NodeShape ; sh:targetClass ex:Gone .")
    assert check("good.ttl") == 0
    assert check("good.ttl", "--strict") == 1


def test_nothing_to_check_is_a_failure() -> None:
    Path("other.ttl").write_text(HEAD + "ex:a a ex:Other .")
    Path("empty.ttl").write_text("")
    assert check("other.ttl") == 1
    assert check("empty.ttl") == 1
    result = run("other.ttl", "--shapes", "s.ttl")
    assert "nothing was checked" in result.stdout


def test_several_reports_are_written_at_once() -> None:
    outputs = ("sarif=r.sarif", "r.json", "junit=r.xml", "html=r.html", "turtle=r.ttl", "text=r.txt", "github=r.log")
    words = [word for output in outputs for word in ("--output", output)]
    result = run("bad.ttl", "--shapes", "s.ttl", *words)
    assert result.exit_code == 1
    assert "bad.ttl:2:1" in result.stdout
    assert json.loads(Path("r.json").read_text())["exitCode"] == 1
    assert json.loads(Path("r.sarif").read_text())["version"] == "2.1.0"
    assert Path("r.xml").read_text().startswith("<?xml")
    assert Path("r.html").read_text().startswith("<!doctype")
    assert "sh:ValidationReport" in Path("r.ttl").read_text()
    assert Path("r.txt").read_text() == result.stdout
    assert Path("r.log").read_text().startswith("::error file=bad.ttl,line=2,col=1,")


@pytest.mark.parametrize(
    "words",
    [
        ("--output", "pdf=x.pdf"), ("--output", "x.pdf"), ("--output", "json=missing/x.json"), ("--output", "json="),
        ("--format", "pdf"), ("--baseline", "none.json"), ("--write-baseline",), ("--lang", "de"), ("--engine", "jena"),
        ("--max", "-1"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_ends_with_four_and_says_why(words: tuple[str, ...]) -> None:
    result = run("good.ttl", "--shapes", "s.ttl", *words)
    assert result.exit_code == 4
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_of_the_program_is_not_taken_for_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("ce_graph.check.validation.validate", fail)
    result = run("good.ttl", "--shapes", "s.ttl")
    assert result.exit_code == 4
    assert "please report it: RuntimeError: boom" in result.stderr


def test_every_unreadable_file_is_named() -> None:
    Path("one.ttl").write_text("<a> <b>")
    Path("two.nt").write_text("<http://a> <http://b> 'x' .")
    result = run("one.ttl", "two.nt", "good.ttl", "none.ttl", "--shapes", "s.ttl", "--format", "github")
    assert result.exit_code == 2
    assert {line.partition("file=")[2].partition(",")[0] for line in result.stdout.splitlines() if "::" in line} == {
        "one.ttl", "two.nt", "none.ttl",
    }  # fmt: skip


def test_standard_input_is_read() -> None:
    assert run("-", "--shapes", "s.ttl", stdin=HEAD + "ex:a a ex:T ; ex:p 1 .").exit_code == 0
    result = run("-", "--shapes", "s.ttl", stdin=HEAD + "ex:a a ex:T .")
    assert "<stdin>:2:1" in result.stdout
    data = '{"@context": {"@vocab": "http://example.org/"}, "@type": "T"}'
    assert run("-", "--shapes", "s.ttl", "--format", "jsonld", stdin=data).exit_code == 1
    assert run("-", "--shapes", "s.ttl", "--input-format", "turtle", "--format", "turtle", stdin=HEAD).exit_code == 1
    assert run("-", "--shapes", "s.ttl", stdin=b"\xff\xfe\x00").exit_code == 2


def test_files_of_unknown_extension_need_a_word() -> None:
    Path("good.dat").write_text(HEAD + "ex:a a ex:T ; ex:p 1 .")
    assert check("good.dat") == 2
    assert check("good.dat", "--input-format", "turtle") == 0


def test_relative_names_resolve_against_the_file_or_the_base() -> None:
    Path("rel.ttl").write_text(HEAD + "<#it> a ex:T .")
    assert "<rel.ttl#it>" in run("rel.ttl", "--shapes", "s.ttl").stdout
    assert "<http://base/x#it>" in run("rel.ttl", "--shapes", "s.ttl", "--base", "http://base/x").stdout


def test_a_baseline_is_written_and_used() -> None:
    written = run("bad.ttl", "--shapes", "s.ttl", "--baseline", "b.json", "--write-baseline")
    assert written.exit_code == 0
    assert "findings known from now on: 1" in written.stderr
    again = run("bad.ttl", "--shapes", "s.ttl", "--baseline", "b.json")
    assert again.exit_code == 0
    assert "1 known from the baseline" in again.stdout
    Path("bad.ttl").write_text(HEAD + "\nex:a a ex:T . ex:b a ex:T .")
    assert run("bad.ttl", "--shapes", "s.ttl", "--baseline", "b.json").exit_code == 1
    assert run("none.ttl", "--shapes", "s.ttl", "--baseline", "c.json", "--write-baseline").exit_code == 2
    assert not Path("c.json").exists()


@pytest.mark.parametrize("engine", ["columns", "pyshacl"])
def test_what_is_beyond_the_limit_is_counted_and_fails(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = "".join(f"ex:a{number} a ex:T ; ex:p 1 ; ex:w 1 . " for number in range(9))
    Path("many.ttl").write_text(HEAD + nodes)
    words = ("many.ttl", "--shapes", "s.ttl", "--engine", engine)
    few = run(*words, "--limit", "3")
    assert few.exit_code == 0
    assert "s.ttl:5:38: warning: ex:S → sh:property ex:w: has 6 more findings that are not listed" in few.stdout
    assert few.stdout.endswith("Found: 9 warnings, 6 of them not listed.\n")
    assert run(*words, "--limit", "3", "--fail-on", "warning").exit_code == 1
    assert run(*words, "--limit", "9").stdout.endswith("Found: 9 warnings.\n")
    for form in ("json", "turtle", "sarif", "junit", "github", "html"):
        assert "6 more findings that are not listed" in run(*words, "--limit", "3", "--format", form).stdout, form
    monkeypatch.setattr("ce_graph.check.validation.MOST", 3)
    assert run(*words).stdout == few.stdout
    assert "not listed" not in run(*words, "--limit", "0").stdout
    run(*words, "--baseline", "b.json", "--write-baseline")
    assert len(json.loads(Path("b.json").read_text())["findings"]) == 9
    assert run(*words, "--fail-on", "warning", "--baseline", "b.json").exit_code == 0
    # What was known but is not listed might be new.
    assert run(*words, "--fail-on", "warning", "--baseline", "b.json", "--limit", "3").exit_code == 1


def test_both_engines_say_the_same() -> None:
    own = run("bad.ttl", "--shapes", "s.ttl", "--format", "json")
    other = run("bad.ttl", "--shapes", "s.ttl", "--format", "json", "--engine", "pyshacl")
    assert other.exit_code == own.exit_code == 1

    def places(result: Result) -> list[object]:
        return [(item["position"], item["component"]) for item in json.loads(result.stdout)["results"]]

    assert places(own) == places(other)
    assert run("good.ttl", "--shapes", "s.ttl", "--engine", "pyshacl").exit_code == 0


def test_messages_come_in_the_language_that_was_asked_for() -> None:
    assert "arvoja on oltava vähintään 1" in run("bad.ttl", "--shapes", "s.ttl", "--lang", "fi").stdout
    assert "behöver minst 1 värde" in run("bad.ttl", "--shapes", "s.ttl", "--lang", "sv").stdout


def test_quiet_is_quiet_and_the_profile_is_not() -> None:
    assert run("good.ttl", "--shapes", "s.ttl", "--quiet").stdout == ""
    assert "ex:S" in run("good.ttl", "--shapes", "s.ttl", "--profile").stdout


def test_a_cache_is_filled_and_used() -> None:
    assert check("bad.ttl", "--cache", "kept") == 1
    assert list(Path("kept").iterdir())
    again = run("bad.ttl", "--shapes", "s.ttl", "--cache", "kept")
    assert "bad.ttl:2:1" in again.stdout


def test_the_step_summary_of_github_is_appended(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("summary.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    run("bad.ttl", "--shapes", "s.ttl", "--format", "github")
    assert Path("summary.md").read_text().startswith("before\n### ❌ The data do not conform.")


def test_a_folder_of_data_may_hold_its_shapes() -> None:
    for name in ("warn.ttl", "info.ttl", "bad.ttl"):
        Path(name).unlink()
    result = run(".", "--shapes", "s.ttl", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["files"] == ["good.ttl"]


def test_data_are_checked_against_the_shipped_shapes_with_what_they_refer_to(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("flow.ttl").write_text(
        "@prefix ce: <https://w3id.org/ce-graph/ontology#> .\n"
        "<https://w3id.org/ce-graph/id/flow/new> a ce:Flow ;\n  ce:unit <https://w3id.org/ce-graph/code/unit/none> .\n"
    )
    monkeypatch.setenv("CE_GRAPH_BUILD", "build")
    result = run("flow.ttl", "--format", "json", "--lang", "sv")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["results"]
    assert {item["position"]["file"] for item in report["results"]} == {"flow.ttl"}
    assert {item["position"]["line"] for item in report["results"]} <= {2, 3}


def test_an_ontology_without_anything_to_check_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CE_GRAPH_BUILD", "build")
    assert run("good.ttl").exit_code == 1


def test_help_comes_without_heavy_imports() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from ce_graph.cli.validate import command;"
        "assert CliRunner().invoke(command, ['--help']).exit_code == 0;"
        "sys.exit(bool({'numpy', 'pyoxigraph', 'rdflib', 'pyshacl', 'csvw'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_small_check_imports_neither_rdflib_nor_the_ingest() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from ce_graph.cli.validate import command;"
        "assert CliRunner().invoke(command, ['bad.ttl', '--shapes', 's.ttl']).exit_code == 1;"
        "sys.exit(bool({'rdflib', 'pyshacl', 'csvw', 'flask', 'ce_graph.ingest'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_shapes_ship() -> None:
    assert list(resources.shapes().glob("*.ttl"))


def test_a_wrong_call_is_told_in_the_language_of_the_reader() -> None:
    Path("mine.csv").write_text("id\nx\n")
    ended = run("mine.csv", "--table", "nonsense", "--lang", "fi")
    assert ended.exit_code == 4
    assert ended.stderr.startswith("ce-graph: taulukkoa 'nonsense' ei ole; on actors, codes/")
