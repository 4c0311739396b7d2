"""A spot: where the three terms of a statement begin in the bytes of a document; and lines and columns of offsets."""

from __future__ import annotations

import array
import bisect
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import mmap

_BREAK = re.compile(rb"\r\n?|\n")
_LINE = ord("\n")
_BLOCK = 1024
_BEGINNING = bytes(byte for byte in range(256) if byte & 0xC0 != 0x80)
"""Bytes that a character begins with."""


class Spot(NamedTuple):
    """Offsets, in bytes, of the three terms of a statement; a node in brackets begins at its bracket."""

    subject: int
    predicate: int
    object: int


def line_of(data: bytes | mmap.mmap, offset: int) -> tuple[int, int]:
    """Line and column of a single byte, as :meth:`Lines.at` has them, without an index of all lines."""
    begin = 1 + max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset))
    line = 1 + sum(1 for _ in _BREAK.finditer(data, 0, begin))
    return line, len(data[begin:offset].decode("utf-8", "replace")) + 1


NOWHERE = Spot(-1, -1, -1)
"""The spot of a statement that is somewhere in a document."""


class Lines:
    """The lines of a document; a line ends with LF, CR LF or CR."""

    def __init__(self, data: bytes) -> None:
        """Find where the lines begin."""
        self._data = data
        self._begin = array.array("q", [0])
        if b"\r" in data:
            self._begin.extend(found.end() for found in _BREAK.finditer(data))
        else:
            self._begin.frombytes((np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE) + 1).tobytes())
        # Before each block: how many bytes go on with a character that began before them.
        continued = (
            len(data[begin : begin + _BLOCK].translate(None, _BEGINNING)) for begin in range(0, len(data), _BLOCK)
        )
        self._continued = array.array("q", itertools.accumulate(continued, initial=0))

    def __len__(self) -> int:
        """Number of lines."""
        return len(self._begin)

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1; the column counts characters. The length of the line is no matter."""
        line = bisect.bisect_right(self._begin, offset)
        return line, self._characters(offset) - self._characters(self._begin[line - 1]) + 1

    def _characters(self, offset: int) -> int:
        """How many characters begin before a byte."""
        block = offset // _BLOCK
        rest = self._data[block * _BLOCK : offset].translate(None, _BEGINNING)
        return offset - self._continued[block] - len(rest)

    def text(self, line: int, limit: int = 400) -> str:
        """The text of a line, without its end; at most ``limit`` characters of it."""
        begin = self._begin[line - 1]
        end = self._begin[line] if line < len(self._begin) else len(self._data)
        whole = self._data[begin : min(end, begin + 4 * limit)].decode("utf-8", "replace").rstrip("\r\n")
        return whole if len(whole) <= limit else whole[:limit] + "…"
