"""An outcome as people read it: short names, labels, messages in their language, places with the source line."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.labels import in_language
from ce_graph.check.notices import NOT_LISTED
from ce_graph.report.names import Names
from ce_graph.report.texts import constraint, known
from ce_graph.wording import told

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding, Severity, Term
    from ce_graph.check.notices import Notice
    from ce_graph.check.outcome import Remarked, Result
    from ce_graph.check.positions import Position


@dataclasses.dataclass(frozen=True)
class View(Names):
    """How to show an outcome: ``first`` findings of a shape (0: all), with colours or not, times or not."""

    first: int = 5
    colour: bool = False
    profile: bool = False
    quiet: bool = False

    # Messages

    def message(self, finding: Finding) -> str:
        """The shape's own message in the language of the view, else what its constraint asks for."""
        pattern = "" if finding.own_message else constraint(finding.component_name, self.language)
        if not pattern:
            return self.tidy(finding, in_language(finding.messages, self.language))
        return re.sub(r"\{(\w+)\}", lambda found: self._parameter(finding, found[1]), pattern)

    def _parameter(self, finding: Finding, name: str) -> str:
        said = self.outcome.statements.of(finding.shape, name)
        if not said:
            return "…"
        if name in ("in", "languageIn"):
            items = self.outcome.statements.items(said[0].object)
            shown = [self.term(item) for item in items[:8]]
            return ", ".join(shown) + (" …" if len(items) > len(shown) else "")
        values = (item.object for item in said)
        return ", ".join(self.shape(value) if isinstance(value, ox.BlankNode) else self.term(value) for value in values)

    def notice(self, notice: Notice) -> str:
        """The wording of a notice."""
        values = {name: told(value, self.language) for name, value in notice.values}
        if "class" in values:
            values["class"] = self.iri(values["class"])
        key = f"{notice.code}.{notice.value('why')}"
        said = self.text(key if known(key) else notice.code, **values).strip().rstrip(";").strip()
        if notice.value("likely"):
            said += "; " + self.text("misspelt-term.likely", **values)
        return " ".join(said.split())

    # Places

    def place(self, position: Position | None) -> str:
        """``file:line:column``; for a table ``file:line`` with row, column name and cell."""
        if position is None:
            return ""
        if not position.row:
            return str(position)
        where = self.text("row", row=position.row, column=position.heading or position.column_name)
        return f"{position} ({where}{', ' if position.cell_name else ''}{position.cell_name})"

    @cached_property
    def groups(self) -> list[tuple[Term, list[Result]]]:
        """New findings by shape: the worst severity first, then the most, then by name."""
        found: dict[Term, list[Result]] = {}
        for item in self.outcome.results:
            if not item.known:
                found.setdefault(item.finding.shape, []).append(item)
        rank = {"violation": 0, "warning": 1, "info": 2}

        def order(pair: tuple[Term, list[Result]]) -> tuple[int, int, str]:
            return min(rank[item.finding.severity] for item in pair[1]), -len(pair[1]), self.shape(pair[0])

        return sorted(found.items(), key=order)

    @cached_property
    def notices(self) -> list[tuple[str, list[Remarked]]]:
        """Notices that are not in the baseline, by code; those that fail first."""
        found: dict[str, list[Remarked]] = {}
        for item in self.outcome.notices:
            if not item.known:
                found.setdefault(item.notice.code, []).append(item)
        return sorted(found.items(), key=lambda pair: (not any(map(self.outcome.fails, pair[1])), pair[0]))

    def level(self, item: Remarked) -> Severity:
        """The severity of a notice: what makes the run fail is a violation."""
        return "violation" if self.outcome.fails(item) else item.notice.severity

    def verdict(self) -> str:
        """The outcome in one sentence."""
        code = self.outcome.exit_code
        return self.text("conforms" if code == 0 else "fails" if code == 1 else "stopped")

    def summary(self) -> str:
        """What was looked at and what was found, in one line."""
        unlisted: Counter[Severity] = Counter()
        for left_out in self.outcome.report.left_out if self.outcome.report else ():
            unlisted[left_out.severity] += left_out.number
        counts = {name: number + unlisted[name] for name, number in self.outcome.counts(new=True).items()}
        said = [
            f"{number} {self.text(name if number == 1 else name + 's')}" for name, number in counts.items() if number
        ]
        if unlisted:
            said.append(self.text("unlisted", count=unlisted.total()))
        if faults := sum(item.notice.code != NOT_LISTED for item in self.outcome.failing_notices):
            said.insert(0, self.text("fault" if faults == 1 else "faults", count=faults))
        reviewed = sum(bool(item.reason) for item in self.outcome.results)
        if hidden := sum(item.known for item in self.outcome.results) - reviewed:
            said.append(self.text("known", count=hidden))
        if reviewed:
            said.append(self.text("reviewed", count=reviewed, files=", ".join(self.outcome.reviews)))
        return self.text(
            "summary",
            triples=self.outcome.triples,
            files=len(self.outcome.files),
            shapes=len(self.outcome.report.checked) if self.outcome.report else 0,
            focus=self.outcome.focus_nodes,
            findings=", ".join(said) or self.text("nothing-found"),
        )
