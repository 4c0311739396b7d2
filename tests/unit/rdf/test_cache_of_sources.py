"""What was read is kept by its content, and what was not used for longest makes room for what is new."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from ce_graph.rdf import columns, sources
from ce_graph.rdf.cache import Cache
from ce_graph.rdf.encode import Encoded, encode


def source(folder: Path, number: int) -> sources.Source:
    path = folder / f"{number}.ttl"
    path.write_text(f"<https://example.org/{number}> <https://example.org/p> {number} .\n" * 3, encoding="utf-8")
    return sources.of_path(path)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def encoded(one: sources.Source) -> list[Encoded]:
    return encode(one)


def test_a_source_comes_back_by_its_content_whatever_it_is_called(tmp_path: Path, kept: Path) -> None:
    cache, one = Cache(kept), source(tmp_path, 1)
    assert cache.load(one) is None
    cache.save(one, encoded(one))
    found = cache.load(one)
    assert found is not None
    assert found[0].rows.tolist() == encoded(one)[0].rows.tolist()
    (tmp_path / "1.ttl").write_text("<https://example.org/1> <https://example.org/p> 2 .\n", encoding="utf-8")
    assert cache.load(one) is None


def test_all_of_it_comes_back(tmp_path: Path, kept: Path) -> None:
    path = tmp_path / "all.nq"
    path.write_text('_:a <x:p> "é\\n"@en <x:g> .\n<x:b> <x:p> "1"^^<x:t> .\n<x:b> <x:p> "plain" .\n<x:b> <x:p> "1" .\n')
    for one in (sources.of_path(path), source(tmp_path, 1)):
        expected = columns.read([one], graphs=True)
        for _ in range(2):
            found = columns.read([one], graphs=True, cache=kept)
            assert found.quads is not None
            assert expected.quads is not None
            assert found.quads.tolist() == expected.quads.tolist()
            assert [found.terms.term(number) for number in range(found.terms.size) if found.terms.kind[number] < 4] == [
                expected.terms.term(number) for number in range(expected.terms.size) if expected.terms.kind[number] < 4
            ]
            assert (found.terms.datatypes, found.terms.languages) == (
                expected.terms.datatypes,
                expected.terms.languages,
            )
            # What is added later finds its place, and leaves what is kept alone.
            number = found.terms.add(ox.Literal("new", language="sv"))
            assert found.terms.term(number) == ox.Literal("new", language="sv")
    both = columns.read([sources.of_path(path), source(tmp_path, 1)], cache=kept)
    assert len(both) == 5
    assert len(columns.read([sources.of_path(path)], cache=kept)) == 4


def test_an_empty_source_is_kept(tmp_path: Path, kept: Path) -> None:
    path = tmp_path / "empty.ttl"
    path.write_text("# nothing\n")
    for _ in range(2):
        assert len(columns.read([sources.of_path(path)], cache=kept)) == 0
    assert len(list(kept.iterdir())) == 1


def test_what_changes_while_it_is_read_is_not_kept(tmp_path: Path, kept: Path) -> None:
    cache, one = Cache(kept), source(tmp_path, 1)
    assert cache.load(one) is None
    parts = encoded(one)
    (tmp_path / "1.ttl").write_text("<https://example.org/1> <https://example.org/p> 2 .\n", encoding="utf-8")
    cache.save(one, parts)
    assert not kept.exists()


@pytest.mark.parametrize("damage", ["cut", "longer", "no head", "other head", "empty"])
def test_what_is_spoilt_is_made_anew_and_told(
    tmp_path: Path, kept: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    one = source(tmp_path, 1)
    Cache(kept).save(one, encoded(one))
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    file.write_bytes(
        {
            "cut": whole[:-1],
            "longer": whole + b"x",
            "no head": whole[:5],
            "other head": (2).to_bytes(8, "little") + b"{}" + whole[10:],
            "empty": b"",
        }[damage]
    )
    assert Cache(kept).load(one) is None
    assert "made anew" in caplog.text
    assert len(columns.read([one], cache=kept)) == 1
    assert file.read_bytes()[8:] == whole[8:]


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path, kept: Path) -> None:
    first, second, third = (source(tmp_path, number) for number in (1, 2, 3))
    Cache(kept).save(first, encoded(first))
    (file,) = kept.iterdir()
    os.utime(file, (1, 1))
    room = 2 * file.stat().st_size + 100
    cache = Cache(kept, room)
    cache.save(second, encoded(second))
    for other in set(kept.iterdir()) - {file}:
        os.utime(other, (2, 2))
    assert cache.load(first) is not None  # and is used now
    cache.save(third, encoded(third))
    assert [cache.load(one) is not None for one in (first, second, third)] == [True, False, True]


def test_one_source_is_kept_however_large(tmp_path: Path, kept: Path) -> None:
    one, other = source(tmp_path, 1), source(tmp_path, 2)
    cache = Cache(kept, 1)
    cache.save(one, encoded(one))
    assert cache.load(one) is not None
    cache.save(other, encoded(other))
    assert [cache.load(each) is not None for each in (one, other)] == [False, True]
