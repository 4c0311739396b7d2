"""Computed values beside published ones, years beside years, targets beside what was reached."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ce_graph.model.indicators.computed import Computed, divide
from ce_graph.model.indicators.observations import Break, Observation, obstacle, series
from ce_graph.model.names import short
from ce_graph.wording import say


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """A computed value and a published one of the same indicator, place and year."""

    computed: Computed
    published: Observation

    @property
    def difference(self) -> Decimal:
        """Computed less published, in the unit of the indicator."""
        return self.computed.value - self.published.value

    @property
    def relative(self) -> Decimal | None:
        """The difference in per cent of what was published; ``None`` when that is 0."""
        return divide(self.difference * 100, self.published.value) if self.published.value else None

    @property
    def within_rounding(self) -> bool:
        """Whether the two can be the same number, given how the inputs and the published value are rounded."""
        low, high = self.published.bounds
        return self.computed.lower <= high and low <= self.computed.upper


def beside(computed: Iterable[Computed], observations: Sequence[Observation]) -> list[Comparison]:
    """Each computed value with every published one of the same indicator, place and year."""
    return [
        Comparison(one, other)
        for one in computed
        for other in observations
        if short(other.indicator) == one.indicator
        and (other.region, other.year, other.kind, other.derivation) == (one.region, one.year, "actual", "published")
    ]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """Two values of a series; ``obstacle`` says why they must not be compared, and then there is no difference."""

    before: Observation
    after: Observation
    obstacle: str

    @property
    def difference(self) -> Decimal | None:
        """What changed, in the unit of the indicator."""
        return None if self.obstacle else self.after.value - self.before.value


def changes(observations: Sequence[Observation], indicator: str, region: str, breaks: Sequence[Break]) -> list[Change]:
    """Neighbouring years of a series; a document is compared with itself where it can be, else with all others.

    Documents that differ on a year that both tell are not compared with each other.
    """
    found = series(observations, indicator, region)
    pairs = []
    for after in found:
        earlier = [one for one in found if one.year < after.year]
        if not earlier:
            continue
        last = max(one.year for one in earlier)
        near = [one for one in earlier if one.year == last]
        same = [one for one in near if one.document == after.document] or near
        pairs += [
            Change(before, after, obstacle(before, after, breaks, found) or _differ(found, before, after))
            for before in same
        ]
    return pairs


def _differ(values: Sequence[Observation], one: Observation, other: Observation) -> str:
    """Why values of two documents must not be compared: on a year that both tell, they differ by more than rounding."""
    if one.document == other.document:
        return ""
    theirs = {value.year: value for value in values if value.document == other.document}
    for mine in values:
        its = theirs.get(mine.year) if mine.document == one.document else None
        if its is not None and (mine.bounds[0] > its.bounds[1] or its.bounds[0] > mine.bounds[1]):
            return say("the documents differ on %(year)s: they may measure different things", year=mine.year)
    return ""


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """A target beside the latest value that may be compared with it."""

    target: Observation
    actual: Observation
    direction: str
    """``higher`` or ``lower`` is better, or ``none``."""
    obstacle: str

    @property
    def gap(self) -> Decimal:
        """How far the value must still go: positive when the target is not reached, in the unit of the indicator."""
        distance = self.target.value - self.actual.value
        return -distance if self.direction == "lower" else distance

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; ``None`` where no direction is better or the values cannot be compared."""
        return None if self.obstacle or self.direction not in ("higher", "lower") else self.gap <= 0

    @property
    def needed_per_year(self) -> Decimal | None:
        """What must change each year from the latest value to the target year."""
        if not (self.target.year.isdecimal() and self.actual.year.isdecimal()):
            return None
        years = int(self.target.year) - int(self.actual.year)
        return divide(self.gap, Decimal(years)) if years > 0 and self.gap > 0 else None


def same_level(values: Sequence[Observation], document: str) -> list[Observation]:
    """The values that may be set against what a document says.

    Where another document differs from it on the same year by more than rounding, documents measure different things
    under one name; then only the document's own values are taken, and those of documents that agree with it on a year.
    """
    own = {one.year: one for one in values if one.document == document}
    agree: set[str] = {document}
    differ: set[str] = set()
    for one in values:
        mine = own.get(one.year)
        if mine is not None and one.document != document:
            (low, high), (least, most) = one.bounds, mine.bounds
            (differ if low > most or least > high else agree).add(one.document)
    return [one for one in values if one.document in agree - differ] if differ else list(values)


def progress(
    observations: Sequence[Observation], directions: dict[str, str], breaks: Sequence[Break]
) -> list[Progress]:
    """Every target beside the latest actual value of its indicator and place.

    Values of documents that measure something else than the document of the target are not taken.
    """
    found = []
    for target in observations:
        actual = series(observations, target.indicator, target.region) if target.kind == "target" else []
        if actual:
            latest = max(
                same_level(actual, target.document), key=lambda one: (one.year, one.confidence == "high", one.iri)
            )
            stop = obstacle(latest, target, breaks) if target.year else ""
            found.append(Progress(target, latest, directions.get(target.indicator, "none"), stop))
    return sorted(found, key=lambda one: (one.target.indicator, one.target.region, one.target.year, one.target.iri))
