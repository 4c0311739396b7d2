"""Where sources disagree: each claim with its source, and dates that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.overview.asked import part as asked_part
from ce_graph.overview.view import View

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.wording import Wording


def disagreements(records: Records, wording: Wording) -> View:
    """One list of all disagreements on dates, amounts, quantities and names."""
    say = wording.gettext
    parts = (
        asked_part(
            records, wording, "disagreements", title=say("Claims that differ"),
            columns=("about", "property", "region", "period", "value", "unit", "qualifier", "stated", "explained",
                     "source", "group"),
        ),
        asked_part(records, wording, "impossible-dates", title=say("Dates that cannot be")),
    )  # fmt: skip
    return View(
        name="disagreements",
        title=say("Where sources disagree"),
        lead=say("The graph keeps what each source says. Lines of the same group are of one disagreement."),
        parts=parts,
    )
