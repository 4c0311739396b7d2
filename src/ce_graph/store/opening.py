"""Opens the engine that is asked for: over built data, over a store that takes updates, or over an endpoint."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyoxigraph as ox

from ce_graph.errors import DataError
from ce_graph.store.embedded import EmbeddedEngine
from ce_graph.store.engine import Limits
from ce_graph.store.published import PublishedEngine
from ce_graph.store.remote.endpoint import EndpointEngine
from ce_graph.store.writable import WritableEngine
from ce_graph.wording import say

_DEFAULT_LIMITS = Limits()


class _ScratchEngine(WritableEngine):
    """A store that is gone when it is closed."""

    def __init__(self, *, limits: Limits, union_default: bool) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="ce-graph-")
        super().__init__(Path(self._place.name) / "store", limits=limits, union_default=union_default)

    def close(self) -> None:
        super().close()
        self._place.cleanup()


def open_engine(
    data: Path | None = None, *, limits: Limits = _DEFAULT_LIMITS, union_default: bool = True, store: Path | None = None
) -> EmbeddedEngine:
    """An engine over the folder ``store`` (made of ``data`` if it is new), over the file ``data``, or over nothing.

    Only the first and the last take updates; what is written into the last is gone when it is closed.
    """
    if store is not None:
        return WritableEngine(store, data=data, limits=limits, union_default=union_default)
    if data is not None:
        return PublishedEngine(data, limits=limits, union_default=union_default)
    return _ScratchEngine(limits=limits, union_default=union_default)


def open_endpoint(
    query_url: str,
    *,
    update_url: str | None = None,
    graphs_url: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
    union_default: bool = True,
) -> EndpointEngine:
    """An engine over a SPARQL endpoint; ``union_default`` says what the endpoint does, which cannot be asked of it."""
    return EndpointEngine(
        query_url, update_url=update_url, graphs_url=graphs_url, limits=limits, union_default=union_default
    )


def in_memory(file: Path) -> ox.Store:
    """The dataset of an N-Quads file in this process, for one run of a command.

    Raises:
        DataError: it cannot be read.
    """
    store = ox.Store()
    try:
        store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, OSError, ValueError) as error:
        raise DataError(say("%(file)s cannot be read: %(reason)s", file=file, reason=error)) from error
    return store
