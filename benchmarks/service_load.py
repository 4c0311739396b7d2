"""Asks a server over a few connections that stay open, as fast as it answers; in a process of its own."""

from __future__ import annotations

import dataclasses
import itertools
import multiprocessing
import re
import resource
import select
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_TAIL = len(_LAST_CHUNK)
_READY = 50_000
"""Answers a second for which requests are made before the asking begins; only repeated ones come faster."""


@dataclasses.dataclass(slots=True)
class Tally:
    """What came back."""

    seconds: float = 0.0
    answers: int = 0
    """Those with what was asked for, or that it has not changed."""
    bytes: int = 0
    statuses: dict[int, int] = dataclasses.field(default_factory=dict)
    times: list[float] = dataclasses.field(default_factory=list)
    """Seconds from each request to the end of its answer."""
    computed: float = 0.0
    """Seconds of processor time that asking took."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    def add(self, other: Tally) -> None:
        """Count another round as well."""
        self.seconds += other.seconds
        self.answers += other.answers
        self.bytes += other.bytes
        self.times += other.times
        self.computed += other.computed
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count

    def percentile(self, part: float) -> float:
        """The time within which that part of the answers came, in seconds."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * part))] if self.times else 0.0


def get(query: str, path: str, tag: str | None = None) -> bytes:
    """A GET of a query for JSON; with an entity tag, only if the answer has changed."""
    condition = f"If-None-Match: {tag}\r\n" if tag else ""
    return (
        f"GET {path}?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n"
        f"Accept: application/sparql-results+json\r\n{condition}\r\n"
    ).encode()


def post(query: str, path: str) -> bytes:
    """A POST of a query as it is, for JSON."""
    body = query.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/sparql-results+json\r\n"
        f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def drive(port: int, requests: Iterable[bytes], *, clients: int, seconds: float) -> Tally:
    """Ask for some seconds; each client sends its next request when it has its answer.

    Raises:
        RuntimeError: the process that asks has failed.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_ask, args=(theirs, port, iter(requests), clients, seconds))
    process.start()
    theirs.close()
    try:
        tally = ours.recv()
    except EOFError:
        raise RuntimeError("the process that asks has failed") from None
    finally:
        process.join()
    assert isinstance(tally, Tally)
    return tally


class _Client:
    """A connection with one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = b""
        self._missing: int | None = None
        """Bytes that are still to come; ``None`` while that is not known."""
        self._tail = b""
        self.status = 0
        self.length = 0
        self.since = 0.0

    def send(self, request: bytes, now: float) -> None:
        self._head, self._missing, self._tail, self.status, self.length, self.since = b"", None, b"", 0, 0, now
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; whether that was the end."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server has closed a connection")
        self.length += len(piece)
        if not self.status:
            self._head += piece
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.status = int(self._head[9:12])
            found = _LENGTH.search(self._head, 0, end)
            have = len(self._head) - end - 4
            if self.status == 304:
                self._missing = 0
            elif found:
                self._missing = int(found[1]) - have
            else:
                self._tail = self._head[-_TAIL:]
        elif self._missing is not None:
            self._missing -= len(piece)
        else:
            self._tail = (self._tail + piece)[-_TAIL:]
        return self._tail == _LAST_CHUNK if self._missing is None else self._missing <= 0


def _ask(result: Any, port: int, requests: Iterator[bytes], clients: int, seconds: float) -> None:
    ready = deque(itertools.islice(requests, int(_READY * seconds)))  # made before, so that it takes no time meanwhile
    tally = Tally()
    poll = select.epoll()
    waiting = {}
    for _ in range(clients):
        client = _Client(port)
        waiting[client.socket.fileno()] = client
        poll.register(client.socket.fileno(), select.EPOLLIN)
    clock = time.perf_counter
    began, computing = clock(), _computed()
    for client in waiting.values():
        client.send(ready.popleft(), began)
    end = began + seconds
    running = clients
    while running:
        for number, _ in poll.poll():
            client = waiting[number]
            if not client.receive():
                continue
            now = clock()
            tally.answers += client.status < 400
            tally.bytes += client.length
            tally.statuses[client.status] = tally.statuses.get(client.status, 0) + 1
            tally.times.append(now - client.since)
            if now < end:
                client.send(ready.popleft() if ready else next(requests), clock())
            else:
                poll.unregister(number)
                running -= 1
    tally.seconds, tally.computed = clock() - began, _computed() - computing
    result.send(tally)


def _computed() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
