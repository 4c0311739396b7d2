"""Known findings stay known while the file around them changes, and new ones are new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ce_graph.check import baseline, validation
from ce_graph.errors import UsageError

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetClass ex:T ;
  sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:message "give a p" ] , [ sh:path ex:q ; sh:maxLength 3 ] .
"""
HEAD = "@prefix ex: <http://example.org/> .\n"
DATA = 'ex:a a ex:T .\n<#b> a ex:T ; ex:p 1 ; ex:q "long" .\nex:c ex:has [ a ex:T ; ex:note "n" ] .\n'


def prints(folder: Path, data: str = DATA, shapes: str = SHAPES) -> list[str]:
    folder.mkdir(exist_ok=True)
    (folder / "s.ttl").write_text(shapes)
    (folder / "d.ttl").write_text(HEAD + data)
    outcome = validation.validate(folder / "d.ttl", shapes=folder / "s.ttl")
    return [item.fingerprint for item in outcome.results]


def test_unrelated_edits_of_the_data_change_no_fingerprint(tmp_path: Path) -> None:
    before = prints(tmp_path)
    after = prints(tmp_path, "# more\n\n[] ex:other [ ex:x 1 ] .\nex:z ex:y 5 .\n" + DATA.replace(" ; ", " ;\n   "))
    assert len(before) == 3
    assert set(before) == set(after)


def test_unrelated_edits_of_the_shapes_change_no_fingerprint(tmp_path: Path) -> None:
    other = "@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape ; sh:targetNode 5 ; sh:or ( [] ) .\n"
    reworded = SHAPES.replace('"give a p"', '"please give a p" ; sh:order 3')
    assert set(prints(tmp_path)) == set(prints(tmp_path, shapes=other + reworded))


def test_another_checkout_gives_the_same_fingerprints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        found.append(prints(Path()))
    assert found[0] == found[1]


def test_findings_that_are_alike_are_numbered(tmp_path: Path) -> None:
    found = prints(tmp_path, "[] a ex:T . [] a ex:T .")
    assert len(set(found)) == 2
    assert found[1] == f"{found[0]}.2"


def test_another_value_is_another_finding(tmp_path: Path) -> None:
    assert set(prints(tmp_path)) & set(prints(tmp_path, DATA.replace('"long"', '"longer"'))) != set(prints(tmp_path))


def test_only_new_findings_fail(tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    baseline.write(known, [(print_, "known") for print_ in prints(tmp_path)])
    (tmp_path / "d.ttl").write_text(HEAD + "\n\n" + DATA)
    again = validation.validate(tmp_path / "d.ttl", shapes=tmp_path / "s.ttl", baseline=known)
    assert (again.exit_code, len(again.results), len(again.failing)) == (0, 3, 0)
    (tmp_path / "d.ttl").write_text(HEAD + DATA + "ex:new a ex:T .")
    more = validation.validate(tmp_path / "d.ttl", shapes=tmp_path / "s.ttl", baseline=known)
    assert more.exit_code == 1
    assert [str(item.finding.focus) for item in more.failing] == ["<http://example.org/new>"]


def test_a_baseline_is_the_same_in_any_order(tmp_path: Path) -> None:
    baseline.write(tmp_path / "one", [("b", "second"), ("a", "first")])
    baseline.write(tmp_path / "two", [("a", "first"), ("b", "second")])
    assert (tmp_path / "one").read_text() == (tmp_path / "two").read_text()
    assert baseline.read(tmp_path / "one") == {"a", "b"}


@pytest.mark.parametrize("content", ["", "[]", '{"findings": {}}', '{"ce-graph-baseline": 99, "findings": {}}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(UsageError, match="--write-baseline"):
        baseline.read(tmp_path / "b.json")


def test_a_missing_baseline_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="write one with --write-baseline"):
        baseline.read(tmp_path / "none.json")


def test_a_baseline_tells_people_what_it_holds(tmp_path: Path) -> None:
    baseline.write(tmp_path / "b.json", [("abc", "ex:a: ex:S")])
    assert json.loads((tmp_path / "b.json").read_text()) == {"ce-graph-baseline": 1, "findings": {"abc": "ex:a: ex:S"}}
