"""The network of actors: who works with whom in projects."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from decimal import Decimal

from ce_graph.model.indicators.computed import divide


@dataclasses.dataclass(frozen=True, slots=True)
class Network:
    """Actors with at least one project, pairs with the projects they share, projects by actor."""

    actors: tuple[str, ...]
    pairs: dict[tuple[str, str], tuple[str, ...]]
    degree: dict[str, int]
    """How many other actors each one shares a project with."""

    @property
    def density(self) -> Decimal:
        """Pairs that share a project among all pairs, per cent."""
        possible = len(self.actors) * (len(self.actors) - 1) // 2
        return divide(Decimal(100 * len(self.pairs)), Decimal(possible)) if possible else Decimal(0)


def network(participations: Iterable[tuple[str, str]]) -> Network:
    """The network of pairs (actor, project); an actor with two roles in a project is there once."""
    members: dict[str, set[str]] = {}
    for actor, project in participations:
        members.setdefault(project, set()).add(actor)
    shared: dict[tuple[str, str], list[str]] = {}
    for project, actors in sorted(members.items()):
        for pair in itertools.combinations(sorted(actors), 2):
            shared.setdefault(pair, []).append(project)
    everyone = sorted({actor for actors in members.values() for actor in actors})
    degree = dict.fromkeys(everyone, 0)
    for one, other in shared:
        degree[one] += 1
        degree[other] += 1
    return Network(tuple(everyone), {pair: tuple(found) for pair, found in sorted(shared.items())}, degree)
