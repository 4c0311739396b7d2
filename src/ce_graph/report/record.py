"""The report as JSON, for programs: everything that is known about each finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.outcome import Remarked, Result
    from ce_graph.check.positions import Position
    from ce_graph.report.view import View


_MANY = 2000


def write(view: View) -> str:
    """The report; with ``profile`` it has times, without it is the same in every run."""
    outcome = view.outcome
    found: dict[str, Any] = {
        "conforms": outcome.conforms,
        "exitCode": outcome.exit_code,
        "summary": view.summary(),
        "counts": outcome.counts(),
        "newCounts": outcome.counts(new=True),
        "failOn": outcome.fail_on,
        "strict": outcome.strict,
        "engine": outcome.report.engine if outcome.report else None,
        "triples": outcome.triples,
        "files": list(outcome.files),
        "shapesFiles": list(outcome.shape_files),
        "results": [_result(view, item) for item in outcome.results],
        "notices": [_notice(view, item) for item in outcome.notices],
        "shapes": [
            {
                "shape": _term(item.shape),
                "name": view.shape(item.shape),
                "focusNodes": item.focus_nodes,
                "findings": item.findings,
                **({"seconds": round(item.seconds, 6)} if view.profile else {}),
            }
            for item in (outcome.report.checked if outcome.report else ())
        ],
    }
    if view.profile:
        found["seconds"] = {step: round(seconds, 6) for step, seconds in outcome.seconds.items()}
    return written(found, entries=len(outcome.results))


def written(document: dict[str, Any], entries: int) -> str:
    """A document as JSON: indented for people, unless it has so many entries that only a program reads it."""
    return json.dumps(document, ensure_ascii=False, indent=2 if entries <= _MANY else None) + "\n"


def _result(view: View, item: Result) -> dict[str, Any]:
    finding = item.finding
    return {
        "severity": finding.severity,
        "message": view.message(finding),
        "position": _position(item.position),
        "focus": _term(finding.focus),
        "label": view.label(finding.focus) or None,
        "path": finding.path,
        "value": _term(finding.value),
        "shape": _term(finding.shape),
        "shapeName": view.shape(finding.shape),
        "component": finding.component,
        "constraint": _term(finding.constraint),
        **({"fingerprint": item.fingerprint, "known": item.known} if item.fingerprint else {}),
        **({"reviewed": item.reason} if item.reason else {}),
        **({"details": [_result(view, inner) for inner in item.details]} if item.details else {}),
    }


def _notice(view: View, item: Remarked) -> dict[str, Any]:
    notice = item.notice
    return {
        "code": notice.code,
        "severity": view.level(item),
        "fails": view.outcome.fails(item),
        "message": view.notice(notice),
        "position": _position(notice.position),
        "subject": _term(notice.subject),
        "values": dict(notice.values),
        "fingerprint": item.fingerprint,
        "known": item.known,
    }


def _position(position: Position | None) -> dict[str, Any] | None:
    if position is None:
        return None
    found: dict[str, Any] = {"file": position.file, "line": position.line or None, "column": position.column or None}
    if position.row:
        found |= {
            "row": position.row,
            "columnName": position.column_name,
            "heading": position.heading or position.column_name,
            "cell": position.cell_name,
            "text": position.cell,
        }
    return found


def _term(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return {"type": "iri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Literal):
        found = {"type": "literal", "value": term.value, "datatype": term.datatype.value}
        return found | ({"language": term.language} if term.language else {})
    return {"type": "triple", "value": str(term)}
