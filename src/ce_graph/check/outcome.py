"""The outcome of a validation: findings with their places, notices, and whether all of that means failure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ce_graph.check.findings import SEVERITIES, Finding, Report, Severity
from ce_graph.check.notices import NOT_LISTED, NOTHING, REFUSED, UNREADABLE, WRONG, Notice
from ce_graph.check.positions import Position

if TYPE_CHECKING:
    from ce_graph.check.labels import Labels
    from ce_graph.check.lint import Statements
    from ce_graph.check.tables_words import Words
    from ce_graph.rdf.sources import Source

CONFORMS, FAILS, DATA_UNREADABLE, SHAPES_WRONG, COULD_NOT_RUN = range(5)
"""Exit codes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """A finding where it stands."""

    finding: Finding
    position: Position | None
    fingerprint: str = ""
    """The same for the same fault after unrelated edits; empty for an inner cause."""
    known: bool = False
    """Whether the baseline or the list of reviewed findings has it, so that it does not fail."""
    reason: str = ""
    """Why it is there, when it was reviewed."""
    details: tuple[Result, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Remarked:
    """A notice with its fingerprint."""

    notice: Notice
    fingerprint: str
    known: bool = False
    about_shapes: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a validation has found; writers in :mod:`ce_graph.report` turn it into a report."""

    report: Report | None
    """The engine's; ``None`` when it did not run, because data or shapes could not be read."""
    results: tuple[Result, ...] = ()
    """Findings in the order of their places."""
    notices: tuple[Remarked, ...] = ()
    sources: tuple[Source, ...] = ()
    """What was checked, tables and context not among it."""
    tables: tuple[str, ...] = ()
    """The tables that were checked: folders and CSV files."""
    triples: int = 0
    fail_on: Severity = "violation"
    strict: bool = False
    statements: Statements
    """The shapes as written, for their names and parameters."""
    labels: Labels
    reviews: tuple[str, ...] = ()
    """The lists of reviewed findings that were used."""
    words: Mapping[str, Words] = dataclasses.field(default_factory=dict)
    """By file: what the tables call what RDF has IRIs for."""
    prefixes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    seconds: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """Wall time of each step."""

    @property
    def files(self) -> tuple[str, ...]:
        """Names of what was checked."""
        return (*(source.name for source in self.sources), *self.tables)

    @property
    def shape_files(self) -> tuple[str, ...]:
        """Names of the files that the shapes come from."""
        return tuple(source.name for source in self.statements.sources)

    @property
    def focus_nodes(self) -> int:
        """How many times a node was checked against a shape with targets."""
        return sum(item.focus_nodes for item in self.report.checked) if self.report else 0

    @property
    def failing(self) -> tuple[Result, ...]:
        """The new findings at or above ``fail_on``."""
        return tuple(item for item in self.results if not item.known and item.finding.severity in self._enough)

    @property
    def _enough(self) -> tuple[Severity, ...]:
        """The severities that fail."""
        return SEVERITIES[: SEVERITIES.index(self.fail_on) + 1]

    @property
    def failing_notices(self) -> tuple[Remarked, ...]:
        """The notices that make the run fail."""
        return tuple(item for item in self.notices if self.fails(item))

    def fails(self, item: Remarked) -> bool:
        """Whether a notice makes the run fail: when it stopped the check, hides what fails, or all is strict."""
        if item.notice.code in (*UNREADABLE, *WRONG):
            return True
        if item.notice.code == NOT_LISTED:
            return item.notice.severity in self._enough
        if item.known:
            return False
        return self.strict or item.notice.code in (NOTHING, REFUSED)

    @property
    def conforms(self) -> bool:
        """Whether the exit code is 0."""
        return self.exit_code == CONFORMS

    @property
    def exit_code(self) -> int:
        """0 conforms · 1 findings that fail · 2 data unreadable · 3 shapes unreadable or wrong."""
        stopped = [item for item in self.notices if item.notice.code in UNREADABLE]
        if any(not item.about_shapes for item in stopped):
            return DATA_UNREADABLE
        if stopped or any(item.notice.code in WRONG for item in self.notices):
            return SHAPES_WRONG
        return FAILS if self.failing or self.failing_notices else CONFORMS

    def counts(self, *, new: bool = False) -> dict[Severity, int]:
        """Number of findings per severity, all three named; ``new`` leaves out those of the baseline."""
        found = [item.finding.severity for item in self.results if not (new and item.known)]
        return {severity: found.count(severity) for severity in SEVERITIES}
