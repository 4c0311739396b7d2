"""The records of the model that the views of the region show: read when first asked for, again when the data change."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ce_graph.overview import Records
from ce_graph.query.records import from_answers

if TYPE_CHECKING:
    from ce_graph.store.engine import Engine
    from ce_graph.web.asking import Asker


class Region:
    """Records of one engine's generations; safe to use from many threads."""

    def __init__(self, engine: Engine, asker: Asker, base: str) -> None:
        """Nothing is read until it is asked for."""
        self._engine, self._asker, self._base = engine, asker, base
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._records: Records | None = None

    def records(self) -> Records:
        """The records of the present generation."""
        generation = self._engine.generation
        with self._lock:
            if self._records is None or not generation or generation != self._generation:
                self._records = Records(from_answers(self._asker.table), self._asker.run, self._base)
                self._generation = generation
            return self._records
