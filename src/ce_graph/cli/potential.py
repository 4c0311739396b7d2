"""``ce-graph potential``: what is landfilled, burnt or exported although it is treated better elsewhere."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.model.flows.table import FlowTable
    from ce_graph.model.names import Names
    from ce_graph.model.potential import Potential
    from ce_graph.model.themes import ThemeView
    from ce_graph.query.records import Reader

_TENTH = Decimal("0.1")
_HEADINGS = (
    "material",
    "place",
    "year",
    "worse t",
    "%",
    "attainable t",
    "of treated t",
    "why",
    "confidence",
    "sources",
)
_RIGHT = (False, False, False, True, True, True, True, False, False, False)


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
    from ce_graph.cli.listing import open_dataset
    from ce_graph.errors import NotFoundError, UsageError
    from ce_graph.model.flows.criteria import Criteria, select
    from ce_graph.model.potential import potentials
    from ce_graph.query import records

    if theme is not None and not themes:
        raise UsageError("--theme goes with --themes")
    reader = open_dataset(data)
    names, table = records.names(reader), records.flow_table(reader)
    selection = select(table, names, Criteria(region=region, material=material)) if region or material else None
    found = potentials(table, records.interim_operations(reader), selection)
    if themes:
        sys.stdout.write(_by_theme(reader, table, names, found, theme, format_name, lang))
        return
    if not found:
        everywhere = potentials(table, records.interim_operations(reader))
        known = sorted({f"{names.label(one.material)} in {names.label(one.region)}" for one in everywhere})
        raise NotFoundError(
            f"nothing there is treated worse than the best seen; there is {', '.join(known) or 'nothing'}"
        )
    writers = {"table": _table, "csv": _csv, "json": _json, "svg": _svg}
    sys.stdout.write(writers[format_name](found, names, lang))


def _name(one: Potential, names: Names, lang: str) -> str:
    return names.label(one.waste_code or one.material, lang)


def _table(found: Sequence[Potential], names: Names, lang: str) -> str:
    from ce_graph.cli.listing import aligned
    from ce_graph.draw.svg import number

    rows = [
        (_name(one, names, lang), names.label(one.region, lang), one.year, number(one.worse, lang),
         number(one.percent.quantize(_TENTH), lang), number(one.attainable, lang), number(one.treated, lang),
         one.reasons(names, lang), one.confidence, " ".join(document.rpartition("/")[2] for document in one.documents))
        for one in found
    ]  # fmt: skip
    return aligned(_HEADINGS, rows, _RIGHT)


def _csv(found: Sequence[Potential], names: Names, lang: str) -> str:
    from ce_graph.cli.listing import comma_separated

    headings = ("material", "waste_code", "label", "region", "year", "treated", "worse", "attainable", "landfilled",
                "burnt", "exported", "other", "best_rank", "best_treatment", "best_region", "best_year", "best_share",
                "rounding", "confidence", "documents", "reason")  # fmt: skip
    rows = [
        (one.material, one.waste_code, _name(one, names, lang), one.region, one.year, one.treated, one.worse,
         one.attainable, *(one.fates.get(fate, 0) for fate in ("landfilled", "burnt", "exported", "other")),
         one.best_rank, one.best.treatment, one.best.region, one.best.year, one.best.share, one.rounding,
         one.confidence, " ".join(one.documents), one.reasons(names, lang))
        for one in found
    ]  # fmt: skip
    return comma_separated(headings, rows)


def _json(found: Sequence[Potential], names: Names, lang: str) -> str:
    import dataclasses

    from ce_graph.cli.listing import json_text

    return json_text([dataclasses.asdict(one) | {"reason": one.reasons(names, lang)} for one in found])


def _svg(found: Sequence[Potential], names: Names, lang: str) -> str:
    from ce_graph.draw import bars

    drawn = [
        bars.Bar(f"{_name(one, names, lang)} · {names.label(one.region, lang)} {one.year}", one.worse, one.region)
        for one in found
    ]
    return bars.draw(
        drawn, "Waste that is treated worse than the best treatment seen of the same material", language=lang
    )


def _by_theme(
    reader: Reader, table: FlowTable, names: Names, found: Sequence[Potential], theme: str | None, format_name: str,
    lang: str,
) -> str:  # fmt: skip
    from ce_graph.cli.listing import aligned, comma_separated, json_text
    from ce_graph.draw.svg import number
    from ce_graph.errors import UsageError
    from ce_graph.model.indicators.money import by_theme
    from ce_graph.model.themes import apart, materials_of, of_materials, views
    from ce_graph.query import records

    tree, materials = records.theme_tree(reader), records.lists(reader).trees["material"]
    above = {one: tree.above(one) for one in tree.parents}
    money = by_theme(records.projects(reader), records.funding_shares(reader), above)
    belongs = of_materials(records.theme_materials(reader), materials, tree)
    seen = views(
        apart(found, records.lists(reader).trees["region"]),
        belongs,
        money,
        records.outcomes(reader),
        tree,
        *materials_of(table),
    )
    if theme is not None:
        wanted = names.find(theme, tree.parents, "theme")
        seen = [view for view in seen if view.theme == wanted]
    if format_name == "svg":
        raise UsageError("themes cannot be drawn; there is table, csv, json")
    if format_name == "json":
        return json_text([_theme_record(view, names, lang) for view in seen])
    headings = (
        "theme",
        "worse t",
        "attainable t",
        "projects",
        "known EUR",
        "unknown shares",
        "EUR/t",
        "outcomes",
        "remark",
    )
    rows: list[tuple[Any, ...]] = [
        (names.label(view.theme, lang), view.worse, view.attainable, len(view.funding.projects) if view.funding else 0,
         view.funding.amount if view.funding else 0, len(view.funding.unknown) if view.funding else 0,
         view.euros_per_tonne, " ".join(f"{kind}:{len(each)}" for kind, each in view.outcomes.items()), view.remark)
        for view in seen
    ]  # fmt: skip
    if format_name == "csv":
        return comma_separated(headings, rows)
    lines = [
        [cell if isinstance(cell, str) else "" if cell is None else number(cell, lang) for cell in row] for row in rows
    ]
    text = aligned(headings, lines, (False, True, True, True, True, True, True, False, False))
    places = ", ".join(sorted({names.label(one.region, lang) for view in seen for one in view.potentials}))
    if places:
        text += f"\n- the tonnes are of {places}; the funding is that of all projects of the theme, wherever they are\n"
    if not belongs:
        text += "\n- no list says which materials belong to a theme (skos:relatedMatch), so that no tonnes are shown\n"
    return text


def _theme_record(view: ThemeView, names: Names, lang: str) -> dict[str, Any]:
    funding = view.funding
    return {
        "theme": view.theme, "label": names.label(view.theme, lang), "materials": list(view.materials),
        "worse": view.worse, "attainable": view.attainable, "euros_per_tonne": view.euros_per_tonne,
        "potentials": [{"material": one.material, "region": one.region, "worse": one.worse} for one in view.potentials],
        "projects": list(funding.projects) if funding else [], "funding": funding.amount if funding else 0,
        "funding_unknown": list(funding.unknown) if funding else [],
        "outcomes": {
            kind: [{"iri": one.iri, "statement": one.statement, "document": one.document} for one in several]
            for kind, several in view.outcomes.items()
        },
        "remark": view.remark,
    }  # fmt: skip
