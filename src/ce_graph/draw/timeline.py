"""Draws spans of time as horizontal bars, one a row; what a source states beside what was understood of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg

_ROW, _BAR, _TOP = 24.0, 12.0, 22.0
_OPEN = 0.5
"""How much of a year a bar goes on where its end is not known."""


class Span(NamedTuple):
    """One row; dates are years with fractions (2021.5: the middle of 2021), ``None`` where not known.

    ``said`` is what a reader is told, such as the dates as stated; ``others`` are ends that other sources state.
    """

    label: str
    start: float | None
    end: float | None
    said: str
    group: str = ""
    others: tuple[float, ...] = ()


def draw(spans: Sequence[Span], title: str, *, width: int = 960, today: float | None = None) -> str:
    """The rows as SVG, in order; a bar of unknown end is paler, a diamond is an end that another source states."""
    dates = [date for span in spans for date in (span.start, span.end, *span.others) if date is not None]
    if not dates:
        return svg.frame(width, 40, title, "–", [svg.text(0, 20, "–")])  # noqa: RUF001
    first, last = int(min(dates)), int(max(dates)) + 1
    room = min(width * 0.45, svg.CHARACTER * max(len(span.label) for span in spans) + 12)
    scale = (width - room - 20) / (last - first)
    letters = int((room - 12) / svg.CHARACTER)

    def at(date: float) -> float:
        return room + (date - first) * scale

    height = _TOP + len(spans) * _ROW
    parts = _axis(first, last, at, height)
    if today is not None and first <= today <= last:
        parts.append(_line(at(today), _TOP, height, svg.BACK, ' stroke-dasharray="4 3"'))
    groups = list(dict.fromkeys(span.group for span in spans))
    for place, span in enumerate(spans):
        middle = _TOP + place * _ROW + _ROW / 2
        label = span.label if len(span.label) <= letters else span.label[: letters - 1] + "…"
        parts.append(svg.text(room - 8, middle, label, "end"))
        colour = svg.PALETTE[groups.index(span.group) % len(svg.PALETTE)]
        parts += _bar(span, at, middle, colour)
        parts += [_diamond(at(other), middle, f"{span.label}: {span.said}") for other in span.others]
    description = "; ".join(f"{span.label}: {span.said}" for span in spans)
    return svg.frame(width, height + 4, title, description, parts)


def _axis(first: int, last: int, at: Callable[[float], float], height: float) -> list[str]:
    parts = []
    step = max(1, -(-(last - first) // 12))
    for year in range(first, last + 1):
        parts.append(_line(at(year), _TOP - 4, height, svg.AXIS, ' opacity="0.35"'))
        if (year - first) % step == 0 and year < last:
            parts.append(svg.text(at(year) + 2, 10, str(year)))
    return parts


def _bar(span: Span, at: Callable[[float], float], middle: float, colour: str) -> list[str]:
    if span.start is None and span.end is None:
        return []
    start = span.start if span.start is not None else (span.end or 0) - _OPEN
    end = span.end if span.end is not None else start + _OPEN
    known = span.start is not None and span.end is not None
    x, size = svg.coordinate(at(start)), svg.coordinate(max(2.0, at(end) - at(start)))
    title = f"<title>{escape(f'{span.label}: {span.said}')}</title>"
    shape = f'<rect x="{x}" y="{svg.coordinate(middle - _BAR / 2)}" width="{size}" height="{_BAR:.0f}" fill="{colour}"'
    return [f"{shape}{'' if known else ' fill-opacity=' + chr(34) + '0.45' + chr(34)}>{title}</rect>"]


def _diamond(x: float, y: float, said: str) -> str:
    points = " ".join(
        f"{svg.coordinate(x + dx)},{svg.coordinate(y + dy)}" for dx, dy in ((0, -6), (6, 0), (0, 6), (-6, 0))
    )
    return (
        f'<polygon points="{points}" fill="none" stroke="currentColor" stroke-width="1.5">'
        f"<title>{escape(said)}</title></polygon>"
    )


def _line(x: float, top: float, bottom: float, colour: str, more: str = "") -> str:
    place = svg.coordinate(x)
    return (
        f'<path d="M{place},{svg.coordinate(top)} L{place},{svg.coordinate(bottom)}" stroke="{colour}"'
        f' stroke-width="1" fill="none"{more}/>'
    )
