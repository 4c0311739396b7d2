"""The report as one HTML page that needs nothing else: findings by shape, each beside the lines it is about."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.report.excerpts import Excerpts

if TYPE_CHECKING:
    from ce_graph.check.outcome import Remarked, Result
    from ce_graph.check.positions import Position
    from ce_graph.report.view import View

_MOST = 500
"""Findings of one shape on the page; the others are counted."""
_DEEPEST = 3


def write(view: View) -> str:
    """The page, in the language of the view."""
    excerpts = Excerpts(view.outcome.sources)
    body = [
        f'<h1 class="{"good" if view.outcome.conforms else "bad"}">{escape(view.verdict())}</h1>',
        f'<p class="faint">{escape(view.summary())}</p>',
        *_notices(view, excerpts),
        *_findings(view, excerpts),
    ]
    if view.profile:
        body += _profile(view)
    title = escape(view.text("title"))
    return (
        f'<!doctype html>\n<html lang="{view.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )


def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _findings(view: View, excerpts: Excerpts) -> Iterator[str]:
    if view.groups:
        yield f"<h2>{escape(view.text('findings'))}</h2>"
    for shape, results in view.groups:
        severity = results[0].finding.severity
        name = view.shape_name(shape)
        number = f"{len(results)} {view.text(severity if len(results) == 1 else severity + 's')}"
        counted = f'<span class="{severity}">{escape(number)}</span>'
        yield f"<section>\n<h3>{counted} <code>{escape(view.shape(shape))}</code> {escape(name)}</h3>"
        yield '<ol class="findings">'
        for item in results[:_MOST]:
            yield from _finding(view, item, excerpts)
        yield "</ol>"
        if len(results) > _MOST:
            yield f"<p>{escape(view.text('more', count=len(results) - _MOST))}</p>"
        yield "</section>"


def _finding(view: View, item: Result, excerpts: Excerpts) -> Iterator[str]:
    finding = item.finding
    label = view.label(finding.focus)
    rows = [("focus", f"<code>{escape(view.focus(finding))}</code> {escape(label)}")]
    if path := view.property(finding):
        rows.append(("path", f"<code>{escape(path)}</code>"))
    if value := view.value(finding):
        rows.append(("value", f"<code>{escape(value)}</code>"))
    if item.position is not None:
        rows.append(("place", f"<code>{escape(view.place(item.position))}</code>"))
    level = f'<strong class="{finding.severity}">{escape(view.text(finding.severity))}</strong>'
    yield f"<li>{level}: {escape(view.message(finding))}"
    yield "<dl>" + "".join(f"<dt>{escape(view.text(name))}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"
    yield from _causes(view, item, 1)
    yield _excerpt(item.position, excerpts)
    yield "</li>"


def _causes(view: View, item: Result, depth: int) -> Iterator[str]:
    if not item.details or depth > _DEEPEST:
        return
    yield f"<p>{escape(view.text('because'))}</p>\n<ul>" if depth == 1 else "<ul>"
    for inner in item.details:
        terms = (view.path(inner.finding), view.value(inner.finding))
        said = "".join(f"<code>{escape(term)}</code> " for term in terms if term)
        yield f"<li>{said}{escape(view.message(inner.finding))}"
        yield from _causes(view, inner, depth + 1)
        yield "</li>"
    yield "</ul>"


def _notices(view: View, excerpts: Excerpts) -> Iterator[str]:
    if not view.notices:
        return
    yield f"<h2>{escape(view.text('notices'))}</h2>\n<ul>"
    for _, items in view.notices:
        for item in items[:_MOST]:
            yield _notice(view, item, excerpts)
    yield "</ul>"


def _notice(view: View, item: Remarked, excerpts: Excerpts) -> str:
    notice = item.notice
    level = view.level(item)
    subject = f"<code>{escape(view.shape(notice.subject))}</code>: " if notice.subject is not None else ""
    place = f' <code class="faint">{escape(view.place(notice.position))}</code>' if notice.position else ""
    said = f'<strong class="{level}">{escape(view.text(level))}</strong>: {subject}{escape(view.notice(notice))}{place}'
    return f"<li>{said}{_excerpt(notice.position, excerpts)}</li>"


def _excerpt(position: Position | None, excerpts: Excerpts) -> str:
    lines = excerpts.around(position) if position is not None and position.line else []
    if not lines or position is None:
        return ""
    shown = "".join(
        f"<span{' class=here' if number == position.line else ''}><i>{number}</i>{escape(text)}</span>"
        for number, text in lines
    )
    return f"<pre>{shown}</pre>"


def _profile(view: View) -> Iterator[str]:
    yield f"<h2>{escape(view.text('profile'))}</h2>\n<table>"
    checked = view.outcome.report.checked if view.outcome.report else ()
    for item in sorted(checked, key=lambda item: -item.seconds):
        cells = (f"{item.seconds:.3f} s", f"<code>{escape(view.shape(item.shape))}</code>", str(item.focus_nodes))
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</table>"
