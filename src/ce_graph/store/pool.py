"""Runs queries in workers: two lanes, so that short queries pass long ones; deadlines, cancelling, a bounded queue.

Every query begins in the quick lane. One that takes longer than ``QUICK`` needs a place in the long lane; when there is
none, its worker is killed and it begins anew once there is one. So long queries cannot take all workers, however many
there are, and what is wasted on each is bounded.
"""

from __future__ import annotations

import dataclasses
import signal
import threading
import time
from typing import NamedTuple

from ce_graph.errors import BusyError, LimitError, QueryError, QueryTimeout
from ce_graph.store import wire
from ce_graph.store.engine import Limits, Load
from ce_graph.store.lanes import SLICE, Lane, check
from ce_graph.store.processes import readable
from ce_graph.store.sources import Source, Worker
from ce_graph.store.wire import Gone, Header

QUICK = 0.25
"""Seconds that a query has in the quick lane."""
PATIENCE = 0.8
"""Seconds that a query waits for a place in the quick lane before it is told to come again."""
_GROWN = 128 << 20
"""Bytes that a worker may have taken on before it is replaced instead of kept for the next query."""


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What a worker is asked, and how long it has."""

    header: Header
    body: bytes
    seconds: float
    cancel: threading.Event | None = None
    network: bool = False
    """Whether the worker may open connections; it is used once then."""


class Reply(NamedTuple):
    """What a worker answered; ``files`` are open file numbers that now belong to the receiver."""

    header: Header
    body: bytearray
    files: list[int]
    generation: str


class Killed(Gone):
    """A worker was killed from outside: by an operator, or by a system short of memory."""


class Pool:
    """Workers of the current source, and the lanes in which queries reach them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._quick, self._long = Lane(limits.workers), Lane(limits.workers)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._source: Source | None = None

    @property
    def load(self) -> Load:
        """How many queries run and wait."""
        return Load(
            running=self._quick.taken + self._long.taken,
            waiting=self._quick.waiting + self._long.waiting,
            workers=self._limits.workers,
        )

    def use(self, source: Source | None) -> None:
        """Take workers from another source, or see a new generation of this one; ``None``: start no more queries."""
        with self._lock:
            self._source = source
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def renew(self) -> None:
        """Have new workers instead of those that are idle: whatever ended one may have ended others."""
        self.use(self._source)

    def warm(self) -> None:
        """Have a worker ready for each place, so that the first queries do not wait for it."""
        with self._lock:
            source, missing = self._source, self._limits.workers - len(self._idle)
        for _ in range(missing if source is not None else 0):
            assert source is not None
            self._keep(source.fork(self._limits.worker_memory))

    def run(self, request: Request) -> Reply:
        """Answer a request in a worker.

        Raises:
            Gone: the holder has ended, or the worker alone (``Killed``); the request may be made again.
            QueryTimeout, QueryCancelled, BusyError, LimitError, QueryError: see ``Engine``.
        """
        self._enter(self._quick, min(PATIENCE, request.seconds), request)
        lane = self._quick
        try:
            worker = self._begin(request)
            if self._replies(worker, request, min(QUICK, request.seconds)):
                return self._end(worker, keep=not request.network)
            if request.seconds > QUICK and self._long.try_enter():
                self._quick.leave()
                lane = self._long
                return self._slowly(worker, request, request.seconds - QUICK)
            worker.kill()
        finally:
            lane.leave()
        if request.seconds <= QUICK:
            raise _too_slow(request)
        self._enter(self._long, request.seconds, request)
        try:
            return self._slowly(self._begin(request), request, request.seconds)
        finally:
            self._long.leave()

    def _enter(self, lane: Lane, seconds: float, request: Request) -> None:
        load = self.load
        if load.waiting >= self._limits.waiting:
            raise BusyError(f"{load.waiting} queries are waiting already", retry_after=2)
        if not lane.enter(seconds, request.cancel):
            raise BusyError("all workers are busy; try again soon", retry_after=1 if lane is self._quick else 5)

    def _slowly(self, worker: Worker, request: Request, seconds: float) -> Reply:
        worker.yield_to_others()
        if self._replies(worker, request, seconds):
            return self._end(worker, keep=False)
        worker.kill()
        raise _too_slow(request)

    def _begin(self, request: Request) -> Worker:
        """Send the request to a worker that is idle, or to a new one."""
        while True:
            with self._lock:
                source = self._source
                worker = self._idle.pop() if self._idle and not request.network else None
            if source is None:
                raise BusyError("the service is stopping or starting", retry_after=5)
            fresh = worker is None
            if worker is None:
                worker = source.fork(self._limits.worker_memory, network=request.network)
            try:
                wire.send(worker.channel, request.header, request.body)
            except Gone:  # an idle worker may have been killed from outside
                worker.kill()
                if fresh:
                    raise
            except BaseException:
                worker.kill()
                raise
            else:
                return worker

    def _replies(self, worker: Worker, request: Request, seconds: float) -> bool:
        """Wait for the reply; whether there is one in time."""
        end = time.monotonic() + seconds
        try:
            while True:
                left = end - time.monotonic()
                if readable(worker.channel, left if request.cancel is None else min(left, SLICE)):
                    return True
                if left <= 0:
                    return False
                check(request.cancel)
        except BaseException:
            worker.kill()
            raise

    def _end(self, worker: Worker, *, keep: bool) -> Reply:
        """Take the reply and keep the worker for the next query, or let it go."""
        try:
            header, body, files = wire.receive(worker.channel)
        except Gone:
            raise self._explain(worker) from None
        except BaseException:
            worker.kill()
            raise
        generation = worker.generation
        if keep and header.get("grown", _GROWN) < _GROWN:
            self._keep(worker)
        else:
            worker.close()
        return Reply(header, body, files, generation)

    def _keep(self, worker: Worker) -> None:
        with self._lock:
            source = self._source
            if (
                source is worker.source
                and source.generation == worker.generation
                and len(self._idle) < 2 * self._limits.workers
            ):
                self._idle.append(worker)
                return
        worker.close()

    def too_much_memory(self) -> LimitError:
        """What a query is told that wanted more memory than there is."""
        limit = self._limits.worker_memory >> 20
        return LimitError(f"the query needs more memory than it may have ({limit} MiB)", limit="memory")

    def _explain(self, worker: Worker) -> Exception:
        """Why a worker has ended that nobody here killed."""
        try:
            number, words = worker.last_words()
        finally:
            worker.kill()
        if not worker.source.alive:
            return Gone()
        if "memory allocation" in words:
            return self.too_much_memory()
        if number == signal.SIGKILL:
            return Killed()
        return QueryError("the query is too deep or too complex to be evaluated; its worker has ended")


def _too_slow(request: Request) -> QueryTimeout:
    return QueryTimeout(f"the query was ended: it took longer than {request.seconds:g} s")
