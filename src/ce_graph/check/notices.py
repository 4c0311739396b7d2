"""What a validation says besides findings: files that cannot be read, shapes that check nothing, mistakes in shapes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ce_graph.wording import text_of

if TYPE_CHECKING:
    from ce_graph.check.findings import Severity, Term
    from ce_graph.check.positions import Position


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """A finding of its own about the input or the shapes; ``ce_graph.report.texts`` has its wording in each language.

    ``code`` names the kind, e.g. ``unmatched-shape``; ``values`` fill the wording.
    """

    code: str
    severity: Severity
    """``violation`` for what keeps the check from being made, else how much it matters."""
    position: Position | None = None
    subject: Term | None = None
    """The shape, where it is about one."""
    values: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """One of ``values``; ``""`` when it is not there."""
        return dict(self.values).get(name, "")


def notice(
    code: str, severity: Severity, position: Position | None = None, subject: Term | None = None, **values: Any
) -> Notice:
    """A notice with its values by name."""
    return Notice(
        code,
        severity,
        position,
        subject,
        tuple(sorted((key, text_of(value)) for key, value in values.items())),
    )


UNREADABLE = ("unreadable", "no-files")
"""Codes for data or shapes that could not be read."""
WRONG = ("broken-sparql", "wrong-shapes", "no-shapes")
"""Codes for shapes that cannot be carried out."""
REFUSED = "refused"
"""The code for a cell or row of a table that says nothing usable; it fails like a violation."""
NOT_LISTED = "not-listed"
"""The code for findings beyond the limit; it fails when they would."""
NOTHING = "nothing-checked"
"""The code for a run in which no shape found a node to check; it fails."""
