"""The report as Markdown: tables in the text, pictures as files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.overview.writing import as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.overview.document import Document
    from ce_graph.overview.view import Part, View
    from ce_graph.wording import Wording


def write(document: Document, wording: Wording, pictures: str = "") -> str:
    """The file's text; ``pictures`` is what the names of picture files begin with, ``""`` leaves pictures out."""
    say = wording.gettext
    lines = [f"# {document.title}", document.lead]
    for chapter in document.chapters:
        lines += [f"## {chapter.title}", chapter.lead]
        for part in chapter.parts:
            lines += _part(document, chapter, part, wording, pictures)
    lines.append(f"## {say('Queries')}")
    for query in document.queries:
        lines += [f'<a id="{query.anchor}"></a>\n\n### {query.title}', f"```sparql\n{query.text.strip()}\n```"]
    return "\n\n".join(line for line in lines if line) + "\n"


def drawn(document: Document) -> Iterator[tuple[str, str]]:
    """The end of each picture's file name, and its SVG."""
    for chapter in document.chapters:
        for part in chapter.parts:
            if part.picture:
                yield _file(chapter, part), part.picture


def _part(document: Document, chapter: View, part: Part, wording: Wording, pictures: str) -> Iterator[str]:
    say = wording.gettext
    yield f"### {part.title}"
    yield part.lead
    if part.picture and pictures:
        yield f"![{part.title}]({pictures}{_file(chapter, part)})"
    if part.table is not None:
        yield as_markdown(part.table.brief, wording).strip() if part.table.rows else say("Nothing to show.")
    yield "\n".join(f"- {note}" for note in part.notes)
    if part.sources:
        yield f"{say('Sources:')} " + "; ".join(f"[{source.text}]({source.iri})" for source in part.sources)
    if anchor := document.anchor(part):
        yield f"[{say('The query behind it')}](#{anchor})"


def _file(chapter: View, part: Part) -> str:
    return f"{chapter.name}-{part.name}.svg"
