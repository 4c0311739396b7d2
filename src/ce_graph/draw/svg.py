"""What all drawings share: escaping, numbers for people, the frame with its title and description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from html import escape

LINK, BACK, NODE, AXIS = "#2f7f93", "#3c7d22", "#1d3540", "#6b7780"
PALETTE = ("#2f7f93", "#b5651d", "#3c7d22", "#8b4fa0", "#a8324a", "#4a5fb0", "#7a6a1c", "#1d8060")
"""Colours that keep a contrast of 3 to 1 against white and against black."""
CHARACTER = 6.7
"""About the width of a character of 12 px text, for the room that labels need."""


def number(value: Decimal | float, language: str = "en") -> str:
    """A number as people write it: groups of three, at most three decimals, no exponent."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = f"{exact:,.3f}".rstrip("0").rstrip(".")
    if text in ("-0", "0") and exact:
        text = f"{exact:.2g}"
    if language == "en":
        return text
    return text.replace(",", "\u00a0").replace(".", ",")


def coordinate(value: float) -> str:
    """A coordinate with one decimal; never ``-0``, so that equal drawings are equal bytes."""
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text


def frame(
    width: float, height: float, title: str, description: str, parts: Iterable[str], left: float = 0, role: str = "img"
) -> str:
    """The whole drawing; title and description are what a screen reader says.

    A drawing with links in it has the role ``group``, since what is in an ``img`` cannot be reached.
    """
    key = hashlib.sha256(f"{title}\0{description}".encode()).hexdigest()[:8]
    box = " ".join(map(coordinate, (left, 0, width, height)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:.0f}" height="{height:.0f}"'
        f' role="{role}" aria-labelledby="t{key} d{key}" font-family="sans-serif" font-size="12" fill="currentColor">'
        f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(description)}</desc>'
        + "".join(parts)
        + "</svg>\n"
    )


def text(x: float, y: float, said: str, anchor: str = "start", *, over: bool = False) -> str:
    """A line of text, its middle at ``y``; ``over`` other shapes it has an edge, so that it can be read."""
    edge = ' paint-order="stroke" stroke="Canvas" stroke-width="3" stroke-opacity="0.7" pointer-events="none"'
    return (
        f'<text x="{coordinate(x)}" y="{coordinate(y)}" text-anchor="{anchor}"'
        f' dominant-baseline="middle"{edge if over else ""}>{escape(said)}</text>'
    )
