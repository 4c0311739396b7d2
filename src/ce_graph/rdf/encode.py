"""Turns one source of RDF into numbers and the distinct terms that they stand for."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyoxigraph as ox

from ce_graph.errors import DataError
from ce_graph.rdf import tokens
from ce_graph.rdf.dictionary import KEY, PADDING, Bytes, Dictionary, Hashes, Ids, Places, hash_tokens
from ce_graph.rdf.sources import Source

_CHUNK = 20_000
"""Quads encoded at a time: their text (about 2 MB) stays in the processor's cache."""
_UNDERSCORE = ord("_")


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

    def hashes(self, mark: int) -> tuple[Hashes, Hashes]:
        """Both lanes of the hash of each term; blank nodes are marked as those of source number ``mark``."""
        start = np.cumsum(self.length) - self.length
        return _hash(self.text, start, self.length, mark)


def encode(source: Source, *, graphs: bool = False) -> Encoded:
    """Read a source; ``graphs`` keeps the graph names, as a fourth column (the empty term: the default graph).

    Raises:
        DataError: the source cannot be read, with its name and the position of the fault.
    """
    with reading(source):
        parser = parse(source)
        result = encode_quads(parser, graphs=graphs)
        result.prefixes = parser.prefixes
        return result


def encode_quads(quads: Iterable[Any], *, graphs: bool = False) -> Encoded:
    """Encode quads, or triples when ``graphs`` is false."""
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
        ids, fresh = table.add(*_hash(data, found.start, found.length, 0))
        rows.append(ids.reshape(-1, found.width))
        texts.append(gather(array, found.start[fresh], found.length[fresh]).tobytes())
        lengths.append(found.length[fresh])
    width = 4 if graphs else 3
    return Encoded(
        np.concatenate(rows) if rows else np.empty((0, width), np.int32),
        b"".join(texts) + bytes(PADDING),
        np.concatenate(lengths) if lengths else np.empty(0, np.int64),
        {},
    )


def _hash(data: bytes, start: Places, length: Places, mark: int) -> tuple[Hashes, Hashes]:
    first, second = hash_tokens(data, start, length, KEY)
    if mark:
        blank = (np.frombuffer(data, np.uint8)[start] == _UNDERSCORE) & (length > 0)
        second[blank] ^= np.uint64(mark)
    return first, second


def gather(data: Bytes, start: Places, length: Places) -> Bytes:
    """The slices ``data[start:start + length]``, back to back."""
    before = np.cumsum(length) - length
    return data[np.repeat(start - before, length) + np.arange(int(length.sum()))]


def parse(source: Source) -> ox.QuadParser:
    """The parser of a source, not yet run."""
    form = source.format.rdf
    if source.data is not None:
        return ox.parse(source.data, format=form, base_iri=source.base)
    return ox.parse(path=source.path, format=form, base_iri=source.base)


@contextlib.contextmanager
def reading(source: Source) -> Iterator[None]:
    """Turn what goes wrong while a source is read into an error for the user."""
    try:
        yield
    except SyntaxError as error:
        line, column = error.lineno, error.offset
        place = f":{line}:{column}" if line else ""
        message = (error.msg or str(error)).partition(": ")[2] or str(error)
        raise DataError(f"{source.name}{place}: {message}") from error
    except OSError as error:
        raise DataError(f"{source.name}: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(f"{source.name}: {error}") from error
