"""One finding as one text, with its inner causes: for formats that have a message and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ce_graph.check.outcome import Result
    from ce_graph.report.view import View

_DEEPEST = 3


def explained(view: View, item: Result, *, place: bool = False) -> str:
    """The message, what it is about, the cell for a table, and a line for each inner cause."""
    finding = item.finding
    label = view.label(finding.focus)
    about = [view.focus(finding) + (f" “{label}”" if label else "")]
    if path := view.property(finding):
        about.append(path)
    if value := view.value(finding):
        about.append(value)
    said = f"{view.message(finding)} ({' '.join(about)})"
    position = item.position
    if position is not None and (place or position.row):
        said = f"{view.place(position)}: {said}"
    return "\n".join([said, *causes(view, item)])


def causes(view: View, item: Result, depth: int = 1) -> Iterator[str]:
    """A line for each inner cause, indented by its depth."""
    if depth > _DEEPEST:
        return
    for inner in item.details:
        yield f"{'  ' * depth}{cause(view, item, inner)}"
        yield from causes(view, inner, depth + 1)


def cause(view: View, item: Result, inner: Result) -> str:
    """One of the inner causes, with its place where that is another one."""
    parts = (view.text("because"), view.path(inner.finding), view.value(inner.finding), view.message(inner.finding))
    where = f" ({view.place(inner.position)})" if inner.position and inner.position != item.position else ""
    return " ".join(part for part in parts if part) + where
