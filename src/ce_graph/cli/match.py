"""``ce-graph match``: offers and needs that fit together, why, and what keeps others apart."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.matching.combining import Combination
    from ce_graph.model.matching.entries import Entry, Rules
    from ce_graph.model.matching.explaining import Explained
    from ce_graph.model.matching.matcher import Matches
    from ce_graph.model.matching.pairwise import Trees
    from ce_graph.model.names import Names
    from ce_graph.query.records import Reader

_LISTED = 50


@click.command()
@click.option("--material", help="Only offers and needs of this material and what is below it.")
@click.option("--waste-code", metavar="EWC", help="Only offers and needs of this waste code and what is below it.")
@click.option("--within", type=float, metavar="KM", help="Largest distance in a straight line.")
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
def command(material: str | None, waste_code: str | None, within: float | None, tonnes: str | None, on: str | None,
            offers_of: str, needs_of: str, near_misses: bool, fill: bool, limit: int, format_name: str, lang: str,
            data: Path | None) -> None:  # fmt: skip
    """Pair offers with needs: material or code (a need for mineral waste meets concrete), hazard, quality, amount, time
    and distance. Each pair is scored and explained.
    """
    from ce_graph.cli.listing import open_dataset
    from ce_graph.errors import NotFoundError
    from ce_graph.model.matching.entries import Rules
    from ce_graph.model.matching.matcher import match
    from ce_graph.query import records

    rules = Rules(kilometres=within, tonnes=_amount(tonnes))
    reader = open_dataset(data)
    names, trees = records.names(reader), records.matching_trees(reader)
    offers, needs = _offers(reader, offers_of, names, lang), _needs(reader, needs_of)
    counts = f"{len(offers)} offers and {len(needs)} needs"
    offers, needs = (_chosen(entries, trees, names, material, waste_code, on) for entries in (offers, needs))
    found = match(offers, needs, trees, rules)
    view = _View(offers, needs, trees, rules, names, lang)
    if fill:
        sys.stdout.write(_filled(view, found, format_name))
        return
    pairs = [view.explain(pair) for pair in found.best(near_misses=near_misses, limit=limit)]
    if not pairs:
        raise NotFoundError(f"nothing fits: {counts} are known, {_left(offers, needs)}; {_advice(found, near_misses)}")
    writers = {"table": _table, "csv": _csv, "json": _json, "turtle": _turtle}
    sys.stdout.write(writers[format_name](view, pairs))
    fitting = int((found.failed == 0).sum())
    shown = len(found) - fitting if near_misses else fitting
    if format_name == "table" and shown > len(pairs):
        click.echo(f"{len(pairs)} of {shown} shown; --limit shows more", err=True)


class _View(NamedTuple):
    """What pairs are explained with."""

    offers: Sequence[Entry]
    needs: Sequence[Entry]
    trees: Trees
    rules: Rules
    names: Names
    lang: str

    def explain(self, pair: Any) -> Explained:
        from ce_graph.model.matching.explaining import explain

        return explain(
            pair, self.offers[pair.offer], self.needs[pair.need], self.trees, self.rules, self.names, self.lang
        )

    def label(self, entry: Entry) -> str:
        from ce_graph.model.names import short

        if entry.label:
            return entry.label
        known = self.names.label(entry.iri, self.lang)
        return (
            known
            if known != short(entry.iri) or not entry.actor
            else f"{self.names.label(entry.actor, self.lang)}: {known}"
        )


def _amount(text: str | None) -> Decimal | None:
    from ce_graph.errors import UsageError

    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise UsageError(f"--tonnes takes a number, not {text!r}") from error


def _offers(reader: Reader, which: str, names: Names, lang: str) -> list[Entry]:
    from ce_graph.model.matching.standing import offers_of_flows
    from ce_graph.model.potential import potentials
    from ce_graph.query import records

    found = records.entries(reader, "Offer") if which != "flows" else []
    if which != "stated":
        better = potentials(records.flow_table(reader), records.interim_operations(reader))
        found += offers_of_flows(better, records.points(reader), names, lang)
    return found


def _needs(reader: Reader, which: str) -> list[Entry]:
    from ce_graph.model.matching.standing import needs_of_facilities
    from ce_graph.query import records
    from ce_graph.rdf.namespaces import CODE

    found = records.entries(reader, "Need") if which != "facilities" else []
    if which != "stated":
        found += needs_of_facilities(records.facilities(reader), records.lists(reader).ranks, CODE + "ewc/")
    return found


def _chosen(
    entries: Sequence[Entry], trees: Trees, names: Names, material: str | None, code: str | None, on: str | None
) -> list[Entry]:
    import datetime

    from ce_graph.errors import UsageError

    found = list(entries)
    if material is not None:
        below = trees.material.below(names.find(material, trees.material.parents, "material"))
        above = set(trees.material.above(names.find(material, trees.material.parents, "material")))
        found = [one for one in found if not (below | above).isdisjoint(one.materials)]
    if code is not None:
        wanted = names.find(code, trees.code.parents, "waste code")
        related = trees.code.below(wanted) | set(trees.code.above(wanted))
        found = [one for one in found if not related.isdisjoint(one.codes)]
    if on is not None:
        try:
            day = datetime.date.fromisoformat(on)
        except ValueError as error:
            raise UsageError(f"{on!r} is no day; write it as 2025-11-30") from error
        found = [one for one in found if one.period[0] <= day <= one.period[1]]
    return found


def _left(offers: Sequence[Entry], needs: Sequence[Entry]) -> str:
    return f"{len(offers)} and {len(needs)} of them are asked for"


def _advice(found: Matches, near_misses: bool) -> str:
    if near_misses:
        return "no pair fails in just one condition"
    return f"{len(found)} pairs fail in one condition only (--near-misses)" if len(found) else "no pair is even near"


def _row(view: _View, one: Explained) -> list[Any]:
    return [one.score, view.label(one.offer), view.label(one.need), one.tonnes,
            None if one.kilometres is None else Decimal(f"{one.kilometres:.1f}"), one.text]  # fmt: skip


_HEADINGS = ("score", "offer", "need", "t a year", "km", "why")


def _table(view: _View, pairs: Sequence[Explained]) -> str:
    from ce_graph.cli.listing import aligned
    from ce_graph.draw.svg import number

    rows = [
        [cell if isinstance(cell, str) else "" if cell is None else number(cell, view.lang) for cell in _row(view, one)]
        for one in pairs
    ]
    return aligned(_HEADINGS, rows, (True, False, False, True, True, False))


def _csv(view: _View, pairs: Sequence[Explained]) -> str:
    from ce_graph.cli.listing import comma_separated

    headings = ("offer", "need", *_HEADINGS, "failed", "offer_document", "need_document")
    rows = [
        [one.offer.iri, one.need.iri, *_row(view, one), "" if one.failed is None else one.failed.name.lower(),
         one.offer.document, one.need.document]
        for one in pairs
    ]  # fmt: skip
    return comma_separated(headings, rows)


def _json(view: _View, pairs: Sequence[Explained]) -> str:
    from ce_graph.cli.listing import json_text

    return json_text([
        {"offer": one.offer.iri, "need": one.need.iri, "offer_label": view.label(one.offer),
         "need_label": view.label(one.need), "score": one.score, "tonnes": one.tonnes, "kilometres": one.kilometres,
         "failed": None if one.failed is None else one.failed.name.lower(),
         "reasons": [{"condition": each.condition.name.lower(), "fits": each.fits, "said": each.said}
                     for each in one.reasons],
         "documents": sorted({one.offer.document, one.need.document} - {""})}
        for one in pairs
    ])  # fmt: skip


def _turtle(_view: _View, pairs: Sequence[Explained]) -> str:
    from ce_graph.cli.listing import turtle
    from ce_graph.model.matching.statements import match_statements, publishable
    from ce_graph.settings import load

    left = [one for one in pairs if not publishable(one)]
    if left:
        click.echo(f"{len(left)} of {len(pairs)} pairs are not written: no actor offers or needs them", err=True)
    return turtle(match_statements(pairs, load().base))


def _filled(view: _View, found: Matches, format_name: str) -> str:
    from ce_graph.cli.listing import aligned, comma_separated, json_text
    from ce_graph.draw.svg import number
    from ce_graph.errors import UsageError
    from ce_graph.model.matching.combining import combinations

    if format_name == "turtle":
        raise UsageError("combinations are not written as Turtle; there is table, csv, json")
    ways: list[tuple[Entry, Combination]] = []
    for place, need in enumerate(view.needs):
        ways += [(need, way) for way in combinations(need, found.of_need(place), view.offers)]
    headings = ("need", "wanted t", "best in", "offers", "missing t", "score")
    rows: list[list[Any]] = [
        [view.label(need), need.tonnes, way.why, " + ".join(f"{view.label(view.offers[offer])} {taken.normalize():f}"
         for offer, taken in way.parts), way.missing, way.score]
        for need, way in ways
    ]  # fmt: skip
    if format_name == "json":
        return json_text([dict(zip(headings, row, strict=True)) for row in rows])
    if format_name == "csv":
        return comma_separated(headings, rows)
    lines = [[cell if isinstance(cell, str) else number(cell, view.lang) for cell in row] for row in rows]
    return aligned(headings, lines, (False, True, False, False, True, True))
