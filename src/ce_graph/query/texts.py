"""Short texts in the languages of the interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ce_graph.wording import say

Texts: TypeAlias = Mapping[str, str]
"""Language tag → text."""

LANGUAGES = ("en", "fi", "sv")
"""The languages of the interface; the first is what others fall back to."""


def text_in(texts: Texts, language: str) -> str:
    """The text in a language, else in the first of the interface's languages that has one, else ``""``."""
    return next((texts[tag] for tag in (language, *LANGUAGES) if tag in texts), "")


def listed(items: Sequence[str], shown: int = 20) -> str:
    """The items with commas; of a long list the first ones, and how many more there are."""
    rest = len(items) - shown
    first = ", ".join(items[:shown])
    return say("%(items)s … and %(rest)s more", items=first, rest=rest) if rest > 0 else first
