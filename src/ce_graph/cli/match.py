"""``ce-graph match``: offers and needs that fit together, why, and what keeps others apart."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.matching.combining import Combination
    from ce_graph.model.matching.entries import Entry
    from ce_graph.model.matching.explaining import Explained
    from ce_graph.overview.pairing import Found
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
    from ce_graph.cli.listing import open_records
    from ce_graph.errors import NotFoundError
    from ce_graph.overview.pairing import Asked, find
    from ce_graph.wording import Wording

    wording = Wording(lang)
    asked = Asked(material or "", waste_code or "", actor or "", within or "", tonnes or "", on or "", offers_of,
                  needs_of, dask or "")  # fmt: skip
    found = find(open_records(data), asked, lang)
    if fill:
        sys.stdout.write(_filled(found, format_name))
        return
    pairs = found.explained(near_misses=near_misses, limit=limit)
    if not pairs:
        raise NotFoundError(
            f"nothing fits: {found.known[0]} offers and {found.known[1]} needs are known,"
            f" {len(found.offers)} and {len(found.needs)} of them are asked for; {_advice(found, near_misses)}"
        )
    writers = {"table": _table, "csv": _csv, "json": _json, "turtle": _turtle}
    sys.stdout.write(writers[format_name](found, pairs, wording))
    shown = found.near if near_misses else found.fitting
    if format_name == "table" and shown > len(pairs):
        click.echo(f"{len(pairs)} of {shown} shown; --limit shows more", err=True)


def _advice(found: Found, near_misses: bool) -> str:
    if near_misses:
        return "no pair fails in just one condition"
    return f"{found.near} pairs fail in one condition only (--near-misses)" if found.near else "no pair is even near"


def _table(found: Found, pairs: Sequence[Explained], wording: Wording) -> str:
    from ce_graph.cli.listing import aligned
    from ce_graph.overview.matches import table
    from ce_graph.overview.writing import text_of

    made = table(found, wording, pairs)
    headings = [f"{column.title} ({column.unit})" if column.unit else column.title for column in made.columns]
    rows = [[text_of(cell, wording) for cell in row] for row in made.rows]
    return aligned(headings, rows, [column.numeric for column in made.columns])


def _csv(found: Found, pairs: Sequence[Explained], wording: Wording) -> str:
    from ce_graph.overview.matches import table
    from ce_graph.overview.writing import as_csv

    return as_csv(table(found, wording, pairs))


def _json(found: Found, pairs: Sequence[Explained], _wording: Wording) -> str:
    from ce_graph.cli.listing import json_text

    return json_text([
        {"offer": one.offer.iri, "need": one.need.iri, "offer_label": found.label(one.offer),
         "need_label": found.label(one.need), "score": one.score, "tonnes": one.tonnes, "kilometres": one.kilometres,
         "failed": None if one.failed is None else one.failed.name.lower(),
         "reasons": [{"condition": each.condition.name.lower(), "fits": each.fits, "said": each.said}
                     for each in one.reasons],
         "documents": sorted({one.offer.document, one.need.document} - {""})}
        for one in pairs
    ])  # fmt: skip


def _turtle(_found: Found, pairs: Sequence[Explained], _wording: Wording) -> str:
    from ce_graph.cli.listing import turtle
    from ce_graph.model.matching.statements import match_statements, publishable
    from ce_graph.settings import load

    left = [one for one in pairs if not publishable(one)]
    if left:
        click.echo(f"{len(left)} of {len(pairs)} pairs are not written: no actor offers or needs them", err=True)
    return turtle(match_statements(pairs, load().base))


def _filled(found: Found, format_name: str) -> str:
    from ce_graph.cli.listing import aligned, comma_separated, json_text
    from ce_graph.draw.svg import number
    from ce_graph.errors import UsageError
    from ce_graph.model.matching.combining import combinations

    if format_name == "turtle":
        raise UsageError("combinations are not written as Turtle; there is table, csv, json")
    ways: list[tuple[Entry, Combination]] = []
    for place, need in enumerate(found.needs):
        if found.actor not in ("", need.actor):
            continue
        ways += [(need, way) for way in combinations(need, found.pairs.of_need(place), found.offers)]
    headings = ("need", "wanted t", "best in", "offers", "missing t", "score")
    rows: list[list[Any]] = [
        [found.label(need), need.tonnes, way.why, " + ".join(f"{found.label(found.offers[offer])} {taken.normalize():f}"
         for offer, taken in way.parts), way.missing, way.score]
        for need, way in ways
    ]  # fmt: skip
    if format_name == "json":
        return json_text([dict(zip(headings, row, strict=True)) for row in rows])
    if format_name == "csv":
        return comma_separated(headings, rows)
    lines = [[cell if isinstance(cell, str) else number(cell, found.language) for cell in row] for row in rows]
    return aligned(headings, lines, (False, True, False, False, True, True))
