"""Looks for what would end or stall a parser before it runs, and for the place of a fault after it has failed."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ce_graph.check.notices import Notice, notice
from ce_graph.check.positions import Position
from ce_graph.rdf.sources import Source

WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")

_DEEPEST_XML = 500
_MOST_QUOTED = 200
"""Triple terms inside one another: the parser ends the process when there are some ten thousand."""
_LONGEST = 1 << 24
"""The longest token, in bytes, that the parser takes."""
_CHUNK = 1 << 20
_QUOTED = re.compile(rb'<<\(|\)>>|"(?:[^"\\\n]++|\\.)*+"', re.DOTALL)


def first_bytes(path: Path) -> bytes:
    """The first 8 KiB of a file."""
    with path.open("rb") as stream:
        return stream.read(8192)


def guard(source: Source) -> Notice | None:
    """Refuse what would crash or stall the parser: text nested too deeply, entities that explode, XML cut short."""
    if source.format.name == "rdfxml":
        return _guard_xml(source)
    if source.format.name == "jsonld":
        from ce_graph.rdf.positions.tree import DEEPEST, too_deep

        data = source.data if source.data is not None else source.path.read_bytes() if source.path else b""
        return _unreadable(source, "too-deep", limit=DEEPEST) if too_deep(data) else None
    return _guard_turtle(source)


def _guard_turtle(source: Source) -> Notice | None:
    if source.data is not None:
        return _quoted(source, source.data)
    if source.path is None or not source.path.stat().st_size:
        return None
    with source.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _quoted(source, data)


def _quoted(source: Source, data: bytes | mmap.mmap) -> Notice | None:
    if data.find(b"<<(") < 0:
        return None
    depth = 0
    for found in _QUOTED.finditer(data):
        depth += {b"<<(": 1, b")>>": -1}.get(found[0], 0)
        if depth > _MOST_QUOTED:
            return _unreadable(source, "too-deep", *_line_of(data, found.start()), limit=_MOST_QUOTED)
    return None


def _guard_xml(source: Source) -> Notice | None:
    parser = expat.ParserCreate()
    depth, deepest = 0, 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        for chunk in _chunks(source):
            parser.Parse(chunk, False)
            if deepest > _DEEPEST_XML:
                return _unreadable(source, "too-deep", parser.CurrentLineNumber, limit=_DEEPEST_XML)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        return _unreadable(source, "syntax", error.lineno, error.offset + 1, said=said)
    return None


def _chunks(source: Source) -> Iterable[bytes]:
    if source.data is not None:
        yield source.data
    elif source.path is not None:
        with source.path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


def _line_of(data: bytes | mmap.mmap, offset: int) -> tuple[int, int]:
    begin = data.rfind(b"\n", 0, offset) + 1
    line = 1 + sum(1 for _ in re.finditer(rb"\n", data[:begin]))
    return line, len(data[begin:offset].decode("utf-8", "replace")) + 1


def fault(source: Source) -> Notice | None:
    """Why a source cannot be parsed, with the place; ``None`` when it can."""
    import pyoxigraph as ox

    try:
        given = {"input": source.data} if source.data is not None else {"path": source.path}
        for _ in ox.parse(**given, format=source.format.rdf, base_iri=source.base):
            pass
    except SyntaxError as error:
        return _explained(source, error)
    except MemoryError:
        data = source.data if source.data is not None else source.path.read_bytes() if source.path else b""
        return _unreadable(source, "too-long", *_longest(source, data), limit=_LONGEST >> 20)
    except OSError as error:
        return _unreadable(source, "system", said=error.strerror or str(error))
    except ValueError as error:
        return _unreadable(source, "syntax", said=str(error))
    return None


def _explained(source: Source, error: SyntaxError) -> Notice:
    line, column = error.lineno or 0, error.offset or 0
    message = error.msg or str(error)
    said = message.partition(": ")[2] if message.startswith("Parser error") else message
    if "LoadDocumentCallback" in message:
        return _unreadable(source, "remote-context", line, column)
    if "UTF-8" in message:
        data = source.data if source.data is not None else source.path.read_bytes() if source.path else b""
        try:
            data.decode()
        except UnicodeDecodeError as wrong:
            return _unreadable(source, "not-utf8", *_line_of(data, wrong.start), byte=f"0x{data[wrong.start]:02X}")
    if "nexpected end" in message:
        return _unreadable(source, "truncated", line, column, said=said)
    return _unreadable(source, "syntax", line, column, said=said)


def _longest(source: Source, data: bytes) -> tuple[int, int]:
    """Where the text begins that is too long for the parser."""
    if source.format.name in ("rdfxml", "jsonld"):
        return _longest_line(data)
    from ce_graph.rdf.positions.tokens import TOKEN

    end = 0
    while (found := TOKEN.match(data, end)) is not None:
        end = found.end()
        if end - found.start() >= _LONGEST:
            return _line_of(data, next(found.start(group) for group in range(1, 6) if found.start(group) >= 0))
    return _longest_line(data)


def _longest_line(data: bytes) -> tuple[int, int]:
    """The first line that is too long for one token, else none."""
    number = 1
    begin = 0
    while (end := data.find(b"\n", begin)) >= 0 and end - begin < _LONGEST:
        number, begin = number + 1, end + 1
    return (number, 1) if (end if end >= 0 else len(data)) - begin >= _LONGEST else (0, 0)


def _unreadable(source: Source, why: str, line: int = 0, column: int = 0, **values: Any) -> Notice:
    return notice("unreadable", "violation", Position(source.name, line, column), why=why, **values)
