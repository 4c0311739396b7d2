"""When the data last changed: the time of the file they were read from, or when the service first saw the change."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from typing import TYPE_CHECKING

from ce_graph.web.opening import DATASET

if TYPE_CHECKING:
    from ce_graph.settings import Settings
    from ce_graph.store.engine import Engine


@dataclasses.dataclass(slots=True)
class Changes:
    """The times of an engine's generations, in whole seconds as HTTP has them; they only ever go up."""

    engine: Engine
    when: dt.datetime
    _generation: str = ""
    _lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Take note of the generation that there is at the start."""
        self._generation = self.engine.generation

    def last(self) -> dt.datetime:
        """When the present generation came about."""
        generation = self.engine.generation
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                self.when = max(_now(), self.when + dt.timedelta(seconds=1))
            return self.when


def watch(engine: Engine, settings: Settings) -> Changes:
    """The times of an engine that has just been opened."""
    folder = settings.data or (None if settings.engine or settings.empty or settings.store else settings.build)
    try:
        seconds = (folder / DATASET).stat().st_mtime if folder else None
    except OSError:
        seconds = None
    when = _now() if seconds is None else dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    return Changes(engine, when)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
