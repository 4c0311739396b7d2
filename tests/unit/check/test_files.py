"""Whatever is named is read, or refused with one clear notice; nothing hangs and nothing is fetched."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ce_graph.check.files import Inputs, collect, faults, guess, near, read_stream
from ce_graph.rdf.sources import of_bytes

XML = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e/">'


def whys(inputs: Inputs) -> list[str]:
    return [item.value("why") or item.code for item in [*inputs.notices, *faults(inputs.sources)]]


def fault_of(tmp_path: Path, name: str, content: bytes) -> tuple[str, int, int]:
    file = tmp_path / name
    file.write_bytes(content)
    inputs = collect([file])
    (found,) = [*inputs.notices, *faults(inputs.sources)]
    assert found.position
    assert found.position.file == str(file)
    return found.value("why") or found.code, found.position.line, found.position.column


def entities() -> bytes:
    """Eight levels of ten: a hundred million characters."""
    nested = b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(8))
    return b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + nested + b"]>" + XML + b"<C><p>&i;</p></C></rdf:RDF>"


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("cut.ttl", b'<a> <b> <c> ;\n <d> "ab', ("truncated", 2, 6)),
        ("cut.rdf", XML + b"\n<C>", ("syntax", 2, 4)),
        ("cut.jsonld", b'{"@id": "a",\n "http://e/b":', ("truncated", 2, 15)),
        ("cut.nt", b"<http://a> <http://b> <http://c> .\n<http://a> <http://b>", ("truncated", 2, 22)),
        ("wide.ttl", "<a> <b> <c> .".encode("utf-16"), ("utf16", 0, 0)),
        ("latin.ttl", '<a> <b> <c> .\n<ä> <b> "ö" .'.encode("latin-1"), ("not-utf8", 2, 2)),
        ("binary.ttl", bytes(range(256)), ("binary", 0, 0)),
        ("packed.ttl", b"\x1f\x8b\x08\x00", ("compressed", 0, 0)),
        ("prefix.ttl", b"<a> <b> <c> .\n  ex:a <b> <c> .", ("syntax", 2, 3)),
        ("deep.jsonld", b'{"http://e/a":' * 5000 + b"1" + b"}" * 5000, ("too-deep", 1, 2801)),
        ("deep.rdf", XML + b"\n<a><b>" * 30_000 + b"</b></a>" * 30_000 + b"</rdf:RDF>", ("too-deep", 251, 4)),
        ("deep.ttl", b"<a> <b> " + b"<<( <a> <b> " * 50_000 + b"1" + b")>>" * 50_000 + b".", ("too-deep", 1, 2409)),
        ("bomb.rdf", entities(), ("syntax", 1, 481)),
        ("far.jsonld", b'{"@context": "https://schema.org/", "name": "x"}', ("remote-context", 0, 0)),
        ("long.nt", b"#\n<http://a> <http://b> \"" + b"x" * 20_000_000 + b'" .', ("too-long", 2, 23)),
        ("lines.ttl", b"<a>\n <b> \"\"\"" + b"some line\n" * 2_000_000 + b'""" .', ("too-long", 2, 6)),
        ("endless.ttl", b"#\n<a> <b> 1" + b", 1" * 6_000_000, ("truncated", 2, 0)),
        ("after.ttl", b"<a> <b> 1" + b", 1\n" * 5_000_000 + b"!", ("syntax", 5_000_001, 1)),
        ("empty.ttl", b"", ("empty-file", 0, 0)),
        ("image.xyz", b"<a> <b> <c> .", ("extension", 0, 0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_fault_has_its_own_words_and_place(
    tmp_path: Path, name: str, content: bytes, fault: tuple[str, int, int]
) -> None:
    assert fault_of(tmp_path, name, content) == fault


def test_many_statements_on_one_line_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "line.ttl"
    file.write_bytes(b"<a> <b> <c>, " + b", ".join(b"<d%d>" % number for number in range(300_000)) + b".")
    assert whys(collect([file])) == []


def test_deep_turtle_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "deep.ttl"
    file.write_bytes(b"<a> <b> " + b"[ <c> " * 9_000 + b"1" + b"]" * 9_000 + b" .")
    assert whys(collect([file])) == []


def test_a_byte_order_mark_is_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "mark.ttl"
    file.write_bytes(b"\xef\xbb\xbf<a> <b> <c> .")
    assert whys(collect([file])) == []


def test_a_folder_is_read_to_its_depths_and_a_circle_of_links_once(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / ".git").mkdir()
    for name in ("z.ttl", "a/y.nt", "a/b/x.jsonld", ".git/no.ttl", "a/no.json", "a/no.txt"):
        (tmp_path / name).write_text("{}" if name.endswith("jsonld") else "")
    names = [source.name.removeprefix(f"{tmp_path}/") for source in collect([tmp_path]).sources]
    assert names == ["a/b/x.jsonld", "a/y.nt", "z.ttl"]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<a> <b> <c> .")
    (tmp_path / "b.ttl").symlink_to(file)
    assert len(collect([file, tmp_path]).sources) == 1


def test_what_is_not_there_or_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "dead.ttl").symlink_to(tmp_path / "nowhere")
    assert whys(collect([tmp_path / "none.ttl"])) == ["missing"]
    assert whys(collect([tmp_path])) == ["missing"]
    assert whys(collect(["/dev/zero"])) == ["device"]


def test_a_permission_error_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret.ttl").write_text("<a> <b> <c> .")
    monkeypatch.setattr(Path, "open", refuse)
    assert whys(collect([tmp_path / "secret.ttl"])) == ["permission"]


def test_a_folder_without_rdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("hello")
    assert whys(collect([tmp_path])) == ["no-files"]


def test_tables_are_taken_as_wholes(tmp_path: Path) -> None:
    (tmp_path / "data" / "tables").mkdir(parents=True)
    (tmp_path / "data" / "tables" / "flows-metadata.json").write_text("{}")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.ttl").write_text("")
    (tmp_path / "own.csv").write_text("a,b\n")
    inputs = collect([tmp_path, tmp_path / "own.csv"])
    assert inputs.tables == [tmp_path / "data", tmp_path / "own.csv"]
    assert len(inputs.sources) == 1


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"@id": "x"}', "jsonld"),
        ("[]", "trig"),
        ('[{"@id": "x"}]', "jsonld"),
        ("[] <p> <o> .", "trig"),
        ("<?xml version='1.0'?>", "rdfxml"),
        ("<rdf:RDF>", "rdfxml"),
        ("@prefix ex: <http://e/> .", "trig"),
        ("<http://a> <http://b> <http://c> .", "trig"),
        ("# quads\n<http://a> <http://b> <http://c> <http://g> .", "nquads"),
        ('<http://a> <http://b> "x y"@en <http://g> .', "nquads"),
        ('_:a <http://b> "x" .', "trig"),
    ],
)
def test_the_format_of_standard_input_is_guessed(text: str, form: str) -> None:
    assert guess(text.encode()).name == form


def test_bytes_and_sources_are_guarded_like_files() -> None:
    deep = b'{"http://e/a":' * 5000 + b"1" + b"}" * 5000
    assert whys(collect([deep])) == ["too-deep"]
    assert whys(collect([of_bytes(deep, guess(deep), "upload")])) == ["too-deep"]
    assert whys(collect(["-"], stdin=b"")) == ["empty-file"]
    assert [source.name for source in collect(["-"], stdin=b"<a> <b> <c> .").sources] == ["<stdin>"]


def test_an_endless_stream_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from ce_graph.errors import UsageError

    monkeypatch.setattr("ce_graph.check.files._LARGEST_STREAM", 10)
    assert read_stream(io.BytesIO(b"0123456789")) == b"0123456789"
    with pytest.raises(UsageError, match="write it to a file"):
        read_stream(io.BytesIO(b"0123456789+"))


def test_paths_are_shown_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "a") == Path("a")
    assert near(Path("/elsewhere")) == Path("/elsewhere")
