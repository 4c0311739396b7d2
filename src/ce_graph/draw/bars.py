"""Draws amounts as horizontal bars, one a row, each with its label and number."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg
from ce_graph.wording import Wording

_ROW, _BAR = 24.0, 16.0


class Bar(NamedTuple):
    """One bar; ``group`` gives its colour, ``lower`` and ``upper`` its whisker."""

    label: str
    value: Decimal
    group: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None


def draw(bars: Sequence[Bar], title: str, *, unit: str = "t", language: str = "en", width: int = 960) -> str:
    """The bars as SVG, from the top in the order given."""
    groups = list(dict.fromkeys(bar.group for bar in bars))
    room = min(width * 0.55, svg.CHARACTER * max((len(bar.label) for bar in bars), default=0) + 10)
    largest = max((max(bar.value, bar.upper or bar.value) for bar in bars), default=Decimal(0))
    numbers = [f"{svg.number(bar.value, language)} {unit}" for bar in bars]
    side = svg.CHARACTER * max(map(len, numbers), default=0) + 10
    scale = (width - room - side) / float(largest) if largest > 0 else 0.0
    parts = []
    for place, (bar, said) in enumerate(zip(bars, numbers, strict=True)):
        middle, length = place * _ROW + _ROW / 2, max(0.0, float(bar.value) * scale)
        colour = svg.PALETTE[groups.index(bar.group) % len(svg.PALETTE)]
        x, y = svg.coordinate(room), svg.coordinate(middle - _BAR / 2)
        size = f'width="{svg.coordinate(length)}" height="{_BAR:.0f}"'
        parts += [
            svg.text(room - 6, middle, bar.label, "end"),
            f'<rect x="{x}" y="{y}" {size} fill="{colour}"><title>{escape(f"{bar.label}: {said}")}</title></rect>',
        ]
        if bar.lower is not None and bar.upper is not None and bar.lower != bar.upper:
            parts.append(_whisker(room + float(bar.lower) * scale, room + float(bar.upper) * scale, middle))
            length = max(length, float(bar.upper) * scale)
        parts.append(svg.text(room + length + 6, middle, said))
    description = "; ".join(f"{bar.label}: {said}" for bar, said in zip(bars, numbers, strict=True))
    description = description or Wording(language).gettext("no rows")
    return svg.frame(width, max(_ROW, len(bars) * _ROW), title, description, parts)


def _whisker(start: float, stop: float, middle: float) -> str:
    x1, x2, y = svg.coordinate(start), svg.coordinate(stop), svg.coordinate(middle)
    return f'<path d="M{x1},{y} L{x2},{y}" stroke="{svg.AXIS}" stroke-width="2" fill="none"/>'
