"""Refuses files that are nested so deep that their parser would run out of stack or memory, and end the process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.errors import DataError
from ce_graph.rdf.dictionary import escaped_quotes

if TYPE_CHECKING:
    import mmap

DEEPEST_JSON = 500
"""Memory of the JSON-LD parser grows with the square of the depth: 2 000 levels take 300 MB."""
DEEPEST_XML = 20_000
"""Time of the RDF/XML parser grows with the square of the depth: 20 000 levels take a second."""
DEEPEST_TERMS = 1_000
"""Triple terms within triple terms take stack: 20 000 levels end the process."""

_TERM = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    rb"|<[^<>\"{}|^`\\\x00-\x20]*>|#[^\n]*|(<<)|(>>)",
    re.DOTALL,
)


def refuse_deep(data: bytes | mmap.mmap, form: ox.RdfFormat | None, name: str) -> None:
    """Raise :class:`DataError` when ``data`` is nested too deep for its format."""
    if form == ox.RdfFormat.JSON_LD:
        depth, most = _json(data), DEEPEST_JSON
    elif form == ox.RdfFormat.RDF_XML:
        depth, most = _xml(data), DEEPEST_XML
    else:
        depth, most = _terms(data), DEEPEST_TERMS
    if depth > most:
        raise DataError(f"{name}: nested {depth} levels deep; more than {most} are not read")


def _json(data: bytes | mmap.mmap) -> int:
    array = np.frombuffer(data, np.uint8)
    opens = np.flatnonzero((array == ord("{")) | (array == ord("[")))
    if len(opens) <= DEEPEST_JSON:
        return len(opens)
    closes = np.flatnonzero((array == ord("}")) | (array == ord("]")))
    quotes = np.flatnonzero(array == ord('"'))
    quotes = quotes[~escaped_quotes(array, quotes)]
    places = np.concatenate((opens, closes))
    steps = np.concatenate((np.ones(len(opens), np.int64), -np.ones(len(closes), np.int64)))
    outside = np.searchsorted(quotes, places) % 2 == 0
    return _deepest(places[outside], steps[outside])


def _xml(data: bytes | mmap.mmap) -> int:
    array = np.frombuffer(data, np.uint8)
    tags = np.flatnonzero(array[:-1] == ord("<"))
    if len(tags) <= DEEPEST_XML:
        return 0
    after = array[tags + 1]
    ends = tags[after == ord("/")]
    begins = tags[(after != ord("/")) & (after != ord("!")) & (after != ord("?"))]
    empty = np.flatnonzero((array[:-1] == ord("/")) & (array[1:] == ord(">")))
    places = np.concatenate((begins, ends, empty))
    steps = np.ones(len(places), np.int64)
    steps[len(begins) :] = -1
    return _deepest(places, steps)


def _terms(data: bytes | mmap.mmap) -> int:
    if data.find(b"<<") < 0:
        return 0
    depth = deepest = 0
    for match in _TERM.finditer(data):
        depth += (match[1] is not None) - (match[2] is not None and depth > 0)
        deepest = max(deepest, depth)
    return deepest


def _deepest(
    places: np.ndarray[tuple[int], np.dtype[np.int64]], steps: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> int:
    return int(np.cumsum(steps[np.argsort(places, kind="stable")]).max(initial=0))
