"""What is made once for each generation of the data, in a thread of its own, while who asks for it waits a little."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

from ce_graph.errors import BusyError
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_graph.store.engine import Engine

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds that a request waits for what is being made."""


class OncePerGeneration(Generic[T]):
    """Something that is made of an engine's data when it is first asked for; safe to use from many threads."""

    def __init__(self, engine: Engine, make: Callable[[], T]) -> None:
        """Nothing is made until it is asked for; what could not be made is made anew for who asks next."""
        self._engine, self._make = engine, make
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._made: Future[T] | None = None

    def get(self, patience: float | None = None) -> T:
        """What belongs to the present generation; ``patience`` is how many seconds to wait for it.

        Raises:
            BusyError: it takes longer than that.
        """
        generation = self._engine.generation
        with self._lock:
            failed = self._made is not None and self._made.done() and self._made.exception() is not None
            if self._made is None or failed or not generation or generation != self._generation:
                self._made, self._generation = Future(), generation
                # Not kept from ending with the program: nobody needs what was not finished.
                threading.Thread(target=self._run, args=(self._made,), name="once", daemon=True).start()
            made = self._made
        try:
            return made.result(PATIENCE if patience is None else patience)
        except TimeoutError:
            message = say("That is being made of the data; try again in a moment.")
            raise BusyError(message, retry_after=10) from None

    def _run(self, made: Future[T]) -> None:
        try:
            made.set_result(self._make())
        except Exception as error:
            made.set_exception(error)
