"""The report for people at a terminal: findings by shape, counted, the first few of each with their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ce_graph.report.explaining import cause
from ce_graph.report.texts import known

if TYPE_CHECKING:
    from ce_graph.check.outcome import Remarked, Result
    from ce_graph.report.view import View

_COLOURS = {"violation": "red", "warning": "yellow", "info": "cyan"}
_DEEPEST = 3
_MOST_CAUSES = 3


def write(view: View) -> str:
    """The report; when all is well it is one line, or none when the view is quiet."""
    lines = [*_notices(view), *_findings(view)]
    if view.profile:
        lines += _profile(view)
    if lines or not view.quiet:
        good = view.outcome.conforms
        sign = click.style("✓" if good else "✗", fg="green" if good else "red", bold=True) if view.colour else ""
        lines.append(f"{sign} {view.verdict()} {view.summary()}".strip())
    return "".join(f"{line}\n" for line in lines)


def _findings(view: View) -> Iterator[str]:
    for shape, results in view.groups:
        severity = results[0].finding.severity
        number = f"{len(results)} {view.text(severity if len(results) == 1 else severity + 's')}"
        name = view.shape_name(shape)
        title = f"{view.shape(shape)}{f' ({name})' if name else ''}: {number}"
        yield click.style(title, fg=_COLOURS[severity], bold=True) if view.colour else title
        shown = results[: view.first] if view.first else results
        messages = [view.message(item.finding) for item in shown]
        common = messages[0] if len(set(messages)) == 1 else ""
        if common:
            yield f"  {common}"
        for item, message in zip(shown, messages, strict=True):
            yield from _finding(view, item, "" if common else message)
        if len(results) > len(shown):
            yield f"  {view.text('more', count=len(results) - len(shown))} {view.text('more-hint')}"
        yield ""


def _finding(view: View, item: Result, message: str) -> Iterator[str]:
    finding = item.finding
    parts = [view.focus(finding)]
    if label := view.label(finding.focus):
        parts.append(f"“{label}”")
    if path := view.property(finding):
        parts.append(path)
    if value := view.value(finding):
        parts.append(value)
    place = view.place(item.position)
    if place and view.colour:
        place = click.style(place, bold=True)
    yield "  " + (f"{place}: " if place else "") + " ".join(parts)
    if message:
        yield f"      {message}"
    yield from _causes(view, item, 1)


def _causes(view: View, item: Result, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    said = {cause(view, item, inner): inner for inner in reversed(item.details)}
    shown = list(reversed(said.items()))
    for text, inner in shown[:_MOST_CAUSES]:
        yield f"{'    ' * depth}  {text}"
        yield from _causes(view, inner, depth + 1)
    if len(shown) > _MOST_CAUSES:
        yield f"{'    ' * depth}  {view.text('more', count=len(shown) - _MOST_CAUSES)}"


def _notices(view: View) -> Iterator[str]:
    for code, items in view.notices:
        if view.first and len(items) > 1 and known(f"many.{code}") and {view.level(item) for item in items} == {"info"}:
            yield f"{view.text('info')}: {view.text(f'many.{code}', count=len(items))} {view.text('more-hint')}"
            continue
        shown = items[: view.first] if view.first else items
        for item in shown:
            yield _notice(view, item)
        if len(items) > len(shown):
            yield f"  {view.text('more', count=len(items) - len(shown))} {view.text('more-hint')}"
    if view.notices:
        yield ""


def _notice(view: View, item: Remarked) -> str:
    notice = item.notice
    level = view.level(item)
    word = view.text(level)
    subject = f"{view.shape(notice.subject)}: " if notice.subject is not None else ""
    place = f"{view.place(notice.position)}: " if notice.position else ""
    return f"{place}{click.style(word, fg=_COLOURS[level]) if view.colour else word}: {subject}{view.notice(notice)}"


def _profile(view: View) -> Iterator[str]:
    yield f"{view.text('profile')}:"
    for step, seconds in view.outcome.seconds.items():
        yield f"  {seconds:9.3f} s  {step}"
    checked = view.outcome.report.checked if view.outcome.report else ()
    for item in sorted(checked, key=lambda item: -item.seconds):
        looked = f"{item.focus_nodes} {view.text('nodes')}, {item.findings}"
        yield f"  {item.seconds:9.3f} s  {view.shape(item.shape)}: {looked}"
    yield ""
