"""What was read is kept by its content, and what was not used for longest makes room for what is new."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ce_graph.rdf import sources
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
