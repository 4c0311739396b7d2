"""Draws places as circles on a map, their areas in proportion to a number, over boundaries where there are some."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg

Ring = Sequence[tuple[float, float]]
"""Longitude and latitude of the corners, WGS 84."""
_LARGEST, _SMALLEST = 26.0, 3.0
_EDGE, _LABEL, _DOT = 36.0, 13.0, 2.0
_Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
_DEGREE = 111.2
"""Kilometres of a degree of latitude."""
_FILL = ("#d7e7e4", "#a9cfc9", "#76b3ab", "#43938a", "#1d6f68")
"""Classes of areas, from few to many."""


class Mark(NamedTuple):
    """A circle; ``address`` is where a click leads, ``said`` what a reader is told."""

    label: str
    latitude: float
    longitude: float
    value: Decimal
    said: str
    address: str = ""


class Area(NamedTuple):
    """A shape with its holes; ``value`` decides how dark it is, ``None`` leaves it empty."""

    label: str
    rings: Sequence[Ring]
    value: Decimal | None
    said: str
    address: str = ""


def draw(
    marks: Sequence[Mark], title: str, *, areas: Sequence[Area] = (), around: Sequence[Mark] = (),
    language: str = "en", width: int = 720, largest: float = _LARGEST,
) -> str:  # fmt: skip
    """The map as SVG. Circles of 0 are left out; labels that would lie on others are left to the circles' titles.

    ``around`` are places that only show where the others lie: dots without a number. ``largest`` is the radius of the
    largest circle.
    """
    corners = [(one.longitude, one.latitude) for one in (*marks, *around)]
    corners += [corner for area in areas for ring in area.rings for corner in ring]
    if not corners:
        return svg.frame(width, 40, title, "–", [svg.text(0, 20, "–")])  # noqa: RUF001
    place, height, scale = _projection(corners, width)
    parts = [_border(width, height), *(_area(area, areas, place) for area in areas)]
    shown = sorted((one for one in marks if one.value > 0), key=lambda one: (-one.value, one.label))
    most = shown[0].value if shown else Decimal(1)
    discs = [
        (one, *place(one.longitude, one.latitude), max(_SMALLEST, largest * math.sqrt(float(one.value / most))))
        for one in shown
    ]
    dots = [(one, *place(one.longitude, one.latitude), _DOT) for one in around]
    parts += [_dot(one, x, y) for one, x, y, _ in dots] + [_circle(*disc) for disc in discs]
    taken = [(x - radius, y - radius, x + radius, y + radius) for _, x, y, radius in (*discs, *dots)]
    for one, x, y, radius in (*discs, *dots):
        box = next((box for box in _beside(one.label, x, y, radius) if _is_free(box, taken, width, height)), None)
        if box is not None:
            taken.append(box)
            parts.append(_label(box[0], (box[1] + box[3]) / 2, one.label, quiet=radius == _DOT))
    parts.append(_scale(scale, height, language))
    description = "; ".join([*(one.said for one in shown), *(area.said for area in areas)])
    linked = any(one.address for one in shown) or any(area.address for area in areas)
    return svg.frame(width, height, title, description, parts, role="group" if linked else "img")


def _projection(
    corners: Sequence[tuple[float, float]], width: int
) -> tuple[Callable[[float, float], tuple[float, float]], float, float]:
    """Where a point lies, the height of the map, and pixels by kilometre; equirectangular, true in the middle."""
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    shrink = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * shrink, 0.05), max(north - south, 0.05)
    scale = min((width - 2 * _EDGE) / across, 1.1 * width / up)
    height = up * scale + 2 * _EDGE + 20

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return _EDGE + (longitude - west) * shrink * scale, _EDGE + (north - latitude) * scale

    return place, height, scale / _DEGREE


def _circle(one: Mark, x: float, y: float, radius: float) -> str:
    shape = (
        f'<circle cx="{svg.coordinate(x)}" cy="{svg.coordinate(y)}" r="{svg.coordinate(radius)}" fill-opacity="0.6"'
        f' fill="{svg.PALETTE[1]}" stroke="{svg.PALETTE[1]}"><title>{escape(one.said)}</title></circle>'
    )
    return _linked(shape, one.address, one.said)


def _area(area: Area, areas: Sequence[Area], place: Callable[[float, float], tuple[float, float]]) -> str:
    path = ""
    for ring in area.rings:
        points = [place(longitude, latitude) for longitude, latitude in ring]
        path += "M" + " L".join(f"{svg.coordinate(x)},{svg.coordinate(y)}" for x, y in points) + "Z"
    fill = "none" if not area.value else _FILL[_class(area.value, areas)]
    shape = (
        f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{svg.AXIS}" stroke-width="0.7">'
        f"<title>{escape(area.said)}</title></path>"
    )
    return _linked(shape, area.address, area.said)


def _class(value: Decimal, areas: Sequence[Area]) -> int:
    """Which fifth of the values it is in."""
    known = sorted({area.value for area in areas if area.value})
    return min(len(_FILL) - 1, known.index(value) * len(_FILL) // max(1, len(known)))


def _linked(shape: str, address: str, said: str) -> str:
    if not address:
        return shape
    return f'<a href="{escape(address)}" aria-label="{escape(said)}">{shape}</a>'


def _dot(one: Mark, x: float, y: float) -> str:
    return (
        f'<circle cx="{svg.coordinate(x)}" cy="{svg.coordinate(y)}" r="{_DOT}" fill="{svg.AXIS}">'
        f"<title>{escape(one.said)}</title></circle>"
    )


def _border(width: float, height: float) -> str:
    size = f'width="{width - 1:.0f}" height="{svg.coordinate(height - 1)}"'
    return f'<rect x="0.5" y="0.5" {size} rx="6" fill="none" stroke="{svg.AXIS}" stroke-opacity="0.5"/>'


def _beside(label: str, x: float, y: float, radius: float) -> list[_Box]:
    """Where the label of a circle can stand: at its right or left, below or above it."""
    length, gap, half = len(label) * svg.CHARACTER, radius + 3, _LABEL / 2
    return [
        (x + gap, y - half, x + gap + length, y + half),
        (x - gap - length, y - half, x - gap, y + half),
        (x - length / 2, y + gap - 1, x + length / 2, y + gap - 1 + _LABEL),
        (x - length / 2, y - gap + 1 - _LABEL, x + length / 2, y - gap + 1),
    ]


def _is_free(box: _Box, taken: Sequence[_Box], width: float, height: float) -> bool:
    inside = box[0] >= 2 and box[1] >= 2 and box[2] <= width - 2 and box[3] <= height - 20
    return inside and not any(_overlap(box, other) for other in taken)


def _label(x: float, y: float, said: str, *, quiet: bool) -> str:
    """A label with an edge, so that it can be read over circles and boundaries."""
    size = ' font-size="11" fill-opacity="0.8"' if quiet else ""
    return (
        f'<text x="{svg.coordinate(x)}" y="{svg.coordinate(y)}" dominant-baseline="middle" paint-order="stroke"{size}'
        f' stroke="Canvas" stroke-width="3" stroke-linejoin="round" pointer-events="none">{escape(said)}</text>'
    )


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale(scale: float, height: float, language: str) -> str:
    """A bar of a round number of kilometres."""
    kilometres = next((size for size in (500, 200, 100, 50, 20, 10, 5, 2, 1) if size * scale <= 160), 1)
    length, y = kilometres * scale, height - 12
    bar = (
        f'<path d="M{_EDGE:.1f},{svg.coordinate(y)} h{svg.coordinate(length)}" stroke="currentColor" stroke-width="2"'
        ' fill="none"/>'
    )
    return bar + svg.text(_EDGE + length + 6, y, f"{svg.number(Decimal(kilometres), language)} km")
