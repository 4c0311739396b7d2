"""A spot: where the three terms of a statement begin in the bytes of a document; and lines and columns of offsets."""

from __future__ import annotations

import bisect
import re
from typing import NamedTuple

_BREAK = re.compile(rb"\r\n?|\n")


class Spot(NamedTuple):
    """Offsets, in bytes, of the three terms of a statement; a node in brackets begins at its bracket."""

    subject: int
    predicate: int
    object: int


class Lines:
    """The lines of a document; a line ends with LF, CR LF or CR."""

    def __init__(self, data: bytes) -> None:
        """Find where the lines begin."""
        self._data = data
        self._begin = [0, *(found.end() for found in _BREAK.finditer(data))]

    def __len__(self) -> int:
        """Number of lines."""
        return len(self._begin)

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1; the column counts characters."""
        line = bisect.bisect_right(self._begin, offset)
        return line, len(self._data[self._begin[line - 1] : offset].decode("utf-8", "replace")) + 1

    def text(self, line: int, limit: int = 400) -> str:
        """The text of a line, without its end; at most ``limit`` characters of it."""
        begin = self._begin[line - 1]
        end = self._begin[line] if line < len(self._begin) else len(self._data)
        whole = self._data[begin : min(end, begin + 4 * limit)].decode("utf-8", "replace").rstrip("\r\n")
        return whole if len(whole) <= limit else whole[:limit] + "…"
