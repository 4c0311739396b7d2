"""The report as JUnit XML: a suite a shape, a failed case for each finding, one passed case where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ce_graph.report.explaining import explained

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.outcome import Result
    from ce_graph.check.positions import Position
    from ce_graph.report.view import View

_ALLOWED = {"\t", "\n", "\r"}


def write(view: View) -> str:
    """The report; findings below ``fail_on`` and those of a baseline are skipped cases."""
    root = ET.Element("testsuites", name="ce-graph validate")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    by_shape: dict[Term, list[Result]] = {}
    for item in view.outcome.results:
        by_shape.setdefault(item.finding.shape, []).append(item)
    checked = [item.shape for item in (view.outcome.report.checked if view.outcome.report else ())]
    failing = {id(item) for item in view.outcome.failing}
    for shape in dict.fromkeys([*checked, *by_shape]):
        suite = ET.SubElement(root, "testsuite", name=_clean(view.shape(shape)))
        for item in by_shape.get(shape, ()):
            _finding(view, suite, item, fails=id(item) in failing)
        if not len(suite):
            ET.SubElement(
                suite, "testcase", name=_clean(view.shape_name(shape) or view.shape(shape)), classname="shape"
            )
        _count(suite, totals)
    if view.outcome.notices:
        suite = ET.SubElement(root, "testsuite", name=_clean(view.text("notices")))
        _notices(view, suite)
        _count(suite, totals)
    for name, number in totals.items():
        root.set(name, str(number))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _finding(view: View, suite: ET.Element, item: Result, *, fails: bool) -> None:
    finding = item.finding
    name = " ".join(part for part in (view.focus(finding), view.path(finding)) if part)
    case = ET.SubElement(
        suite, "testcase", name=_clean(name), classname=_clean(view.shape(finding.shape)), **_place(item.position)
    )
    message = _clean(view.message(finding))
    kind = (
        ET.SubElement(case, "failure", message=message, type=finding.component_name)
        if fails
        else ET.SubElement(case, "skipped", message=message)
    )
    kind.text = _clean(explained(view, item, place=True))


def _notices(view: View, suite: ET.Element) -> None:
    for item in view.outcome.notices:
        notice = item.notice
        subject = view.shape(notice.subject) if notice.subject is not None else view.place(notice.position)
        case = ET.SubElement(
            suite,
            "testcase",
            name=_clean(f"{notice.code} {subject}".strip()),
            classname="ce-graph",
            **_place(notice.position),
        )
        said = _clean(view.notice(notice))
        kind = (
            "error"
            if view.outcome.fails(item) and not view.outcome.report
            else "failure"
            if view.outcome.fails(item)
            else "skipped"
        )
        ET.SubElement(case, kind, message=said).text = _clean(f"{view.place(notice.position)}: {said}")


def _count(suite: ET.Element, totals: dict[str, int]) -> None:
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    for name, number in counts.items():
        suite.set(name, str(number))
        totals[name] += number


def _place(position: Position | None) -> dict[str, Any]:
    if position is None:
        return {}
    return {"file": _clean(position.file), **({"line": str(position.line)} if position.line else {})}


def _clean(text: str) -> str:
    """A text without the characters that XML does not allow."""
    return "".join(
        sign if sign >= " " or sign in _ALLOWED else "\ufffd"
        for sign in text
        if not 0xD800 <= ord(sign) <= 0xDFFF and sign not in "\ufffe\uffff"
    )
