"""``ce-graph potential``: what is landfilled, burnt or exported although it is treated better elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option("--region", help="Only this place and places in it: short name, name or IRI.")
@click.option("--material", help="Only this material and what is below it.")
@click.option("--themes", is_flag=True, help="By theme, beside projects, funding and what people said.")
@click.option("--theme", help="Only this theme (with --themes).")
@click.option(
    "--format", "format_name", type=click.Choice(("table", "csv", "json", "svg")), default="table", show_default=True
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of labels."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped data."
)
def command(region: str | None, material: str | None, themes: bool, theme: str | None, format_name: str, lang: str,
            data: Path | None) -> None:  # fmt: skip
    """Rank what could be treated better: tonnes below the best treatment seen of the same material anywhere.

    “Attainable” is what would change if the place reached the largest share seen anywhere.
    """
    from ce_graph.cli import refusals
    from ce_graph.cli.listing import open_records, shown
    from ce_graph.errors import UsageError
    from ce_graph.overview.potential import potential
    from ce_graph.wording import Wording, say

    wording = Wording(lang)
    with refusals.told(lang):
        if theme is not None and not themes:
            raise UsageError(say("--theme goes with --themes"))
        view = potential(open_records(data), wording, region or "", material or "", theme or "")
        sys.stdout.write(shown(view, wording, format_name, ("themes",) if themes else ("ranked",)))
