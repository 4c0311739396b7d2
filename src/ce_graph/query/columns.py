"""What the columns of answers are called, in the languages of the interface."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

from ce_graph.query.texts import LANGUAGES, Texts, text_in


@functools.cache
def columns() -> Mapping[str, Texts]:
    """Variable → its names."""
    found = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: dict(zip(LANGUAGES, names, strict=True)) for name, names in found.items()}


def heading(name: str, language: str) -> str:
    """The name of a column; the variable itself when it has none."""
    return text_in(columns().get(name, {}), language) or name
