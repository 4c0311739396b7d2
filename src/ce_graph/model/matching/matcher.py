"""The fast matcher: candidates by material and code through the trees, conditions on columns; equals the pairwise rules."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from ce_graph.model.exact import Numbers
from ce_graph.model.matching.entries import Condition, Entry, Rules, squared_chord, unit_vector
from ce_graph.model.matching.pairwise import BY_PEOPLE, POINTS, UNKNOWN, WEIGHTS, Pair, Trees
from ce_graph.model.trees import Tree

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NEVER = 127
_HUNDRED = math.sqrt(squared_chord(100))


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

    def pairs(self) -> list[Pair]:
        """The same as objects."""
        columns = (column.tolist() for column in (self.need, self.offer, self.score, self.failed))
        return [Pair(*row) for row in zip(*columns, strict=True)]

    def best(self, *, near_misses: bool = False, limit: int | None = None) -> list[Pair]:
        """Matches (or near misses) by score, the best first."""
        rows = np.flatnonzero((self.failed != 0) == near_misses)
        order = rows[np.lexsort((self.offer[rows], self.need[rows], -self.score[rows]))][:limit]
        columns = (column[order].tolist() for column in (self.need, self.offer, self.score, self.failed))
        return [Pair(*row) for row in zip(*columns, strict=True)]

    def of_need(self, need: int) -> list[Pair]:
        """The matches of one need, the best first."""
        rows = np.flatnonzero((self.need == need) & (self.failed == 0))
        rows = rows[np.lexsort((self.offer[rows], -self.score[rows]))]
        columns = (column[rows].tolist() for column in (self.need, self.offer, self.score, self.failed))
        return [Pair(*row) for row in zip(*columns, strict=True)]


def match(offers: Sequence[Entry], needs: Sequence[Entry], trees: Trees, rules: Rules) -> Matches:
    """Every pair that fits and every near miss, as ``match_pairwise`` finds them."""
    index = _Offers(offers, trees)
    found = [_judge(index, need, number, rules) for number, need in enumerate(needs)]
    found = [one for one in found if len(one[0])]
    if not found:
        return Matches(*(np.empty(0, kind) for kind in (np.int32, np.int32, np.int32, np.int16)))
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    need, offer, score, failed = columns
    return Matches(need.astype(np.int32), offer.astype(np.int32), score.astype(np.int32), failed.astype(np.int16))


class _Offers:
    """Offers as columns, and where each material and code is offered."""

    def __init__(self, offers: Sequence[Entry], trees: Trees) -> None:
        self.trees = trees
        self.count = len(offers)
        self.materials = _places(offers, "materials")
        self.codes = _places(offers, "codes")
        vectors = np.array([unit_vector(offer.point) for offer in offers], np.float64).reshape(-1, 3)
        self.x, self.y, self.z = (np.ascontiguousarray(vectors[:, axis]) for axis in range(3))
        self.tonnes = _amounts([offer.tonnes for offer in offers])
        self.weight = np.array([math.nan if one.tonnes is None else float(one.tonnes) for one in offers], np.float64)
        self.hazardous = np.array([bool(offer.hazardous) for offer in offers], bool)
        self.rank = np.array([offer.rank for offer in offers], np.int64)
        periods = [offer.period for offer in offers]
        self.start = np.array([first.toordinal() for first, _ in periods], np.int64)
        self.end = np.array([last.toordinal() for _, last in periods], np.int64)
        self.qualities: dict[tuple[str, str], tuple[Floats, Floats]] = {}
        for row, offer in enumerate(offers):
            for limit in offer.limits:
                low, high = self.qualities.setdefault((limit.name, limit.unit), (_unstated(self), _unstated(self)))
                low[row], high[row] = limit.low, limit.high

    def candidates(self, need: Entry) -> tuple[Rows, npt.NDArray[np.int8]]:
        """Offers that may fit, ascending, with the levels down to them; ``_NEVER`` for what is only broader."""
        steps: dict[int, Rows] = {}
        broader = []
        for tree, places, wanted in (
            (self.trees.material, self.materials, need.materials),
            (self.trees.code, self.codes, need.codes),
        ):
            for one in wanted:
                for level, found in _below(tree, places, one):
                    steps[level] = np.concatenate((steps[level], found)) if level in steps else found
                broader += [places[above] for above in tree.above(one)[1:] if above in places]
        if not steps and not broader:
            return np.empty(0, np.int64), np.empty(0, np.int8)
        if len(steps) == 1 and not broader:
            ((level, found),) = steps.items()
            rows = found if _ascending(found) else np.unique(found)
            return rows, np.full(len(rows), level, np.int8)
        known = np.full(self.count, -1, np.int8)
        for found in broader:
            known[found] = _NEVER
        for level in sorted(steps, reverse=True):
            known[steps[level]] = level
        rows = np.flatnonzero(known >= 0)
        return rows, known[rows]


def _places(offers: Sequence[Entry], field: str) -> dict[str, Rows]:
    found: dict[str, list[int]] = {}
    for row, offer in enumerate(offers):
        for term in getattr(offer, field):
            found.setdefault(term, []).append(row)
    return {term: np.array(rows, np.int64) for term, rows in found.items()}


def _below(tree: Tree, places: dict[str, Rows], thing: str) -> Iterable[tuple[int, Rows]]:
    """Offers of a thing and of all below it, by the number of levels down."""
    edge, level, seen = [thing], 0, {thing}
    while edge:
        for one in edge:
            if one in places:
                yield level, places[one]
        edge = [child for one in edge for child in tree.children.get(one, ()) if child not in seen]
        seen.update(edge)
        level += 1


def _ascending(rows: Rows) -> bool:
    return bool((rows[1:] > rows[:-1]).all())


def _unstated(offers: _Offers) -> Floats:
    return np.full(offers.count, math.nan)


def _amounts(tonnes: Sequence[Decimal | None]) -> Numbers:
    """Amounts to be compared exactly; -1 where none is known."""
    values = np.array([Decimal(-1) if one is None else one for one in tonnes], object)
    whole = all(value == value.to_integral_value() and abs(value) < 2**62 for value in values.tolist())
    return np.array([int(value) for value in values.tolist()], np.int64) if whole else values


def _judge(offers: _Offers, need: Entry, number: int, rules: Rules) -> tuple[Rows, Rows, Rows, Rows]:
    rows, steps = offers.candidates(need)
    rows, steps, squared = _near(offers, need, rows, steps, rules)
    failed = (steps == _NEVER).astype(np.int16) << Condition.MATERIAL
    if need.rank:
        worse = (offers.rank[rows] > 0) & (need.rank >= offers.rank[rows])
        failed |= worse.astype(np.int16) << Condition.TREATMENT
    if not need.hazardous:
        failed |= offers.hazardous[rows].astype(np.int16) << Condition.HAZARD
    broken, by_people = _quality(offers, need, rows)
    failed |= broken.astype(np.int16) << Condition.QUALITY
    failed |= _too_little(offers, need, rows, rules).astype(np.int16) << Condition.QUANTITY
    common = _overlap(offers, need, rows)
    failed |= (common <= 0).astype(np.int16) << Condition.PERIOD
    if rules.kilometres is not None:
        failed |= (squared > squared_chord(rules.kilometres)).astype(np.int16) << Condition.DISTANCE
    kept = np.flatnonzero((failed & (failed - 1)) == 0)
    rows, steps, squared, failed = rows[kept], steps[kept], squared[kept], failed[kept]
    parts = {
        "material": np.where(steps == _NEVER, 0.0, 1 - 0.1 * np.minimum(5, steps)),
        "quantity": _filled(offers, need, rows),
        "distance": _nearness(squared, rules),
        "period": common[kept],
        "quality": np.where(by_people[kept], BY_PEOPLE, 1.0),
    }
    total = np.zeros(len(rows))
    for name, weight in WEIGHTS.items():
        total = total + weight * parts[name]
    score = np.floor(total * POINTS + 0.5).astype(np.int64)
    return np.full(len(rows), number, np.int64), rows, score, failed.astype(np.int64)


def _near(
    offers: _Offers, need: Entry, rows: Rows, steps: npt.NDArray[np.int8], rules: Rules
) -> tuple[Rows, npt.NDArray[np.int8], Floats]:
    """The candidates within twice the largest distance, or of unknown place, with the squares of their chords."""
    x, y, z = unit_vector(need.point)
    squared = (offers.x[rows] - x) ** 2 + (offers.y[rows] - y) ** 2 + (offers.z[rows] - z) ** 2
    if rules.kilometres is None or need.point is None:
        return rows, steps, squared
    kept = np.flatnonzero(~(squared > squared_chord(2 * rules.kilometres)))
    return rows[kept], steps[kept], squared[kept]


def _quality(offers: _Offers, need: Entry, rows: Rows) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    broken = np.zeros(len(rows), bool)
    by_people = np.full(len(rows), bool(need.words), bool)
    for limit in need.limits:
        known = offers.qualities.get((limit.name, limit.unit))
        if known is None:
            by_people[:] = True
            continue
        low, high = known[0][rows], known[1][rows]
        stated = ~np.isnan(low)
        by_people |= ~stated
        broken |= stated & ~((limit.low <= low) & (high <= limit.high))
    return broken, by_people


def _too_little(offers: _Offers, need: Entry, rows: Rows, rules: Rules) -> npt.NDArray[np.bool_]:
    tonnes = offers.tonnes[rows]
    known = ~np.isnan(offers.weight[rows])
    least = max(need.smallest or Decimal(0), rules.tonnes or Decimal(0))
    # The pair moves at most what is needed, whatever is offered.
    never = need.tonnes is not None and (need.tonnes <= 0 or (rules.tonnes is not None and need.tonnes < rules.tonnes))
    little = known & ((tonnes <= 0) | (tonnes < _like(tonnes, least)) | never)
    if rules.tonnes is not None:
        little |= ~known
    found: npt.NDArray[np.bool_] = little.astype(bool)
    return found


def _like(tonnes: Numbers, bound: Decimal) -> Decimal | int:
    """A bound that compares with the column as the decimal does: whole amounts are below it when below the next whole."""
    return bound if tonnes.dtype == object else math.ceil(bound)


def _filled(offers: _Offers, need: Entry, rows: Rows) -> Floats:
    if need.tonnes is None or need.tonnes <= 0:
        return np.full(len(rows), UNKNOWN)
    weight = offers.weight[rows]
    return np.where(np.isnan(weight), UNKNOWN, np.minimum(1.0, weight / float(need.tonnes)))


def _overlap(offers: _Offers, need: Entry, rows: Rows) -> Floats:
    first, last = (day.toordinal() for day in need.period)
    start, end = offers.start[rows], offers.end[rows]
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
