"""Where the terms are in lines of canonical N-Triples or N-Quads, found for many lines at a time."""

from __future__ import annotations

import dataclasses

import numpy as np

from ce_graph.rdf.dictionary import Bytes, Mask, Places

_NEWLINE, _SPACE, _QUOTE, _LESS, _UNDERSCORE = b'\n "<_'


@dataclasses.dataclass(frozen=True, slots=True)
class Tokens:
    """Start and length of each token, line after line; ``width`` tokens a line (subject, predicate, object, graph).

    A line without a graph has an empty token in the fourth place.
    """

    start: Places
    length: Places
    width: int


def split(data: Bytes, *, graphs: bool) -> Tokens:
    """Tokens of lines as the serialiser writes them: single spaces, `` .`` and a line feed at the end of each."""
    ends = np.flatnonzero(data == _NEWLINE)
    spaces = np.flatnonzero(data == _SPACE)
    width = 4 if graphs else 3
    start = np.zeros((len(ends), width), np.int64)
    stop = np.zeros((len(ends), width), np.int64)
    if len(ends):
        start[1:, 0] = ends[:-1] + 1
        space = np.searchsorted(spaces, start[:, 0])
        stop[:, 0], stop[:, 1] = spaces[space], spaces[space + 1]
        start[:, 1], start[:, 2] = stop[:, 0] + 1, stop[:, 1] + 1
        stop[:, 2] = ends - 2
        if graphs:
            _split_graphs(data, ends, spaces, start, stop)
    return Tokens(start.ravel(), (stop - start).ravel(), width)


def _split_graphs(data: Bytes, ends: Places, spaces: Places, start: Places, stop: Places) -> None:
    # The last word of a line is a graph unless it is the object or, holding a quote, the tail of a literal.
    word = spaces[np.searchsorted(spaces, ends) - 2] + 1
    quotes = np.flatnonzero(data == _QUOTE)
    quote = np.concatenate(([-1], quotes))[np.searchsorted(quotes, ends)]
    first = data[word]
    named: Mask = (word > start[:, 2]) & (quote < word) & ((first == _LESS) | (first == _UNDERSCORE))
    start[:, 3] = stop[:, 3] = ends - 2
    start[named, 3] = word[named]
    stop[named, 2] = word[named] - 1
