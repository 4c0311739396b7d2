"""The engine on this machine: guarded queries in killable workers, over data that somebody provides."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self

from ce_graph.errors import BusyError, ForbiddenError, NotAcceptableError
from ce_graph.rdf.formats import GRAPHS, Format, by_media_type
from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Limits, Load, Question
from ce_graph.store.text.admission import admit_query, format_for
from ce_graph.store.text.using import check_iri
from ce_graph.store.workers.lanes import check
from ce_graph.store.workers.orders import Begun, Killed, Reply, Request
from ce_graph.store.workers.pool import PATIENCE, Pool
from ce_graph.store.workers.processes import Launcher
from ce_graph.store.workers.prompt import Prompt
from ce_graph.store.workers.replies import answer_of
from ce_graph.store.workers.sources import Source
from ce_graph.store.workers.wire import Gone


class EmbeddedEngine(ABC):
    """Queries in worker processes; who extends it provides the source of the workers, and writes if it can."""

    writable = False
    _source: Source

    def __init__(self, *, limits: Limits, union_default: bool) -> None:
        self.limits, self.union_default = limits, union_default
        self._launcher = Launcher()
        self._pool = Pool(limits)
        self._prompt = Prompt(self._pool, self._reply)
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
    def quads(self) -> int | None:
        """See ``Engine.quads``."""
        return self._source.quads

    @property
    def load(self) -> Load:
        """See ``Engine.load``."""
        load = self._pool.load
        return Load(load.running, load.waiting + self._prompt.queued, load.workers)

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
        return self._answer(*self._request(Question(text, media_type, dataset, seconds, cancel)))

    def start(self, question: Question, told: Callable[[Answer | Exception], None]) -> None:
        """See ``Starting.start``."""
        request, format_ = self._request(question)

        def tell(reply: Reply | Exception) -> None:
            try:
                answer = reply if isinstance(reply, Exception) else answer_of(reply, format_)
            except Exception as error:
                answer = error
            told(answer)

        self._prompt.start(request, tell)

    def soon(self, work: Callable[[], None]) -> None:
        """See ``Starting.soon``."""
        self._prompt.call(work)

    def _request(self, question: Question) -> tuple[Request, Format]:
        """What a worker is asked, and the format of what it answers."""
        dataset, seconds = question.dataset, question.seconds
        found = admit_query(question.text, self.limits)
        format_ = format_for(found.form, question.media_type)
        header = {
            "op": "query",
            "format": format_.name,
            "union": self.union_default,
            "from": bool(found.from_graphs),
            "rows": self.limits.rows,
            "bytes": self.limits.result_bytes,
            "default": None if dataset.default is None else [check_iri(graph) for graph in dataset.default],
            "named": None if dataset.named is None else [check_iri(graph) for graph in dataset.named],
        }
        allowed = self.limits.seconds if seconds is None else min(seconds, self.limits.seconds)
        return Request(header, question.text.encode(), allowed, question.cancel, bool(found.services)), format_

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
        self._prompt.close()

    def __enter__(self) -> Self:
        """The engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _answer(self, request: Request, format_: Format) -> Answer:
        return answer_of(self._reply(request), format_)

    def _reply(self, request: Request, begun: Begun | None = None, ended: Gone | None = None) -> Reply:
        """The reply to a request that may have begun already, or whose worker has ended already."""
        try:
            if ended is not None:
                raise ended
            if begun is not None:
                return self._pool.go_on(begun)
            check(request.cancel)
            return self._pool.run(request)
        except Gone as error:
            if isinstance(error, Killed):
                self._pool.renew()
        self._revive()
        try:
            return self._pool.run(request)
        except Killed as error:
            raise self._pool.too_much_memory() from error
        except Gone as error:
            raise BusyError("the data are being loaded again", retry_after=2) from error

    def _revive(self) -> None:
        if not self._revival.acquire(timeout=PATIENCE):
            raise BusyError("the data are being loaded again", retry_after=2)
        try:
            if not self._closed:
                self._replace_dead_source()
        finally:
            self._revival.release()
