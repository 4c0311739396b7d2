"""The report as SARIF 2.1.0, which code hosts show beside the lines: a rule is a shape, a result a finding."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox

import ce_graph
from ce_graph.check.labels import in_language
from ce_graph.report.explaining import explained
from ce_graph.report.record import written

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.outcome import Remarked, Result
    from ce_graph.check.positions import Position
    from ce_graph.report.view import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "ceGraphFinding/v1"
_LEVELS: Mapping[str, str] = {"violation": "error", "warning": "warning", "info": "note"}
_DESCRIPTIONS = ("http://www.w3.org/ns/shacl#description", "http://www.w3.org/2000/01/rdf-schema#comment")
_ROOT = "%SRCROOT%"


def write(view: View) -> str:
    """One run with all findings and notices; those of a baseline are marked as unchanged."""
    rules = _Rules(view)
    results = [_notice(view, item, rules) for item in view.outcome.notices]
    results += [_result(view, item, rules) for item in view.outcome.results]
    run = {
        "tool": {
            "driver": {
                "name": "ce-graph",
                "version": ce_graph.__version__,
                "semanticVersion": ce_graph.__version__,
                "rules": rules.all,
            }
        },
        "invocations": [{"executionSuccessful": view.outcome.exit_code in (0, 1), "exitCode": view.outcome.exit_code}],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which ce-graph was run."}}},
        "columnKind": "unicodeCodePoints",
        "language": view.language,
        "results": results,
    }
    return written({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, entries=len(results))


class _Rules:
    def __init__(self, view: View) -> None:
        self._view = view
        self._index: dict[str, int] = {}
        self.all: list[dict[str, Any]] = []

    def of_shape(self, shape: Term, severity: str) -> tuple[str, int]:
        view = self._view
        name = view.shape(shape)
        if name not in self._index:
            rule: dict[str, Any] = {
                "id": name,
                "shortDescription": {"text": view.shape_name(shape) or name},
                "fullDescription": {"text": self._description(shape) or view.shape_name(shape) or name},
                "help": {"text": self._help(shape) or name},
                "defaultConfiguration": {"level": _LEVELS[severity]},
            }
            if isinstance(shape, ox.NamedNode) and shape.value.startswith(("http://", "https://")):
                rule["helpUri"] = shape.value
            self._add(name, rule)
        return name, self._index[name]

    def of_notice(self, item: Remarked) -> tuple[str, int]:
        name = f"ce-graph/{item.notice.code}"
        if name not in self._index:
            said = self._view.notice(item.notice)
            level = {"level": _LEVELS[item.notice.severity]}
            self._add(
                name,
                {
                    "id": name,
                    "shortDescription": {"text": item.notice.code.replace("-", " ")},
                    "help": {"text": said},
                    "defaultConfiguration": level,
                },
            )
        return name, self._index[name]

    def _add(self, name: str, rule: dict[str, Any]) -> None:
        self._index[name] = len(self.all)
        self.all.append(rule)

    def _description(self, shape: Term) -> str:
        return next((said for predicate in _DESCRIPTIONS if (said := self._literal(shape, predicate))), "")

    def _help(self, shape: Term) -> str:
        return self._literal(shape, "http://www.w3.org/ns/shacl#message") or self._description(shape)

    def _literal(self, shape: Term, predicate: str) -> str:
        said = [item.object for item in self._view.outcome.statements.of(shape, predicate)]
        return in_language([item for item in said if isinstance(item, ox.Literal)], self._view.language)


def _result(view: View, item: Result, rules: _Rules) -> dict[str, Any]:
    finding = item.finding
    rule, index = rules.of_shape(finding.shape, finding.severity)
    focus = view.term(finding.focus)
    found = _entry(rule, index, _LEVELS[finding.severity], explained(view, item), item.position, item.fingerprint)
    found["locations"][0]["logicalLocations"] = [
        {"fullyQualifiedName": focus, "name": view.label(finding.focus) or focus}
    ]
    found["properties"] = {"focusNode": str(finding.focus), "component": finding.component}
    if finding.path:
        found["properties"]["path"] = finding.path
    if finding.value is not None:
        found["properties"]["value"] = str(finding.value)
    found["baselineState"] = "unchanged" if item.known else "new"
    if item.reason:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": item.reason}]
    return found


def _notice(view: View, item: Remarked, rules: _Rules) -> dict[str, Any]:
    rule, index = rules.of_notice(item)
    subject = f"{view.shape(item.notice.subject)}: " if item.notice.subject is not None else ""
    said = subject + view.notice(item.notice)
    found = _entry(rule, index, _LEVELS[view.level(item)], said, item.notice.position, item.fingerprint)
    if not found["locations"][0]:
        del found["locations"]
    return found | {"baselineState": "unchanged" if item.known else "new"}


def _entry(rule: str, index: int, level: str, said: str, position: Position | None, fingerprint: str) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "ruleIndex": index,
        "level": level,
        "message": {"text": said},
        "locations": [{"physicalLocation": _location(position)} if position and position.file else {}],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _location(position: Position) -> dict[str, Any]:
    found: dict[str, Any] = {"artifactLocation": _artifact(position.file, Path.cwd())}
    if position.line:
        found["region"] = {"startLine": position.line, **({"startColumn": position.column} if position.column else {})}
    return found


@functools.lru_cache(maxsize=1024)
def _artifact(file: str, root: Path) -> dict[str, str]:
    if file.startswith("<"):
        return {"uri": file.strip("<>")}
    path = (root / file).resolve()
    if path.is_relative_to(root):
        return {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}
