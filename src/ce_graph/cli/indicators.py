"""``ce-graph indicators``: what is published of a place, beside what the graph computes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ce_graph.overview import Records


@click.command()
@click.argument("names", nargs=-1)
@click.option("--region", help="The place; by default the region that the dataset is about.")
@click.option("--year", metavar="YEAR[-YEAR]", help="Only this year, or years from to.")
@click.option("--targets", is_flag=True, help="Targets beside what was reached.")
@click.option("--changes", is_flag=True, help="Changes from year to year of the NAMES, where years may be compared.")
@click.option("--definitions", is_flag=True, help="What the indicators mean and how they are computed.")
@click.option("--gaps", is_flag=True, help="What could not be computed, and why.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("table", "csv", "json", "svg", "turtle")),
    default="table",
    show_default=True,
    help="svg: the series of one indicator; turtle: the computed values as observations of the graph.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of labels."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped data."
)
def command(names: tuple[str, ...], region: str | None, year: str | None, targets: bool, changes: bool,
            definitions: bool, gaps: bool, format_name: str, lang: str, data: Path | None) -> None:  # fmt: skip
    """Published and computed values of indicators of a place; NAMES are the short names of indicators, all by default.

    A computed value names the figures that it is derived from (--format csv, json or turtle). A difference is shown
    where a source has published a value of the same place and year. With a name, values of single materials, themes,
    projects and actors are shown as well.
    """
    from ce_graph.cli import refusals
    from ce_graph.cli.listing import open_records, shown
    from ce_graph.errors import UsageError
    from ce_graph.overview.indicators import indicators
    from ce_graph.wording import Wording, say

    wording = Wording(lang)
    asked = {"targets": targets, "changes": changes, "definitions": definitions, "gaps": gaps}
    parts = [name for name, wanted in asked.items() if wanted] or ["values"]
    with refusals.told(lang):
        if changes and not names:
            raise UsageError(say("--changes is of single indicators: name one or more of them"))
        if format_name == "turtle" and parts != ["values"]:
            raise UsageError(say("%(what)s: not written as Turtle; there is table, csv, json", what=f"--{parts[0]}"))
        records = open_records(data)
        place = region or records.instance
        if format_name == "turtle":
            sys.stdout.write(_turtle(records, names, place, year))
            return
        view = indicators(records, wording, place, names, year or "", gaps=gaps)
        sys.stdout.write(shown(view, wording, format_name, parts))


def _turtle(records: Records, names: tuple[str, ...], place: str, year: str | None) -> str:
    from ce_graph.cli.listing import turtle
    from ce_graph.model.indicators.statements import statements
    from ce_graph.overview import measured
    from ce_graph.query.records import facts as read

    facts = records.read(read)
    found = measured.find(records, facts, measured.understand(records, facts, place, names, year or ""))
    return turtle(statements(found.done, found.comparisons, records.base))
