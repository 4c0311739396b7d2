"""Says why a file that was refused cannot be read, in plain words and with the place."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_graph.check.notices import Notice, notice
from ce_graph.check.positions import Position
from ce_graph.rdf.encode import content, shortened
from ce_graph.rdf.nesting import deep
from ce_graph.rdf.positions.spots import line_of
from ce_graph.rdf.sources import Source

if TYPE_CHECKING:
    import mmap

WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")

_LONGEST = 1 << 24
"""The longest token, in bytes, that the parser takes."""
_CHUNK = 1 << 20


def first_bytes(path: Path) -> bytes:
    """The first 8 KiB of a file."""
    with path.open("rb") as stream:
        return stream.read(8192)


def fault(source: Source) -> Notice | None:
    """Why a source cannot be parsed, with the place; ``None`` when it can."""
    import pyoxigraph as ox

    try:
        with content(source) as data:
            if (found := deep(data, source.format.rdf)) is not None:
                return _unreadable(source, "too-deep", found.line, found.column, limit=found.limit)
        given = {"input": source.data} if source.data is not None else {"path": source.path}
        for _ in ox.parse(**given, format=source.format.rdf, base_iri=source.base):
            pass
    except SyntaxError as error:
        return _explained(source, error)
    except MemoryError:
        with content(source) as data:
            return _unreadable(source, "too-long", *_longest(source, data), limit=_LONGEST >> 20)
    except OSError as error:
        return _unreadable(source, "system", said=error.strerror or str(error))
    except ValueError as error:
        return _unreadable(source, "syntax", said=str(error))
    return None


def _explained(source: Source, error: SyntaxError) -> Notice:
    line = error.lineno or 0
    column = _column(source, line, error.offset or 0)
    message = error.msg or str(error)
    said = shortened(message.partition(": ")[2] if message.startswith("Parser error") else message)
    if "LoadDocumentCallback" in message:
        return _unreadable(source, "remote-context", line, column)
    if "UTF-8" in message:
        with content(source) as data:
            if (at := not_utf8(data)) is not None:
                return _unreadable(source, "not-utf8", *line_of(data, at), byte=f"0x{data[at]:02X}")
    if "nexpected end" in message:
        return _unreadable(source, "truncated", line, column, said=said)
    return _unreadable(source, "syntax", line, column, said=said)


def _column(source: Source, line: int, column: int) -> int:
    """The column as the parser says; 0 in a line so long that it has lost count."""
    with content(source) as data:
        if len(data) < _LONGEST:
            return column
        begin = 0
        for _ in range(line - 1):
            begin = data.find(b"\n", begin) + 1
        ends = data.find(b"\n", begin, begin + _LONGEST) >= 0 or len(data) - begin < _LONGEST
        return column if ends else 0


def not_utf8(data: bytes | mmap.mmap) -> int | None:
    """The first byte that does not belong to UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for begin in range(0, len(data), _CHUNK):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data[begin : begin + _CHUNK], begin + _CHUNK >= len(data))
        except UnicodeDecodeError as wrong:
            return begin - held + wrong.start
    return None


def _longest(source: Source, data: bytes | mmap.mmap) -> tuple[int, int]:
    """Where the text begins that is too long for the parser."""
    if source.format.name in ("rdfxml", "jsonld"):
        return _longest_line(data)
    from ce_graph.rdf.positions.tokens import TOKEN

    end = 0
    while (found := TOKEN.match(data, end)) is not None:
        end = found.end()
        if end - found.start() >= _LONGEST:
            return line_of(data, next(found.start(group) for group in range(1, 6) if found.start(group) >= 0))
    return _longest_line(data)


def _longest_line(data: bytes | mmap.mmap) -> tuple[int, int]:
    """The first line that is too long for one token, else none."""
    number = 1
    begin = 0
    while (end := data.find(b"\n", begin)) >= 0 and end - begin < _LONGEST:
        number, begin = number + 1, end + 1
    return (number, 1) if (end if end >= 0 else len(data)) - begin >= _LONGEST else (0, 0)


def _unreadable(source: Source, why: str, line: int = 0, column: int = 0, **values: Any) -> Notice:
    return notice("unreadable", "violation", Position(source.name, line, column), why=why, **values)
