"""The engine on this machine: guarded queries in killable workers, over data that somebody provides."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Self

from ce_graph.errors import BusyError, ForbiddenError, NotAcceptableError
from ce_graph.rdf.formats import GRAPHS, Format, by_media_type
from ce_graph.store.admission import admit_query, format_for
from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Limits, Load
from ce_graph.store.lanes import check
from ce_graph.store.pool import PATIENCE, Killed, Pool, Request
from ce_graph.store.processes import Launcher
from ce_graph.store.replies import answer_of
from ce_graph.store.using import check_iri
from ce_graph.store.wire import Gone


class EmbeddedEngine(ABC):
    """Queries in worker processes; who extends it provides the source of the workers, and writes if it can."""

    writable = False

    def __init__(self, *, limits: Limits, union_default: bool) -> None:
        self.limits, self.union_default = limits, union_default
        self._launcher = Launcher()
        self._pool = Pool(limits)
        self._revival = threading.Lock()
        self._closed = False

    @property
    @abstractmethod
    def generation(self) -> str:
        """See ``Engine.generation``."""

    @abstractmethod
    def _replace_dead_source(self) -> None:
        """Start a holder again if the current one has ended."""

    @property
    def load(self) -> Load:
        """See ``Engine.load``."""
        return self._pool.load

    def query(
        self,
        text: str,
        media_type: str,
        *,
        dataset: Dataset = NO_DATASET,
        seconds: float | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """See ``Engine.query``."""
        found = admit_query(text, self.limits)
        format_ = format_for(found.form, media_type)
        header = {
            "op": "query",
            "format": format_.name,
            "union": self.union_default and not found.from_graphs,
            "rows": self.limits.rows,
            "bytes": self.limits.result_bytes,
            "default": None if dataset.default is None else [check_iri(graph) for graph in dataset.default],
            "named": None if dataset.named is None else [check_iri(graph) for graph in dataset.named],
        }
        allowed = self.limits.seconds if seconds is None else min(seconds, self.limits.seconds)
        return self._answer(Request(header, text.encode(), allowed, cancel, bool(found.services)), format_)

    def read_graph(self, graph: str | None, media_type: str) -> Answer:
        """See ``Engine.read_graph``."""
        format_ = by_media_type(media_type, GRAPHS)
        if format_ is None:
            raise NotAcceptableError(f"{media_type} is no format for graphs")
        header = {
            "op": "graph",
            "format": format_.name,
            "graph": None if graph is None else check_iri(graph),
            "bytes": self.limits.result_bytes,
        }
        return self._answer(Request(header, b"", self.limits.seconds), format_)

    def update(self, text: str, *, using: Dataset = NO_DATASET) -> str:  # noqa: ARG002
        """Refused: see ``WritableEngine``."""
        raise ForbiddenError("this service is read-only")

    def write_graph(self, graph: str | None, data: bytes, media_type: str, *, replace: bool) -> bool:  # noqa: ARG002
        """Refused: see ``WritableEngine``."""
        raise ForbiddenError("this service is read-only")

    def delete_graph(self, graph: str | None) -> None:  # noqa: ARG002
        """Refused: see ``WritableEngine``."""
        raise ForbiddenError("this service is read-only")

    def close(self) -> None:
        """See ``Engine.close``."""
        self._closed = True
        self._pool.use(None)
        self._launcher.close()

    def __enter__(self) -> Self:
        """The engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _answer(self, request: Request, format_: Format) -> Answer:
        check(request.cancel)
        try:
            reply = self._pool.run(request)
        except Gone as ended:
            if isinstance(ended, Killed):
                self._pool.renew()
            self._revive()
            try:
                reply = self._pool.run(request)
            except Killed as error:
                raise self._pool.too_much_memory() from error
            except Gone as error:
                raise BusyError("the data are being loaded again", retry_after=2) from error
        return answer_of(reply, format_)

    def _revive(self) -> None:
        if not self._revival.acquire(timeout=PATIENCE):
            raise BusyError("the data are being loaded again", retry_after=2)
        try:
            if not self._closed:
                self._replace_dead_source()
        finally:
            self._revival.release()
