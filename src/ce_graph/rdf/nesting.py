"""Refuses files that are nested so deep that their parser would run out of stack, memory or time, before it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

import pyoxigraph as ox

from ce_graph.errors import DataError
from ce_graph.rdf.positions.spots import line_of

if TYPE_CHECKING:
    import mmap

DEEPEST_JSON = 200
"""Memory of the JSON-LD parser grows with the square of the depth: 2 000 levels take 300 MB."""
DEEPEST_XML = 500
"""Time of the RDF/XML parser grows with the square of the depth: 20 000 levels take a second."""
DEEPEST_TURTLE = 10_000
"""Brackets of any kind. The parser keeps 700 bytes for each that is open, a million times as much as the file says."""
DEEPEST_TERMS = 200
"""Triple terms within triple terms take stack: 20 000 levels end the process."""

_CHUNK = 1 << 16
_TURTLE = re.compile(
    rb"(?:[^\"'<>#()\[\]{}\\]++|<(?!<)[^<>\"{}|^`\\\x00-\x20]*+>?|>(?!>)|#[^\r\n]*+|\\.|\\\Z"
    rb'|"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)|"(?:[^"\\\r\n]++|\\.)*+"?'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)|'(?:[^'\\\r\n]++|\\.)*+'?)*+(<<|>>|[()\[\]{}])",
    re.DOTALL,
)
"""A bracket and all before it that is none; a text or IRI that does not end goes on to where it would have to."""
_JSON = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+(?:"|\Z))*+([{}\[\]])', re.DOTALL)


class Deep(NamedTuple):
    """Where a file is nested deeper than is read."""

    limit: int
    """How deep it may be."""
    line: int
    column: int


def refuse_deep(data: bytes | mmap.mmap, form: ox.RdfFormat | None, name: str) -> None:
    """Refuse what must not reach the parser of a format.

    Raises:
        DataError: ``data`` is nested too deep.
        SyntaxError: it is RDF/XML and no XML, or its entities explode; the parser would not say so.
    """
    if (found := deep(data, form)) is not None:
        raise DataError(f"{name}:{found.line}:{found.column}: nested more than {found.limit} levels deep; flatten it")


def deep(data: bytes | mmap.mmap, form: ox.RdfFormat | None) -> Deep | None:
    """Where ``data`` is nested too deep for its format, in one pass; see :func:`refuse_deep`."""
    if form == ox.RdfFormat.RDF_XML:
        return _xml(data)
    if form == ox.RdfFormat.JSON_LD:
        return _placed(data, DEEPEST_JSON, _json(data))
    if _count(data, (b"(", b"[", b"{", b"<<")) <= DEEPEST_TERMS:
        return None
    return _placed(data, *_turtle(data))


def _placed(data: bytes | mmap.mmap, limit: int, at: int | None) -> Deep | None:
    return None if at is None else Deep(limit, *line_of(data, at))


def _count(data: bytes | mmap.mmap, signs: tuple[bytes, ...]) -> int:
    """How often signs occur, at least; it stops counting when there are many."""
    found = 0
    for chunk in _chunks(data):
        found += sum(map(chunk.count, signs))
        if found > DEEPEST_TERMS:
            break
    return found


def _chunks(data: bytes | mmap.mmap) -> Iterator[bytes]:
    return (data[begin : begin + _CHUNK] for begin in range(0, len(data), _CHUNK))


def _turtle(data: bytes | mmap.mmap) -> tuple[int, int | None]:
    """The limit that is broken, and where."""
    depth = terms = end = 0
    match = _TURTLE.match
    while (found := match(data, end)) is not None:
        end, mark = found.end(), found[1]
        if mark in b")]}":
            depth -= depth > 0
        elif mark == b">>":
            terms -= terms > 0
        elif mark == b"<<":
            terms += 1
            if terms > DEEPEST_TERMS:
                return DEEPEST_TERMS, found.start(1)
        else:
            depth += 1
            if depth > DEEPEST_TURTLE:
                return DEEPEST_TURTLE, found.start(1)
    return DEEPEST_TURTLE, None


def _json(data: bytes | mmap.mmap) -> int | None:
    depth = end = 0
    match = _JSON.match
    while (found := match(data, end)) is not None:
        end = found.end()
        if found[1] in b"{[":
            depth += 1
            if depth > DEEPEST_JSON:
                return found.start(1)
        else:
            depth -= depth > 0
    return None


def _xml(data: bytes | mmap.mmap) -> Deep | None:
    parser = expat.ParserCreate()
    depth = 0
    found: Deep | None = None

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth, found
        depth += 1
        if depth > DEEPEST_XML and found is None:
            found = Deep(DEEPEST_XML, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        for chunk in _chunks(data):
            parser.Parse(chunk, False)
            if found is not None:
                return found
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise SyntaxError(said, (None, error.lineno, error.offset + 1, None)) from error
    return None
