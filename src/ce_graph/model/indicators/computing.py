"""All indicators of a place: by year from its flows, and of its potential, its money, its network and its data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ce_graph.model.indicators import evidence, facts, funded, material, network
from ce_graph.model.indicators.computed import Computed, Gap, Result
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.wider import Wider

WIDER: tuple[Callable[[Facts, Wider, str], list[Result]], ...] = (
    material.better,
    material.composed,
    material.supplied,
    material.moved,
    funded.funded,
    funded.covered,
    funded.succeeded,
    network.connected,
    evidence.evidenced,
)
"""Each computes what the data allow of a place, and names what they do not."""


def compute(known: Facts, wider: Wider, region: str, years: Sequence[str]) -> tuple[list[Computed], list[Gap]]:
    """All that can be computed of a place, and what cannot, with the reasons; by name, what it is of, and year."""
    results: list[Result] = [*facts.compute(known, region, years)]
    for one in WIDER:
        results += one(known, wider, region)
    done = [one for one in results if isinstance(one, Computed)]
    missing = [one for one in results if isinstance(one, Gap)]
    return (
        sorted(done, key=lambda one: (one.indicator, one.about, one.year)),
        sorted(missing, key=lambda one: (one.indicator, one.about, one.year)),
    )
