"""Amounts as published, turned exactly into the reference unit of their quantity: tonnes for mass, cubic metres …"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from ce_graph.model.exact import Ids, Mask, Numbers, pack, widen

if TYPE_CHECKING:
    from ce_graph.model.flows.columns import Column

MASS = "http://qudt.org/vocab/quantitykind/Mass"
VOLUME = "http://qudt.org/vocab/quantitykind/Volume"
_PUBLISHED = ("amount", "amountLower", "amountUpper")
_WEIGHED = ("massTonnes", "massTonnesLower", "massTonnesUpper")
NUMBERS = (*_PUBLISHED, *_WEIGHED, "rounding")
"""Properties that hold numbers of a flow."""


@dataclasses.dataclass(frozen=True)
class Amounts:
    """Columns of numbers of ``10 ** exponent``; ``kinds`` are the quantity kinds and ``kind`` their codes."""

    exponent: int
    amount: Numbers
    lower: Numbers
    upper: Numbers
    rounding: Numbers
    known: Mask
    is_range: Mask
    kinds: tuple[str, ...]
    kind: Ids


def normalise(
    numbers: Mapping[str, Column], unit: Column, density: Column, units: Mapping[str, tuple[str, Decimal]]
) -> Amounts:
    """Each amount times the factor of its unit; where the unit is unknown, the stated mass.

    A volume of stated density is a mass. A range has its middle as amount. A factor or an amount is a decimal of any
    length, and nothing is rounded.
    """
    kinds, factors, kind, factor = _factors(unit, density, units)
    parsed = {name: [_parsed(text) for text in column.values] for name, column in numbers.items()}
    deepest = min((place for pairs in parsed.values() for _, place in pairs), default=0)
    scaled = [_parsed(format(one, "f")) for one in factors]
    # The middle of a range is exact at one decimal more.
    exponent = deepest + min((place for _, place in scaled), default=0)
    has = {name: column.codes >= 0 for name, column in numbers.items()}
    given = (has["amount"] | has["amountLower"] | has["amountUpper"]) & (factor >= 0)
    weighed = ~given & (has["massTonnes"] | has["massTonnesLower"])
    is_range = (given & ~has["amount"]) | (weighed & ~has["massTonnes"])
    one: Ids = np.zeros(len(kind), np.int32)

    def column(name: str, number: Sequence[tuple[int, int]], codes: Ids) -> Numbers:
        return _products(numbers[name], parsed[name], number, codes, exponent)

    unscaled = [(1, 0)]
    point, lower, upper = (column(name, scaled, factor) for name in _PUBLISHED)
    if weighed.any():
        masses = (column(name, unscaled, one) for name in _WEIGHED)
        point, lower, upper = (
            np.where(given, published, mass) for published, mass in zip((point, lower, upper), masses, strict=True)
        )
    rounding = column("rounding", scaled, factor)
    if has["rounding"].any():
        in_tonnes = weighed | np.array([name == MASS for name in kinds] + [False], bool)[kind]
        rounding = np.where(in_tonnes, column("rounding", unscaled, one), rounding)
    if is_range.any():
        exponent -= 1
        point, lower, upper, rounding = (widen(numbers_, 10) for numbers_ in (point, lower, upper, rounding))
        point = np.where(is_range, (lower + upper) // 2, point)
        lower, upper = np.where(is_range, lower, point), np.where(is_range, upper, point)
    else:
        lower = upper = point
    codes = np.where(weighed, len(kinds), kind).astype(np.int32)
    known: dict[str, int] = {}
    merged = np.array([known.setdefault(name, len(known)) for name in (*kinds, MASS)] + [-1], np.int32)
    return Amounts(exponent, point, lower, upper, rounding, given | weighed, is_range, tuple(known), merged[codes])


def _parsed(text: str) -> tuple[int, int]:
    """A decimal as a whole number and a power of ten."""
    if "E" in text or "e" in text:
        text = format(Decimal(text), "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return int(whole + fraction), -len(fraction)


def _factors(
    unit: Column, density: Column, units: Mapping[str, tuple[str, Decimal]]
) -> tuple[list[str], list[Decimal], Ids, Ids]:
    """Kinds and factors, and for each row the number of its kind and of its factor; -1 where the unit is unknown."""
    pairs: dict[tuple[str, Decimal], int] = {}
    by_unit = np.full(len(unit.values) + 1, -1, np.int32)
    for number, value in enumerate(unit.values):
        if value in units:
            by_unit[number] = pairs.setdefault(units[value], len(pairs))
    codes = by_unit[unit.codes]
    for row in np.flatnonzero(density.codes >= 0).tolist():
        kind, factor = units.get(unit.text(row), ("", Decimal(1)))
        if kind == VOLUME:
            codes[row] = pairs.setdefault((MASS, factor * Decimal(density.text(row))), len(pairs))
    kinds = list(dict.fromkeys(kind for kind, _ in pairs))
    kind_of = np.array([kinds.index(kind) for kind, _ in pairs] + [-1], np.int32)
    return kinds, [factor for _, factor in pairs], kind_of[codes], codes


def _products(
    column: Column, numbers: Sequence[tuple[int, int]], factors: Sequence[tuple[int, int]], codes: Ids, exponent: int
) -> Numbers:
    """Each row's number times its factor as a number of ``10 ** exponent``; 0 where either is missing."""
    if not numbers or not factors:
        return np.zeros(len(codes), np.int64)
    width = len(factors) + 1
    pairs, inverse = np.unique(column.codes.astype(np.int64) * width + codes, return_inverse=True)
    products = []
    for pair in pairs.tolist():
        number, factor = divmod(pair, width)
        if pair < 0 or factor == width - 1:
            products.append(0)
        else:
            (one, place), (two, other) = numbers[number], factors[factor]
            products.append(one * two * 10 ** (place + other - exponent))
    return pack(products, times=20 * len(codes))[inverse]
