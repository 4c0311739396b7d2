"""Opens the engine that the settings ask for."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ce_graph.store.embedded import EmbeddedEngine
from ce_graph.store.engine import Engine, Limits


def open_engine(data: Path | None = None, *, limits: Limits = Limits(), union_default: bool = True) -> Engine:  # noqa: B008
    """An engine over an N-Quads file, or an empty one."""
    store = ox.Store()
    if data is not None:
        store.bulk_load(path=data, format=ox.RdfFormat.N_QUADS)
    return EmbeddedEngine(store, limits=limits, union_default=union_default)
