"""Whatever is handed to ``ce-graph validate``, it says what is wrong, where, and ends with the right code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ce_graph.cli.validate import command

HEAD = """@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
SHAPES = HEAD + ":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:minCount 1 ] .\n"
DATA = HEAD + ":a :p :b .\n"
MANY = 200_000
CIRCLE = "_:l rdf:first :p ; rdf:rest _:l ."

DATA_FILES: dict[str, tuple[str | bytes, int, str]] = {
    "good.ttl": (DATA, 0, "The data conform"),
    "cut.ttl": (HEAD + ':a :p :b ;\n :q "ab', 2, "cut.ttl:5:5: violation: ends in the middle of a statement"),
    "cut.rdf": ('<a xmlns="x:">\n<b>', 2, "cut.rdf:2:4: violation: cannot be parsed: no element found"),
    "cut.jsonld": ('{"@id": "a",\n "http://e/b":', 2, "cut.jsonld:2:15: violation: ends in the middle"),
    "latin.ttl": (
        (HEAD + ':a :p "\u00f6" .').encode("latin-1"),
        2,
        "latin.ttl:4:8: violation: is not UTF-8: byte 0xF6",
    ),
    "wide.ttl": (DATA.encode("utf-16"), 2, "wide.ttl: violation: is UTF-16"),
    "binary.nt": (bytes(range(256)), 2, "binary.nt: violation: is binary"),
    "packed.ttl": (b"\x1f\x8b\x08\x00", 2, "packed.ttl: violation: is compressed"),
    "empty.ttl": ("", 1, "empty.ttl: warning: the file is empty"),
    "comment.ttl": ("# nothing", 1, "violation: nothing was checked"),
    "image.png": ("x", 2, "image.png: violation: "),
    "deep.ttl": (":a :p " + "(" * MANY, 2, "deep.ttl:1:10007: violation: is nested more than 10000 deep"),
    "deep.trig": ("<x:a> <x:p> " + "[<x:p> " * MANY + "]" * MANY, 2, "deep.trig:1:70013: violation: is nested more"),
    "deep.jsonld": ("[" * MANY, 2, "deep.jsonld:1:201: violation: is nested more than 200 deep"),
    "deep.rdf": ("<a>" * MANY, 2, "deep.rdf:1:1501: violation: is nested more than 500 deep"),
    "word.ttl": ("a" * 1_000_000, 2, "word.ttl:1:1: violation: cannot be parsed: aaa"),
    "line.ttl": (HEAD.replace("\n", " ") + ":a :p :b . " * 100_000, 0, "The data conform"),
    "circle.ttl": (HEAD + f":a :p _:l . {CIRCLE}", 0, "The data conform"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("shapes.ttl").write_text(SHAPES)
    Path("data.ttl").write_text(DATA)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(command, list(words), prog_name="ce-graph validate")
    assert "Traceback" not in found.output
    assert len(found.output) < 2000
    return found.exit_code, found.output


def write(name: str, content: str | bytes) -> None:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("name", DATA_FILES)
def test_data(name: str) -> None:
    content, code, said = DATA_FILES[name]
    write(name, content)
    found = run(name, "--shapes", "shapes.ttl")
    assert (found[0], said in found[1]) == (code, True), found


SHAPE_FILES = {
    "cut.ttl": (SHAPES[:-20], "cut.ttl:4:"),
    "data.ttl": (DATA, "data.ttl: violation: there is no shape with a target in here"),
    "empty.ttl": ("", "empty.ttl: violation: there is no shape with a target in here"),
    "list.ttl": (
        HEAD + f"\n :S sh:targetSubjectsOf :p ; sh:in _:l . {CIRCLE}",
        "list.ttl:5:2: violation: the shapes cannot",
    ),
    "path.ttl": (HEAD + f":S sh:targetSubjectsOf :p ; sh:path _:l . {CIRCLE}", "sh:path runs in a circle"),
    "self.ttl": (
        HEAD + ":S sh:targetSubjectsOf :p ; sh:node :S .",
        "self.ttl:4:1: violation: the shapes cannot be carried",
    ),
    "count.ttl": (HEAD + ":S sh:targetSubjectsOf :p ; sh:minLength true .", "count.ttl:4:1: violation: "),
    "deep.ttl": (HEAD + ":S sh:not [ " * MANY, "deep.ttl:4:"),
}


@pytest.mark.parametrize("name", SHAPE_FILES)
def test_shapes(name: str) -> None:
    content, said = SHAPE_FILES[name]
    write(name, content)
    Path("checked.ttl").write_text(DATA)
    found = run("checked.ttl", "--shapes", name)
    assert (found[0], said in found[1]) == (3, True), found


def test_shapes_that_are_data_are_checked_as_data() -> None:
    assert run("shapes.ttl", "--shapes", "shapes.ttl")[0] == 1  # a shape applies to nothing in them
    assert run("shapes.ttl", "data.ttl", "--shapes", "shapes.ttl")[0] == 0


def test_links_that_lead_to_themselves_are_told_and_those_that_lead_up_are_followed_once() -> None:
    Path("loop.ttl").symlink_to("loop.ttl")
    code, said = run("loop.ttl", "--shapes", "shapes.ttl")
    assert (code, "loop.ttl: violation: " in said) == (2, True)
    code, said = run("data.ttl", "--shapes", "loop.ttl")
    assert (code, "loop.ttl: violation: " in said) == (3, True)
    Path("folder").mkdir()
    Path("folder/data.ttl").write_text(DATA)
    Path("folder/up").symlink_to("..")
    Path("folder/self").symlink_to("folder")
    assert run("folder/data.ttl", "folder", "--shapes", "shapes.ttl")[0] == 2  # for the loop above
    Path("loop.ttl").unlink()
    assert run("folder", "--shapes", "shapes.ttl")[0] == 0


def test_what_is_no_file_or_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, said in (("none.ttl", "there is no such file"), ("/dev/zero", "is a device")):
        code, output = run(name, "--shapes", "shapes.ttl")
        assert (code, f"{name}: violation: {said}" in output) == (2, True)
    Path("nothing").mkdir()
    assert "nothing: violation: no RDF file and no table in here" in run("nothing", "--shapes", "shapes.ttl")[1]

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ce_graph.check.files.first_bytes", refused)
    code, output = run("data.ttl", "--shapes", "none.ttl")
    assert code == 3
    monkeypatch.setattr(
        "ce_graph.check.files.first_bytes", lambda path: b"" if path.name == "shapes.ttl" else refused()
    )
    code, output = run("data.ttl", "--shapes", "shapes.ttl")
    assert (code, "data.ttl: violation: " in output) == (2, True)
