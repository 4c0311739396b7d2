"""Says why an offer and a need fit, and of a near miss which one condition failed."""

from __future__ import annotations

import dataclasses
import math
from decimal import Decimal

from ce_graph.model.exact import plain
from ce_graph.model.matching.entries import Condition, Entry, Limit, Rules, kilometres, unit_vectors
from ce_graph.model.matching.pairwise import POINTS, Pair, Trees, kinship, overlap, quality, sum_of_squares
from ce_graph.model.names import Names


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """What one condition came to, in words; ``fits`` is ``None`` where it could not be told."""

    condition: Condition
    fits: bool | None
    said: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A pair with the reasons for it."""

    offer: Entry
    need: Entry
    score: Decimal
    """From 0 (not at all) to 1 (fully)."""
    tonnes: Decimal | None
    """What could move a year; ``None`` where neither amount is known."""
    kilometres: float | None
    failed: Condition | None
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """All reasons in one sentence, the one that failed first."""
        ordered = sorted(self.reasons, key=lambda one: (one.condition != self.failed, one.condition))
        return "; ".join(("but " if one.condition == self.failed else "") + one.said for one in ordered)


def explain(
    pair: Pair, offer: Entry, need: Entry, trees: Trees, rules: Rules, names: Names, language: str = "en"
) -> Explained:
    """Why a pair is a match or a near miss."""
    failed = Condition(int(math.log2(pair.failed))) if pair.failed else None
    squared = sum_of_squares(*unit_vectors([offer.point, need.point]).tolist())
    away = None if math.isnan(squared) else kilometres(squared)

    def fits(condition: Condition, known: bool = True) -> bool | None:
        return False if failed == condition else True if known else None

    amounts = [one for one in (offer.tonnes, need.tonnes) if one is not None]
    reasons = [
        Reason(Condition.MATERIAL, fits(Condition.MATERIAL), _material(offer, need, trees, names, language)),
        Reason(Condition.HAZARD, fits(Condition.HAZARD, offer.hazardous is not None), _hazard(offer, need)),
        Reason(Condition.QUALITY, fits(Condition.QUALITY, not quality(offer, need)[1]), _quality(offer, need)),
        Reason(Condition.QUANTITY, fits(Condition.QUANTITY, bool(amounts)), _quantity(offer, need, rules)),
        Reason(Condition.PERIOD, fits(Condition.PERIOD), _period(offer, need)),
        Reason(Condition.DISTANCE, fits(Condition.DISTANCE, away is not None), _distance(away, rules)),
    ]
    if offer.rank and need.rank:
        said = f"treatment of rank {need.rank} instead of {offer.rank} today"
        reasons.insert(1, Reason(Condition.TREATMENT, fits(Condition.TREATMENT), said))
    return Explained(
        offer=offer,
        need=need,
        score=Decimal(pair.score) / POINTS,
        tonnes=min(amounts) if offer.tonnes is not None and amounts else None,
        kilometres=away,
        failed=failed,
        reasons=tuple(reasons),
    )


def _material(offer: Entry, need: Entry, trees: Trees, names: Names, language: str) -> str:
    steps, _ = kinship(offer, need, trees)
    given = ", ".join(names.label(one, language) for one in (*offer.materials, *offer.codes))
    wanted = ", ".join(names.label(one, language) for one in (*need.materials, *need.codes))
    if steps is None:
        return f"{given} is broader than {wanted}, and may hold it"
    if steps == 0:
        return f"{given} is what is needed"
    return f"{given} is a kind of {wanted}"


def _hazard(offer: Entry, need: Entry) -> str:
    if offer.hazardous:
        return (
            "hazardous, which is taken" if need.hazardous else "hazardous, and the need does not say that it takes such"
        )
    return "not hazardous" if offer.hazardous is not None else "hazard not stated"


def _limit(limit: Limit) -> str:
    bounds = [] if math.isinf(limit.low) else [f"at least {limit.low:g}"]
    bounds += [] if math.isinf(limit.high) else [f"at most {limit.high:g}"]
    return f"{limit.name} {' and '.join(bounds)} {limit.unit}".strip()


def _quality(offer: Entry, need: Entry) -> str:
    known = {(limit.name, limit.unit): limit for limit in offer.limits}
    said = []
    for limit in need.limits:
        value = known.get((limit.name, limit.unit))
        if value is None:
            said.append(f"{_limit(limit)}: not stated by the offer")
        else:
            given = f"{value.low:g}" if value.low == value.high else f"{value.low:g} to {value.high:g}"
            said.append(
                f"{_limit(limit)}: {given}" + ("" if limit.met_by(value.low, value.high) else ", out of bounds")
            )
    said += [f"to be compared by people: {word}" for word in need.words]
    return ", ".join(said) or "no limits of quality"


def _quantity(offer: Entry, need: Entry, rules: Rules) -> str:
    given = "an amount not stated" if offer.tonnes is None else f"{plain(offer.tonnes)} t a year"
    wanted = "an amount not stated" if need.tonnes is None else f"{plain(need.tonnes)} t a year"
    least = max(need.smallest or Decimal(0), rules.tonnes or Decimal(0))
    return f"{given} for {wanted}" + (f", at least {plain(least)} t" if least else "")


def _period(offer: Entry, need: Entry) -> str:
    if offer.start is offer.end is need.start is need.end is None:
        return "no end in time"
    if overlap(offer, need) <= 0:
        return "at no time together"
    start, end = max(offer.period[0], need.period[0]), min(offer.period[1], need.period[1])
    first = "" if start.year == 1 else f" from {start.isoformat()}"
    last = "" if end.year == 9999 else f" until {end.isoformat()}"
    return f"together{first}{last}" if first or last else "together at all times"


def _distance(away: float | None, rules: Rules) -> str:
    bound = f", at most {rules.kilometres:g}" if rules.kilometres is not None else ""
    return "distance not known" if away is None else f"{away:.1f} km apart{bound}"
