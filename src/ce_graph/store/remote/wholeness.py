"""Looks at a body that comes from elsewhere for signs that it is not whole, and counts its solutions."""

from __future__ import annotations

import re
from collections import deque
from typing import IO, Protocol
from xml.parsers import expat

import pyoxigraph as ox

from ce_graph.rdf.formats import Format

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NO_STRUCTURE = bytes(set(range(256)) - set(b"{}[],:"))


class NotWhole(Exception):  # noqa: N818 - the caller says what it means
    """The body is cut, or something was appended to it."""


class Check(Protocol):
    """Takes a body piece by piece."""

    rows: int | None

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""

    def finish(self) -> None:
        """Look at the end."""


class _Json:
    """Brackets that balance outside of strings, and nothing behind the last one."""

    def __init__(self) -> None:
        self.rows: int | None = None
        self._carry = b""
        self._open = [0, 0]
        self._last = b""
        self._tail = b""
        self._solutions = 0

    def feed(self, piece: bytes) -> None:
        text = _STRING.sub(b"", self._carry + piece)
        cut = text.find(b'"')
        self._carry = b"" if cut < 0 else text[cut:]
        if cut >= 0:
            text = text[:cut]
        stripped = text.rstrip()
        self._last = stripped[-1:] or self._last
        bare = text.translate(None, _NO_STRUCTURE)
        for index, (opening, closing) in enumerate((b"{}", b"[]")):
            self._open[index] += bare.count(opening) - bare.count(closing)
        # A solution is an object in an array; no other part of a result holds one.
        joined = self._tail + bare
        self._solutions += joined.count(b"},{") + joined.count(b"[{")
        self._tail = joined[-2:] if joined[-2:] != b"[{" else b"{"

    def finish(self) -> None:
        if self._carry or self._open != [0, 0] or self._last not in {b"}", b"]"}:
            raise NotWhole("its brackets do not close, or something follows them")
        self.rows = self._solutions


class _Xml:
    """What a parser takes to the end."""

    def __init__(self) -> None:
        self.rows: int | None = None
        self._parser = expat.ParserCreate()
        self._solutions = 0
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise NotWhole(f"it is not XML: {error}") from error
        joined = self._tail + piece
        self._solutions += joined.count(b"<result>")
        self._tail = joined[-7:]

    def finish(self) -> None:
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise NotWhole(f"its end is missing: {error}") from error
        self.rows = self._solutions


class _Table:
    """Rows that all have one number of separators, and quotes that close."""

    def __init__(self, separator: bytes, *, quotes: bool) -> None:
        self.rows: int | None = None
        self._separator, self._quotes = separator, quotes
        self._lines = self._separators = 0
        self._columns: int | None = None
        self._inside = False
        self._last = b""

    def feed(self, piece: bytes) -> None:
        self._last = piece[-1:] or self._last
        for index, part in enumerate(piece.split(b'"') if self._quotes else [piece]):
            if index:
                self._inside = not self._inside
            if not self._inside:
                self._count(part)

    def _count(self, part: bytes) -> None:
        if self._columns is None and (end := part.find(b"\n")) >= 0:
            self._columns = self._separators + part.count(self._separator, 0, end)
        self._lines += part.count(b"\n")
        self._separators += part.count(self._separator)

    def finish(self) -> None:
        lines = self._lines + (self._last != b"\n")
        columns = self._separators if self._columns is None else self._columns
        if self._inside or self._separators != lines * columns:
            raise NotWhole("its last row is cut, or its rows differ in their columns")
        self.rows = lines - 1


class _Lines:
    """Lines that each end with a full stop."""

    rows: int | None = None

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            _check_statement(line)

    def finish(self) -> None:
        _check_statement(self._rest)


def _check_statement(line: bytes) -> None:
    bare = line.strip()
    if bare and not bare.endswith(b".") and not bare.startswith(b"#") and b"#" not in bare.rpartition(b".")[2]:
        raise NotWhole(f"a statement has no end: {bare[-60:].decode(errors='replace')}")


class _Parsed:
    """What the parser of the format takes to the end."""

    rows: int | None = None

    def __init__(self, format_: ox.RdfFormat, body: IO[bytes]) -> None:
        self._format, self._body = format_, body

    def feed(self, piece: bytes) -> None:
        """Nothing yet: it needs the whole."""

    def finish(self) -> None:
        self._body.seek(0)
        try:
            deque(ox.parse(self._body, self._format, base_iri="http://base.invalid/"), maxlen=0)
        except (SyntaxError, ValueError) as error:
            raise NotWhole(f"it cannot be parsed: {error}") from error


ENDS_ITSELF = frozenset({"json", "xml", "rdfxml", "jsonld"})
"""Formats whose end can be seen in the text; a body in another one must come with its length."""


def check_for(format_: Format, body: IO[bytes]) -> Check:
    """What looks at a body in a format; ``body`` has all of it."""
    match format_.name:
        case "json" | "jsonld":
            return _Json()
        case "xml" | "rdfxml":
            return _Xml()
        case "csv":
            return _Table(b",", quotes=True)
        case "tsv":
            return _Table(b"\t", quotes=False)
        case "ntriples" | "nquads":
            return _Lines()
        case _:
            assert format_.rdf is not None
            return _Parsed(format_.rdf, body)
