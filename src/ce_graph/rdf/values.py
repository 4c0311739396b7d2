"""The order of literals as SPARQL's ``<`` sees it, for many pairs at a time; most pairs have none."""

from __future__ import annotations

import datetime
import itertools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ce_graph.rdf.dictionary import Ids, Mask
from ce_graph.rdf.literals import NUMERIC, XSD, well_formed

if TYPE_CHECKING:
    from ce_graph.rdf.terms import Terms

Floats: TypeAlias = npt.NDArray[np.float64]

_STRINGS = frozenset({"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"})
_MOMENTS = {"dateTime": 4, "dateTimeStamp": 4, "date": 5, "time": 6, "gYear": 7, "gYearMonth": 8}
_DURATIONS = {"dayTimeDuration": 9, "yearMonthDuration": 10}
_NO_ORDER, _NUMBER, _STRING, _BOOLEAN = range(4)
_FOURTEEN_HOURS = 14 * 3600.0
_MOMENT = re.compile(
    r"(?:(?P<year>-?\d{4,})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?T?)?"
    r"(?:(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?))?(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_DURATION = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_ORIGIN = datetime.date(1, 1, 1).toordinal()


class Order:
    """Sort keys of the distinct literals among ``ids``.

    Two literals can be compared when they are of one class (numbers, strings, booleans, or one type of date, time or
    duration). Keys are ``float64`` and rounded monotonically; ties are settled exactly.
    """

    def __init__(self, terms: Terms, ids: Ids) -> None:
        """Compute keys for ``ids``, which must be ascending and distinct."""
        self._ids = ids
        self._terms = terms
        self._class: npt.NDArray[np.int8] = np.zeros(len(ids), np.int8)
        self._key: Floats = np.full(len(ids), np.nan)
        self._zoned: Mask = np.zeros(len(ids), bool)
        self._binary: Mask = np.zeros(len(ids), bool)
        suffix = terms.suffix[ids]
        for code in np.unique(suffix).tolist():
            datatype = terms.datatypes[code]
            if datatype.startswith(XSD) and terms.languages[code] is None:
                self._fill(datatype, np.flatnonzero(suffix == code))

    def _fill(self, datatype: str, where: npt.NDArray[np.int64]) -> None:
        name = datatype[len(XSD) :]
        if name in _STRINGS:
            self._class[where] = _STRING
            return
        kind = (
            _NUMBER if name in NUMERIC else _BOOLEAN if name == "boolean" else _MOMENTS.get(name, _DURATIONS.get(name))
        )
        if kind is None:
            return
        raw = self._terms.raw(self._ids[where])
        fine = well_formed(datatype, raw)
        if fine is not None:
            raw = list(itertools.compress(raw, fine))
            where = where[np.array(fine)]
        self._class[where] = kind
        if kind == _NUMBER:
            self._key[where] = [float(text) for text in raw]
            self._binary[where] = name in ("double", "float")
            return
        texts = [str(text, "ascii") for text in raw]  # well-formed ones have no other characters, and no escapes
        if kind == _BOOLEAN:
            self._key[where] = [text in ("true", "1") for text in texts]
        elif name in _DURATIONS:
            self._key[where] = [float(_duration(text)) for text in texts]
        else:
            moments = [_moment(text) for text in texts]
            self._key[where] = [float(seconds) for seconds, _ in moments]
            self._zoned[where] = [zoned for _, zoned in moments]

    def numbers(self) -> Floats:
        """The numeric values, ``nan`` for what is no number."""
        return np.where(self._class == _NUMBER, self._key, np.nan)

    def compare(self, left: Ids, right: Ids, *, or_equal: bool) -> tuple[Mask, Mask]:
        """For each pair of ids: is ``left < right`` (or ``<=``) true, and can the two be compared at all?"""
        a, b = np.searchsorted(self._ids, left), np.searchsorted(self._ids, right)
        known = (self._class[a] == self._class[b]) & (self._class[a] != _NO_ORDER)
        one, two = self._key[a], self._key[b]
        with np.errstate(invalid="ignore"):
            less: Mask = one < two
            tied = one == two
        less &= known
        mixed = known & (self._zoned[a] != self._zoned[b])
        if mixed.any():
            # A time without a zone lies somewhere within 14 hours on either side.
            less[mixed] = one[mixed] < two[mixed] - _FOURTEEN_HOURS
            known[mixed] = np.abs(one[mixed] - two[mixed]) > _FOURTEEN_HOURS
        exact = np.flatnonzero(known & ~mixed & (tied | (self._class[a] == _STRING)))
        if len(exact):
            less[exact] = self._exact(a[exact], b[exact], or_equal=or_equal)
        return less, known

    def _exact(self, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], *, or_equal: bool) -> list[bool]:
        pairs = zip(a.tolist(), b.tolist(), strict=True)
        if or_equal:
            return [one == two or bool(self._value(one, two) <= self._value(two, one)) for one, two in pairs]
        return [one != two and bool(self._value(one, two) < self._value(two, one)) for one, two in pairs]

    def _value(self, at: int, other: int) -> Any:
        # A string or a Decimal: two that are compared are of one class, so both are the one or the other.
        kind = self._class[at]
        text = self._terms.values(self._ids[at : at + 1])[0]
        if kind == _STRING:
            return text
        if kind == _NUMBER and not self._binary[at] and not self._binary[other]:
            return Decimal(text)
        if kind in _MOMENTS.values():
            return _moment(text)[0]
        if kind in _DURATIONS.values():
            return _duration(text)
        return Decimal(0)  # The keys are exact, and they are tied.


def _moment(text: str) -> tuple[Decimal, bool]:
    """Seconds since the year 1 of the beginning of a date or time, in UTC when it has a zone, and whether it has."""
    parts = _MOMENT.fullmatch(text)
    if parts is None:  # pragma: no cover - only well-formed texts come here
        raise ValueError(text)
    day = 0
    if parts["year"]:
        year, month = int(parts["year"]), int(parts["month"] or 1)
        cycles, place = divmod(year - 1, 400)
        day = datetime.date(place + 1, month, 1).toordinal() - _ORIGIN + cycles * 146_097 + int(parts["day"] or 1) - 1
    seconds = Decimal(day * 86_400)
    if parts["hour"]:
        seconds += int(parts["hour"]) * 3600 + int(parts["minute"]) * 60 + Decimal(parts["second"])
    zone = parts["zone"]
    if zone and zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds, zone is not None


def _duration(text: str) -> Decimal:
    parts = _DURATION.fullmatch(text)
    if parts is None:  # pragma: no cover - only well-formed texts come here
        raise ValueError(text)
    sign, years, months, days, hours, minutes, seconds = parts.groups()
    if years or months:
        total = Decimal(int(years or 0) * 12 + int(months or 0))
    else:
        total = Decimal(((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60) + Decimal(seconds or 0)
    return -total if sign else total
