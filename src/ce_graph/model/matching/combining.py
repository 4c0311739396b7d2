"""Combinations of offers that fill a need, and amounts that could move in all, each tonne once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from ce_graph.model.indicators.computed import divide
from ce_graph.model.matching.entries import Entry
from ce_graph.model.matching.pairwise import POINTS, Pair, Trees

SCORES, FEWEST = "best scores", "fewest offers"


@dataclasses.dataclass(frozen=True, slots=True)
class Combination:
    """Offers that together fill a need, with what each gives; ``why`` says what the combination is best in."""

    why: str
    parts: tuple[tuple[int, Decimal], ...]
    """Place of the offer, tonnes a year taken of it."""
    missing: Decimal
    """What is still needed; 0 when the need is filled."""
    score: Decimal
    """The mean score of the parts, by tonnes."""


def combinations(need: Entry, matches: Sequence[Pair], offers: Sequence[Entry]) -> list[Combination]:
    """Ways to fill a need of a known amount from its matches: the best scores first, or as few offers as can be.

    Where all matches together do not fill the need, the one combination says what is missing.
    """
    usable = [pair for pair in matches if not pair.failed and (offers[pair.offer].tonnes or 0) > 0]
    if need.tonnes is None or need.tonnes <= 0 or not usable:
        return []

    def amount(pair: Pair) -> Decimal:
        return offers[pair.offer].tonnes or Decimal(0)

    ways: list[tuple[str, Callable[[Pair], object]]] = [
        (SCORES, lambda pair: (-pair.score, -amount(pair), pair.offer)),
        (FEWEST, lambda pair: (-amount(pair), -pair.score, pair.offer)),
    ]
    found: list[Combination] = []
    for why, key in ways:
        one = _fill(why, need.tonnes, sorted(usable, key=key), offers)  # type: ignore[arg-type]
        if all(one.parts != other.parts for other in found):
            found.append(one)
    return found


def _fill(why: str, wanted: Decimal, pairs: Iterable[Pair], offers: Sequence[Entry]) -> Combination:
    parts, left, points = [], wanted, Decimal(0)
    for pair in pairs:
        if left <= 0:
            break
        taken = min(left, offers[pair.offer].tonnes or Decimal(0))
        parts.append((pair.offer, taken))
        points += taken * pair.score
        left -= taken
    given = wanted - left
    return Combination(why, tuple(parts), left, divide(points / POINTS, given) if given else Decimal(0))


@dataclasses.dataclass(frozen=True, slots=True)
class Movement:
    """Tonnes a year that one pair would move when each tonne moves once."""

    pair: Pair
    tonnes: Decimal


def symbiosis(matches: Iterable[Pair], offers: Sequence[Entry], needs: Sequence[Entry]) -> list[Movement]:
    """The symbiosis potential: pairs by score, each moving what is left of both; unknown amounts move nothing."""
    given = {place: one.tonnes for place, one in enumerate(offers) if one.tonnes is not None}
    taken = {place: one.tonnes for place, one in enumerate(needs) if one.tonnes is not None}
    found = []
    for pair in sorted(matches, key=lambda one: (-one.score, one.need, one.offer)):
        if pair.failed or pair.offer not in given or pair.need not in taken:
            continue
        moved = min(given[pair.offer], taken[pair.need])
        if moved > 0:
            found.append(Movement(pair, moved))
            given[pair.offer] -= moved
            taken[pair.need] -= moved
    return found


def cover(offers: Iterable[Entry], needs: Iterable[Entry], material: str, trees: Trees) -> Decimal | None:
    """Secondary supply cover: what is offered of a material in per cent of the need; ``None`` without a need."""
    below = trees.material.below(material)

    def total(entries: Iterable[Entry]) -> Decimal:
        return sum((one.tonnes or Decimal(0) for one in entries if not below.isdisjoint(one.materials)), Decimal(0))

    wanted = total(needs)
    return divide(100 * total(offers), wanted) if wanted else None
