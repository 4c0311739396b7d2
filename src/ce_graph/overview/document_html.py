"""The report as one HTML file that needs nothing else: no script, no request, pictures inside."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from ce_graph.overview.view import Link
from ce_graph.overview.writing import text_of
from ce_graph.wording import translations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.overview.document import Document
    from ce_graph.overview.view import Cell
    from ce_graph.wording import Wording


def write(document: Document, wording: Wording) -> str:
    """The file's text."""
    style = (resources.files("ce_graph.overview") / "document.css").read_text(encoding="utf-8")
    page: str = (
        _environment(wording.language)
        .get_template("document.html")
        .render(
            document=document,
            language=wording.language,
            style=Markup(style),  # noqa: S704 - our own file
            drawn=Markup,  # the drawings escape what they are given
            pieces=lambda cell: list(_pieces(cell, wording)),
        )
    )
    return page


@functools.cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=PackageLoader("ce_graph.overview"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return made


def _pieces(cell: Cell, wording: Wording) -> Iterator[tuple[str, str]]:
    """Texts and where they lead: links to the things themselves, and to addresses of the web."""
    links = [cell] if isinstance(cell, Link) else cell if isinstance(cell, tuple | list) else None
    if links is not None:
        yield from ((link.text, link.iri) for link in links)
        return
    text = text_of(cell, wording)
    yield text, text if isinstance(cell, str) and text.startswith(("https://", "http://")) else ""
