"""``ce-graph indicators``: what is published of a place, beside what the graph computes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from ce_graph.model.indicators.comparing import Comparison, Progress
    from ce_graph.model.indicators.computed import Computed, Gap
    from ce_graph.model.indicators.facts import Facts
    from ce_graph.model.indicators.observations import Observation

_HEADINGS = ("indicator", "year", "computed", "published", "difference", "%", "source", "how")
_RIGHT = (False, False, True, True, True, True, False, False)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--region", help="The place; by default the region that the dataset is about.")
@click.option("--year", metavar="YEAR[-YEAR]", help="Only this year, or years from to.")
@click.option("--targets", is_flag=True, help="Targets beside what was reached.")
@click.option("--definitions", is_flag=True, help="What the indicators mean and how they are computed.")
@click.option("--gaps", is_flag=True, help="Also what could not be computed, and why.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("table", "csv", "json", "turtle")),
    default="table",
    show_default=True,
    help="turtle: the computed values as observations of the graph.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of labels."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped data."
)
def command(names: tuple[str, ...], region: str | None, year: str | None, targets: bool, definitions: bool, gaps: bool,
            format_name: str, lang: str, data: Path | None) -> None:  # fmt: skip
    """Published and computed values of indicators of a place; NAMES are the short names of indicators, all by default.

    A computed value names the figures that it is derived from (--format json or turtle). A difference is shown where a
    source has published a value of the same place and year.
    """
    from ce_graph.cli.listing import open_dataset
    from ce_graph.model.indicators.comparing import beside
    from ce_graph.model.indicators.facts import compute, total
    from ce_graph.query import records

    if definitions:
        sys.stdout.write(_definitions(names, format_name, lang))
        return
    facts = records.facts(open_dataset(data))
    place = _place(facts, region)
    if targets:
        sys.stdout.write(_targets(facts, place, names, format_name, lang))
        return
    years = _years(facts, place, year)
    done, missing = total(compute(facts, place, years))
    known = [one for one in facts.observations if one.region == place and one.kind == "actual" and one.year in years]
    wanted = _wanted(facts, names, done, missing, known)
    done = [one for one in done if one.indicator in wanted]
    missing = [one for one in missing if one.indicator in wanted]
    known = [one for one in known if _short(one.indicator) in wanted]
    comparisons = beside(done, known)
    if format_name == "turtle":
        sys.stdout.write(_turtle(done, comparisons))
    elif format_name == "json":
        sys.stdout.write(_json(place, done, comparisons, known, missing))
    else:
        sys.stdout.write(_listed(facts, done, comparisons, known, format_name, lang))
    if gaps and format_name != "json":
        for gap in missing:
            click.echo(f"not computed: {gap.indicator} {gap.year}: {gap.reason}", err=True)


def _place(facts: Facts, region: str | None) -> str:
    from ce_graph.errors import UsageError

    places = facts.table.lists.trees["region"].parents
    if region is not None:
        return facts.names.find(region, places, "region")
    if facts.about is None:
        raise UsageError("the dataset does not say which region it is about; name one with --region")
    return facts.about


def _years(facts: Facts, place: str, year: str | None) -> list[str]:
    from ce_graph.errors import NotFoundError, UsageError

    known = facts.years(place)
    if year is None:
        return known
    first, _, last = year.replace("\u2013", "-").partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        raise UsageError(f"{year!r} is no year: write 2021, or 2019-2021 for several")
    found = [one for one in known if first <= one <= (last or first)]
    if not found:
        said = ", ".join(known) or "no year"
        raise NotFoundError(f"nothing is known of {facts.names.describe(place)} in {year}; there is of {said}")
    return found


def _wanted(
    facts: Facts, names: Sequence[str], done: Sequence[Computed], missing: Sequence[Gap], known: Sequence[Observation]
) -> set[str]:
    everything = {one.indicator for one in done} | {one.indicator for one in missing}
    everything |= {_short(one.indicator) for one in known} | {_short(iri) for iri in facts.indicators}
    if not names:
        return everything
    labels = {_short(iri): iri for iri in facts.indicators}
    among = {labels.get(name, name) for name in everything}
    return {_short(facts.names.find(name, among, "indicator")) for name in names}


def _short(iri: str) -> str:
    return iri.rpartition("/")[2]


def _listed(
    facts: Facts, done: Sequence[Computed], comparisons: Sequence[Comparison], known: Sequence[Observation],
    format_name: str, lang: str,
) -> str:  # fmt: skip
    from ce_graph.cli.listing import aligned, comma_separated
    from ce_graph.draw.svg import number

    rows: list[tuple[str, str, Decimal | None, Decimal | None, Decimal | None, Decimal | None, str, str]] = []
    beside = {id(one.published): one for one in comparisons}
    compared = {id(one.computed) for one in comparisons}
    for comparison in comparisons:
        one, other = comparison.computed, comparison.published
        how = one.method + ("" if comparison.within_rounding else " (differs by more than rounding)")
        rows.append((one.indicator, one.year, one.value, other.value, comparison.difference, comparison.relative,
                     _short(other.document), how))  # fmt: skip
    rows += [
        (one.indicator, one.year, one.value, None, None, None, "", one.method)
        for one in done
        if id(one) not in compared
    ]
    rows += [
        (_short(one.indicator), one.year, None, one.value, None, None, _short(one.document), "")
        for one in known
        if id(one) not in beside
    ]
    rows.sort(key=lambda row: (row[0], row[1], row[6], row[7]))
    if format_name == "csv":
        return comma_separated(_HEADINGS, rows)
    labels = {_short(iri): facts.names.label(iri, lang) for iri in facts.indicators}

    def said(value: Decimal | None) -> str:
        return "" if value is None else number(value, lang)

    lines = [(labels.get(row[0], row[0]), row[1], *(said(value) for value in row[2:6]), row[6], row[7]) for row in rows]
    return aligned(_HEADINGS, lines, _RIGHT)


def _json(
    place: str, done: Sequence[Computed], comparisons: Sequence[Comparison], known: Sequence[Observation],
    missing: Sequence[Gap],
) -> str:  # fmt: skip
    import dataclasses

    from ce_graph.cli.listing import json_text

    beside: dict[int, list[dict[str, Any]]] = {}
    for one in comparisons:
        beside.setdefault(id(one.computed), []).append({
            "observation": one.published.iri, "value": one.published.value, "document": one.published.document,
            "difference": one.difference, "percent": one.relative, "within_rounding": one.within_rounding,
        })  # fmt: skip
    return json_text({
        "region": place,
        "computed": [dataclasses.asdict(one) | {"compared_with": beside.get(id(one), [])} for one in done],
        "published": [
            {"observation": one.iri, "indicator": one.indicator, "year": one.year, "value": one.value, "unit": one.unit,
             "document": one.document, "qualifier": one.qualifier}
            for one in known
        ],
        "not_computed": [dataclasses.asdict(one) for one in missing],
    })  # fmt: skip


def _turtle(done: Sequence[Computed], comparisons: Sequence[Comparison]) -> str:
    from ce_graph.cli.listing import turtle
    from ce_graph.model.indicators.statements import statements
    from ce_graph.settings import load

    return turtle(statements(done, comparisons, load().base))


def _targets(facts: Facts, place: str, names: Sequence[str], format_name: str, lang: str) -> str:
    from ce_graph.cli.listing import aligned, comma_separated, json_text
    from ce_graph.draw.svg import number
    from ce_graph.model.indicators.comparing import progress

    found = [one for one in progress(facts.observations, facts.indicators, facts.breaks) if one.target.region == place]
    if names:
        known = {one.target.indicator for one in found} | set(facts.indicators)
        wanted = {facts.names.find(name, known, "indicator") for name in names}
        found = [one for one in found if one.target.indicator in wanted]
    headings = ("indicator", "target year", "target", "actual year", "actual", "gap", "needed a year", "note")

    def note(one: Progress) -> str:
        return one.obstacle or {True: "reached", False: "", None: ""}[one.reached]

    rows = [
        (_short(one.target.indicator), one.target.year, one.target.value, one.actual.year, one.actual.value, one.gap,
         one.needed_per_year, note(one))
        for one in found
    ]  # fmt: skip
    if format_name == "csv":
        return comma_separated(headings, rows)
    if format_name in ("json", "turtle"):
        return json_text([dict(zip(headings, row, strict=True)) for row in rows])
    labels = [facts.names.label(one.target.indicator, lang) for one in found]
    lines = [
        (label, row[1], number(row[2], lang), row[3], number(row[4], lang), number(row[5], lang),
         "" if row[6] is None else number(row[6], lang), row[7])
        for label, row in zip(labels, rows, strict=True)
    ]  # fmt: skip
    return aligned(headings, lines, (False, False, True, False, True, True, True, False))


def _definitions(names: Sequence[str], format_name: str, lang: str) -> str:
    from ce_graph.cli.listing import aligned, comma_separated, json_text
    from ce_graph.errors import NotFoundError
    from ce_graph.model.indicators.definitions import DEFINITIONS

    known = {one.name: one for one in DEFINITIONS}
    if unknown := [name for name in names if name not in known]:
        raise NotFoundError(f"no indicator {unknown[0]!r} is computed here; there are {', '.join(known)}")
    chosen = [one for one in DEFINITIONS if not names or one.name in names]
    headings = ("indicator", "label", "unit", "direction", "definition", "formula", "source", "computed by")
    rows = [
        (one.name, getattr(one.label, lang), one.unit, one.direction, one.definition, one.formula, one.source,
         one.computed_by)
        for one in chosen
    ]  # fmt: skip
    if format_name == "csv":
        return comma_separated(headings, rows)
    if format_name in ("json", "turtle"):
        return json_text([dict(zip(headings, row, strict=True)) for row in rows])
    return aligned(headings, rows, (False,) * len(headings))
