"""Counts the solutions in a serialised result without parsing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from mmap import mmap

Buffer = bytes | bytearray | mmap

# In pyoxigraph's JSON a solution starts behind "},{" outside of strings. Inside a string a quote is written \", so a
# quote behind these bytes is either the string's end, and a comma or a bracket follows, or the first variable's start.
_JSON_NEXT = re.compile(rb'\},\{(?:"(?![,}])|\})')
_JSON_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def _json(result: Buffer) -> int:
    start = result.find(b'"bindings":[')
    if start < 0 or result[start + 12 : start + 13] == b"]":
        return 0
    if result.find(b"},{}") < 0:
        return 1 + sum(1 for _ in _JSON_NEXT.finditer(result))
    # Solutions without any binding look like braces in a string; only without strings is the count sure.
    return 1 + _JSON_STRING.sub(b"", bytes(result)).count(b"},{")


def _xml(result: Buffer) -> int:
    return _count(result, b"<result>")


def _csv(result: Buffer) -> int:
    if result.find(b'"') < 0:
        return _count(result, b"\n") - 1
    return sum(part.count(b"\n") for part in bytes(result).split(b'"')[::2]) - 1


def _tsv(result: Buffer) -> int:
    return _count(result, b"\n") - 1


def _count(result: Buffer, piece: bytes) -> int:
    return bytes(result).count(piece) if isinstance(result, mmap) else result.count(piece)


_COUNTERS: dict[str, tuple[Callable[[Buffer], int], int]] = {
    "json": (_json, 3),
    "xml": (_xml, 17),
    "csv": (_csv, 2),
    "tsv": (_tsv, 1),
}


def fewest_bytes(format_name: str) -> int:
    """What one solution takes at least; a result with fewer bytes than the cap times this is below the cap."""
    return _COUNTERS[format_name][1]


def count(result: Buffer, format_name: str) -> int:
    """The number of solutions in a whole result as pyoxigraph writes it."""
    return _COUNTERS[format_name][0](result)
