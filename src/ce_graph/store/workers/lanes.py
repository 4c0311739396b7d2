"""A number of places that are given in the order of asking, to callers that may leave the queue."""

from __future__ import annotations

import threading
import time
from collections import deque

from ce_graph.errors import QueryCancelled

SLICE = 0.05
"""Seconds between two looks at whether the caller has gone."""


def check(cancel: threading.Event | None) -> None:
    """Stop here when whoever asked has gone.

    Raises:
        QueryCancelled: ``cancel`` is set.
    """
    if cancel is not None and cancel.is_set():
        raise QueryCancelled("whoever asked has gone")


class Lane:
    """So many at a time; who waits is served in order."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._free = places
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self.places - self._free

    def try_enter(self) -> bool:
        """Take a place if one is free and nobody waits."""
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return True
            return False

    def enter(self, seconds: float, cancel: threading.Event | None = None) -> bool:
        """Wait for a place; whether there was one in time.

        Raises:
            QueryCancelled: ``cancel`` was set.
        """
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                if turn.wait(left if cancel is None else min(left, SLICE)):
                    return True
                check(cancel)
        except BaseException:
            if not self._step_back(turn):
                self.leave()
            raise
        return not self._step_back(turn)

    def leave(self) -> None:
        """Give the place to who waits longest, or free it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def _step_back(self, turn: threading.Event) -> bool:
        """Stop waiting; ``False`` when the turn had come by then, and with it a place."""
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return True
            return False
