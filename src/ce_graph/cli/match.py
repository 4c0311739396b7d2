"""``ce-graph match``: offers and needs that fit together, why, and what keeps others apart."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ce_graph.overview import Records
    from ce_graph.overview.pairing import Asked
    from ce_graph.wording import Wording

_LISTED = 50


@click.command()
@click.option("--material", help="Only offers and needs of this material and what is below it.")
@click.option("--waste-code", metavar="EWC", help="Only offers and needs of this waste code and what is below it.")
@click.option("--actor", help="Only pairs in which this actor offers or needs something.")
@click.option("--within", metavar="KM", help="Largest distance in a straight line.")
@click.option("--tonnes", metavar="T/A", help="Smallest amount that a pair must move.")
@click.option("--on", metavar="DATE", help="Only offers and needs that hold on this day, as 2025-11-30.")
@click.option(
    "--offers",
    "offers_of",
    type=click.Choice(("all", "stated", "flows")),
    default="all",
    show_default=True,
    help="Offers that somebody made, or flows of the graph that could be treated better.",
)
@click.option(
    "--needs",
    "needs_of",
    type=click.Choice(("all", "stated", "facilities")),
    default="all",
    show_default=True,
    help="Needs that somebody has, or facilities by what they accept.",
)
@click.option("--near-misses", is_flag=True, help="Instead: pairs of which exactly one condition failed.")
@click.option("--fill", is_flag=True, help="Instead: combinations of offers that fill each need.")
@click.option("--dask", metavar="ADDRESS", help="Dask scheduler whose workers compute the pairs, as tcp://host:8786.")
@click.option("--limit", default=_LISTED, show_default=True, help="How many pairs to show.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("table", "csv", "json", "turtle")),
    default="table",
    show_default=True,
    help="turtle: the matches as ce:Match.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of labels."
)
@click.option("--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped one.")
def command(material: str | None, waste_code: str | None, actor: str | None, within: str | None, tonnes: str | None,
            on: str | None, offers_of: str, needs_of: str, near_misses: bool, fill: bool, dask: str | None, limit: int,
            format_name: str, lang: str, data: Path | None) -> None:  # fmt: skip
    """Pair offers with needs: material or code (a need for mineral waste meets concrete), hazard, quality, amount, time
    and distance. Each pair is scored and explained.
    """
    from ce_graph.cli import refusals
    from ce_graph.cli.listing import open_records, shown
    from ce_graph.errors import NotFoundError, UsageError
    from ce_graph.overview.matches import paired
    from ce_graph.overview.pairing import Asked, find
    from ce_graph.wording import Wording, say

    wording = Wording(lang)
    asked = Asked(material or "", waste_code or "", actor or "", within or "", tonnes or "", on or "", offers_of,
                  needs_of, dask or "")  # fmt: skip
    with refusals.told(lang):
        if fill and near_misses:
            raise UsageError(say("--near-misses and --fill are two answers: choose one"))
        if format_name == "turtle" and (fill or near_misses):
            raise UsageError(say("only matches are written as Turtle; there is table, csv, json"))
        records = open_records(data)
        if format_name == "turtle":
            sys.stdout.write(_turtle(records, asked, limit, wording))
            return
        view = paired(records, wording, asked, limit=limit, filled=fill)
        name = "filled" if fill else "near" if near_misses else "fitting"
        part = next(part for part in view.parts if part.name == name)
        if part.table is None or not part.table.rows:
            found = find(records, asked, lang)
            raise NotFoundError(
                say("nothing fits; offers known: %(offers)s, needs known: %(needs)s, of them asked for: %(some)s and"
                    " %(others)s; pairs that fail in one condition only (--near-misses): %(near)s",
                    offers=found.known[0], needs=found.known[1], some=len(found.offers), others=len(found.needs),
                    near=found.near)
            )  # fmt: skip
        sys.stdout.write(shown(view, wording, format_name, (name,)))


def _turtle(records: Records, asked: Asked, limit: int, wording: Wording) -> str:
    from ce_graph.cli.listing import turtle
    from ce_graph.model.matching.statements import match_statements, publishable
    from ce_graph.overview.pairing import find
    from ce_graph.wording import LANGUAGES

    told = {language: find(records, asked, language).explained(limit=limit) for language in LANGUAGES}
    pairs = told[wording.language]
    if left := sum(not publishable(one) for one in pairs):
        click.echo(
            wording.gettext("pairs that are not written, because no actor offers or needs them: %(left)s of %(all)s",
                            left=left, all=len(pairs)), err=True
        )  # fmt: skip
    return turtle(match_statements(told, records.base))
