"""Reads several sources into encoded parts, in one or more processes, from the cache where it knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ce_graph.errors import DataError
from ce_graph.rdf.dictionary import PADDING
from ce_graph.rdf.encode import Encoded, encode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ce_graph.rdf.sources import Source

_WORTH_IT = 4_000_000
"""Bytes from which on another process pays: starting one takes a tenth of a second."""


def encode_all(
    sources: Sequence[Source], *, graphs: bool, processes: int, cache: Path | None
) -> tuple[list[Encoded], list[int]]:
    """The encoded parts of all sources, and for each the index of its source."""
    store = None
    if cache is not None:
        from ce_graph.rdf.cache import Cache

        store = Cache(cache)
    known = [store.load(source) if store is not None else None for source in sources]
    todo = [index for index, parts in enumerate(known) if parts is None]
    read = _read([sources[index] for index in todo], processes)
    parts: list[Encoded] = []
    marks: list[int] = []
    for index, (source, found) in enumerate(zip(sources, known, strict=True)):
        if found is None:
            found = read[todo.index(index)]  # noqa: PLW2901
            if store is not None:
                found = [store.save(source, found)]  # noqa: PLW2901
        parts += [part.with_graphs() if graphs else part.without_graphs() for part in found]
        marks += [index] * len(found)
    if not parts:
        return [Encoded(np.empty((0, 4 if graphs else 3), np.int32), bytes(PADDING), np.empty(0, np.int64), {})], [0]
    return parts, marks


def _read(sources: list[Source], processes: int) -> list[list[Encoded]]:
    """Encode sources, one after the other here, and some of them (or the second half of the only one) elsewhere."""
    sizes = [source.size for source in sources]
    if processes < 2 or sum(sizes) < _WORTH_IT:
        return [encode(source) for source in sources]
    if len(sources) == 1:
        return [_in_two(sources[0])]
    from ce_graph.rdf.workers import Worker

    # The largest first, each to the process with the least to do; process 0 is this one.
    loads = [0] * min(processes, len(sources))
    turns: list[list[int]] = [[] for _ in loads]
    for index in sorted(range(len(sources)), key=lambda index: -sizes[index]):
        least = loads.index(min(loads))
        loads[least] += sizes[index] + 1
        turns[least].append(index)
    workers = [(Worker([sources[index] for index in turn]), turn) for turn in turns[1:]]
    try:
        found = {index: encode(sources[index]) for index in turns[0]}
    except BaseException:
        for worker, _ in workers:
            worker.stop()
        raise
    for worker, turn in workers:
        answers = worker.answers()
        for place, index in enumerate(turn):
            # A source that fails in another process is read here again: for its error.
            found[index] = encode(sources[index]) if answers is None else answers[place]
    return [found[index] for index in range(len(sources))]


def _in_two(source: Source) -> list[Encoded]:
    """Encode the two halves of a source at the same time."""
    from ce_graph.rdf.workers import Worker, split_point

    cut = split_point(source)
    if cut is None:
        return encode(source)
    worker = Worker([source], begin=cut.place, header=cut.header)
    try:
        first = encode(source, end=cut.place)
    except BaseException as error:
        worker.stop()
        if isinstance(error, DataError):
            return encode(source)  # the cut was not between statements, or else this says what is wrong
        raise
    answers = worker.answers()
    # That the first half is whole statements proves the cut: the parser would be between two statements there, too.
    # The second half was read with the prefixes of the beginning, so none may have changed before the cut.
    if first and answers is not None and first[-1].prefixes == cut.prefixes:
        return [*first, *answers[0]]
    return encode(source)
