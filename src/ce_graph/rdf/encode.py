"""Turns one source of RDF into numbers and the distinct terms that they stand for."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import mmap
import os
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyoxigraph as ox

from ce_graph.errors import DataError
from ce_graph.rdf import tokens
from ce_graph.rdf.dictionary import PADDING, Begins, Bytes, Dictionary, Hashes, Ids, Key, Places, gather, hash_tokens
from ce_graph.rdf.nesting import refuse_deep
from ce_graph.rdf.sources import Source
from ce_graph.rdf.terms import Described

_CHUNK = 20_000
"""Quads encoded at a time: their text (about 2 MB) stays in the processor's cache."""
_UNDERSCORE = ord("_")
_QUOTED = 200
"""Characters of a parser's message that are passed on."""


@dataclasses.dataclass(slots=True)
class Encoded:
    """A source as numbers. ``rows`` is ``int32[quads, 3 or 4]``; terms are N-Triples text, back to back."""

    rows: Ids
    text: bytes
    """The distinct terms in the order of their numbers, then ``PADDING`` zero bytes."""
    length: Places
    """Length of each term, in bytes."""
    prefixes: dict[str, str]
    """Prefixes that the source declares."""
    table: Dictionary | None = None
    """The numbers of the terms by their hash, where it is at hand."""
    described: Described | None = None
    """What the terms are, where that is known already."""
    begins: Begins | None = None
    """For each row the bytes of the source at which subject, predicate and object begin, where that is known."""

    def without_graphs(self) -> Encoded:
        """The same with three columns."""
        return self if self.rows.shape[1] == 3 else dataclasses.replace(self, rows=self.rows[:, :3])

    def with_graphs(self) -> Encoded:
        """The same with four columns, all of the default graph where there were three."""
        if self.rows.shape[1] == 4:
            return self
        graph = np.full((len(self.rows), 1), len(self.length), np.int32)
        return dataclasses.replace(
            self,
            rows=np.hstack((self.rows, graph)),
            length=np.append(self.length, 0),
            table=None,
            described=None,
        )

    def hashes(self, mark: int, key: Key) -> tuple[Hashes, Hashes]:
        """Both lanes of the hash of each term; blank nodes are marked as those of source number ``mark``."""
        start = np.cumsum(self.length) - self.length
        if self.table is not None and self.table.key == key and self.table.size == len(self.length):
            first, second = self.table.hashes()
        else:
            first, second = hash_tokens(self.text, start, self.length, key)
        if mark:
            blank = (np.frombuffer(self.text, np.uint8)[start] == _UNDERSCORE) & (self.length > 0)
            second = np.where(blank, second ^ np.uint64(mark), second)
        return first, second


def encode(source: Source, *, begin: int = 0, end: int | None = None, header: bytes = b"") -> list[Encoded]:
    """Read a source, with its graph names where the format has them (a fourth column).

    The parts belong together: what is plain, and what the parser has read. ``begin`` and ``end`` cut a piece out of
    Turtle, N-Triples or N-Quads, ``header`` are the prefixes for it.

    Raises:
        DataError: the source cannot be read, with its name and the position of the fault.
    """
    with reading(source):
        if source.format.rdf not in _PLAIN:
            return [_parsed(source, parse(source))]
        with content(source) as data:
            if not begin and end is None:
                return _encode_text(source, data)
            parts = _encode_text(source, header + data[begin:end])
            kind = np.uint32 if len(data) < 1 << 32 else np.int64
            for part in parts:
                if part.begins is not None:
                    part.begins = (part.begins.astype(np.int64) + (begin - len(header))).astype(kind)
            return parts


_PLAIN = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)


def _encode_text(source: Source, data: bytes | mmap.mmap) -> list[Encoded]:
    from ce_graph.rdf.plain import encode_plain

    form = source.format.rdf
    plain = encode_plain(data, turtle=form == ox.RdfFormat.TURTLE, quads=source.format.datasets, base=source.base)
    first = [Encoded(plain.rows, plain.text, plain.length, plain.prefixes, plain.table, begins=plain.begins)]
    if plain.consumed == len(data):
        return first
    refuse_deep(data, form, source.name)
    rest = plain.header + data[plain.consumed :]
    try:
        return [*(first if len(plain.rows) else []), _parsed(source, ox.parse(rest, format=form, base_iri=source.base))]
    except SyntaxError:
        # For the position, counted from the beginning.
        return [_parsed(source, ox.parse(data[:], format=form, base_iri=source.base))]


def _parsed(source: Source, parser: ox.QuadParser) -> Encoded:
    result = encode_quads(parser, graphs=source.format.datasets)
    result.prefixes = parser.prefixes
    return result


@contextlib.contextmanager
def content(source: Source) -> Iterator[bytes | mmap.mmap]:
    """The bytes of a source, mapped into memory when it is a file."""
    if source.data is not None or source.path is None:
        yield source.data or b""
        return
    with source.path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size or not source.path.is_file():
            yield file.read()
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def join(parts: list[Encoded]) -> Encoded:
    """The parts of one source as one."""
    if len(parts) == 1:
        return parts[0]
    table = Dictionary()
    rows, texts, lengths = [], [], []
    for part in parts:
        ids, fresh = table.add(*part.hashes(0, table.key))
        start = np.cumsum(part.length) - part.length
        rows.append(ids[part.rows])
        texts.append(gather(np.frombuffer(part.text, np.uint8), start[fresh], part.length[fresh]).tobytes())
        lengths.append(part.length[fresh])
    text = b"".join(texts) + bytes(PADDING)
    begins = [part.begins for part in parts if part.begins is not None]
    return Encoded(
        np.concatenate(rows),
        text,
        np.concatenate(lengths),
        parts[-1].prefixes,
        table,
        begins=np.concatenate(begins) if len(begins) == len(parts) else None,
    )


def encode_quads(quads: Iterable[Any], *, graphs: bool = False) -> Encoded:
    """Encode quads with their ``graphs``, or else triples (or quads of the default graph)."""
    form = ox.RdfFormat.N_QUADS if graphs else ox.RdfFormat.N_TRIPLES
    table = Dictionary()
    rows: list[Ids] = []
    texts: list[bytes] = []
    lengths: list[Places] = []
    remaining = iter(quads)
    while lines := ox.serialize(itertools.islice(remaining, _CHUNK), format=form):
        data = lines + bytes(PADDING)
        array: Bytes = np.frombuffer(data, np.uint8)
        found = tokens.split(array[:-PADDING], graphs=graphs)
        ids, fresh = table.number(data, found.start, found.length)
        rows.append(ids.reshape(-1, found.width))
        texts.append(gather(array, found.start[fresh], found.length[fresh]).tobytes())
        lengths.append(found.length[fresh])
    width = 4 if graphs else 3
    return Encoded(
        np.concatenate(rows) if rows else np.empty((0, width), np.int32),
        b"".join(texts) + bytes(PADDING),
        np.concatenate(lengths) if lengths else np.empty(0, np.int64),
        {},
        table,
    )


def parse(source: Source, *, rename_blank_nodes: bool = False) -> ox.QuadParser:
    """The parser of a source, not yet run.

    Raises:
        DataError: the source is nested too deep for it.
    """
    form = source.format.rdf
    with content(source) as data:
        refuse_deep(data, form, source.name)
        if source.path is None or source.data is not None or not source.path.is_file():
            return ox.parse(data[:], format=form, base_iri=source.base, rename_blank_nodes=rename_blank_nodes)
    return ox.parse(path=source.path, format=form, base_iri=source.base, rename_blank_nodes=rename_blank_nodes)


@contextlib.contextmanager
def reading(source: Source) -> Iterator[None]:
    """Turn what goes wrong while a source is read into an error for the user."""
    try:
        yield
    except SyntaxError as error:
        line, column = error.lineno, error.offset
        place = f":{line}:{column}" if line else ""
        message = error.msg or str(error)
        raise DataError(f"{source.name}{place}: {shortened(message.partition(': ')[2] or message)}") from error
    except OSError as error:
        raise DataError(f"{source.name}: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(f"{source.name}: {error}") from error


def shortened(message: str) -> str:
    """What a parser says, without most of what it quotes when that is long."""
    return message if len(message) <= _QUOTED else f"{message[: _QUOTED // 2]} … {message[-_QUOTED // 2 :]}"
