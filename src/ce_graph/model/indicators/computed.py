"""Computed values with everything that went into them, and the arithmetic of values that are rounded."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_graph.wording import Said

PLACES = Decimal("0.000001")


@dataclasses.dataclass(frozen=True, slots=True)
class Input:
    """One figure that a computed value rests on."""

    what: str
    """Its part in the formula, such as ``population``."""
    value: Decimal
    unit: str
    of: str
    """The flow, observation or entity that states it, by IRI; ``""`` where it counts many."""
    document: str = ""
    half_width: Decimal = Decimal(0)
    year: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A computed value of an indicator for a place and year."""

    indicator: str
    """Short name of the indicator."""
    region: str
    year: str
    value: Decimal
    unit: str
    inputs: tuple[Input, ...]
    method: Said
    """What was done with which figures, in words."""
    lower: Decimal
    upper: Decimal
    """What the value may be when each input is off by its rounding."""
    about: str = ""
    """The material, theme, project, programme or actor that the value is of, by IRI; ``""``: of the whole place."""

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that the inputs come from."""
        return tuple(sorted({one.document for one in self.inputs if one.document}))


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """Why a value could not be computed, and what is missing for it."""

    indicator: str
    region: str
    year: str
    reason: Said
    about: str = ""


Result = Computed | Gap


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The quotient to six places."""
    with localcontext() as context:
        context.prec = 50
        return (numerator / denominator).quantize(PLACES).normalize() + 0


def weighted_mean(values: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
    """The mean of values, each as heavy as its weight."""
    total = sum(weights, Decimal(0))
    return divide(sum((value * weight for value, weight in zip(values, weights, strict=True)), Decimal(0)), total)


def share(part: Decimal, whole: Decimal, part_width: Decimal, whole_width: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """The percentage of ``part`` in ``whole``, and its bounds when both are off by their rounding."""
    hundred = Decimal(100)
    low_whole, high_whole = whole - whole_width, whole + whole_width
    low = divide(hundred * max(Decimal(0), part - part_width), high_whole)
    high = divide(hundred * (part + part_width), low_whole) if low_whole > 0 else hundred
    return divide(hundred * part, whole), low, max(low, high)
