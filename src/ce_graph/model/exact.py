"""Decimals as whole numbers of one power of ten, so that sums over columns are exact and fast."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ids: TypeAlias = npt.NDArray[np.int32]
Mask: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[Any]
"""``int64`` where every sum fits, else Python integers (``object``)."""

_ROOM = 2**62


def pack(numbers: Sequence[int], times: int = 0) -> Numbers:
    """Whole numbers as a column of which ``times`` (by default as many as there are) can be added without overflow."""
    largest = max(map(abs, numbers), default=0)
    return np.array(numbers, np.int64 if largest * max(1, times or len(numbers)) < _ROOM else object)


def widen(numbers: Numbers, factor: int = 1) -> Numbers:
    """The column times ``factor``, as Python integers where the products or their sum would not fit."""
    if numbers.dtype != object and len(numbers):
        largest = int(np.abs(numbers).max())
        if largest * abs(factor) * len(numbers) >= _ROOM:
            numbers = numbers.astype(object)
    return numbers if factor == 1 else numbers * factor


def sum_by(keys: npt.NDArray[np.int64], numbers: Numbers, groups: int) -> Numbers:
    """Exact sums of a column by group number."""
    sums = np.zeros(groups, numbers.dtype) if numbers.dtype != object else np.array([0] * groups, object)
    np.add.at(sums, keys, numbers)
    return sums


def decimal(number: int, exponent: int) -> Decimal:
    """The decimal of a number of ``10 ** exponent``, exactly, without trailing zeros after the point."""
    number = int(number)
    if exponent >= 0 or not number:
        return Decimal(number * 10 ** max(0, exponent))
    whole, rest = divmod(abs(number), 10**-exponent)
    if not rest:
        return Decimal(whole if number > 0 else -whole)
    text = f"{rest:0{-exponent}d}".rstrip("0")
    return Decimal(f"{'-' if number < 0 else ''}{whole}.{text}")


def plain(value: Decimal) -> str:
    """A decimal in digits, without exponent and without trailing zeros after the point."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
