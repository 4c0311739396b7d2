"""``ce-graph report``: the region's strengths, measures, flows, potential and funding as one document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ce_graph.wording import Wording


@click.command()
@click.option("--region", help="Short name, name or IRI of the region; by default the one that the data are about.")
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of the report."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("html", "markdown")),
    help="By default what the name of the output says, else html.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, by default standard output. Pictures of a Markdown report are put beside it.",
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped data."
)
def command(region: str | None, lang: str, format_name: str | None, output: Path | None, data: Path | None) -> None:
    """Write a report on the region: one HTML file that needs nothing else, or Markdown.

    The same data give the same bytes.
    """
    from ce_graph.cli import refusals
    from ce_graph.wording import Wording

    wording = Wording(lang)
    with refusals.told(lang):
        _compose(wording, region, format_name, output, data)


def _compose(
    wording: Wording, region: str | None, format_name: str | None, output: Path | None, data: Path | None
) -> None:
    from ce_graph.cli.listing import open_records
    from ce_graph.overview import document_html, document_markdown
    from ce_graph.overview.document import compose

    document = compose(open_records(data), wording, region)
    as_markdown = format_name == "markdown" or (format_name is None and output is not None and output.suffix == ".md")
    if not as_markdown:
        _write(document_html.write(document, wording), output)
        return
    if output is None:
        _write(document_markdown.write(document, wording), None)
        return
    beside = f"{output.stem}-"
    for name, picture in document_markdown.drawn(document):
        _write(picture, output.with_name(beside + name))
    _write(document_markdown.write(document, wording, beside), output)


def _write(text: str, output: Path | None) -> None:
    from ce_graph.errors import UsageError
    from ce_graph.wording import say

    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(say("%(file)s cannot be written: %(reason)s", file=output, reason=error.strerror)) from error
