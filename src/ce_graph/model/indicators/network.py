"""The network of actors: who works with whom in projects."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable
from decimal import Decimal

from ce_graph.model.indicators.computed import Computed, Gap, Input, Result, divide
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.shares import PERCENT
from ce_graph.model.indicators.wider import ACTOR, Wider
from ce_graph.wording import Said, say


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

    @property
    def mean_degree(self) -> Decimal:
        """How many others an actor shares a project with, on average."""
        return divide(Decimal(2 * len(self.pairs)), Decimal(len(self.actors))) if self.actors else Decimal(0)


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


def connected(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """Density and degree of the network of all actors, and the degree of each."""
    density, degree = "network-density", "network-degree"
    if region != facts.about:
        return []
    found = network(wider.participations)
    if not found.actors:
        return [Gap(name, region, "", say("no source says who takes part in a project")) for name in (density, degree)]
    projects = sorted({project for _, project in wider.participations})
    inputs = tuple(Input("project", Decimal(1), "", project) for project in projects)
    told = {"actors": len(found.actors), "pairs": len(found.pairs), "projects": len(projects)}

    def value(
        name: str, number: Decimal, unit: str, inputs: tuple[Input, ...], method: Said, about: str = ""
    ) -> Result:
        return Computed(indicator=name, region=region, year="", value=number, unit=unit, inputs=inputs, method=method,
                        lower=number, upper=number, about=about)  # fmt: skip

    results = [
        value(density, found.density, PERCENT, inputs,
              say("pairs with a shared project / all pairs; actors: %(actors)s, pairs: %(pairs)s, projects:"
                  " %(projects)s", **told)),
        value(degree, found.mean_degree, ACTOR, inputs,
              say("2 * pairs / actors, the mean over all actors; actors: %(actors)s, pairs: %(pairs)s", **told)),
    ]  # fmt: skip
    for actor, number in found.degree.items():
        shared = sorted({project for pair, several in found.pairs.items() if actor in pair for project in several})
        mine = sorted({project for one, project in wider.participations if one == actor})
        own = tuple(Input("project", Decimal(1), "", project) for project in mine)
        method = say("others with a shared project; shared projects: %(count)s", count=len(shared))
        results.append(value(degree, Decimal(number), ACTOR, own, method, actor))
    return results
