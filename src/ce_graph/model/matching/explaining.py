"""Says why an offer and a need fit, and of a near miss which one condition failed."""

from __future__ import annotations

import dataclasses
import math
from decimal import Decimal

from ce_graph.model.matching.entries import Condition, Entry, Limit, Rules, kilometres, unit_vectors
from ce_graph.model.matching.pairwise import POINTS, Pair, Trees, kinship, overlap, quality, sum_of_squares
from ce_graph.model.names import Names
from ce_graph.wording import Wording


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
    but: str = "but %s"
    """How the reason that failed is said, in the language of the reasons."""

    @property
    def text(self) -> str:
        """All reasons in one sentence, the one that failed first."""
        ordered = sorted(self.reasons, key=lambda one: (one.condition != self.failed, one.condition))
        return "; ".join(self.but % one.said if one.condition == self.failed else one.said for one in ordered)


def explain(
    pair: Pair, offer: Entry, need: Entry, trees: Trees, rules: Rules, names: Names, language: str = "en"
) -> Explained:
    """Why a pair is a match or a near miss."""
    failed = Condition(int(math.log2(pair.failed))) if pair.failed else None
    squared = sum_of_squares(*unit_vectors([offer.point, need.point]).tolist())
    away = None if math.isnan(squared) else kilometres(squared)

    def fits(condition: Condition, known: bool = True) -> bool | None:
        return False if failed == condition else True if known else None

    say = Wording(language)
    amounts = [one for one in (offer.tonnes, need.tonnes) if one is not None]
    reasons = [
        Reason(Condition.MATERIAL, fits(Condition.MATERIAL), _material(offer, need, trees, names, say)),
        Reason(Condition.HAZARD, fits(Condition.HAZARD, offer.hazardous is not None), _hazard(offer, need, say)),
        Reason(Condition.QUALITY, fits(Condition.QUALITY, not quality(offer, need)[1]), _quality(offer, need, say)),
        Reason(Condition.QUANTITY, fits(Condition.QUANTITY, bool(amounts)), _quantity(offer, need, rules, say)),
        Reason(Condition.PERIOD, fits(Condition.PERIOD), _period(offer, need, say)),
        Reason(Condition.DISTANCE, fits(Condition.DISTANCE, away is not None), _distance(away, rules, say)),
    ]
    if offer.rank and need.rank:
        said = say.gettext("treatment of rank %(better)s instead of %(now)s today", better=need.rank, now=offer.rank)
        reasons.insert(1, Reason(Condition.TREATMENT, fits(Condition.TREATMENT), said))
    return Explained(
        offer=offer,
        need=need,
        score=Decimal(pair.score) / POINTS,
        tonnes=min(amounts) if offer.tonnes is not None and amounts else None,
        kilometres=away,
        failed=failed,
        reasons=tuple(reasons),
        but=say.gettext("but %s"),
    )


def _material(offer: Entry, need: Entry, trees: Trees, names: Names, say: Wording) -> str:
    steps, _ = kinship(offer, need, trees)
    given = ", ".join(names.label(one, say.language) for one in (*offer.materials, *offer.codes))
    if offer.by_code:
        given = say.gettext("%(given)s (the material is that of the waste code)", given=given)
    wanted = ", ".join(names.label(one, say.language) for one in (*need.materials, *need.codes))
    if steps is None:
        return say.gettext("%(given)s is broader than %(wanted)s, and may hold it", given=given, wanted=wanted)
    if steps == 0:
        return say.gettext("%(given)s is what is needed", given=given)
    return say.gettext("%(given)s is a kind of %(wanted)s", given=given, wanted=wanted)


def _hazard(offer: Entry, need: Entry, say: Wording) -> str:
    if offer.hazardous and need.hazardous:
        return say.gettext("hazardous, which is taken")
    if offer.hazardous:
        return say.gettext("hazardous, and the need does not say that it takes such")
    return say.gettext("not hazardous") if offer.hazardous is not None else say.gettext("hazard not stated")


def _limit(limit: Limit, say: Wording) -> str:
    low, high = say.number(limit.low), say.number(limit.high)
    if math.isinf(limit.high):
        bounds = "" if math.isinf(limit.low) else say.gettext("at least %(bound)s", bound=low)
    elif math.isinf(limit.low):
        bounds = say.gettext("at most %(bound)s", bound=high)
    else:
        bounds = say.gettext("at least %(low)s and at most %(high)s", low=low, high=high)
    return f"{limit.name} {bounds} {limit.unit}".strip()


def _quality(offer: Entry, need: Entry, say: Wording) -> str:
    known = {(limit.name, limit.unit): limit for limit in offer.limits}
    said = []
    for limit in need.limits:
        value = known.get((limit.name, limit.unit))
        if value is None:
            said.append(say.gettext("%(limit)s: not stated by the offer", limit=_limit(limit, say)))
            continue
        given = say.number(value.low)
        if value.low != value.high:
            given = say.gettext("%(low)s to %(high)s", low=given, high=say.number(value.high))
        fits = limit.met_by(value.low, value.high)
        said.append(f"{_limit(limit, say)}: {given}" + ("" if fits else ", " + say.gettext("out of bounds")))
    said += [say.gettext("to be compared by people: %(words)s", words=word) for word in need.words]
    return ", ".join(said) or say.gettext("no limits of quality")


def _quantity(offer: Entry, need: Entry, rules: Rules, say: Wording) -> str:
    def amount(tonnes: Decimal | None) -> str:
        if tonnes is None:
            return say.gettext("an amount not stated")
        return say.gettext("%(amount)s t a year", amount=say.number(tonnes))

    least = max(need.smallest or Decimal(0), rules.tonnes or Decimal(0))
    said = say.gettext("%(given)s for %(wanted)s", given=amount(offer.tonnes), wanted=amount(need.tonnes))
    return said + (", " + say.gettext("at least %(bound)s", bound=f"{say.number(least)} t") if least else "")


def _period(offer: Entry, need: Entry, say: Wording) -> str:
    if offer.start is offer.end is need.start is need.end is None:
        return say.gettext("no end in time")
    if overlap(offer, need) <= 0:
        return say.gettext("at no time together")
    start, end = max(offer.period[0], need.period[0]), min(offer.period[1], need.period[1])
    first, last = start.isoformat(), end.isoformat()
    if start.year == 1 and end.year == 9999:
        return say.gettext("together at all times")
    if start.year == 1:
        return say.gettext("together until %(last)s", last=last)
    if end.year == 9999:
        return say.gettext("together from %(first)s", first=first)
    return say.gettext("together from %(first)s until %(last)s", first=first, last=last)


def _distance(away: float | None, rules: Rules, say: Wording) -> str:
    if away is None:
        said = say.gettext("distance not known")
    else:
        said = say.gettext("%(distance)s km apart", distance=say.rounded(away, 1))
    if rules.kilometres is None:
        return said
    return f"{said}, " + say.gettext("at most %(bound)s", bound=say.number(rules.kilometres))
