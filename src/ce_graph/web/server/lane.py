"""A fast lane in granian for requests without a body: taken by the thread that read them, past the event loop.

It reaches into granian where granian makes no promise; when a version has no such place, requests take the usual way,
which is slower and nothing else. What it saves stands in ``docs/decisions/0004-web.md``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

from granian.server import embed

Answer: TypeAlias = Callable[[Any, Any, Callable[[], object]], bool]
"""Takes a request (scope, protocol, what to call at its end), or leaves it and returns false; in granian's threads."""

_LOG = logging.getLogger(__name__)
_PLACE = "_new_cbscheduler"
_usual = getattr(embed, _PLACE, None)


def open_lane(answer: Answer) -> bool:
    """Let ``answer`` see each request of the servers that start after this; whether this granian can do that."""
    try:
        from granian._granian import CallbackScheduler
    except ImportError:
        return False
    if _usual is None:
        return False

    class Scheduler(CallbackScheduler):
        """Asks ``answer`` first, and leaves the rest to the event loop, as granian's own does."""

        def __init__(self, loop: Any, callback: Any, *_: Any) -> None:
            super().__init__()
            context = self._ctx

            def run(task: Any, watcher: Any) -> None:
                watcher.taskref(loop.create_task(task))

            def schedule(watcher: Any) -> None:
                try:
                    if answer(watcher.scope, watcher.proto, watcher.done):
                        return
                except Exception:
                    _LOG.exception("the fast lane failed; the request takes the usual way")
                loop.call_soon_threadsafe(run, callback(watcher), watcher, context=context)

            self._schedule_fn = schedule

    def make(loop: Any, callback: Any, impl_asyncio: bool = False) -> Any:
        try:
            return Scheduler(loop, callback, None, None, None)
        except (AttributeError, TypeError):
            return _usual(loop, callback, impl_asyncio)

    setattr(embed, _PLACE, make)
    return True
