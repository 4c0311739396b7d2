"""Observations of indicators, and whether two of them may be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ce_graph.model.names import short
from ce_graph.wording import say

_ABOVE = frozenset({"over", "at-least"})
_BELOW = frozenset({"under", "at-most", "nearly", "just-under"})
_APPROXIMATE = _ABOVE | _BELOW | {"about"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The value of one indicator for one place and time, as one document states it; terms are IRIs."""

    iri: str
    indicator: str
    region: str
    value: Decimal
    unit: str = ""
    year: str = ""
    """A year; ``""`` where the source gives a period or no time."""
    time_stated: str = ""
    """The time in the words of the source."""
    kind: str = "actual"
    """``actual``, ``target``, ``scenario`` or ``theoretical``."""
    derivation: str = "published"
    lower: Decimal | None = None
    upper: Decimal | None = None
    stated: str = ""
    """The value as printed; its digits tell the rounding."""
    qualifier: str = ""
    flags: str = ""
    """Letters of the statistical office; ``b`` marks a break before this value."""
    document: str = ""
    confidence: str = ""

    @property
    def when(self) -> str:
        """The year, else the time in the words of the source."""
        return self.year or self.time_stated

    @property
    def half_width(self) -> Decimal:
        """How far the printed value may be off by its rounding; zeros at the end of an approximate one do not count."""
        return half_width(self.stated or format(self.value, "f"), approximate=self.qualifier in _APPROXIMATE)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The range that is stated, else what rounds to the printed value, on the side of it that the source says."""
        if self.lower is not None and self.upper is not None:
            return self.lower, self.upper
        below = Decimal(0) if self.qualifier in _ABOVE else self.half_width
        above = Decimal(0) if self.qualifier in _BELOW else self.half_width
        return self.value - below, self.value + above


@dataclasses.dataclass(frozen=True, slots=True)
class Break:
    """A change of definition, method or classification between two years of a series."""

    indicator: str
    from_year: str
    to_year: str
    region: str = ""
    """``""`` where it holds for all places."""
    reason: str = ""
    iri: str = ""
    flow: str = ""
    """A flow after the break whose series breaks, where it is no indicator's."""


def half_width(printed: str, *, approximate: bool) -> Decimal:
    """Half of the place of the last digit that means something; 0 for what is not one plain number."""
    text = printed.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".").lstrip("+-")
    whole, _, fraction = text.partition(".")
    if not (whole + fraction).isdecimal():
        return Decimal(0)
    place = -len(fraction)
    if approximate and not fraction:
        place = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return Decimal(5).scaleb(place - 1)


def obstacle(one: Observation, other: Observation, breaks: Iterable[Break], between: Sequence[Observation] = ()) -> str:
    """Why two observations must not be compared; ``""`` when nothing stands in the way.

    ``between`` are further observations of the series: one of them that is flagged ``b`` breaks it as well.
    """
    if one.indicator != other.indicator:
        return say(
            "%(one)s and %(other)s are different indicators", one=short(one.indicator), other=short(other.indicator)
        )
    if one.unit != other.unit:
        return say("the units differ: %(one)s and %(other)s", one=short(one.unit), other=short(other.unit))
    if one.year == other.year:
        return ""
    first, last = sorted((one, other), key=lambda observation: observation.year)
    if not first.year:
        return say("the time of a value is not stated")
    for found in breaks:
        of_region = not found.region or found.region in (one.region, other.region)
        inside = first.year <= found.from_year and found.to_year <= last.year
        if found.indicator == one.indicator and of_region and inside:
            years = {"before": found.from_year, "after": found.to_year}
            if not found.reason:
                return say("the series breaks between %(before)s and %(after)s", **years)
            return say("the series breaks between %(before)s and %(after)s: %(reason)s", **years, reason=found.reason)
    for observation in (*between, last):
        same = observation.indicator == one.indicator and observation.region in (one.region, other.region)
        if same and "b" in observation.flags and first.year < observation.year <= last.year:
            source = short(observation.document) or say("its source")
            return say("the series breaks at %(year)s: flagged b by %(source)s", year=observation.year, source=source)
    return ""


def series(observations: Iterable[Observation], indicator: str, region: str) -> list[Observation]:
    """The actual values of an indicator in a place by year, those without a year left out."""
    found = [
        one
        for one in observations
        if one.indicator == indicator and one.region == region and one.kind == "actual" and one.year
    ]
    return sorted(found, key=lambda one: (one.year, one.document, one.iri))


def classification_change(before: Iterable[str], after: Iterable[str], above: dict[str, tuple[str, ...]]) -> list[str]:
    """Codes of one list used in two years that do not stand beside each other: one is broader than the other.

    ``above`` is each code with all that is above it. A figure of such a code must not be compared between the years;
    the broadest code of each pair is named, and may be compared when everything below it is added up.
    """
    first, second = set(before), set(after)
    changed = {
        broad
        for narrow, broads in ((one, above.get(one, ())) for one in first ^ second)
        for broad in broads
        if broad != narrow and broad in (second if narrow in first else first)
    }
    return sorted(changed)
