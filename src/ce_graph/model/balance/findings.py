"""What the balance of sources finds."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from ce_graph.wording import mark, say

KINDS = {
    "total-parts": "A published total is not the sum of its parts within their rounding.",
    "parts-complete": "Parts sum to their total, but are not said to be complete.",
    "part-above-total": "A part is larger than the total that holds it.",
    "total-unknown": "A part points to a total that is not in the graph, or that has no figure.",
    "total-without-parts": "A total has no parts in the graph.",
    "parts-without-total": "Figures of one table stand side by side, and no total holds them.",
    "capacity": "More flows into a facility in a year than it can take.",
    "sources-differ": "Documents differ on one quantity by more than their rounding.",
    "break-jump": "A series jumps where it is known to break.",
    "unexplained-jump": "A series jumps where no break is known.",
}
"""Kind of finding → what it means."""
_TWICE = mark("the difference is exactly %(name)s, which may be counted twice")
_MISSING = mark("the difference is exactly %(name)s, which may be counted not at all")
SEVERITY = {
    "total-parts": "violation",
    "parts-complete": "info",
    "part-above-total": "violation",
    "total-unknown": "violation",
    "total-without-parts": "info",
    "parts-without-total": "info",
    "capacity": "warning",
    "sources-differ": "warning",
    "break-jump": "info",
    "unexplained-jump": "info",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One contradiction; terms are IRIs, amounts in the reference unit of their quantity or the indicator's unit."""

    kind: str
    focus: str
    """The total, part, facility, flow or observation that it is about."""
    others: tuple[str, ...] = ()
    """What it contradicts."""
    found: Decimal | None = None
    expected: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    """How far rounding alone may put the two apart."""
    message: str = ""
    cause: str = ""
    """What the numbers themselves suggest as the cause; ``""`` when nothing."""
    documents: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        """``violation``, ``warning`` or ``info``."""
        return SEVERITY[self.kind]

    @property
    def difference(self) -> Decimal | None:
        """Found less expected."""
        return None if self.found is None or self.expected is None else self.found - self.expected


def likely_cause(found: Decimal, expected: Decimal, others: dict[str, Decimal]) -> str:
    """What a difference looks like: a missing figure, a wrong power of ten, swapped digits.

    ``others`` are further figures of the same document, by name.
    """
    difference = abs(found - expected)
    for name, amount in sorted(others.items()):
        if amount and amount == difference and difference * 100 > abs(expected):  # small ones agree by chance
            return say(_TWICE if found > expected else _MISSING, name=name)
    for power in (3, 6, -3, -6):
        if expected and abs(found / expected.scaleb(power) - 1) < Decimal("0.005"):
            return say("the figures are a factor of 10^%(power)s apart: the unit may be mistaken", power=abs(power))
    if (
        difference
        and difference == difference.to_integral_value()
        and difference % 9 == 0
        and _swapped(found, expected)
    ):
        return say("two digits may be swapped")
    return ""


def _swapped(one: Decimal, other: Decimal) -> bool:
    a, b = format(one, "f"), format(other, "f")
    return len(a) == len(b) and sorted(a) == sorted(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 2
