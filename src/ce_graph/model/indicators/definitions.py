"""What an indicator is: its unit, direction, definition and formula, where that comes from, and what computes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One indicator, as the dataset describes it; its name in each language is its label."""

    iri: str
    unit: str = ""
    """IRI of the unit."""
    direction: str = "none"
    """``higher`` or ``lower`` is better, or ``none``."""
    meaning: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """The definition in each language that it is given in."""
    formula: str = ""
    source: str = ""
    """Law, statistics or organisation that the definition comes from."""
    computed_by: str = ""
    """The function of this software that computes it; ``""`` where values are only published."""

    def definition(self, language: str = "en") -> str:
        """The definition in a language, else in English."""
        return self.meaning.get(language) or self.meaning.get("en", "")
