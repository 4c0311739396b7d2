"""Numbers for combinations of values, so that flows can be compared and added up by several columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ce_graph.model.flows.columns import Column

_DENSE = 1 << 22


def combine(
    columns: Sequence[Column], rows: npt.NDArray[Any] | slice = slice(None)
) -> tuple[npt.NDArray[np.int64], int]:
    """For each row a number that is the same where all columns are the same, and the bound of the numbers.

    The numbers are small enough to be places of an array.
    """
    keys: npt.NDArray[np.int64] | None = None
    room = 1
    for column in columns:
        width = len(column.values) + 1
        if keys is not None and room * width > _DENSE:
            keys, room = _squeezed(keys)
        codes = column.codes[rows] + 1
        keys = codes.astype(np.int64) if keys is None else keys * width + codes
        room *= width
    if keys is None:
        return np.zeros(0, np.int64), 1
    return _squeezed(keys) if room > _DENSE else (keys, room)


def _squeezed(keys: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    known, places = np.unique(keys, return_inverse=True)
    return places.astype(np.int64), max(1, len(known))


def present(keys: npt.NDArray[Any], room: int) -> npt.NDArray[np.int64]:
    """The numbers that occur, ascending."""
    return np.flatnonzero(np.bincount(keys, minlength=1)) if room <= _DENSE else np.unique(keys)


def several(column: Column, rows: npt.NDArray[Any]) -> bool:
    """Whether the rows have more than one value."""
    if not len(column.values) or not len(rows):
        return False
    if len(column.values) == 1 and column.codes.min() == 0:
        return False
    codes = column.codes[rows]
    return bool(codes.min() != codes.max())
