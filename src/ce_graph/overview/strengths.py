"""Strengths, barriers and potentials that people named, by theme: from which event, when, in which source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.view import View

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


def strengths(records: Records, wording: Wording) -> View:
    """What was named in interviews, workshops and sources, and what continues what."""
    say = wording.gettext
    parts = (
        asked_part(
            records, wording, "strengths-barriers-potentials",
            columns=("statement", "kind", "subject", "project", "event", "date", "source"),
        ),
        asked_part(records, wording, "continuations"),
    )  # fmt: skip
    return View(
        name="strengths",
        title=say("Strengths, barriers and potentials"),
        lead=say(
            "What people and sources name, by theme; what the numbers say of the same themes is under unused potential."
        ),
        parts=parts,
    )
