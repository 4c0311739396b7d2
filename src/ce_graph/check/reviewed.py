"""Findings in a folder of data that somebody has looked into: known, each with its reason, so that only others fail."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.check.notices import Notice, notice
from ce_graph.check.positions import Position
from ce_graph.errors import DataError
from ce_graph.settings import VOCABULARY
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ce_graph.check.findings import Finding

FILE = "reviewed-findings.csv"
"""Name of the list, in the folder that has ``tables/``."""
_COLUMNS = ("severity", "shape", "focus", "value", "reason")


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """One row of a list, in ``line`` of its file; a ``focus`` that ends with ``/*`` stands for all that begin so."""

    severity: str
    shape: str
    """Local name."""
    focus: str
    """IRI, relative to the base of the instance."""
    value: str
    """What was found; after ``"; "`` further figures, all of which the message must have."""
    reason: str
    line: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What a finding is looked up by."""
        return self.severity, self.shape, self.focus, "" if self.focus.endswith("/*") else self.value

    def fits(self, value: str, message: str) -> bool:
        """Whether a finding of this shape and focus is the one that was looked into."""
        if value == self.value:
            return True
        first, *others = self.value.split("; ")
        whole = (rf"(?<![\w.]){re.escape(figure)}(?!\w|\.\d)" for figure in others)
        return bool(others) and value == first and all(re.search(pattern, message) for pattern in whole)


class Reviews:
    """The list of one folder."""

    def __init__(self, path: Path, base: str = VOCABULARY) -> None:
        """Read the list of an instance with a base.

        Raises:
            DataError: the file is no such list.
        """
        self.path, self._base = path, base
        self.all = tuple(_rows(path))
        self._by_focus: dict[tuple[str, str, str], list[Review]] = {}
        for review in self.all:
            self._by_focus.setdefault(review.key[:3], []).append(review)

    def of(self, severity: str, shape: str, focus: str, value: str, message: str) -> Review | None:
        """The review of a finding, given by IRIs and texts; ``None`` when nobody has looked into it."""
        shape, focus = shape.rpartition("#")[2], self._short(focus)
        value = "" if self._short(value) == focus else self._short(value)
        known = self._by_focus.get((severity, shape, focus), ())
        group = self._by_focus.get((severity, shape, focus.rpartition("/")[0] + "/*"), ())
        return next((one for one in known if one.fits(value, message)), next(iter(group), None))

    def _short(self, text: str) -> str:
        return text.removeprefix(self._base).removeprefix(VOCABULARY)


class Reviewed:
    """The lists of the data folders that are checked."""

    def __init__(self, folders: Mapping[Path, bool], base: str) -> None:
        """Read the lists there are; ``folders`` tells of each whether all of its tables are checked."""
        self._lists: list[tuple[Reviews, bool]] = []
        self._faults: list[Notice] = []
        for folder, whole in folders.items():
            path = folder / FILE
            try:
                self._lists += [(Reviews(path, base), whole)] if path.is_file() else ()
            except DataError as error:
                self._faults.append(notice("unreadable", "violation", Position(str(path)), why="tables", said=error))

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the lists."""
        return tuple(str(reviews.path) for reviews, _ in self._lists)

    def of(self, finding: Finding) -> Review | None:
        """The review of a finding; ``None`` when nobody has looked into it."""
        terms = (str(getattr(term, "value", "")) for term in (finding.shape, finding.focus, finding.value))
        about = (finding.severity, *terms, " ".join(str(text.value) for text in finding.messages))
        return next(filter(None, (reviews.of(*about) for reviews, _ in self._lists)), None)

    def notices(self, findings: Iterable[Finding]) -> list[Notice]:
        """Lists that cannot be read, and reviews in the others of what is not among the findings any more."""
        found = {review.key for finding in findings if (review := self.of(finding))}
        return self._faults + [
            notice("review-gone", "warning", Position(str(reviews.path), gone.line), shape=gone.shape, focus=gone.focus)
            for reviews, whole in self._lists
            for gone in (reviews.all if whole else ())
            if gone.key not in found
        ]


def _rows(path: Path) -> list[Review]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            if tuple(reader.fieldnames or ()) != _COLUMNS:
                raise DataError(say("%(file)s: its columns must be %(names)s", file=path, names=", ".join(_COLUMNS)))
            return [Review(**{name: row[name] or "" for name in _COLUMNS}, line=reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(say("%(file)s: cannot be read: %(why)s", file=path, why=error)) from error
