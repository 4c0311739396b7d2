"""Finds what somebody means: whole names first, then beginnings of words, then words that are spelt nearly so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from ce_graph.search.folding import words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ce_graph.search.index import Index

_LOOKED_AT = 400
"""Matches that are compared with each other; the index has the weightiest first."""
_COUNTED = 1000
"""Matches that are counted by kind; more is told as “over”."""
_NEAR_WORDS = 6
_CANDIDATES = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, by which of its names."""

    iri: str
    kind: str
    name: str
    language: str


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """The hits in order, how many there are of each kind, and what was searched for instead when nothing fitted."""

    hits: tuple[Hit, ...]
    kinds: dict[str, int]
    over: bool
    """Whether counting stopped before the end."""
    instead: tuple[str, ...] = ()
    """The words that were taken for the mistyped ones."""


def search(index: Index, text: str, language: str = "en", kind: str | None = None) -> Found:
    """What fits a text: every word must begin a word of the name; if nothing does, words that are nearly the same."""
    wanted = words(text)
    if not wanted:
        return Found((), {}, over=False)
    with index.reading() as connection:
        asked = _expression([[word] for word in wanted])
        found = _search(connection, asked, wanted, language, kind)
        if found.hits or found.kinds:
            return found
        spelt = [_spellings(connection, word) for word in wanted]
        if not all(spelt):
            return found
        instead = tuple(nearest[0] for nearest in spelt)
        near = _search(connection, _expression(spelt), list(instead), language, kind)
        return dataclasses.replace(near, instead=instead if instead != tuple(wanted) else ())


def suggest(index: Index, text: str, language: str = "en", most: int = 10) -> list[Hit]:
    """The first hits of what somebody is still typing."""
    return list(search(index, text, language).hits[:most])


def _search(connection: sqlite3.Connection, asked: str, wanted: list[str], language: str, kind: str | None) -> Found:
    counted = connection.execute(
        "SELECT kind, COUNT(DISTINCT iri), COUNT(*) FROM (SELECT entry.kind, entry.iri FROM found"
        " JOIN entry ON entry.id = found.rowid WHERE found MATCH ? LIMIT ?) GROUP BY kind ORDER BY 2 DESC, kind",
        (asked, _COUNTED),
    ).fetchall()
    kinds = {name: things for name, things, _ in counted}
    over = sum(rows for _, _, rows in counted) >= _COUNTED
    start = " ".join(wanted)
    of_kind, values = ("", ()) if kind is None else (" AND entry.kind = ?", (kind,))
    columns = "SELECT entry.iri, entry.kind, entry.name, entry.language, entry.main, entry.folded, entry.id"
    rows = connection.execute(
        f"{columns} FROM found JOIN entry ON entry.id = found.rowid WHERE found MATCH ?{of_kind}"
        " ORDER BY found.rowid LIMIT ?",
        (asked, *values, _LOOKED_AT),
    ).fetchall()
    rows += connection.execute(
        f"{columns} FROM entry WHERE folded >= ? AND folded < ?{of_kind} ORDER BY folded, id LIMIT ?",
        (start, start + "\U0010ffff", *values, _LOOKED_AT // 4),
    ).fetchall()
    best: dict[str, tuple[tuple[object, ...], Hit]] = {}
    for iri, of, name, tag, main, folded, number in rows:
        rank = (_fit(folded, start, wanted), not main, tag not in ("", language), number)
        if iri not in best or rank < best[iri][0]:
            best[iri] = (rank, Hit(iri, of, name, tag))
    return Found(tuple(hit for _, hit in sorted(best.values(), key=lambda item: item[0])), kinds, over)


def _fit(folded: str, start: str, wanted: Sequence[str]) -> int:
    """How well a name fits: the whole of it, its beginning, whole words, beginnings of words."""
    if folded == start:
        return 0
    if folded.startswith(start + " "):
        return 1
    if folded.startswith(start):
        return 2
    return 3 if set(wanted) <= set(folded.split()) else 4


def _expression(spellings: Sequence[Sequence[str]]) -> str:
    """A query of FTS5: each word, in one of its spellings, begins a word of the name. Words hold letters and digits."""
    return " AND ".join("(" + " OR ".join(f'"{word}"*' for word in spelt) + ")" for spelt in spellings)


def _spellings(connection: sqlite3.Connection, word: str) -> list[str]:
    """The words of the index that a mistyped word may be, the nearest first; the word itself when it is in there."""
    known = connection.execute("SELECT 1 FROM word WHERE word >= ? AND word < ? LIMIT 1", (word, word + "\U0010ffff"))
    if known.fetchone():
        return [word]
    allowed = 1 if len(word) < 6 else 2 if len(word) < 10 else 3
    pieces = sorted({word[place : place + 3] for place in range(len(word) - 2)})
    ranked = []
    for (other,) in _candidates(connection, word, pieces):
        whole = OSA.distance(word, other, score_cutoff=allowed)
        beginning = OSA.distance(word, other[: len(word)], score_cutoff=allowed) if len(other) > len(word) else whole
        distance = min(whole, beginning)
        if distance <= allowed:
            ranked.append((distance, whole, abs(len(other) - len(word)), other))
    return [other for *_, other in sorted(ranked)[:_NEAR_WORDS]]


def _candidates(connection: sqlite3.Connection, word: str, pieces: Sequence[str]) -> list[tuple[str]]:
    """Words that have letters in a row with it, or begin alike: the few that are worth comparing."""
    near: list[tuple[str]] = []
    if pieces:
        asked = " OR ".join(f'"{piece}"' for piece in pieces)
        near = connection.execute(
            "SELECT word FROM piece WHERE piece MATCH ? ORDER BY rank LIMIT ?", (asked, _CANDIDATES)
        ).fetchall()
    alike = word[:2] if len(word) > 3 else word[:1]
    near += connection.execute(
        "SELECT word FROM word WHERE word >= ? AND word < ? LIMIT ?", (alike, alike + "\U0010ffff", _CANDIDATES)
    ).fetchall()
    return list(dict.fromkeys(near))
