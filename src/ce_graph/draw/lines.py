"""Draws series over years as lines; a line stops where a series breaks, and targets are marks of their own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg
from ce_graph.wording import Wording

_LEFT, _TOP, _BOTTOM, _RIGHT = 64.0, 20.0, 28.0, 18.0


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


def draw(
    series: Sequence[Series], title: str, *, unit: str = "", language: str = "en", width: int = 720, height: int = 320
) -> str:
    """The lines as SVG with a scale from 0 (or the smallest value below it) and a legend."""
    points = [point for one in series for point in one.points]
    if not points:
        return svg.frame(width, 40, title, Wording(language).gettext("no values"), [svg.text(0, 20, "–")])  # noqa: RUF001
    first, last = min(point.year for point in points), max(point.year for point in points)
    low = min(0.0, *(float(point.value) for point in points))
    high = max(float(point.value) for point in points)
    high = high if high > low else low + 1
    across = (width - _LEFT - _RIGHT) / max(1, last - first)
    up = (height - _TOP - _BOTTOM) / (high - low)

    def at(point: Point) -> tuple[float, float]:
        return _LEFT + (point.year - first) * across, height - _BOTTOM - (float(point.value) - low) * up

    target = Wording(language).gettext("target")
    parts = _scale(first, last, low, high, width, height, language)
    if unit:
        parts.append(svg.text(_LEFT + 6, _TOP - 6, unit))
    for place, one in enumerate(series):
        colour = svg.PALETTE[place % len(svg.PALETTE)]
        ordered = sorted(one.points)
        actual = [point for point in ordered if not point.target]
        way = " ".join(
            f"{'L' if place and point.joined else 'M'}{svg.coordinate(at(point)[0])},{svg.coordinate(at(point)[1])}"
            for place, point in enumerate(actual)
        )
        if way:
            parts.append(f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            _mark(*at(point), _said(point, one.label, target, unit, language), colour, point.target)
            for point in ordered
        ]
        y = height + 14 + place * 18.0
        parts.append(f'<rect x="{_LEFT:.0f}" y="{svg.coordinate(y - 5)}" width="10" height="10" fill="{colour}"/>')
        parts.append(svg.text(_LEFT + 16, y, one.label))
    said = "; ".join(
        f"{one.label}: "
        + ", ".join(
            f"{point.year}{f' ({target})' * point.target} {svg.number(point.value, language)}" for point in one.points
        )
        for one in series
    )
    return svg.frame(width, height + 18.0 * len(series) + 8, f"{title}{f' ({unit})' * bool(unit)}", said, parts)


def _scale(first: int, last: int, low: float, high: float, width: float, height: float, language: str) -> list[str]:
    floor = svg.coordinate(height - _BOTTOM)
    axis = f'<path d="M{_LEFT:.1f},{_TOP:.1f} L{_LEFT:.1f},{floor} L{svg.coordinate(width - _RIGHT)},{floor}"'
    parts = [f'{axis} fill="none" stroke="{svg.AXIS}"/>']
    right = svg.coordinate(width - _RIGHT)
    for value in _round(low, high):
        y = height - _BOTTOM - (value - low) * (height - _TOP - _BOTTOM) / (high - low)
        parts.append(svg.text(_LEFT - 6, y, svg.number(value, language), "end"))
        line = f"M{_LEFT:.1f},{svg.coordinate(y)} H{right}"
        parts.append(f'<path d="{line}" fill="none" stroke="{svg.AXIS}" stroke-opacity="0.3"/>')
    across = (width - _LEFT - _RIGHT) / max(1, last - first)
    step = max(1, -(-(last - first) // 10))
    years = range(first, last + 1, step)
    return parts + [svg.text(_LEFT + (year - first) * across, height - 14.0, str(year), "middle") for year in years]


def _round(low: float, high: float) -> list[float]:
    """About five round numbers from the lowest to the highest."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    return [round(number * step, 9) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _said(point: Point, label: str, target: str, unit: str, language: str) -> str:
    aimed = f" ({target})" if point.target else ""
    return f"{label} {point.year}{aimed}: {svg.number(point.value, language)} {unit}".strip()


def _mark(x: float, y: float, said: str, colour: str, target: bool) -> str:
    title = f"<title>{escape(said)}</title>"
    if target:
        box = f'x="{svg.coordinate(x - 4)}" y="{svg.coordinate(y - 4)}" width="8" height="8"'
        return f'<rect {box} fill="none" stroke="{colour}" stroke-width="2">{title}</rect>'
    return f'<circle cx="{svg.coordinate(x)}" cy="{svg.coordinate(y)}" r="3" fill="{colour}">{title}</circle>'
