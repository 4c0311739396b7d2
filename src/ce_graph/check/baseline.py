"""Fingerprints that outlive unrelated edits, and the file of findings that are known and therefore do not fail."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ce_graph.check.findings import Finding, Term
    from ce_graph.check.lint import Statements
    from ce_graph.check.notices import Notice
    from ce_graph.rdf.columns import Columns

VERSION = 1
_DEEP = 3
_MOST_USES = 8
_SH = "http://www.w3.org/ns/shacl#"
_LIST_STEPS = frozenset(("first", "rest"))


class Fingerprints:
    """Names findings by what they are about: no line numbers, no order, no labels of blank nodes, no folder names."""

    def __init__(self, statements: Statements, data: Columns | None = None, root: str | None = None) -> None:
        """``root`` is the folder whose ``file://`` IRI is taken out of names; the current one by default."""
        self._statements = statements
        self._data = data
        self._root = (Path.cwd().as_uri() if root is None else root).rstrip("/") + "/"
        self._folder = f"{Path.cwd()}/"
        self._by_object: npt.NDArray[np.int64] | None = None
        self._seen: Counter[str] = Counter()
        self._shapes: dict[Term, str] = {}
        self._users: dict[Term, tuple[Term, str]] = {}
        for item in statements:
            self._users.setdefault(item.object, (item.subject, item.predicate))

    def of(self, finding: Finding) -> str:
        """The fingerprint of a finding; those that are alike are numbered."""
        value = "" if finding.value is None or finding.value == finding.focus else self._term(finding.value)
        parts = (self._term(finding.focus), finding.path or "", value, finding.component, self._shape(finding.shape))
        constraint = "" if finding.constraint is None else self._shape(finding.constraint)
        return self._numbered((*parts, constraint))

    def of_notice(self, notice: Notice) -> str:
        """The fingerprint of a notice."""
        where = "" if notice.subject is not None or notice.position is None else self._relative(notice.position.file)
        subject = "" if notice.subject is None else self._shape(notice.subject)
        said = [f"{name}={value}" for name, value in notice.values if name not in ("line", "column")]
        return self._numbered((notice.code, subject, where, *said))

    def _numbered(self, parts: Sequence[str]) -> str:
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
        self._seen[digest] += 1
        number = self._seen[digest]
        return digest if number == 1 else f"{digest}.{number}"

    def _relative(self, name: str) -> str:
        return name.replace(self._root, "").removeprefix(self._folder)

    def _term(self, term: Term) -> str:
        if isinstance(term, ox.BlankNode):
            return self._described(term)
        return self._relative(str(term))

    def _described(self, node: ox.BlankNode) -> str:
        """A blank node by its statements, a few steps deep, and by those that lead to it."""
        data = self._data
        number = data.terms.blank(node) if data is not None else None
        if data is None or number is None:
            return "_:"
        return f"{self._outline(data, number, _DEEP)}^{self._incoming(data, number)}"

    def _outline(self, data: Columns, number: int, depth: int) -> str:
        said = []
        for predicate in data.used_predicates:
            subjects, objects = data.by_predicate(predicate)
            begin, end = subjects.searchsorted([number, number + 1]).tolist()
            name = data.terms.term(predicate) if begin < end else None
            said += [f"{name} {self._end(data, value, depth)}" for value in objects[begin:end].tolist()]
        return "[" + ";".join(sorted(said)) + "]"

    def _end(self, data: Columns, number: int, depth: int) -> str:
        term = data.terms.term(number)
        if not isinstance(term, ox.BlankNode):
            return self._relative(str(term))
        return self._outline(data, number, depth - 1) if depth else "[]"

    def _incoming(self, data: Columns, number: int) -> str:
        if self._by_object is None:
            self._by_object = data.objects.argsort(kind="stable")
        begin, end = data.objects.searchsorted([number, number + 1], sorter=self._by_object).tolist()
        found = self._by_object[begin : min(end, begin + _MOST_USES)].tolist()
        ends = ((int(data.subjects[index]), int(data.predicates[index])) for index in found)
        said = [f"{self._end(data, subject, 0)} {data.terms.term(predicate)}" for subject, predicate in ends]
        return ";".join(sorted(said))

    def _shape(self, node: Term) -> str:
        """A shape by its IRI; one without by the shape that uses it, the way there, and its path."""
        if not isinstance(node, ox.BlankNode):
            return str(node)
        if node not in self._shapes:
            self._shapes[node] = ""  # a circle ends here
            self._shapes[node] = self._outline_of_shape(node)
        return self._shapes[node]

    def _outline_of_shape(self, node: ox.BlankNode) -> str:
        steps, holder = [], node
        seen: set[Term] = set()
        while isinstance(holder, ox.BlankNode) and holder in self._users and holder not in seen:
            seen.add(holder)
            holder, predicate = self._users[holder]  # type: ignore[assignment]
            if predicate.rpartition("#")[2] not in _LIST_STEPS:
                steps.append(predicate)
        own = sorted(
            f"{item.predicate} {self._value(item.object, 2)}"
            for item in self._statements.of(node)
            if _lasting(item.predicate)
        )
        return f"{holder if not isinstance(holder, ox.BlankNode) else ''} {'/'.join(reversed(steps))} {';'.join(own)}"

    def _value(self, term: Term, depth: int) -> str:
        if not isinstance(term, ox.BlankNode):
            return str(term)
        if not depth:
            return "[]"
        said = sorted(f"{item.predicate} {self._value(item.object, depth - 1)}" for item in self._statements.of(term))
        return "[" + ";".join(said) + "]"


def _lasting(predicate: str) -> bool:
    """Whether a property tells what a shape checks, and not how it is worded or ordered."""
    return predicate not in {_SH + name for name in ("message", "name", "description", "order", "group", "severity")}


def write(path: Path, fingerprints: Iterable[tuple[str, str]]) -> None:
    """Write a baseline: fingerprints with a line that tells people what each is; sorted, so that it can be merged.

    Raises:
        UsageError: the file cannot be written.
    """
    known = dict(sorted(fingerprints))
    text = json.dumps({"ce-graph-baseline": VERSION, "findings": known}, ensure_ascii=False, indent=1) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"baseline {path} cannot be written: {error.strerror}") from error


def read(path: Path) -> frozenset[str]:
    """The fingerprints of a baseline.

    Raises:
        UsageError: there is none, or the file is no baseline.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["ce-graph-baseline"] != VERSION:
            raise UsageError(f"baseline {path} is of another version; write it anew with --write-baseline")
        return frozenset(found["findings"])
    except OSError as error:
        hint = "; write one with --write-baseline" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"baseline {path}: {error.strerror}{hint}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"baseline {path} is not one that ce-graph wrote; write it anew with --write-baseline"
        ) from error
