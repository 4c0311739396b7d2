from __future__ import annotations

from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest

from ce_graph.errors import DataError
from ce_graph.rdf import columns, dictionary, encode, formats, reading, terms
from ce_graph.rdf.sources import Source, of_bytes, of_path

EX = "http://example.org/"


def source(text: str | bytes, name: str = "turtle", label: str = "memory") -> Source:
    form = next(form for form in formats.GRAPHS if form.name == name)
    return of_bytes(text.encode() if isinstance(text, str) else text, form, label, "http://base.example/")


def turtle(text: str) -> Source:
    return source(f"@prefix : <{EX}> .\n{text}")


def triples(data: columns.Columns) -> set[str]:
    rows = zip(data.subjects.tolist(), data.predicates.tolist(), data.objects.tolist(), strict=True)
    return {" ".join(str(data.terms.term(number)) for number in row) for row in rows}


def test_each_triple_is_there_once_sorted_by_predicate_subject_object() -> None:
    data = columns.read([turtle(":b :q 1 . :a :p 2 , 1 . :b :q 1 . :a :p 2 .")])
    assert len(data) == 3
    keys = list(zip(data.predicates.tolist(), data.subjects.tolist(), data.objects.tolist(), strict=True))
    assert keys == sorted(keys)
    assert [len(data.of(ox.NamedNode(EX + name))[0]) for name in "pqr"] == [2, 1, 0]


def test_wide_numbers_are_sorted_as_narrow_ones_are() -> None:
    rows = np.random.default_rng(1).integers(0, 50, (400, 3)).astype(np.int32)
    narrow, wide = columns._sorted(rows, 50), columns._sorted_wide(rows)
    assert all(np.array_equal(one, two) for one, two in zip(narrow, wide, strict=True))


def test_literals_keep_the_form_in_which_they_are_written() -> None:
    data = columns.read(
        [turtle(':a :p 1.50 , 01 , "5"^^<http://www.w3.org/2001/XMLSchema#byte> , "x\\ty"@EN , "[" . :a :q [] .')]
    )
    written = {str(data.terms.term(number)) for number in data.of(ox.NamedNode(EX + "p"))[1].tolist()}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert written == {f'"1.50"^^<{xsd}decimal>', f'"01"^^<{xsd}integer>', f'"5"^^<{xsd}byte>', '"x\\ty"@en', '"["'}


def test_terms_are_found_and_added() -> None:
    data = columns.read([turtle(':a :p "x"@en , "y" , <<( :a :b "z" )>> .')])
    for number in range(data.terms.size):
        assert data.terms.find(data.terms.term(number)) == number
    size = data.terms.size
    new = data.terms.add(ox.Literal("new", language="fi"))
    assert (new, data.terms.size, data.terms.add(ox.Literal("new", language="fi"))) == (size, size + 1, new)
    assert data.terms.values(np.array([0, new], np.int32)) == [EX + "a", "new"]
    assert data.terms.lengths(np.array([new], np.int32)).tolist() == [3]
    for index in range(200):
        data.terms.add(ox.NamedNode(f"{EX}{index}"))
    assert data.terms.kind[data.terms.size - 1] == terms.IRI


def test_lengths_count_characters_not_bytes() -> None:
    texts = ["", "a", "ä€𝄞", 'q"\\\n', "x" * 700]
    data = columns.of_quads([ox.Triple(ox.NamedNode(EX), ox.NamedNode(EX), ox.Literal(text)) for text in texts])
    ids = np.array([data.terms.find(ox.Literal(text)) for text in texts], np.int32)
    assert data.terms.lengths(ids).tolist() == [len(text) for text in texts]
    assert data.terms.values(ids) == texts


def test_blank_nodes_of_different_files_are_kept_apart() -> None:
    data = columns.read([turtle("_:x :p [] ."), turtle("_:x :p [] . _:x :p _:y .")])
    subjects, objects = data.of(ox.NamedNode(EX + "p"))
    assert len(set(subjects.tolist())) == 2
    named = {str(data.terms.term(number)) for number in [*subjects.tolist(), *objects.tolist()]}
    assert named == {"_:x", "_:genid1", "_:x.f1", "_:genid1.f1", "_:y.f1"}
    origin = data.terms.origin(int(data.terms.blank(ox.BlankNode("genid1.f1")) or 0))
    assert (origin.source, origin.label, origin.ordinal) == (1, None, 1)


def test_labels_that_look_like_made_names_are_told_apart() -> None:
    labels = ("genid0", "genid1", "genid1.l", "x.f1", "x.l", "x", "f1", "y.f", "é.f12345678901")
    text = " ".join(f"_:{label} :p [] ." for label in labels)
    data = columns.read([turtle(text), turtle(text), turtle(text)])
    blank = np.flatnonzero(data.terms.kind[: data.terms.size] == terms.BLANK).tolist()
    assert len(blank) == 2 * 3 * len(labels)
    names = [data.terms.term(number) for number in blank]
    assert len(set(names)) == len(blank)
    assert [data.terms.blank(name) for name in names if isinstance(name, ox.BlankNode)] == blank
    found = {(origin.source, origin.label) for origin in map(data.terms.origin, blank)}
    assert found >= {(number, label) for number in range(3) for label in labels}
    for unknown in ("z", "genid99", "genid0.f3", "x.f0", "genid1.l.l.l"):
        assert data.terms.blank(ox.BlankNode(unknown)) is None


def test_looking_up_blank_nodes_does_not_look_at_all_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    data = columns.read([turtle(":a :p " + ", ".join(["[]"] * 20_000) + " .")])
    monkeypatch.setattr(np, "count_nonzero", None)
    passes = []
    flatnonzero = np.flatnonzero
    monkeypatch.setattr(np, "flatnonzero", lambda values: (passes.append(1), flatnonzero(values))[1])
    numbers = data.of(ox.NamedNode(EX + "p"))[1].tolist()
    assert [data.terms.blank(ox.BlankNode(f"genid{place}")) for place in range(20_000)] == numbers
    assert len(passes) == 1


def test_graph_names_are_kept_when_asked_for() -> None:
    lines = f"<{EX}a> <{EX}p> <{EX}b> <{EX}g> .\n<{EX}a> <{EX}p> <{EX}b> .\n"
    sources = [source(lines, "nquads"), turtle(":c :p 1 ."), source(f"<{EX}h> {{ <{EX}d> <{EX}p> 2 }}", "trig")]
    data = columns.read(sources, graphs=True)
    assert data.quads is not None
    assert data.quads.shape == (4, 4)
    assert len(data) == 3
    assert {name.value for name in data.graph_names()} == {EX + "g", EX + "h"}
    assert columns.read(sources).quads is None


@pytest.mark.parametrize("name", ["turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld"])
def test_every_format_is_read(name: str) -> None:
    form = next(form for form in formats.GRAPHS if form.name == name)
    assert form.rdf is not None
    quad = ox.Quad(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "p"), ox.Literal("ä", language="fi"))
    text = ox.serialize([quad], format=form.rdf)
    assert text is not None
    assert triples(columns.read([source(text, name)])) == {f'<{EX}a> <{EX}p> "ä"@fi'}


def test_nothing_is_nothing() -> None:
    for data in (columns.read([]), columns.read([turtle("")]), columns.read([source("")]), columns.of_quads([])):
        assert len(data) == 0
        assert data.used_predicates == ()
        assert data.of(ox.NamedNode(EX))[0].tolist() == []


def test_two_processes_and_the_cache_give_the_same_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_IT", 1)
    body = "".join(f':s{n} :p :o{n % 7} ; :q "text {n}"@en , {n} .\n' for n in range(3000))
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    one.write_text(f"@prefix : <{EX}> .\n{body}", encoding="utf-8")
    two.write_text(f"@prefix : <{EX}> .\n:x :p [ :q 1 ] .\n", encoding="utf-8")
    for paths in ([one], [one, two], [two, one], [two]):
        sources = [of_path(path) for path in paths]
        expected = columns.read(sources)
        others = [
            columns.read(sources, processes=2),
            *(columns.read(sources, cache=tmp_path / "cache") for _ in range(2)),
        ]
        for found in others:
            assert triples(found) == triples(expected)
            assert found.prefixes == expected.prefixes
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_process_that_ends_early_is_told_and_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "_WORTH_IT", 1)
    monkeypatch.setattr("ce_graph.rdf.workers._COMMAND", "raise SystemExit(3)")
    paths = [tmp_path / name for name in ("one.nt", "two.nt")]
    for path in paths:
        path.write_text(f"<{EX}a> <{EX}p> <{EX}{path.stem}> .\n" * 50_000)
    for some in (paths, paths[:1]):
        assert len(columns.read([of_path(path) for path in some], processes=2)) == len(some)
        assert "read here" in caplog.text
        caplog.clear()


@pytest.mark.parametrize(
    "middle",
    [
        '"""\n. \n:a :p 1 .\n"""',
        "'''x .\n. \n'''",
        "[ :q 1 ;\n :r 2 .5 ]",
        "1 .\n@prefix : <http://other.example/> .\n:a :p 2",
    ],
)
def test_a_file_is_not_cut_where_a_statement_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, middle: str
) -> None:
    monkeypatch.setattr(reading, "_WORTH_IT", 1)
    path = tmp_path / "file.ttl"
    half = "".join(f":s{n} :p {n} .\n" for n in range(300))
    path.write_text(f"@prefix : <{EX}> .\n{half}:a :p {middle} .\n{half}", encoding="utf-8")
    found: set[str] | None
    expected: set[str] | None
    try:
        expected = triples(columns.read([of_path(path)]))
    except DataError:
        expected = None
    for lead in (-200, 0, 60):
        monkeypatch.setattr("ce_graph.rdf.workers._LEAD", lead)
        try:
            found = triples(columns.read([of_path(path)], processes=2))
        except DataError:
            found = None
        assert found == expected


def test_a_spoilt_cache_is_done_without(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = triples(columns.read([turtle(":a :p 1 .")], cache=cache))
    for file in cache.iterdir():
        file.write_bytes(b"\x93NUMPY nonsense")
    assert triples(columns.read([turtle(":a :p 1 .")], cache=cache)) == expected
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert triples(columns.read([turtle(":a :p 1 .")], cache=blocked / "cache")) == expected


BAD = {
    "cut off": (b'@prefix : <http://x/> .\n:a :p "abc', r"file:2:\d+: "),
    "latin 1": ('@prefix : <http://x/> .\n:a :p "é" .'.encode("latin-1"), r"file:2:\d+: .*UTF-8"),
    "utf 16": ("@prefix : <http://x/> .\n:a :p 1 .".encode("utf-16"), r"file:1:1: "),
    "binary": (bytes(range(256)) * 40, r"file:1:\d+: "),
    "nothing but brackets": (b"[" * 50_000, r"file:1:"),
    "markup": (b"<!DOCTYPE html><html></html>", r"file:1:\d+: "),
    "an undeclared prefix": (b"<http://x/a> <http://x/b> no:c .", r"file:1:\d+: .*prefix"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_turtle_is_an_error_with_its_place(name: str) -> None:
    data, message = BAD[name]
    with pytest.raises(DataError, match=message):
        columns.read([source(data, label="file")])


def test_missing_and_unreadable_files_are_errors(tmp_path: Path) -> None:
    loop = tmp_path / "loop.ttl"
    loop.symlink_to(loop)
    folder = tmp_path / "folder.ttl"
    folder.mkdir()
    for path in (tmp_path / "missing.ttl", folder):
        with pytest.raises(DataError, match=path.name):
            columns.read([of_path(path)])
    with pytest.raises(DataError, match=r"loop\.ttl"):
        columns.read([Source("loop.ttl", formats.GRAPHS[0], path=loop)])


def test_one_very_long_line_and_one_very_long_literal_are_read() -> None:
    line = " ".join(f":a{n} :p {n} ." for n in range(60_000))
    assert len(columns.read([turtle(line)])) == 60_000
    text = "x" * 3_000_000
    data = columns.read([turtle(f':a :p "{text}" .')])
    assert data.terms.lengths(data.of(ox.NamedNode(EX + "p"))[1]).tolist() == [len(text)]


def test_numbers_follow_first_appearance_even_when_slots_collide() -> None:
    table = dictionary.Dictionary()
    first = np.array([5, 5 + (1 << 12), 5, 9, 5 + (2 << 12), 9], np.uint64)
    second = np.array([1, 1, 2, 1, 1, 1], np.uint64)
    ids, fresh = table.add(first, second)
    assert ids.tolist() == [0, 1, 2, 3, 4, 3]
    assert fresh.tolist() == [0, 1, 2, 3, 4]
    again, fresh = table.add(first[::-1].copy(), second[::-1].copy())
    assert again.tolist() == [3, 4, 3, 2, 1, 0]
    assert fresh.tolist() == []
    for number, (one, two) in enumerate(
        zip(first[[0, 1, 2, 3, 4]].tolist(), second[[0, 1, 2, 3, 4]].tolist(), strict=True)
    ):
        assert table.find(one, two) == number
    assert table.find(5, 77) is None


def test_the_table_grows() -> None:
    pick = np.random.default_rng(3)
    table = dictionary.Dictionary()
    known: dict[int, int] = {}
    for _ in range(12):
        batch = pick.integers(0, 30_000, 5_000).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        ids, _ = table.add(batch, batch)
        for key, number in zip(batch.tolist(), ids.tolist(), strict=True):
            assert known.setdefault(key, len(known)) == number


def test_the_hash_tells_tokens_apart_and_does_not_look_beyond_them() -> None:
    tokens = [b"a" * length for length in range(1, 40)] + [
        b"b" * 511,
        b"b" * 512,
        b"b" * 513,
        b"b" * 2000,
        b"",
        b"\0",
        b"\0\0",
    ]
    text = b"".join(tokens)
    length = np.array([len(token) for token in tokens], np.int64)
    start = np.cumsum(length) - length
    one = dictionary.hash_tokens(text + bytes(8), start, length, (1, 2))
    two = dictionary.hash_tokens(b"?" * 5 + text + b"!" * 8, start + 5, length, (1, 2))
    assert all(np.array_equal(left, right) for left, right in zip(one, two, strict=True))
    assert len(set(zip(one[0].tolist(), one[1].tolist(), strict=True))) == len(tokens)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f":a{n % 5} :p [ :q {n} ] .\n" for n in range(50))
    expected = columns.read([turtle(text)])
    monkeypatch.setattr(encode, "_CHUNK", 3)
    found = columns.read([turtle(text)])
    assert found.subjects.tolist() == expected.subjects.tolist()
    assert found.objects.tolist() == expected.objects.tolist()
