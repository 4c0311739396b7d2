"""Draws what a thing is linked with: at the left what refers to it, at the right what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from ce_graph.draw import svg

_ROW, _PAD = 20.0, 12.0
_CENTRE, _SIDE = 190.0, 250.0
"""Width of the box in the middle and of the room for names at either side."""


class Neighbour(NamedTuple):
    """A thing at the end of a link; ``relation`` is the link's name, ``address`` where a click leads."""

    label: str
    relation: str
    address: str = ""


class _Line(NamedTuple):
    """A line of a side: a relation's name, or a neighbour under it."""

    said: str
    neighbour: Neighbour | None


def draw(
    centre: str, before: Sequence[Neighbour], after: Sequence[Neighbour], title: str, *, most: int = 14, more: str = ""
) -> str:
    """The picture as SVG, neighbours under their relations in the order given.

    ``most`` is how many a side shows; ``more`` says that there are further ones, with ``%s`` for how many.
    """
    left, right = (list(_lines(side, most, more)) for side in (before, after))
    height = 2 * _PAD + _ROW * max(len(left), len(right), 2)
    width = 2 * _SIDE + _CENTRE + 2 * 70
    middle, start, end = height / 2, (width - _CENTRE) / 2, (width + _CENTRE) / 2
    parts = [
        *_side(left, height, _SIDE, start, middle, "end"),
        *_side(right, height, width - _SIDE, end, middle, "start"),
    ]
    parts.append(
        f'<rect x="{svg.coordinate(start)}" y="{svg.coordinate(middle - 18)}" width="{_CENTRE:.1f}" height="36.0"'
        f' rx="6" fill="{svg.NODE}"><title>{escape(centre)}</title></rect>'
        f'<text x="{svg.coordinate(width / 2)}" y="{svg.coordinate(middle)}" text-anchor="middle"'
        f' dominant-baseline="middle" fill="#ffffff" pointer-events="none">{escape(_fit(centre, _CENTRE - 12))}</text>'
    )
    description = "; ".join(f"{one.relation}: {one.label}" for one in (*before[:most], *after[:most]))
    linked = any(one.address for one in (*before, *after))
    return svg.frame(width, height, title, description, parts, role="group" if linked else "img")


def _lines(side: Sequence[Neighbour], most: int, more: str) -> Iterable[_Line]:
    relation = None
    for one in side[:most]:
        if one.relation != relation:
            relation = one.relation
            yield _Line(relation, None)
        yield _Line(one.label, one)
    if len(side) > most and more:
        yield _Line(more % (len(side) - most), None)


def _side(lines: Sequence[_Line], height: float, x: float, box: float, middle: float, anchor: str) -> Iterable[str]:
    """The lines of a side, in the middle of the height, and a link from each neighbour to the box."""
    y = (height - _ROW * len(lines)) / 2 + _ROW / 2
    towards = 6 if anchor == "end" else -6
    for line in lines:
        said = escape(_fit(line.said, _SIDE - 8))
        text = (
            f'<text x="{svg.coordinate(x)}" y="{svg.coordinate(y)}" text-anchor="{anchor}" dominant-baseline="middle"'
            + (' font-style="italic" opacity="0.8"' if line.neighbour is None else "")
            + f">{said}<title>{escape(line.said)}</title></text>"
        )
        if line.neighbour is not None:
            yield _link(x + towards, y, box, middle)
        if line.neighbour is not None and line.neighbour.address:
            text = f'<a href="{escape(line.neighbour.address)}" text-decoration="underline">{text}</a>'
        yield text
        y += _ROW


def _link(x: float, y: float, box: float, middle: float) -> str:
    curve = svg.coordinate((x + box) / 2)
    ends = [svg.coordinate(each) for each in (x, y, box, middle)]
    return (
        f'<path d="M{ends[0]},{ends[1]} C{curve},{ends[1]} {curve},{ends[3]} {ends[2]},{ends[3]}" stroke="{svg.LINK}"'
        ' fill="none"/>'
    )


def _fit(said: str, room: float) -> str:
    letters = int(room / svg.CHARACTER)
    return said if len(said) <= letters else said[: letters - 1] + "…"
