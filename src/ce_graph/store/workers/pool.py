"""Runs queries in workers: two lanes, so that short queries pass long ones; deadlines, cancelling, a bounded queue.

Every query begins in the quick lane. One that takes longer than ``QUICK`` needs a place in the long lane; when there is
none, its worker is killed and it begins anew once there is one. A text that was long once begins in the long lane the
next time, with other numbers in it as well. So long queries cannot take all workers, however many there are, and what
is wasted on each is bounded.

Each lane keeps its own idle workers: one that has visited much of the data has its own copy of it by then (pyoxigraph
counts references in the data itself), which is worth keeping for long queries alone.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import OrderedDict

from ce_graph.errors import BusyError, LimitError, QueryError, QueryTimeout
from ce_graph.store.engine import Limits, Load
from ce_graph.store.workers import wire
from ce_graph.store.workers.lanes import SLICE, Lane, check
from ce_graph.store.workers.orders import Begun, Killed, Reply, Request
from ce_graph.store.workers.processes import readable
from ce_graph.store.workers.sources import Source, Worker
from ce_graph.store.workers.wire import Gone

QUICK = 0.25
"""Seconds of computing that a query has in the quick lane."""
_SLOWEST = 4
"""How many times as long that may take by the clock."""
PATIENCE = 0.8
"""Seconds that a query waits for a place in the quick lane before it is told to come again."""
_GROWN = 512 << 20
"""Bytes that a worker may have taken on before it is replaced instead of kept for the next query."""
_REMEMBERED, _REMEMBERED_BYTES = 1000, 8192
"""How many long texts are remembered, and up to which length."""


class _Workers:
    """A lane, and its workers that are idle."""

    def __init__(self, places: int) -> None:
        self.lane = Lane(places)
        self.idle: list[Worker] = []


class Pool:
    """Workers of the current source, and the lanes in which queries reach them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._quick, self._long = _Workers(2 * limits.workers), _Workers(limits.workers)
        self._long_texts: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()
        self._source: Source | None = None

    @property
    def load(self) -> Load:
        """How many queries run and wait."""
        quick, long = self._quick.lane, self._long.lane
        return Load(quick.taken + long.taken, quick.waiting + long.waiting, self._limits.workers)

    def use(self, source: Source | None) -> None:
        """Take workers from another source, or see a new generation of this one; ``None``: start no more queries."""
        with self._lock:
            self._source = source
            idle = self._quick.idle + self._long.idle
            self._quick.idle, self._long.idle = [], []
        for worker in idle:
            worker.close()

    def renew(self) -> None:
        """Have new workers instead of those that are idle: whatever ended one may have ended others."""
        self.use(self._source)

    def warm(self) -> None:
        """Have a worker ready for each place of the quick lane, so that the first queries do not wait for it."""
        source = self._source
        for _ in range(self._limits.workers if source is not None else 0):
            assert source is not None
            self._keep(source.fork(self._limits.worker_memory), self._quick)

    def run(self, request: Request) -> Reply:
        """Answer a request in a worker.

        Raises:
            Gone: the holder has ended, or the worker alone (``Killed``); the request may be made again.
            QueryTimeout, QueryCancelled, BusyError, LimitError, QueryError: see ``Engine``.
        """
        if self._was_long(request):
            return self._run_long(request)
        try:
            self._enter(self._quick, min(PATIENCE, request.seconds), request)
        except BusyError:
            if self._was_long(request):  # as another one with this text has shown meanwhile
                return self._run_long(request)
            raise
        try:
            begun = Begun(request, self._begin(request, self._quick), time.monotonic())
        except BaseException:
            self._quick.lane.leave()
            raise
        return self.go_on(begun)

    def seems_short(self, request: Request) -> bool:
        """Whether nothing is known that would keep a request out of the quick lane."""
        return not request.network and not self._was_long(request)

    def begin_at_once(self, request: Request) -> Begun | None:
        """Begin a request in the quick lane if that needs no waiting; ``finish`` or ``go_on`` takes it from there."""
        if not self._quick.lane.try_enter():
            return None
        worker = None
        try:
            with self._lock:
                worker = self._quick.idle.pop() if self._quick.idle and self._source is not None else None
            if worker is not None:
                wire.send(worker.channel, request.header, request.body)
                return Begun(request, worker, time.monotonic())
        except Gone:
            assert worker is not None
            worker.kill()
        except BaseException:
            self._quick.lane.leave()
            raise
        self._quick.lane.leave()
        return None

    def finish(self, begun: Begun) -> Reply:
        """The reply to a request in the quick lane whose worker has begun to answer; raises what ``run`` does."""
        try:
            return self._end(begun.worker, begun.request, self._quick)
        finally:
            self._quick.lane.leave()

    def go_on(self, begun: Begun) -> Reply:
        """Wait for the reply to a request that has begun in the quick lane; raises what ``run`` does."""
        worker, request, workers = begun.worker, begun.request, self._quick
        try:
            if self._replies_quickly(worker, request):
                return self._end(worker, request, workers)
            left = request.seconds - (time.monotonic() - begun.since)
            if left > 0 and self._long.lane.try_enter():
                self._quick.lane.leave()
                workers = self._long
                return self._take_time(worker, request, left)
            worker.kill()
        finally:
            workers.lane.leave()
        if left <= 0:
            raise _too_slow(request)
        return self._run_long(request)

    def _run_long(self, request: Request) -> Reply:
        self._enter(self._long, request.seconds, request)
        try:
            since = time.monotonic()
            reply = self._take_time(self._begin(request, self._long), request, request.seconds)
            if time.monotonic() - since < QUICK / 2:
                self._long_texts.pop(request.key, None)
            return reply
        finally:
            self._long.lane.leave()

    def _was_long(self, request: Request) -> bool:
        return bool(self._long_texts) and request.key in self._long_texts and request.seconds > QUICK

    def _remember_long(self, request: Request) -> None:
        key = request.key
        with self._lock:
            if len(key) <= _REMEMBERED_BYTES:
                self._long_texts[key] = None
                self._long_texts.move_to_end(key)
                if len(self._long_texts) > _REMEMBERED:
                    self._long_texts.popitem(last=False)

    def _enter(self, workers: _Workers, seconds: float, request: Request) -> None:
        if workers.lane.waiting >= self._limits.waiting:
            raise BusyError(f"{workers.lane.waiting} queries are waiting already", retry_after=2)
        if not workers.lane.enter(seconds, request.cancel):
            raise BusyError("all workers are busy; try again soon", retry_after=1 if workers is self._quick else 5)

    def _take_time(self, worker: Worker, request: Request, seconds: float) -> Reply:
        self._remember_long(request)
        worker.yield_to_others()
        if self._replies(worker, request, seconds):
            return self._end(worker, request, self._long)
        worker.kill()
        raise _too_slow(request)

    def _begin(self, request: Request, workers: _Workers) -> Worker:
        """Send the request to a worker that is idle, or to a new one."""
        while True:
            with self._lock:
                source = self._source
                worker = workers.idle.pop() if workers.idle and not request.network else None
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

    def _replies_quickly(self, worker: Worker, request: Request) -> bool:
        """Wait while the worker computes less than ``QUICK``: on a busy machine that takes longer by the clock."""
        began, end = worker.computed(), time.monotonic() + min(request.seconds, _SLOWEST * QUICK)
        while True:
            left = end - time.monotonic()
            if self._replies(worker, request, min(QUICK, left)):
                return True
            if left <= QUICK or worker.computed() - began >= 0.9 * QUICK:
                return False

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

    def _end(self, worker: Worker, request: Request, workers: _Workers) -> Reply:
        """Take the reply and keep the worker for the next query, or let it go."""
        try:
            header, body, files = wire.receive(worker.channel)
        except Gone:
            raise self._explain(worker) from None
        except BaseException:
            worker.kill()
            raise
        generation = worker.generation
        if request.network or header.get("grown", _GROWN) >= _GROWN:
            worker.close()
        else:
            self._keep(worker, workers)
        return Reply(header, body, files, generation)

    def _keep(self, worker: Worker, workers: _Workers) -> None:
        with self._lock:
            source = self._source
            current = source is worker.source and source.generation == worker.generation
            if current and len(workers.idle) < workers.lane.places:
                workers.idle.append(worker)
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
