"""The access log: a line of JSON for each request, written in batches by a thread of its own."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

_PAUSE = 0.2
"""Seconds between two writes."""
_MOST = 200_000
"""Lines that wait at most; when the reader of the log is slower than that, the oldest are lost."""


class AccessLog:
    """Takes notes of requests from many threads; what was asked is told by a digest, for queries may hold secrets."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to a stream; by default to standard error."""
        self._stream = stream
        self._lines: deque[str] = deque(maxlen=_MOST)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(
        self,
        method: str,
        path: str,
        query: str,
        client: str,
        status: int,
        length: int,
        started: float,
        outcome: str | None,
    ) -> None:
        """Note one request; ``started`` by ``time.perf_counter``."""
        told = _asked(method, path, query, client, outcome)
        spent = (time.perf_counter() - started) * 1000
        self._lines.append(
            f'{{"time": {time.time():.3f}, "status": {status}, "bytes": {length}, "ms": {spent:.2f}, {told}}}\n'
        )
        if self._thread is None:
            self._begin()

    def flush(self) -> None:
        """Write what has been noted."""
        with self._lock:
            stream = self._stream or sys.stderr
            lines = self._lines
            text = "".join(lines.popleft() for _ in range(len(lines)))
            if text:
                stream.write(text)
                stream.flush()

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=_write, args=(self.flush,), name="access-log", daemon=True)
                self._thread.start()


def _asked(method: str, path: str, query: str, client: str, outcome: str | None) -> str:
    """The part of a line that is the same for the same request."""
    begin, end = _around(method, path, client, outcome)
    if not query:
        return begin + end
    return f'{begin}, "query": "{hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:12]}"{end}'


@functools.lru_cache(maxsize=1024)
def _around(method: str, path: str, client: str, outcome: str | None) -> tuple[str, str]:
    told = json.dumps({"client": client, "method": method, "path": path[:500]})
    return told[1:-1], f', "outcome": {json.dumps(outcome)}' if outcome else ""


def _write(flush: Callable[[], None]) -> None:
    while True:
        time.sleep(_PAUSE)
        try:
            flush()
        except (OSError, ValueError):  # whoever read the log has gone
            return
