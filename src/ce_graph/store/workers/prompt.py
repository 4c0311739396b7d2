"""Answers short queries without a thread for each: one thread takes what all workers reply.

Most queries are answered within a few milliseconds, and to wake a thread for each of them costs more than they do. So
they are begun by whoever asks, if a place in the quick lane and a worker are free, and finished here. What is not
answered ``SOON``, or does not get a place by then, goes on in a thread that waits for it: what happens to a query that
takes long is decided there alone (``pool.Pool``).
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol, TypeAlias

from ce_graph.errors import BusyError
from ce_graph.store.workers.orders import Begun, Reply, Request
from ce_graph.store.workers.pool import Pool
from ce_graph.store.workers.wire import Gone

SOON = 0.02
"""Seconds within which a reply needs no thread."""
_THREADS = 1024
"""More than any server in front lets in at once."""

Told: TypeAlias = Callable[[Reply | Exception], None]

_LOG = logging.getLogger(__name__)


class Waiting(Protocol):
    """Waits for the reply to a request: one that is new, one that has begun, or one whose worker has ended."""

    def __call__(self, request: Request, begun: Begun | None = None, ended: Gone | None = None) -> Reply:
        """Return the reply or raise the error."""


class _Queued(NamedTuple):
    request: Request
    told: Told
    since: float


class Prompt:
    """Begins requests in workers that are free and tells their replies."""

    def __init__(self, pool: Pool, wait: Waiting) -> None:
        self._pool, self._wait = pool, wait
        self._poll = select.epoll()
        self._begun: dict[int, tuple[Begun, Told]] = {}
        """By the number of the worker's channel."""
        self._queue: deque[_Queued] = deque()
        self._calls: deque[Callable[[], None]] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._poll.register(self._wake, select.EPOLLIN)
        self._asleep = self._closed = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="query")
        self._thread = threading.Thread(target=self._run, name="ce-graph replies", daemon=True)
        self._thread.start()

    def start(self, request: Request, told: Told) -> None:
        """Begin a request, or queue it; ``told`` gets its reply or the error, in another thread."""
        if self._closed:
            raise BusyError("the service is stopping", retry_after=5)
        short = self._pool.seems_short(request)
        begun = self._pool.begin_at_once(request) if short and not self._queue else None
        if begun is not None:
            self._expect(begun, told)
        elif short and self._begun:  # one of those will be done in a moment
            self._queue.append(_Queued(request, told, time.monotonic()))
        else:
            self._threads.submit(self._in_thread, request, told, None, None)
            return
        self._rouse()

    def call(self, work: Callable[[], None]) -> None:
        """Have something done by the thread that takes the replies: it must not wait for anything.

        Whoever starts requests there spares the interpreter from passing its lock to and fro.
        """
        self._calls.append(work)
        self._rouse()

    def _rouse(self) -> None:
        if self._asleep and not self._closed:
            self._asleep = False
            os.eventfd_write(self._wake, 1)

    @property
    def queued(self) -> int:
        """How many have not begun."""
        return len(self._queue)

    def close(self) -> None:
        """Stop; whoever still waits has been told by its worker's end. Once is enough."""
        if self._closed:
            return
        self._closed = True
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        self._threads.shutdown(wait=False)
        self._poll.close()
        os.close(self._wake)

    def _expect(self, begun: Begun, told: Told) -> None:
        number = begun.worker.channel.fileno()
        self._begun[number] = begun, told
        self._poll.register(number, select.EPOLLIN)

    def _run(self) -> None:
        swept = 0.0
        while not self._closed or self._begun or self._queue:
            self._asleep = True
            # Whoever adds to these from here on sees that this thread is asleep.
            busy = self._begun or self._queue
            ready = self._poll.poll(0 if self._calls else SOON / 2 if busy else None)
            self._asleep = False
            for number, _ in ready:
                if number == self._wake:
                    with contextlib.suppress(BlockingIOError):
                        os.eventfd_read(self._wake)
                else:
                    self._finish(number)
            for _ in range(len(self._calls)):
                self._carry_out(self._calls.popleft())
            self._begin_next()
            if (now := time.monotonic()) - swept > SOON / 4:
                swept = now
                self._hand_over(now - SOON)

    def _carry_out(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            _LOG.exception("something could not be begun")

    def _finish(self, number: int) -> None:
        begun, told = self._begun.pop(number)
        self._poll.unregister(number)
        try:
            outcome: Reply | Exception = self._pool.finish(begun)
        except Gone as ended:
            self._threads.submit(self._in_thread, begun.request, told, None, ended)
            return
        except Exception as error:
            outcome = error
        self._begin_next()
        _tell(told, outcome)

    def _begin_next(self) -> None:
        while self._queue and (begun := self._pool.begin_at_once(self._queue[0].request)) is not None:
            self._expect(begun, self._queue.popleft().told)

    def _hand_over(self, before: float) -> None:
        """Let threads wait for what was asked before a time."""
        for number in [number for number, (begun, _) in self._begun.copy().items() if begun.since < before]:
            begun, told = self._begun.pop(number)
            self._poll.unregister(number)
            self._threads.submit(self._in_thread, begun.request, told, begun, None)
        while self._queue and self._queue[0].since < before:
            queued = self._queue.popleft()
            self._threads.submit(self._in_thread, queued.request, queued.told, None, None)

    def _in_thread(self, request: Request, told: Told, begun: Begun | None, ended: Gone | None) -> None:
        try:
            outcome: Reply | Exception = self._wait(request, begun, ended)
        except Exception as error:
            outcome = error
        _tell(told, outcome)


def _tell(told: Told, outcome: Reply | Exception) -> None:
    try:
        told(outcome)
    except Exception:
        _LOG.exception("an answer could not be passed on")
