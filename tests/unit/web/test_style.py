"""The colours of the style sheet can be read, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ce_graph.web

STYLE = (Path(ce_graph.web.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "paper"),
    ("ink", "soft"),
    ("ink", "marked"),
    ("link", "paper"),
    ("link", "soft"),
    ("link", "marked"),
    ("quiet", "paper"),
    ("quiet", "soft"),
    ("mark", "paper"),
    ("mark", "marked"),
    ("paper", "link"),
]


def colours(number: int) -> dict[str, str]:
    """The variables of the first (light) or second (dark) block."""
    block = re.findall(r":root \{([^}]*)\}", STYLE)[number]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]+)", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme: int, text: str, ground: str) -> None:
    found = colours(theme)
    one, other = sorted((luminance(found[text]), luminance(found[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 4.5
