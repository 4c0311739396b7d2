"""The rules of matching for one pair, in plain words of code: the reference that the fast matcher must equal."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

from ce_graph.model.matching.entries import Condition, Entry, Rules, squared_chord, unit_vectors
from ce_graph.model.trees import Tree

POINTS = 10_000
"""Scores are whole numbers of this: 10 000 is a perfect fit."""
WEIGHTS = {"material": 0.4, "quantity": 0.2, "distance": 0.2, "period": 0.1, "quality": 0.1}
UNKNOWN, BY_PEOPLE = 0.5, 0.7
"""What a part of the score counts when it is not known, and when people must compare words."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Pair:
    """An offer and a need by their places in the lists, the score, and the conditions that failed as bits."""

    need: int
    offer: int
    score: int
    failed: int


@dataclasses.dataclass(frozen=True, slots=True)
class Trees:
    """The hierarchies of materials and waste codes."""

    material: Tree
    code: Tree


def match_pairwise(offers: Sequence[Entry], needs: Sequence[Entry], trees: Trees, rules: Rules) -> list[Pair]:
    """Every pair that fits, and every near miss: a pair of which exactly one condition fails."""
    found = []
    offered = unit_vectors([offer.point for offer in offers]).tolist()
    wanted = unit_vectors([need.point for need in needs]).tolist()
    for number, need in enumerate(needs):
        for place, offer in enumerate(offers):
            pair = judge(offer, need, offered[place], wanted[number], trees, rules)
            if pair is not None:
                found.append(Pair(number, place, *pair))
    return sorted(found)


def judge(
    offer: Entry,
    need: Entry,
    offered: Sequence[float],
    wanted: Sequence[float],
    trees: Trees,
    rules: Rules,
) -> tuple[int, int] | None:
    """Score and failed conditions of a pair; ``None`` when it is neither a match nor a near miss."""
    steps, broader = kinship(offer, need, trees)
    if steps is None and not broader:
        return None
    failed = int(steps is None) << Condition.MATERIAL
    parts = {"material": 1 - 0.1 * min(5, steps) if steps is not None else 0.0}
    if offer.rank and need.rank and need.rank >= offer.rank:
        failed |= 1 << Condition.TREATMENT
    if offer.hazardous and not need.hazardous:
        failed |= 1 << Condition.HAZARD
    fits, by_people = quality(offer, need)
    failed |= int(not fits) << Condition.QUALITY
    parts["quality"] = BY_PEOPLE if by_people else 1.0
    if not enough(offer, need, rules):
        failed |= 1 << Condition.QUANTITY
    parts["quantity"] = filled(offer, need)
    common = overlap(offer, need)
    failed |= int(common <= 0) << Condition.PERIOD
    parts["period"] = common
    squared = sum_of_squares(offered, wanted)
    if rules.kilometres is not None and not math.isnan(squared):
        if squared > squared_chord(2 * rules.kilometres):
            return None
        failed |= int(squared > squared_chord(rules.kilometres)) << Condition.DISTANCE
    parts["distance"] = nearness(squared, rules)
    if failed & (failed - 1):
        return None
    return points(parts), failed


def kinship(offer: Entry, need: Entry, trees: Trees) -> tuple[int | None, bool]:
    """Levels from what is needed down to what is offered, and whether the offer is broader than the need instead.

    The nearest of all materials and waste codes counts.
    """
    best: int | None = None
    broader = False
    for tree, given, wanted in (
        (trees.material, offer.materials, need.materials),
        (trees.code, offer.codes, need.codes),
    ):
        for one in given:
            for other in wanted:
                way = tree.above(one)
                if other in way:
                    steps = way.index(other)
                    best = steps if best is None else min(best, steps)
                elif one in tree.above(other):
                    broader = True
    return best, broader


def quality(offer: Entry, need: Entry) -> tuple[bool, bool]:
    """Whether no limit is broken, and whether some limits are left for people to compare."""
    known = {(limit.name, limit.unit): limit for limit in offer.limits}
    by_people, fits = bool(need.words), True
    for limit in need.limits:
        value = known.get((limit.name, limit.unit))
        if value is None:
            by_people = True
        elif not limit.met_by(value.low, value.high):
            fits = False
    return fits, by_people


def enough(offer: Entry, need: Entry, rules: Rules) -> bool:
    """Whether the amounts allow the pair: not nothing, not less than the smallest that is taken or asked for."""
    if offer.tonnes is None:
        return rules.tonnes is None
    if offer.tonnes <= 0 or (need.smallest is not None and offer.tonnes < need.smallest):
        return False
    moved = offer.tonnes if need.tonnes is None else min(offer.tonnes, need.tonnes)
    return moved > 0 and (rules.tonnes is None or moved >= rules.tonnes)


def filled(offer: Entry, need: Entry) -> float:
    """The share of the need that the offer fills."""
    if offer.tonnes is None or need.tonnes is None or need.tonnes <= 0:
        return UNKNOWN
    return min(1.0, float(offer.tonnes) / float(need.tonnes))


def overlap(offer: Entry, need: Entry) -> float:
    """The days that both hold, as a share of the shorter of the two; 0 when there are none."""
    (first, last), (begin, end) = offer.period, need.period
    shorter = min(last.toordinal() - first.toordinal(), end.toordinal() - begin.toordinal()) + 1
    common = min(last.toordinal(), end.toordinal()) - max(first.toordinal(), begin.toordinal()) + 1
    return common / shorter if common > 0 and shorter > 0 else 0.0


def sum_of_squares(one: Sequence[float], other: Sequence[float]) -> float:
    """The square of the chord between two places."""
    x, y, z = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return x * x + y * y + z * z


def nearness(squared: float, rules: Rules) -> float:
    """1 at the same place, 0 at the largest distance (without one: half at 100 km)."""
    if math.isnan(squared):
        return UNKNOWN
    if rules.kilometres is None:
        return 1 / (1 + math.sqrt(squared) / _HUNDRED)
    return max(0.0, 1 - math.sqrt(squared) / math.sqrt(squared_chord(rules.kilometres)))


_HUNDRED = math.sqrt(squared_chord(100))


def points(parts: dict[str, float]) -> int:
    """The score as a whole number of points."""
    total = 0.0
    for name, weight in WEIGHTS.items():  # one order of additions, so that both matchers round alike
        total = total + weight * parts[name]
    return math.floor(total * POINTS + 0.5)


def fitting(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs of which no condition failed."""
    return [pair for pair in pairs if not pair.failed]
