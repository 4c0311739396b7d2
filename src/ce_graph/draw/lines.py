"""Draws series over years as lines; a line stops where a series breaks, and targets are marks of their own."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg
from ce_graph.wording import Wording

_LEFT, _TOP, _BOTTOM, _RIGHT = 64.0, 20.0, 28.0, 18.0
_ROW = 18.0
"""Height of a line of the legend."""


class Point(NamedTuple):
    """A value of a year; ``joined`` says whether it may be compared with the one before it."""

    year: int
    value: Decimal
    joined: bool = True
    target: bool = False


class Series(NamedTuple):
    """One line."""

    label: str
    points: Sequence[Point]


@dataclasses.dataclass(frozen=True, slots=True)
class _Plane:
    """Where years and values lie: between ``left`` and ``right``, ``_TOP`` and ``floor``."""

    years: tuple[int, int]
    values: tuple[float, float]
    left: float
    right: float
    floor: float

    def x(self, year: int) -> float:
        return self.left + (year - self.years[0]) * (self.right - self.left) / max(1, self.years[1] - self.years[0])

    def y(self, value: float) -> float:
        low, high = self.values
        return self.floor - (value - low) * (self.floor - _TOP) / (high - low)

    def at(self, point: Point) -> tuple[float, float]:
        return self.x(point.year), self.y(float(point.value))


def draw(
    series: Sequence[Series], title: str, *, unit: str = "", language: str = "en", width: int = 720, height: int = 320
) -> str:
    """The lines as SVG with a scale from 0 (or the smallest value below it) and a legend."""
    say = Wording(language).gettext
    points = [point for one in series for point in one.points]
    if not points:
        return svg.frame(width, 40, title, say("no values"), [svg.text(0, 20, "–")])  # noqa: RUF001
    years = min(point.year for point in points), max(point.year for point in points)
    low = min(0.0, *(float(point.value) for point in points))
    high = max(float(point.value) for point in points)
    high = high if high > low else low + 1
    ticks = {value: svg.number(value, language) for value in _round(low, high)}
    left = max(_LEFT, 10 + svg.CHARACTER * max(map(len, ticks.values()), default=0))
    plane = _Plane(years, (low, high), left, width - _RIGHT, height - _BOTTOM)
    parts = [*_scale(plane, ticks), svg.text(left + 6, _TOP - 6, unit)]
    for place, one in enumerate(series):
        colour = svg.PALETTE[place % len(svg.PALETTE)]
        ordered = sorted(one.points)
        parts += _way(plane, [point for point in ordered if not point.target], colour)
        parts += [
            _mark(*plane.at(point), _said(point, one.label, unit, language), colour, point.target) for point in ordered
        ]
        y = height + 14 + place * _ROW
        parts.append(f'<rect x="{left:.0f}" y="{svg.coordinate(y - 5)}" width="10" height="10" fill="{colour}"/>')
        parts.append(svg.text(left + 16, y, one.label))
    rows = len(series)
    if any(point.target for point in points):
        y = height + 14 + rows * _ROW
        parts += [_mark(left + 5, y, say("target"), "currentColor", True), svg.text(left + 16, y, say("target"))]
        rows += 1
    said = "; ".join(
        f"{one.label}: " + ", ".join(_said(point, "", "", language).replace(":", "", 1) for point in one.points)
        for one in series
    )
    return svg.frame(width, height + _ROW * rows + 8, f"{title}{f' ({unit})' * bool(unit)}", said, parts)


def _scale(plane: _Plane, ticks: dict[float, str]) -> list[str]:
    """The axes, the round numbers with their lines, and about ten of the years."""
    left, right, floor = svg.coordinate(plane.left), svg.coordinate(plane.right), svg.coordinate(plane.floor)
    parts = [f'<path d="M{left},{_TOP:.1f} L{left},{floor} L{right},{floor}" fill="none" stroke="{svg.AXIS}"/>']
    for value, said in ticks.items():
        y = plane.y(value)
        line = f'd="M{left},{svg.coordinate(y)} H{right}" fill="none" stroke="{svg.AXIS}" stroke-opacity="0.3"'
        parts += [svg.text(plane.left - 6, y, said, "end"), f"<path {line}/>"]
    first, last = plane.years
    step = max(1, -(-(last - first) // 10))
    shown = range(first, last + 1, step)
    return parts + [svg.text(plane.x(year), plane.floor + 14, str(year), "middle") for year in shown]


def _round(low: float, high: float) -> list[float]:
    """About five round numbers from the lowest to the highest."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    return [round(number * step, 9) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _way(plane: _Plane, points: Sequence[Point], colour: str) -> list[str]:
    steps = []
    for place, point in enumerate(points):
        x, y = plane.at(point)
        steps.append(f"{'L' if place and point.joined else 'M'}{svg.coordinate(x)},{svg.coordinate(y)}")
    return [f'<path d="{" ".join(steps)}" fill="none" stroke="{colour}" stroke-width="2"/>'] if steps else []


def _said(point: Point, label: str, unit: str, language: str) -> str:
    aimed = f" ({Wording(language).gettext('target')})" if point.target else ""
    return f"{label} {point.year}{aimed}: {svg.number(point.value, language)} {unit}".strip()


def _mark(x: float, y: float, said: str, colour: str, target: bool) -> str:
    title = f"<title>{escape(said)}</title>"
    if target:
        box = f'x="{svg.coordinate(x - 4)}" y="{svg.coordinate(y - 4)}" width="8" height="8"'
        return f'<rect {box} fill="none" stroke="{colour}" stroke-width="2">{title}</rect>'
    return f'<circle cx="{svg.coordinate(x)}" cy="{svg.coordinate(y)}" r="3" fill="{colour}">{title}</circle>'
