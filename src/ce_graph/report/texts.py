"""The words of reports, in English, Finnish and Swedish, from ``wording.toml``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "fi", "sv")
_SUFFIX = "ConstraintComponent"


@functools.cache
def _wording() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))


def text(key: str, language: str, **values: object) -> str:
    """A text in a language (English when it is an unknown one) with its values filled in."""
    said = _wording()["text"][key]
    chosen = said.get(language, said["en"])
    return chosen.format_map({name: str(value) for name, value in values.items()}) if values else chosen


def known(key: str) -> bool:
    """Whether there is a text of that name."""
    return key in _wording()["text"]


def constraint(component: str, language: str) -> str:
    """What a constraint asks for, its parameters in braces; ``""`` for a component of the shapes' own making."""
    said = _wording()["constraint"].get(component.removesuffix(_SUFFIX), {})
    return said.get(language, said.get("en", ""))
