"""Offers and needs, their quality limits, and the rules by which they are paired."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from ce_graph.errors import UsageError
from ce_graph.wording import say

EARTH = 6371.0088
"""Mean radius in kilometres."""
_LIMIT = re.compile(
    r"\s*(?P<name>[^<>=≤≥]+?)\s*(?P<sign><=|>=|≤|≥|<|>|=)\s*(?P<low>-?\d+(?:[.,]\d+)?)"
    r"(?:\s*[-\u2013]\s*(?P<high>\d+(?:[.,]\d+)?))?\s*(?P<unit>[^\d\s].*)?"
)
_OPEN = (datetime.date.min, datetime.date.max)


class Condition(enum.IntEnum):
    """What a pair must fulfil, in the order in which it is told; the numbers are places in a bit mask."""

    MATERIAL = 0
    TREATMENT = 1
    HAZARD = 2
    QUALITY = 3
    QUANTITY = 4
    PERIOD = 5
    DISTANCE = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """A bound on a quality, such as ``moisture <= 20 %``; of an offer, the value or range that it has."""

    name: str
    low: float
    high: float
    unit: str = ""

    def met_by(self, low: float, high: float) -> bool:
        """Whether everything from ``low`` to ``high`` is within the bound."""
        return self.low <= low and high <= self.high


def read_limits(texts: Iterable[str]) -> tuple[tuple[Limit, ...], tuple[str, ...]]:
    """Limits that can be compared, and words that only people can compare.

    A limit is a name, one of ``<=``, ``>=``, ``<``, ``>``, ``=``, a number or a range, and a unit, such as
    ``moisture <= 20 %``.
    """
    limits, words = [], []
    for text in texts:
        match = _LIMIT.fullmatch(text)
        if match is None:
            words.append(text.strip())
            continue
        value = float(match["low"].replace(",", "."))
        other = float(match["high"].replace(",", ".")) if match["high"] else value
        sign = match["sign"]
        low = -math.inf if sign in ("<=", "≤", "<") else value
        high = math.inf if sign in (">=", "≥", ">") else other
        name = " ".join(match["name"].casefold().split())
        limits.append(Limit(name, low, high, (match["unit"] or "").strip()))
    return tuple(limits), tuple(word for word in words if word)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An offer or a need; terms are IRIs, amounts tonnes a year."""

    iri: str
    actor: str = ""
    materials: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    tonnes: Decimal | None = None
    """The amount offered or wanted; ``None`` when not known."""
    smallest: Decimal | None = None
    """The smallest amount that a need takes at all."""
    hazardous: bool | None = None
    """Of an offer: whether it is hazardous; of a need: whether it takes hazardous waste."""
    limits: tuple[Limit, ...] = ()
    words: tuple[str, ...] = ()
    """Limits that only people can compare."""
    place: str = ""
    point: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    start: datetime.date | None = None
    end: datetime.date | None = None
    rank: int = 0
    """Circularity rank: of an offer, how it is treated now; of a need, how it would be treated; 0 when not known."""
    by_code: bool = False
    """Of an offer: whether nobody states its materials, which are those of its waste codes."""
    standing: bool = False
    """Whether it is no entry of its own but follows from a facility or a flow of the graph."""
    label: str = ""
    document: str = ""

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """First and last day; open ends are the ends of the calendar."""
        return self.start or _OPEN[0], self.end or _OPEN[1]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Bounds of the matching."""

    kilometres: float | None = None
    """Largest distance in a straight line; pairs that lie apart up to twice as far are near misses."""
    tonnes: Decimal | None = None
    """Smallest amount that a pair must move."""

    def __post_init__(self) -> None:
        """Refuse bounds that nothing can keep."""
        if self.kilometres is not None and not 0 < self.kilometres <= 20037:
            raise UsageError(
                say(
                    "a distance of %(distance)s km: it must be more than 0 and at most 20037 km",
                    distance=Decimal(str(self.kilometres)),
                )
            )
        if self.tonnes is not None and self.tonnes < 0:
            raise UsageError(say("an amount of %(tonnes)s t cannot be asked for", tonnes=self.tonnes))


def unit_vectors(points: Sequence[tuple[float, float] | None]) -> npt.NDArray[np.float64]:
    """The places on a sphere of radius 1, ``float64[n, 3]``; not a number where a place is not known."""
    angles = np.array([(math.nan, math.nan) if point is None else point for point in points], np.float64).reshape(-1, 2)
    latitude, longitude = np.radians(angles[:, 0]), np.radians(angles[:, 1])
    around = np.cos(latitude)
    return np.stack((around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)), axis=1)


def squared_chord(kilometres: float) -> float:
    """The square of the straight way through the sphere of radius 1 between points so far apart on it."""
    half = math.sin(kilometres / (2 * EARTH))
    return 4 * half * half


def kilometres(squared: float) -> float:
    """The way over the sphere of the earth from the square of the chord on the sphere of radius 1."""
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(squared) / 2))
