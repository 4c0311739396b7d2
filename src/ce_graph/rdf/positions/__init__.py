"""Where the statements of a source of RDF are written: no parser for Python tells that of text it accepts.

The parser reads the source once more, and a scan of the text names the spots in the same order. So blank nodes,
prefixes and literals are the parser's business alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ce_graph.rdf.positions.spots import NOWHERE, Lines, Spot

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ce_graph.rdf.sources import Source

__all__ = ["LARGEST_TREE", "Lines", "Spot", "placed", "read", "unplaced"]

LARGEST_TREE = 32 << 20
"""The largest JSON-LD document, in bytes, of which the whole tree is kept in memory to find places."""
BOM = b"\xef\xbb\xbf"


def read(source: Source) -> bytes:
    """The bytes of a source, without a byte order mark."""
    data = source.data if source.data is not None else source.path.read_bytes() if source.path else b""
    return data.removeprefix(BOM)


def placed(source: Source, data: bytes) -> Iterator[tuple[ox.Quad, Spot]]:
    """Yield every statement of a source, in the parser's order, with its spot in ``data`` (see :func:`read`).

    Raises:
        DataError: the scan and the parser do not agree; what was yielded before may be wrong.
    """
    from ce_graph.rdf.encode import reading

    with reading(source):
        yield from _BY_FORMAT[source.format.name](source, data)


def unplaced(source: Source, data: bytes) -> Iterator[tuple[ox.Quad, Spot]]:
    """Yield every statement of a source as :func:`placed` does, where no spots can be told: all of them ``NOWHERE``.

    Raises:
        DataError: the source cannot be read again.
    """
    from ce_graph.rdf.encode import reading

    with reading(source):
        for quad in _parsed(source, data):
            yield quad, NOWHERE


def _parsed(source: Source, data: bytes) -> Iterator[ox.Quad]:
    import pyoxigraph as ox

    return iter(ox.parse(data, format=source.format.rdf, base_iri=source.base))


def _turtle(source: Source, data: bytes) -> Iterator[tuple[ox.Quad, Spot]]:
    from ce_graph.rdf.positions.turtle import spots

    return zip(_parsed(source, data), spots(data), strict=True)


def _rdfxml(source: Source, data: bytes) -> Iterator[tuple[ox.Quad, Spot]]:
    from ce_graph.rdf.positions.rdfxml import spots

    return zip(_parsed(source, data), spots(data), strict=True)


def _jsonld(source: Source, data: bytes) -> Iterator[tuple[ox.Quad, Spot]]:
    from ce_graph.rdf.positions.jsonld import stated
    from ce_graph.rdf.positions.matching import matched

    if len(data) > LARGEST_TREE:
        raise ValueError("too large to keep as a tree")
    return matched(_parsed(source, data), stated(data, source.base or ""))


_BY_FORMAT: dict[str, Callable[[Source, bytes], Iterator[tuple[ox.Quad, Spot]]]] = {
    "turtle": _turtle,
    "trig": _turtle,
    "ntriples": _turtle,
    "nquads": _turtle,
    "rdfxml": _rdfxml,
    "jsonld": _jsonld,
}
