"""The fast matcher: candidates through the trees, conditions on columns; it finds what the pairwise rules find."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ce_graph.model.matching.columns import BROADER, Floats, Mask, Needs, Offers, Rows, Steps
from ce_graph.model.matching.entries import Condition, Entry, Rules, squared_chord
from ce_graph.model.matching.pairwise import BY_PEOPLE, POINTS, UNKNOWN, WEIGHTS, Pair, Trees

_BIT = {condition: 1 << int(condition) for condition in Condition}
_HUNDRED = math.sqrt(squared_chord(100))
_BLOCK = 1 << 20
"""Pairs that are looked at together."""
_BAND = 256
"""Needs that look at one band of offers."""


@dataclasses.dataclass(frozen=True)
class Matches:
    """Pairs as columns, sorted by need, then offer; ``failed`` is 0 for a match, one bit for a near miss."""

    need: npt.NDArray[np.int32]
    offer: npt.NDArray[np.int32]
    score: npt.NDArray[np.int32]
    failed: npt.NDArray[np.int16]

    def __len__(self) -> int:
        """Number of pairs, near misses included."""
        return len(self.need)

    def pairs(self, rows: Rows | slice = slice(None)) -> list[Pair]:
        """Pairs as objects, all by default."""
        columns = (column[rows].tolist() for column in (self.need, self.offer, self.score, self.failed))
        return [Pair(*row) for row in zip(*columns, strict=True)]

    def best(self, *, near_misses: bool = False, limit: int | None = None) -> list[Pair]:
        """Matches (or near misses) by score, the best first."""
        rows = np.flatnonzero((self.failed != 0) == near_misses)
        return self.pairs(rows[np.lexsort((self.offer[rows], self.need[rows], -self.score[rows]))][:limit])

    def of_need(self, need: int) -> list[Pair]:
        """The matches of one need, the best first."""
        rows = np.flatnonzero((self.need == need) & (self.failed == 0))
        return self.pairs(rows[np.lexsort((self.offer[rows], -self.score[rows]))])


def match(offers: Sequence[Entry], needs: Sequence[Entry], trees: Trees, rules: Rules) -> Matches:
    """Every pair that fits and every near miss, as ``match_pairwise`` finds them."""
    offered = Offers(offers, trees)
    wanted = Needs(needs, rules, whole=offered.whole)
    parts = []
    for (materials, codes), numbers in wanted.groups(needs).items():
        rows, steps = offered.candidates(materials, codes)
        if len(rows):
            for offer, step, need, squared in _near(offered, wanted, rows, steps, np.array(numbers, np.int64), rules):
                parts.append(_judge(offered, wanted, offer, step, need, squared, rules))
    if not parts:
        none = np.empty(0, np.int32)
        return Matches(none, none, none, np.empty(0, np.int16))
    need, offer, score, failed = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(need * np.int64(max(1, len(offers))) + offer)
    return Matches(
        need[order].astype(np.int32),
        offer[order].astype(np.int32),
        score[order].astype(np.int32),
        failed[order].astype(np.int16),
    )


def _near(
    offers: Offers, needs: Needs, rows: Rows, steps: Steps, numbers: Rows, rules: Rules
) -> Iterator[tuple[Rows, Steps, Rows, Floats]]:
    """Blocks of pairs within twice the largest distance, or of unknown place: offer, levels, need, squared chord.

    Both sides are sorted from south to north, so that a block of needs looks at a band of offers only.
    """
    bound = math.inf if rules.kilometres is None else squared_chord(2 * rules.kilometres)
    reach = math.sqrt(bound) * (1 + 1e-9)
    order = np.argsort(offers.z[rows], kind="stable")  # not a number comes last
    rows, steps = rows[order], steps[order]
    south = offers.z[rows]
    known = len(rows) - int(np.isnan(south).sum())
    numbers = numbers[np.argsort(needs.z[numbers], kind="stable")]
    size = max(1, min(_BLOCK // len(rows), _BAND if math.isfinite(bound) else _BLOCK))
    for begin in range(0, len(numbers), size):
        block = numbers[begin : begin + size]
        first, last = 0, known
        if math.isfinite(bound) and not np.isnan(needs.z[block]).any():
            first = int(np.searchsorted(south[:known], needs.z[block[0]] - reach, "left"))
            last = int(np.searchsorted(south[:known], needs.z[block[-1]] + reach, "right"))
        band = np.concatenate((np.arange(first, last), np.arange(known, len(rows))))
        some = rows[band]
        squared = (offers.x[some][:, None] - needs.x[block]) ** 2
        squared += (offers.y[some][:, None] - needs.y[block]) ** 2
        squared += (offers.z[some][:, None] - needs.z[block]) ** 2
        one, other = np.nonzero(~(squared > bound))
        if len(one):
            yield some[one], steps[band][one], block[other], squared[one, other]


def _judge(
    offers: Offers, needs: Needs, offer: Rows, steps: Steps, need: Rows, squared: Floats, rules: Rules
) -> tuple[Rows, Rows, Rows, Rows]:
    """Need, offer, score and failed conditions of the pairs that fail in one condition at most."""
    failed = np.zeros(len(offer), np.int64)
    failed[steps == BROADER] = _BIT[Condition.MATERIAL]
    ranks, wanted = offers.rank[offer], needs.rank[need]
    failed[(ranks > 0) & (wanted > 0) & (wanted >= ranks)] += _BIT[Condition.TREATMENT]
    failed[offers.hazardous[offer] & ~needs.hazardous[need]] += _BIT[Condition.HAZARD]
    broken, by_people = _quality(offers, needs, offer, need)
    failed[broken] += _BIT[Condition.QUALITY]
    failed[_too_little(offers, needs, offer, need, rules)] += _BIT[Condition.QUANTITY]
    common = _overlap(offers, needs, offer, need)
    failed[common <= 0] += _BIT[Condition.PERIOD]
    if rules.kilometres is not None:
        failed[squared > squared_chord(rules.kilometres)] += _BIT[Condition.DISTANCE]
    kept = np.flatnonzero((failed & (failed - 1)) == 0)
    offer, steps, need, squared, failed = offer[kept], steps[kept], need[kept], squared[kept], failed[kept]
    parts = {
        "material": np.where(steps == BROADER, 0.0, 1 - 0.1 * np.minimum(5, steps)),
        "quantity": _filled(offers, needs, offer, need),
        "distance": _nearness(squared, rules),
        "period": common[kept],
        "quality": np.where(by_people[kept], BY_PEOPLE, 1.0),
    }
    total = np.zeros(len(offer))
    for name, weight in WEIGHTS.items():
        total = total + weight * parts[name]
    return need, offer, np.floor(total * POINTS + 0.5).astype(np.int64), failed


def _quality(offers: Offers, needs: Needs, offer: Rows, need: Rows) -> tuple[Mask, Mask]:
    broken = np.zeros(len(offer), bool)
    by_people = needs.words[need]
    for key, (least, most) in needs.qualities.items():
        limited = np.flatnonzero(~np.isnan(least[need]))
        if not len(limited):
            continue
        if key not in offers.qualities:
            by_people[limited] = True
            continue
        low, high = (bounds[offer[limited]] for bounds in offers.qualities[key])
        stated = ~np.isnan(low)
        by_people[limited[~stated]] = True
        fits = (least[need[limited]] <= low) & (high <= most[need[limited]])
        broken[limited[stated & ~fits]] = True
    return broken, by_people


def _too_little(offers: Offers, needs: Needs, offer: Rows, need: Rows, rules: Rules) -> Mask:
    tonnes = offers.tonnes[offer]
    known = ~np.isnan(offers.weight[offer])
    little = known & ((tonnes <= 0) | (tonnes < needs.least[need]) | needs.never[need])
    found: Mask = (little if rules.tonnes is None else little | ~known).astype(bool)
    return found


def _filled(offers: Offers, needs: Needs, offer: Rows, need: Rows) -> Floats:
    given, wanted = offers.weight[offer], needs.weight[need]
    unknown = np.isnan(given) | ~(wanted > 0)
    return np.where(unknown, UNKNOWN, np.minimum(1.0, given / np.where(wanted > 0, wanted, 1.0)))


def _overlap(offers: Offers, needs: Needs, offer: Rows, need: Rows) -> Floats:
    start, end, first, last = offers.start[offer], offers.end[offer], needs.start[need], needs.end[need]
    shorter = np.minimum(end - start, last - first) + 1
    common = np.minimum(end, last) - np.maximum(start, first) + 1
    return np.where((common > 0) & (shorter > 0), common / np.where(shorter > 0, shorter, 1), 0.0)


def _nearness(squared: Floats, rules: Rules) -> Floats:
    away = np.sqrt(squared)
    if rules.kilometres is None:
        near = 1 / (1 + away / _HUNDRED)
    else:
        near = np.maximum(0.0, 1 - away / math.sqrt(squared_chord(rules.kilometres)))
    return np.where(np.isnan(squared), UNKNOWN, near)
