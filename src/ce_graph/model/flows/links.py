"""Grouped flows as nodes and links, the way a Sankey diagram shows them; circles stay."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from decimal import Decimal

from ce_graph.errors import UsageError
from ce_graph.model.flows.grouping import Grouped
from ce_graph.wording import say


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A flow between two nodes; ``note`` are the values that keep it apart from others between the same nodes."""

    source: str
    target: str
    amount: Decimal
    note: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Links:
    """Node → value of its dimension; links, largest first."""

    nodes: dict[str, str]
    links: tuple[Link, ...]


def ends(dimensions: Sequence[str]) -> tuple[str, ...] | None:
    """The dimensions that become the columns of nodes; ``None`` when there are less than two of them.

    Source and target are the ends, what lies between them is between: source, material, target.
    """
    found = [name for name in dimensions if name != "year"]
    if {"source", "target"} <= set(found):
        found = ["source", *(name for name in found if name not in ("source", "target")), "target"]
    return tuple(found) if len(found) > 1 else None


def links(grouped: Grouped, columns: Sequence[str]) -> Links:
    """Links between the values of neighbouring columns.

    An actor is one node whether flows leave or reach it, so that circles are circles; values of other dimensions are
    nodes of their column.

    Raises:
        UsageError: the flows are of several years, which one diagram cannot show.
    """
    places = [grouped.by.index(name) for name in columns]
    if "year" in grouped.by:
        years = sorted({row.key[grouped.by.index("year")] for row in grouped.rows})
        if len(years) > 1:
            known = ", ".join(year or "not stated" for year in years)
            raise UsageError(say("a diagram shows one year; choose one: %(years)s", years=known))
    others = [place for place, name in enumerate(grouped.by) if place not in places and name != "year"]
    nodes: dict[str, str] = {}
    sums: dict[tuple[str, str, tuple[str, ...]], Decimal] = {}
    for row in grouped.rows:
        keys = []
        for place in places:
            name, value = grouped.by[place], row.key[place]
            key = f"end {value}" if name in ("source", "target") else f"{name} {value}"
            nodes.setdefault(key, value)
            keys.append(key)
        note = tuple(row.key[place] for place in others)
        for source, target in itertools.pairwise(keys):
            sums[source, target, note] = sums.get((source, target, note), Decimal(0)) + row.amount
    found = [Link(source, target, amount, note) for (source, target, note), amount in sums.items()]
    return Links(nodes, tuple(sorted(found, key=lambda link: (-link.amount, link.source, link.target, link.note))))
