"""The report as workflow commands, which GitHub turns into annotations, and as the summary of a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ce_graph.report.explaining import explained

if TYPE_CHECKING:
    from ce_graph.check.positions import Position
    from ce_graph.report.view import View

_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
_MOST = 50
"""Annotations of one run; GitHub itself shows ten of each kind for a step, all the rest is in the summary."""
_MOST_ROWS = 200


def write(view: View) -> str:
    """The workflow commands, then the summary line."""
    commands = list(_commands(view))
    lines = commands[:_MOST]
    if len(commands) > _MOST:
        lines.append(view.text("more", count=len(commands) - _MOST))
    return "".join(f"{line}\n" for line in [*lines, f"{view.verdict()} {view.summary()}"])


def _commands(view: View) -> Iterator[str]:
    for _, items in view.notices:
        for item in items:
            subject = f"{view.shape(item.notice.subject)}: " if item.notice.subject is not None else ""
            said = subject + view.notice(item.notice)
            yield _command(_COMMANDS[view.level(item)], item.notice.position, f"ce-graph: {item.notice.code}", said)
    for shape, results in view.groups:
        title = view.shape_name(shape) or view.shape(shape)
        for result in results:
            yield _command(_COMMANDS[result.finding.severity], result.position, title, explained(view, result))


def _command(command: str, position: Position | None, title: str, message: str) -> str:
    where = {}
    if position is not None and position.file:
        where["file"] = position.file
        if position.line:
            where["line"] = str(position.line)
        if position.column:
            where["col"] = str(position.column)
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**where, "title": title}.items())
    return f"::{command} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(view: View) -> str:
    """The summary of a step, in Markdown."""
    sign = "✅" if view.outcome.conforms else "❌"
    lines = [f"### {sign} {_cell(view.verdict())}", "", _cell(view.summary()), ""]
    if view.notices:
        lines += [f"#### {view.text('notices')}", ""]
        for _, items in view.notices:
            for item in items[: view.first or None]:
                lines.append(f"- `{_code(view.place(item.notice.position))}` {_cell(view.notice(item.notice))}")
            if view.first and len(items) > view.first:
                lines.append(f"- {view.text('more', count=len(items) - view.first)}")
        lines.append("")
    rows = [(shape, result) for shape, results in view.groups for result in results]
    if rows:
        heads = [view.text(name) for name in ("place", "severity", "shape", "focus", "message")]
        lines += [f"#### {view.text('findings')}", "", f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
        for shape, result in rows[:_MOST_ROWS]:
            finding = result.finding
            cells = (
                f"`{_code(view.place(result.position))}`", view.text(finding.severity), f"`{_code(view.shape(shape))}`",
                f"`{_code(view.focus(finding))}`", _cell(view.message(finding)),
            )  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
        if len(rows) > _MOST_ROWS:
            lines += ["", view.text("more", count=len(rows) - _MOST_ROWS)]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "\\`")
    return " ".join(escaped.split())


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").replace("|", "\\|").split()) or "-"
