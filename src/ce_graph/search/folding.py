"""Texts as they are compared: without case, accents, and what is between words."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"\w+", re.UNICODE)
LONGEST = 200
"""Characters of a search that count."""


def fold(text: str) -> str:
    """A text in small letters without accents (``Jäte`` and ``jate`` are found by each other), words by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORDS.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))


def words(text: str) -> list[str]:
    """The folded words of what somebody searches for, at most twelve."""
    return fold(text[:LONGEST]).split()[:12]
