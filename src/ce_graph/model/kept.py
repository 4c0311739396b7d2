"""What is derived from a dataset once per generation, such as the flow table, and shared by all who ask."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Derives a value when the generation is another one, and hands out the same value until then; safe for threads."""

    def __init__(self, derive: Callable[[], T]) -> None:
        self._derive = derive
        self._lock = threading.Lock()
        self._known: tuple[str, T] | None = None

    def at(self, generation: str) -> T:
        """The value for a generation; an empty generation (an engine that cannot know it) is derived each time.

        While one thread derives, others that ask wait for it rather than deriving the same.
        """
        with self._lock:
            if self._known is None or not generation or self._known[0] != generation:
                self._known = generation, self._derive()
            return self._known[1]
