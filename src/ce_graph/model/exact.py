"""Decimals as whole numbers of one power of ten, so that sums over columns are exact and fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ids: TypeAlias = npt.NDArray[np.int32]
Mask: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[Any]
"""``int64`` where every sum fits, else Python integers (``object``)."""

_ROOM = 2**62


def digits(values: Iterable[Decimal]) -> int:
    """The smallest exponent that all values are whole multiples of ten to the power of; never above 0."""
    return min((_exponent(value) for value in values), default=0)


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def whole(value: Decimal, exponent: int) -> int:
    """The value as a number of ``10 ** exponent``; it must be a whole one."""
    return int(value.scaleb(-exponent))


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
    """The decimal of a number of ``10 ** exponent``, without trailing zeros after the point."""
    value = Decimal(int(number)).scaleb(exponent)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
