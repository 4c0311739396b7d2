"""An outcome as plain values for a page: findings by rule, each beside its lines with the spot marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ce_graph.check.labels import in_language
from ce_graph.check.notices import REFUSED
from ce_graph.report.excerpts import Excerpts
from ce_graph.report.explaining import causes

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.outcome import Remarked, Result
    from ce_graph.check.positions import Position
    from ce_graph.report.view import View

_OF_A_RULE = 20
_IN_ALL = 80
"""Findings that a page shows, so that it stays a page; the others are counted, and other formats have all."""
_WIDEST = 160
"""Characters of a source line that are shown, from a little before the spot."""
_BEFORE = 60
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>|[^\s;,]+')


def shown(view: View) -> dict[str, Any]:
    """What the page of an outcome needs: ``verdict``, ``summary``, ``groups``, ``cells`` and ``notices``."""
    excerpts = Excerpts(view.outcome.sources)
    room = _IN_ALL
    groups = []
    for shape, results in view.groups:
        taken = results[: min(_OF_A_RULE, room)]
        room -= len(taken)
        groups.append(_group(view, shape, results, taken, excerpts))
    notices = [item for _, items in view.notices for item in items]
    cells = [item for item in notices if item.notice.code == REFUSED]
    others = [item for item in notices if item.notice.code != REFUSED]
    return {
        "conforms": view.outcome.conforms,
        "verdict": view.verdict(),
        "summary": view.summary(),
        "groups": groups,
        "cells": [_notice(view, item, excerpts) for item in cells[:_IN_ALL]],
        "cells_more": max(0, len(cells) - _IN_ALL),
        "notices": [_notice(view, item, excerpts) for item in others[:_OF_A_RULE]],
        "notices_more": max(0, len(others) - _OF_A_RULE),
    }


def _group(view: View, shape: Term, results: list[Result], taken: list[Result], excerpts: Excerpts) -> dict[str, Any]:
    severity = results[0].finding.severity
    said = [item.object for item in view.outcome.statements.of(shape, "description")]
    texts = [item for item in said if isinstance(item, ox.Literal)]
    return {
        "shape": view.shape(shape),
        "iri": shape.value if isinstance(shape, ox.NamedNode) else "",
        "name": view.shape_name(shape),
        "why": in_language(texts, view.language) if texts else "",
        "severity": severity,
        "count": f"{len(results)} {view.text(severity if len(results) == 1 else severity + 's')}",
        "findings": [_finding(view, item, excerpts) for item in taken],
        "more": len(results) - len(taken),
    }


def _finding(view: View, item: Result, excerpts: Excerpts) -> dict[str, Any]:
    finding = item.finding
    return {
        "severity": view.text(finding.severity),
        "message": view.message(finding),
        "focus": view.focus(finding),
        "label": view.label(finding.focus),
        "path": view.property(finding),
        "value": view.value(finding),
        "causes": list(dict.fromkeys(line.strip() for line in causes(view, item))),
        **_place(view, item.position, excerpts),
    }


def _notice(view: View, item: Remarked, excerpts: Excerpts) -> dict[str, Any]:
    notice = item.notice
    return {
        "severity": view.text(view.level(item)),
        "message": view.notice(notice),
        "subject": view.shape(notice.subject) if notice.subject is not None else "",
        **_place(view, notice.position, excerpts),
    }


def _place(view: View, position: Position | None, excerpts: Excerpts) -> dict[str, Any]:
    """The place in words; the cell of a table, or the lines with the spot between ``before`` and ``after``."""
    if position is None:
        return {"place": "", "cell": None, "lines": []}
    cell = None
    if position.row:
        column = position.heading or position.column_name
        cell = {"file": position.file, "name": position.cell_name, "column": column, "row": position.row}
        cell["text"] = position.cell
    lines = excerpts.around(position) if position.line and not position.row else []
    marked = [
        _marked(number, text, position.column) if number == position.line else _plain(number, text)
        for number, text in lines
    ]
    return {"place": view.place(position), "cell": cell, "lines": marked}


def _plain(number: int, text: str) -> dict[str, Any]:
    return {"number": number, "before": _cut(text), "at": "", "after": ""}


def _marked(number: int, text: str, column: int) -> dict[str, Any]:
    begin = max(0, column - 1)
    found = _TOKEN.match(text, begin) if column else None
    end = min(found.end() if found else begin, begin + _WIDEST)
    before = text[:begin] if begin <= _BEFORE else "…" + text[begin - _BEFORE : begin]
    return {"number": number, "before": before, "at": text[begin:end], "after": _cut(text[end:])}


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[:_WIDEST] + "…"
