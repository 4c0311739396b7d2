"""The chapters of the report, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_graph.overview.document import Chapter

CHAPTERS: tuple[Chapter, ...] = ()
"""Each makes a view of one region."""
