"""The tables of the model that the views compute with, each read once when it is first needed."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

from ce_graph.query import records

if TYPE_CHECKING:
    from ce_graph.model.flows.table import FlowTable, Lists
    from ce_graph.model.names import Names
    from ce_graph.query.records import Reader


class Records:
    """One state of a dataset as the model's tables; safe to use from many threads."""

    def __init__(self, reader: Reader) -> None:
        """Nothing is read until it is asked for."""
        self.reader = reader
        self.lock = threading.RLock()
        """Readers are not made for several threads at once: hold it while reading."""

    @functools.cached_property
    def names(self) -> Names:
        """What everything is called."""
        with self.lock:
            return records.names(self.reader)

    @functools.cached_property
    def lists(self) -> Lists:
        """Trees of codes and places, units, ranks."""
        with self.lock:
            return records.lists(self.reader)

    @functools.cached_property
    def flows(self) -> FlowTable:
        """Every flow."""
        with self.lock:
            return records.flow_table(self.reader, self.lists)
