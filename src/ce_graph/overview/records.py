"""What the views compute with: the model's tables, each read once when it is first needed, and a way to ask queries."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

from ce_graph.errors import NotFoundError
from ce_graph.query import records
from ce_graph.query.answers import today
from ce_graph.query.records.reading import instances, ontology
from ce_graph.settings import VOCABULARY
from ce_graph.wording import say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Sequence
    from typing import TypeVar

    from ce_graph.model.flows.table import FlowTable, Lists
    from ce_graph.model.indicators.computed import Computed, Gap
    from ce_graph.model.indicators.wider import Wider
    from ce_graph.model.names import Names
    from ce_graph.model.potential import Potential
    from ce_graph.model.trees import Tree
    from ce_graph.query.records import Reader
    from ce_graph.query.running import Run

    T = TypeVar("T")


class Records:
    """One state of a dataset; safe to use from many threads."""

    def __init__(self, reader: Reader, run: Run, base: str = VOCABULARY, today: dt.date | None = None) -> None:
        """``run`` answers queries on the same data as the reader reads; nothing is read until it is asked for.

        ``today`` is the day that the data are looked at, by default the day of the clock.
        """
        self.reader, self.run, self.base, self._day = reader, run, base, today
        self._lock = threading.RLock()
        self._kept: dict[Hashable, object] = {}

    @property
    def today(self) -> dt.date:
        """The day that questions take for today."""
        return self._day or today()

    def as_of(self, day: dt.date) -> Records:
        """The same data, looked at on another day."""
        return Records(self.reader, self.run, self.base, day)

    def read(self, what: Callable[[Reader], T]) -> T:
        """What a function of ``query.records`` reads, read once: readers are not made for several threads at once."""
        return self.keep(what, lambda: what(self.reader))

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` makes, made once for a key."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            return self._kept[key]  # type: ignore[return-value]

    @functools.cached_property
    def names(self) -> Names:
        """What everything is called."""
        return self.read(records.names)

    @functools.cached_property
    def lists(self) -> Lists:
        """Trees of codes and places, units, ranks."""
        return self.read(records.lists)

    @functools.cached_property
    def flows(self) -> FlowTable:
        """Every flow."""
        with self._lock:
            return records.flow_table(self.reader, self.lists)

    @functools.cached_property
    def potentials(self) -> Sequence[Potential]:
        """What is treated worse than the best treatment seen, everywhere."""
        from ce_graph.model.potential import potentials

        return potentials(self.flows, self.read(records.interim_operations))

    @property
    def themes(self) -> Tree:
        """The themes with their broader ones."""
        return self.read(records.theme_tree)

    def computed(self, place: str) -> tuple[list[Computed], list[Gap]]:
        """The indicators that can be computed for a place, and those that cannot, with the reasons."""
        from ce_graph.model.indicators.computing import compute

        facts = self.read(records.facts)
        return self.keep(("computed", place), lambda: compute(facts, self.wider, place, facts.years(place)))

    @functools.cached_property
    def wider(self) -> Wider:
        """What indicators beyond shares of waste are computed from."""
        from ce_graph.model.indicators.wider import Wider
        from ce_graph.model.themes import of_materials
        from ce_graph.overview.pairing import every_need, every_offer

        read = self.read
        return Wider(
            potentials=self.potentials,
            compositions=read(records.compositions),
            offers=every_offer(self),
            needs=every_need(self),
            trees=read(records.matching_trees),
            projects=read(records.projects),
            shares=read(records.funding_shares),
            themes=self.themes,
            materials=of_materials(read(records.theme_materials), self.lists.trees["material"], self.themes),
            decisions=read(records.decisions),
            participations=read(records.participations),
            today=self.today.year,
        )

    @functools.cached_property
    def places(self) -> tuple[str, ...]:
        """Every place."""
        return self.read(_places)

    @functools.cached_property
    def instance(self) -> str:
        """The region that the instance is about.

        Raises:
            NotFoundError: the data do not say.
        """
        found = self.read(_instance)
        if not found:
            raise NotFoundError(
                say("the data do not say which region they are about (ce:InstanceRegion); name a region")
            )
        return found[0]


def _places(reader: Reader) -> tuple[str, ...]:
    return tuple(reader.texts(instances(reader, ontology("Place"))))


def _instance(reader: Reader) -> tuple[str, ...]:
    return tuple(reader.texts(instances(reader, ontology("InstanceRegion"))))
