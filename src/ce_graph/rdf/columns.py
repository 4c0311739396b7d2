"""A dataset as dictionary-encoded columns: every term a number, every predicate two sorted columns.

For a million triples the columns take 12 MB and the terms about 30 MB; no Python object is made per triple.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox

from ce_graph.rdf.dictionary import Begins, Bytes, Dictionary, Ids, Mask, Places, gather
from ce_graph.rdf.encode import Encoded, encode_quads
from ce_graph.rdf.term_texts import Term
from ce_graph.rdf.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

    from ce_graph.rdf.sources import Source


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """Statements as they are written: ``rows`` of numbers, and the bytes at which the three terms of each begin."""

    rows: Ids
    begins: Begins


NO_IDS: Ids = np.empty(0, np.int32)


class Columns:
    """The union of all graphs of a dataset, each triple once, sorted by predicate, subject and object number.

    ``subjects``, ``predicates``, ``objects`` are ``int32[triples]``, numbers into ``terms``. ``quads`` is
    ``int32[quads, 4]`` in the order of reading (a graph of kind ``terms.NONE`` is the default graph), or ``None``
    unless graph names were asked for. ``written`` has, by the number of the source, the statements of those sources of
    which all places were seen in reading.
    """

    def __init__(self, parts: Sequence[Encoded], names: Sequence[str] = ("",), marks: Sequence[int] = (0,)) -> None:
        """Join encoded sources; parts with the same mark share their blank nodes' labels (they are of one source)."""
        self.sources = tuple(names)
        self.prefixes: dict[str, str] = {}
        for part in reversed(parts):
            self.prefixes |= part.prefixes
        table = Dictionary()
        if parts[0].table is not None and parts[0].table.size == len(parts[0].length) and len(parts[0].table.slots):
            table = parts[0].table
        rows: list[Ids] = []
        texts: list[bytes] = []
        lengths: list[Places] = []
        bounds: dict[int, int] = {}
        for part, mark in zip(parts, marks, strict=True):
            bounds.setdefault(mark, 0 if part.table is table else table.size)
            if part.table is table:
                rows.append(part.rows)
                lengths.append(part.length)
                texts.append(part.text[: int(part.length.sum())] if len(parts) > 1 else b"")
                continue
            ids, fresh = table.add(*part.hashes(mark, table.key))
            rows.append(ids[part.rows])
            data: Bytes = np.frombuffer(part.text, np.uint8)
            whole = len(fresh) == len(part.length)
            start = np.cumsum(part.length) - part.length
            end = int(part.length.sum())
            texts.append(part.text[:end] if whole else gather(data, start[fresh], part.length[fresh]).tobytes())
            lengths.append(part.length[fresh])
        text = parts[0].text if len(parts) == 1 else b"".join(texts) + bytes(8)
        length = np.concatenate(lengths) if lengths else np.empty(0, np.int64)
        described = parts[0].described if len(parts) == 1 else None
        self.terms = Terms(text, length, table, [*bounds.values()], described)
        self.written = _written(parts, marks, rows)
        all_rows = np.concatenate(rows) if len(rows) > 1 else rows[0]
        self.quads: Ids | None = all_rows if all_rows.shape[1] == 4 else None
        self.subjects, self.predicates, self.objects = _sorted(all_rows, self.terms.size)
        starts = np.flatnonzero(np.concatenate(([True], self.predicates[1:] != self.predicates[:-1])))
        keys = self.predicates[starts].tolist() if len(self.predicates) else []
        ends = [*starts[1:].tolist(), len(self.predicates)]
        self._slices = {key: slice(*ends_) for key, *ends_ in zip(keys, starts.tolist(), ends, strict=False)}

    def __len__(self) -> int:
        """Number of distinct triples."""
        return len(self.subjects)

    @property
    def used_predicates(self) -> tuple[int, ...]:
        """Numbers of the predicates that the data uses, ascending."""
        return tuple(self._slices)

    def by_predicate(self, predicate: int | None) -> tuple[Ids, Ids]:
        """Subjects and objects of one predicate, sorted by subject, then object."""
        where = None if predicate is None else self._slices.get(predicate)
        if where is None:
            return NO_IDS, NO_IDS
        return self.subjects[where], self.objects[where]

    def of(self, predicate: Term) -> tuple[Ids, Ids]:
        """Subjects and objects of a predicate given as a term."""
        return self.by_predicate(self.terms.find(predicate))

    def marked(self, ids: Ids) -> Mask:
        """A mask over all term numbers that is true at ``ids``."""
        mask = np.zeros(self.terms.size, bool)
        mask[ids] = True
        return mask

    def distinct(self, ids: Ids) -> Ids:
        """The distinct numbers among ``ids``, ascending."""
        if len(ids) * 64 < self.terms.size:
            return np.unique(ids)
        return np.flatnonzero(self.marked(ids)).astype(np.int32)

    def graph_names(self) -> list[ox.NamedNode | ox.BlankNode]:
        """Names of the named graphs, where they were kept."""
        if self.quads is None:
            return []
        names = [
            self.terms.term(number) for number in np.unique(self.quads[:, 3]).tolist() if self.terms.kind[number] != 4
        ]
        return [name for name in names if isinstance(name, ox.NamedNode | ox.BlankNode)]


def _written(parts: Sequence[Encoded], marks: Sequence[int], rows: Sequence[Ids]) -> dict[int, list[Written]]:
    found: dict[int, list[Written]] = {}
    lost = {mark for part, mark in zip(parts, marks, strict=True) if part.begins is None}
    for part, mark, numbers in zip(parts, marks, rows, strict=True):
        if part.begins is not None and mark not in lost:
            found.setdefault(mark, []).append(Written(numbers, part.begins))
    return found


def _sorted(rows: Ids, terms: int) -> tuple[Ids, Ids, Ids]:
    if not len(rows):
        return NO_IDS, NO_IDS, NO_IDS
    bits = np.uint64(max(1, int(terms - 1).bit_length()))
    used = np.zeros(terms, bool)
    used[rows[:, 1]] = True
    predicates = np.flatnonzero(used).astype(np.int32)
    if int(bits) * 2 + len(predicates).bit_length() > 64:
        return _sorted_wide(rows)
    rank = np.cumsum(used, dtype=np.int64) - 1
    key = rank[rows[:, 1]].astype(np.uint64)
    for column in (0, 2):
        key <<= bits
        key |= rows[:, column].astype(np.uint64)
    key.sort()
    keep = np.empty(len(key), bool)
    keep[0] = True
    np.not_equal(key[1:], key[:-1], out=keep[1:])
    if not keep.all():
        key = key[keep]
    low = np.uint64((1 << int(bits)) - 1)
    objects = (key & low).astype(np.int32)
    key >>= bits
    subjects = (key & low).astype(np.int32)
    key >>= bits
    return subjects, predicates[key.astype(np.int64)], objects


def _sorted_wide(rows: Ids) -> tuple[Ids, Ids, Ids]:
    rows = rows[np.lexsort((rows[:, 2], rows[:, 0], rows[:, 1]))]
    keep = np.ones(len(rows), bool)
    keep[1:] = (rows[1:, :3] != rows[:-1, :3]).any(axis=1)
    rows = rows[keep]
    return rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy()


def read(sources: Sequence[Source], *, graphs: bool = False, processes: int = 1, cache: Path | None = None) -> Columns:
    """Read sources into columns; blank nodes of different sources are kept apart.

    ``graphs`` keeps the graph names. ``processes`` 2 or more reads in as many processes, by file and, for a single
    large file, by part. ``cache`` is a folder for encoded sources by content, made when missing.

    Raises:
        DataError: a source cannot be read, with name, line and column.
    """
    from ce_graph.rdf.reading import encode_all

    parts, marks = encode_all(sources, graphs=graphs, processes=processes, cache=cache)
    return Columns(parts, [source.name for source in sources], marks)


def of_quads(quads: Iterable[Any]) -> Columns:
    """Columns of quads or triples in memory; graph names are not kept."""
    found = list(quads)
    parts = [encode_quads(found, graphs=bool(found) and isinstance(found[0], ox.Quad)).without_graphs()]
    return Columns(parts)
