"""What an indicator is: its unit, direction, definition and formula, where that comes from, and what computes it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One indicator, as the dataset describes it; its name in each language is its label."""

    iri: str
    unit: str = ""
    """IRI of the unit."""
    direction: str = "none"
    """``higher`` or ``lower`` is better, or ``none``."""
    definition: str = ""
    formula: str = ""
    source: str = ""
    """Law, statistics or organisation that the definition comes from."""
    computed_by: str = ""
    """The function of this software that computes it; ``""`` where values are only published."""
