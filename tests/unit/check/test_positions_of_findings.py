"""A finding points to the statement that is wrong, in whichever file and however it is nested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ce_graph.check import validation
from ce_graph.check.outcome import Outcome
from ce_graph.errors import DataError
from ce_graph.rdf.positions import Spot
from ce_graph.rdf.sources import Source
from ce_graph.report import render

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:T ;
  sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:datatype xsd:integer ] ,
    [ sh:path ( ex:q ex:r ) ; sh:nodeKind sh:IRI ] , [ sh:path [ sh:inversePath ex:knows ] ; sh:class ex:T ] ,
    [ sh:path [ sh:alternativePath ( ex:one ex:two ) ] ; sh:maxLength 3 ] ,
    [ sh:path [ sh:zeroOrMorePath ex:up ] ; sh:nodeKind sh:BlankNodeOrIRI ] .
"""


def validate(tmp_path: Path, text: str, name: str = "data.ttl") -> Outcome:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / name).write_text(text, newline="")
    return validation.validate(tmp_path / name, shapes=tmp_path / "shapes.ttl")


def places(outcome: Outcome) -> list[tuple[int, int]]:
    return [(item.position.line, item.position.column) for item in outcome.results if item.position]


HEAD = "@prefix ex: <http://example.org/> .\n"


def test_a_wrong_value_is_pointed_to_itself(tmp_path: Path) -> None:
    assert places(validate(tmp_path, HEAD + 'ex:a a ex:T ;\n  ex:p 1 ,\n    "x" .')) == [(4, 5)]


def test_a_missing_value_is_pointed_to_at_its_node(tmp_path: Path) -> None:
    assert places(validate(tmp_path, HEAD + "ex:b a ex:T ; ex:p 1 .\n  ex:a a ex:T .")) == [(3, 3)]


def test_anonymous_nodes_are_told_apart(tmp_path: Path) -> None:
    text = HEAD + "[] a ex:T ; ex:p 1 .\n[] a ex:T .\nex:x ex:y [ a ex:T ; ex:p 2 ] , [\n a ex:T ] ."
    assert places(validate(tmp_path, text)) == [(3, 1), (4, 33)]


def test_labelled_blank_nodes_are_found(tmp_path: Path) -> None:
    text = HEAD + '_:b a ex:T ; ex:p 1 . _:c a ex:T ;\n ex:p "x" .\n'
    assert places(validate(tmp_path, text)) == [(3, 7)]


def test_the_end_of_a_sequence_is_pointed_to(tmp_path: Path) -> None:
    text = HEAD + 'ex:a a ex:T ; ex:p 1 ; ex:q ex:m , ex:n .\nex:m ex:r ex:o .\nex:n ex:r "lit" .'
    assert places(validate(tmp_path, text)) == [(4, 11)]


def test_an_inverse_path_points_to_the_other_subject(tmp_path: Path) -> None:
    text = HEAD + "ex:a a ex:T ; ex:p 1 .\nex:b ex:knows\n  ex:a ."
    assert places(validate(tmp_path, text)) == [(4, 3)]


def test_an_alternative_points_to_the_property_that_has_the_value(tmp_path: Path) -> None:
    assert places(validate(tmp_path, HEAD + 'ex:a a ex:T ; ex:p 1 ; ex:one "x" ;\n ex:two "long" .')) == [(3, 9)]


def test_a_repeated_path_points_to_a_statement_with_the_value(tmp_path: Path) -> None:
    text = HEAD + "ex:a a ex:T ; ex:p 1 ; ex:up ex:b .\nex:b ex:up 7 ."
    assert places(validate(tmp_path, text)) == [(3, 12)]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.trig", HEAD + 'ex:g { ex:a a ex:T ;\n  ex:p "x" }', (3, 8)),
        ("a.nt", '<http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/T> .\n'
                 '<http://example.org/a> <http://example.org/p> "x" .\n', (2, 47)),
        ("a.nq", '<http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/T> .\n'
                 '<http://example.org/a> <http://example.org/p> "x" <http://g> .\n', (2, 47)),
        ("a.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">\n'
                  " <T rdf:about='http://example.org/a'>\n  <p>x</p>\n </T>\n</rdf:RDF>", (3, 3)),
        ("a.jsonld", '{"@context": {"@vocab": "http://example.org/"},\n "@id": "http://example.org/a", "@type": "T",\n'
                     '  "p": "x"}', (3, 8)),
    ],
)  # fmt: skip
def test_every_format_has_places(tmp_path: Path, name: str, text: str, place: tuple[int, int]) -> None:
    assert places(validate(tmp_path, text, name)) == [place]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_long_literals_are_counted(tmp_path: Path, end: str) -> None:
    text = "\ufeff" + HEAD + 'ex:a a ex:T ; ex:note """one\ntwo ; . ] \nthree""" ;\n  ex:p\n    "ä", "x" .'
    assert places(validate(tmp_path, text.replace("\n", end))) == [(6, 5), (6, 10)]


def test_prefixes_may_be_redefined(tmp_path: Path) -> None:
    text = (
        "@prefix e: <http://other/> . e:a a e:T .\n@prefix e: <http://example.org/> .\ne:a a e:T ; e:p 1 .\n"
        'PREFIX : <http://example.org/>\n:b a :T ;\n :p "x" .'
    )
    assert places(validate(tmp_path, text)) == [(6, 5)]


def test_the_file_that_states_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (folder / "one.ttl").write_text(HEAD + "ex:a a ex:T .")
    (folder / "two.ttl").write_text(HEAD + '\nex:a ex:p "x" .\n[] a ex:T ; ex:p 1 .')
    (folder / "three.ttl").write_text(HEAD + "[] a ex:T .")
    outcome = validation.validate(folder, shapes=tmp_path / "shapes.ttl")
    assert [f"{item.position}" for item in outcome.results] == [f"{folder}/three.ttl:2:1", f"{folder}/two.ttl:3:11"]


def test_inner_causes_have_places_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        SHAPES.replace("ex:S a", "ex:R sh:targetClass ex:U ; sh:property [ sh:path ex:s ; sh:node ex:S ] .\nex:S a")
    )
    (tmp_path / "data.ttl").write_text(HEAD + 'ex:u a ex:U ; ex:s ex:a .\nex:a\n ex:p "x" .')
    outcome = validation.validate(tmp_path / "data.ttl", shapes=tmp_path / "shapes.ttl")
    (result,) = outcome.results
    assert str(result.position).endswith("data.ttl:2:20")
    assert [str(inner.position).rpartition("data.ttl")[2] for inner in result.details] == [":4:7"]


def test_nothing_is_scanned_when_there_are_no_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(*_: object) -> None:
        raise AssertionError("scanned without need")

    monkeypatch.setattr("ce_graph.rdf.positions.placed", scan)
    outcome = validate(tmp_path, HEAD + "ex:a a ex:T ; ex:p 1 .")
    assert outcome.exit_code == 0


def test_files_that_cannot_hold_the_statement_are_not_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ce_graph.rdf import positions

    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (folder / "one.ttl").write_text(HEAD + "ex:other a ex:Other . [] a ex:Other .")
    (folder / "two.ttl").write_text(HEAD + 'ex:wrong a ex:T ; ex:p "x" . [] a ex:Other .')
    scanned: list[str] = []
    whole = positions.placed
    monkeypatch.setattr(positions, "placed", lambda source, data: scanned.append(source.name) or whole(source, data))
    outcome = validation.validate(folder, shapes=tmp_path / "shapes.ttl")
    assert len(outcome.results) == 1
    assert scanned == [str(folder / "two.ttl")]
    # Where a program has written a file, the places were seen in reading it.
    (folder / "two.ttl").write_text(HEAD + 'ex:wrong a ex:T ; ex:p "x" .')
    assert places(validation.validate(folder, shapes=tmp_path / "shapes.ttl")) == [(2, 24)]
    assert scanned == [str(folder / "two.ttl")]


@pytest.mark.parametrize("large", [0, 1 << 20])
def test_a_large_file_is_scanned_to_the_last_place_that_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    from ce_graph.rdf import positions

    scanned = []

    def counting(source: Source, data: bytes) -> Iterator[tuple[ox.Quad, positions.Spot]]:
        for pair in placed(source, data):
            scanned.append(pair)
            yield pair

    placed = positions.placed
    monkeypatch.setattr(positions, "placed", counting)
    monkeypatch.setattr("ce_graph.check.positions._LARGE", large)
    text = HEAD + '[] a ex:T ; ex:p 1 .\n[] a ex:T ;\n ex:p "x" .\n' + "[] ex:y [] .\n" * 1000
    assert places(validate(tmp_path, text)) == [(4, 7)]
    assert len(scanned) == (1004 if large else 4)


JSON = '{"@context": {"@vocab": "http://example.org/"}, "@id": "http://example.org/n", "@type": "T", "p": "x"}'


@pytest.mark.parametrize("beside", [(), ("beside.nt",)], ids=["alone", "with a context"])
def test_a_json_ld_file_too_large_for_lines_keeps_its_findings_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: tuple[str, ...]
) -> None:
    monkeypatch.setattr("ce_graph.rdf.positions.LARGEST_TREE", 10)
    (tmp_path / "beside.nt").write_text("<http://example.org/z> <http://example.org/y> <http://example.org/x> .\n")
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "data.jsonld").write_text(JSON)
    file = str(tmp_path / "data.jsonld")
    outcome = validation.validate(file, shapes=tmp_path / "shapes.ttl", context=[tmp_path / name for name in beside])
    assert [str(item.position) for item in outcome.results] == [file]
    assert outcome.exit_code == 1
    (said,) = (item.notice for item in outcome.notices if item.notice.code == "no-lines")
    assert (str(said.position), said.severity) == (file, "info")
    assert render(outcome).count("JSON-LD of more than 32 MiB is not searched for them") == 1
    assert "yli 32 MiB:n JSON-LD:stä" in render(outcome, language="fi")


def test_no_lines_are_told_of_a_file_whose_statements_cannot_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> Iterator[tuple[ox.Quad, Spot]]:
        raise DataError("the scan and the parser do not agree")
        yield

    monkeypatch.setattr("ce_graph.rdf.positions.placed", lost)
    outcome = validate(tmp_path, HEAD + '[] a ex:T ; ex:p "x" .')
    assert [str(item.position) for item in outcome.results] == [str(tmp_path / "data.ttl")]
    assert "could not be followed to where they are written" in render(outcome)


def test_a_file_that_is_gone_when_its_lines_are_looked_for_does_not_conform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: Source) -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("ce_graph.rdf.positions.read", gone)
    outcome = validate(tmp_path, HEAD + '[] a ex:T ; ex:p "x" .')
    assert outcome.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "@prefix n: <http://x.example/node-> . n:1 a ex:T . [] ex:y [] .",
        "<> a ex:T . [] ex:y [] .",
        "<.> a ex:T . [] ex:y [] .",
        "@base <http://x.example/a/b/> . <..> a ex:T . [] ex:y [] .",
        "@prefix : <> . :1 a ex:T . [] ex:y [] .",
    ],
)
def test_a_name_that_is_nowhere_written_as_a_whole_is_found_beside_a_context(tmp_path: Path, text: str) -> None:
    (tmp_path / "beside.nt").write_text("<http://example.org/z> <http://example.org/y> <http://example.org/x> .\n")
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "data.ttl").write_text(HEAD + text)
    outcome = validation.validate(
        tmp_path / "data.ttl", shapes=tmp_path / "shapes.ttl", context=[tmp_path / "beside.nt"]
    )
    assert [item.position.line for item in outcome.results if item.position] == [2]
