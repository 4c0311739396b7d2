"""Encodes plain Turtle, N-Triples and N-Quads by looking at many statements at a time, without an object per triple.

Plain is what programs write: names, IRIs, short strings and numbers, set apart by white space. At the first place that
is not plain (a bracket, a long string, a comment after a statement, a prefix in mid-file …) the caller goes on with
the parser. Whatever this module has doubts about is read by the parser too, term by term, so what passes is Turtle
and means what the parser would make of it.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import numpy as np

from ce_graph.rdf.dictionary import PADDING, Begins, Bytes, Dictionary, Ids, Mask, Places, escaped_quotes
from ce_graph.rdf.plain_terms import Terms, UnplainError

if TYPE_CHECKING:
    import mmap

_CHUNK = 1 << 20
_MOST = 1 << 23
"""Bytes of a line, or of a statement, beyond which it is left to the parser: numpy takes some thirty times as many."""
_QUOTE, _DOT, _COMMA, _SEMICOLON = b'".,;'
_TAB, _LINE, _RETURN, _SPACE = b"\t\n\r "
_COMMENT_LINE = re.compile(rb"^[ \t]*#[^\r\n]*", re.MULTILINE)
_DECLARED = rb"((?:[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)?):[ \t]*<([^\x00-\x20<>\"{}|^`\\]*)>"
_HEADER = re.compile(
    rb"(?:\s++|#[^\r\n]*+)++|@prefix[ \t]+"
    + _DECLARED
    + rb"[ \t]*\.(?=\s)|[Pp][Rr][Ee][Ff][Ii][Xx][ \t]+"
    + _DECLARED
    + rb"(?=\s)"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """What was encoded: ``rows`` of numbers, the terms as N-Triples text, and how much of the source it covers."""

    rows: Ids
    text: bytes
    length: Places
    header: bytes
    """The declarations of prefixes at the beginning."""
    prefixes: dict[str, str]
    table: Dictionary
    consumed: int
    """Bytes of the source; what follows begins a statement."""
    begins: Begins
    """For each row the bytes at which subject, predicate and object begin."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Statements:
    """The tokens of whole statements: their places, and the role of each (subject, predicate, object, graph)."""

    start: Places
    length: Places
    role: Places
    consumed: int


def encode_plain(data: bytes | mmap.mmap, *, turtle: bool, quads: bool, base: str | None) -> Plain:
    """Encode as much as is plain, from the beginning; ``turtle`` or else N-Triples (``quads``: N-Quads)."""
    header, prefixes = read_header(data) if turtle else (b"", {})
    at = len(header)
    terms = Terms(header, prefixes, base, turtle=turtle)
    table = Dictionary()
    rows: list[Ids] = []
    places: list[Begins] = []
    kind = np.uint32 if len(data) < 1 << 32 else np.int64
    size = _CHUNK
    while at < len(data):
        end = _line_end(data, at, size)
        if end is None:
            break
        chunk = bytes(data[at:end])
        try:
            statements = _statements(chunk, turtle=turtle, graphs=quads)
            if statements is None:
                size *= 2
                if end == len(data) or size > _MOST:
                    break
                continue
            found, begin = _encode(chunk, statements, table, terms, width=4 if quads else 3)
        except UnplainError:
            break
        rows.append(found)
        places.append((begin + at).astype(kind))
        size = _CHUNK
        at += statements.consumed
        if end == len(data) and not data[at:end].strip():
            at = end
    text, length, numbers, known = terms.distinct()
    joined = np.concatenate(rows) if rows else np.empty((0, 4 if quads else 3), np.int32)
    if quads:
        numbers, text, length = _with_default_graph(numbers, text, length)
    begins = np.concatenate(places) if places else np.empty((0, 3), kind)
    return Plain(numbers[joined] if len(joined) else joined, text, length, header, prefixes, known, at, begins)


def _with_default_graph(numbers: Ids, text: bytes, length: Places) -> tuple[Ids, bytes, Places]:
    # The empty term, last among the terms, is the default graph; rows name it -1, the last of ``numbers``.
    return np.append(numbers, len(length)).astype(np.int32), text, np.append(length, 0)


def read_header(data: bytes | mmap.mmap) -> tuple[bytes, dict[str, str]]:
    """The prefixes that Turtle declares at its beginning: their text, and prefix → namespace."""
    prefixes: dict[str, str] = {}
    at = 0
    while found := _HEADER.match(data, at):
        at = found.end()
        name, namespace = (found[1], found[2]) if found[2] is not None else (found[3], found[4])
        if namespace is not None:
            prefixes[name.decode()] = namespace.decode("utf-8", "replace")
    return data[:at], prefixes


def _line_end(data: bytes | mmap.mmap, at: int, size: int) -> int | None:
    """The end of the last line that ends within ``size`` bytes, else of the first; ``None`` when that is too long."""
    if at + size >= len(data):
        return len(data)
    end = data.rfind(b"\n", at, at + size)
    if end < 0:
        end = data.find(b"\n", at + size, at + _MOST)
    return None if end < 0 else end + 1


def _statements(chunk: bytes, *, turtle: bool, graphs: bool) -> _Statements | None:
    """The whole statements at the beginning of a chunk; ``None`` when there is not even one."""
    if b'"""' in chunk or b"'''" in chunk:
        raise UnplainError
    if not chunk.isascii():
        try:
            chunk.decode()
        except UnicodeDecodeError as error:
            raise UnplainError from error
    if b"#" in chunk:
        # Strings cannot hold a line feed here, so a line that begins with "#" is a comment and nothing else.
        chunk = _without_comments(chunk)
    data: Bytes = np.frombuffer(chunk, np.uint8)
    start, end = _words(data)
    mark = _punctuation(data, end)
    alone = (end - start == 1) & (mark > 0)
    if alone.any():
        start, end, mark, stop = _join_alone(start, end, mark, alone)
    else:
        stop = end.copy()
        end = end - (mark > 0)
    full = np.flatnonzero(mark == _DOT)
    if not len(full):
        return None
    last = int(full[-1]) + 1
    start, end, mark, stop = start[:last], end[:last], mark[:last], stop[:last]
    role = _roles(mark)
    final = mark > 0
    most = 3 if graphs else 2
    if not turtle and not _one_a_line(data, start, stop, mark):
        raise UnplainError
    if int(role.max()) > most or (final & (role < 2)).any() or (~final & (role == most)).any():
        raise UnplainError
    if not graphs and (~final & (role == 2)).any():
        raise UnplainError
    return _Statements(start, end - start, role, int(stop[-1]))


def _without_comments(chunk: bytes) -> bytes:
    blanked = bytearray(chunk)
    for found in _COMMENT_LINE.finditer(chunk):
        blanked[found.start() : found.end()] = b" " * (found.end() - found.start())
    return bytes(blanked)


def _one_a_line(data: Bytes, start: Places, stop: Places, mark: Places) -> bool:
    """Whether all statements end with dots, and each has a line of its own, as N-Triples want it."""
    breaks = np.flatnonzero((data == _LINE) | (data == _RETURN))
    line, final = np.searchsorted(breaks, start), mark > 0
    return bool(
        (mark[final] == _DOT).all()
        and (final[:-1] == (line[1:] > line[:-1])).all()
        and (np.searchsorted(breaks, stop[final]) == line[final]).all()
    )


def _words(data: Bytes) -> tuple[Places, Places]:
    """Begin and end of what stands between white space outside strings."""
    quotes = np.flatnonzero(data == _QUOTE)
    if len(quotes):
        quotes = quotes[~escaped_quotes(data, quotes)]
    spaces = np.flatnonzero(data <= _SPACE)
    kinds = data[spaces]
    if not np.isin(kinds, (_TAB, _LINE, _RETURN, _SPACE)).all():
        raise UnplainError
    inside = (np.searchsorted(quotes, spaces) & 1).astype(bool)
    if ((kinds == _LINE) | (kinds == _RETURN))[inside].any() or len(quotes) & 1:
        raise UnplainError
    breaks = np.concatenate(([-1], spaces[~inside], [len(data)]))
    start, end = breaks[:-1] + 1, breaks[1:]
    filled = end > start
    return start[filled], end[filled]


def _punctuation(data: Bytes, end: Places) -> Places:
    """The dot, comma or semicolon at the end of each word, else 0."""
    final = data[end - 1].astype(np.int64) if len(end) else np.empty(0, np.int64)
    return np.where((final == _DOT) | (final == _COMMA) | (final == _SEMICOLON), final, 0)


def _join_alone(start: Places, end: Places, mark: Places, alone: Mask) -> tuple[Places, Places, Places, Places]:
    """Give punctuation that stands alone to the word before it."""
    previous = np.concatenate(([_DOT], mark[:-1]))
    twice = alone & (previous > 0)
    fine = (previous == _SEMICOLON) & ((mark == _SEMICOLON) | (mark == _DOT))
    if (twice & ~fine).any():
        raise UnplainError
    words = np.flatnonzero(~alone)
    owner = np.cumsum(~alone) - 1
    marks, stop = mark[words], end[words].copy()
    stripped = end[words] - (marks > 0)
    single = np.flatnonzero(alone)
    marks[owner[single]] = mark[single]
    stop[owner[single]] = end[single]
    return start[words], stripped, marks, stop


def _roles(mark: Places) -> Places:
    """0 subject, 1 predicate, 2 object, 3 graph: counted from the punctuation before."""
    places = np.arange(len(mark))
    last = np.concatenate(([-1], np.maximum.accumulate(np.where(mark > 0, places, -1))[:-1]))
    first = np.zeros(256, np.int64)
    first[_SEMICOLON], first[_COMMA] = 1, 2
    begin = np.where(last < 0, 0, first[mark[last]])
    return begin + places - last - 1


def _encode(chunk: bytes, found: _Statements, table: Dictionary, terms: Terms, *, width: int) -> tuple[Ids, Places]:
    """The rows of statements, and where in the chunk the three terms of each begin."""
    data = chunk + bytes(PADDING)
    ids, fresh = table.number(data, found.start, found.length)
    terms.add(data, found.start[fresh], found.length[fresh])
    role = found.role
    for number in range(width):
        terms.check_role(ids[role == number], number)
    places = np.arange(len(ids))
    objects = np.flatnonzero(role == 2)
    columns = [np.maximum.accumulate(np.where(role == number, places, 0))[objects] for number in (0, 1)]
    rows = np.empty((len(objects), width), np.int32)
    rows[:, 0], rows[:, 1], rows[:, 2] = ids[columns[0]], ids[columns[1]], ids[objects]
    if width == 4:
        following = np.minimum(objects + 1, len(ids) - 1)
        rows[:, 3] = np.where(role[following] == 3, ids[following], -1)
    return rows, found.start[np.stack((*columns, objects), axis=1)]
