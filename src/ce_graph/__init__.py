"""A linked-data knowledge graph and SPARQL service for the circular economy of a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_graph.check.validation import validate

__version__ = "0.1.0"

__all__ = ["__version__", "validate"]


def __getattr__(name: str) -> object:
    """``validate``, imported when it is first asked for, so that the commands start fast."""
    if name == "validate":
        from ce_graph.check.validation import validate

        return validate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
