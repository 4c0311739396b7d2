"""How many queries one client may have running at a time, and who the client is."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from typing import TYPE_CHECKING

from ce_graph.errors import CeGraphError
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator


class TooManyError(CeGraphError):
    """One client has as many queries running as it may."""

    status = 429
    retry_after = 1


class Gate:
    """Counts the running queries by client."""

    def __init__(self, limit: int) -> None:
        """Let each client have ``limit`` queries at a time; 0: no limit."""
        self._limit = limit
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def enter(self, client: str) -> Iterator[None]:
        """Hold a place for one query.

        Raises:
            TooManyError: the client has no place left.
        """
        with self._lock:
            if self._limit and self._running[client] >= self._limit:
                raise TooManyError(
                    say(
                        "You have %(limit)s queries running already; wait until one of them has ended.",
                        limit=self._limit,
                    )
                )
            self._running[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[client] -= 1
                if not self._running[client]:
                    del self._running[client]
