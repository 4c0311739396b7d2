"""Unused potential: what is landfilled, burnt or exported although the same material is treated better somewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ce_graph.draw import bars
from ce_graph.errors import NotFoundError
from ce_graph.model import themes
from ce_graph.model.flows.criteria import Criteria, select
from ce_graph.model.indicators.money import by_theme
from ce_graph.model.names import short
from ce_graph.model.potential import BURNT, EXPORTED, LANDFILLED, OTHER, potentials
from ce_graph.overview.asked import stored
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.wording import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ce_graph.model.potential import Potential
    from ce_graph.model.themes import Outcome, ThemeView
    from ce_graph.overview.records import Records
    from ce_graph.overview.view import Cell
    from ce_graph.wording import Wording

_SHOWN = 40
_FATES = {
    LANDFILLED: mark("landfilled"),
    BURNT: mark("burnt"),
    EXPORTED: mark("exported"),
    OTHER: mark("treated otherwise"),
}
_CONFIDENCE = {"high": mark("high"), "medium": mark("medium"), "low": mark("low")}
_REMARKS = {
    themes.MUCH_MATERIAL: mark("much material, little funding"),
    themes.UNKNOWN_FUNDING: mark("much material, funding not known"),
    themes.NO_MATERIALS: mark("funding, no materials listed"),
    themes.NO_FLOWS: mark("funding, no flow data"),
    themes.NO_TREATMENT: mark("funding, treatment not known"),
}


def potential(records: Records, wording: Wording, region: str = "", material: str = "", theme: str = "") -> View:
    """The ranked list of a region (by default of all places), and the themes beside their projects and funding.

    Raises:
        NotFoundError: an unknown region, material or theme, or no potential there; the message says what there is.
    """
    say = wording.gettext
    found = _found(records, wording, region, material)
    meant = {}
    if region:
        meant[say("region")] = records.names.label(
            records.names.find(region, records.places, "region"), wording.language
        )
    return View(
        name="potential",
        title=say("Unused potential"),
        lead=say(
            "Waste that is landfilled, burnt or exported although the same kind of waste is treated better somewhere."
            " The best treatment seen anywhere in the data is the measure."
        ),
        parts=(_ranked(records, wording, found), by_themes(records, wording, theme, found)),
        meant=meant,
    )


def _found(records: Records, wording: Wording, region: str, material: str) -> Sequence[Potential]:
    everywhere = records.potentials
    if not region and not material:
        return everywhere
    names = records.names
    selection = select(records.flows, names, Criteria(region=region or None, material=material or None))
    found = potentials(records.flows, records.read(reading.interim_operations), selection)
    if not found:
        language = wording.language
        known = sorted(
            {f"{names.label(one.material, language)} ({names.label(one.region, language)})" for one in everywhere}
        )
        raise NotFoundError(
            wording.gettext(
                "Nothing there is treated worse than the best seen. There is: %(known)s.",
                known=", ".join(known) or "–",  # noqa: RUF001
            )
        )
    return found


def _ranked(records: Records, wording: Wording, found: Sequence[Potential]) -> Part:
    say, names, language = wording.gettext, records.names, wording.language
    columns = (
        Column("material", say("material"), linked=True),
        Column("region", say("region"), linked=True),
        Column("year", say("year")),
        Column("worse", say("treated worse than the best seen"), "t", numeric=True),
        Column("percent", say("of what is treated"), "%", numeric=True),
        Column("attainable", say("attainable"), "t", numeric=True),
        Column("reason", say("why")),
        Column("confidence", say("confidence")),
        Column("documents", say("sources"), linked=True),
        Column("treated", say("treated, of known treatment"), "t", numeric=True, detail=True),
        *(Column(fate, say(title), "t", numeric=True, detail=True) for fate, title in _FATES.items()),
        Column("rounding", say("± by rounding"), "t", numeric=True, detail=True),
        Column("best_rank", say("best rank seen"), numeric=True, detail=True),
        Column("best_treatment", say("best treatment seen"), linked=True, detail=True),
        Column("best_region", say("where it was seen"), linked=True, detail=True),
        Column("best_year", say("when it was seen"), detail=True),
        Column("best_share", say("its largest share"), "%", numeric=True, detail=True),
        Column("flows", say("flows"), detail=True),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            Link(one.waste_code or one.material, names.label(one.waste_code or one.material, language)),
            Link(one.region, names.label(one.region, language)),
            one.year,
            one.worse,
            one.percent.quantize(Decimal("0.1")),
            one.attainable.quantize(Decimal(1)),
            one.reasons(names, language),
            say(_CONFIDENCE[one.confidence]) if one.confidence in _CONFIDENCE else "",
            _links(records, wording, one.documents),
            one.treated,
            *(one.fates.get(fate, Decimal(0)) for fate in _FATES),
            one.rounding,
            one.best_rank,
            Link(one.best.treatment, names.label(one.best.treatment, language)),
            Link(one.best.region, names.label(one.best.region, language)),
            one.best.year,
            one.best.share,
            [Link(flow, short(flow)) for flow in one.flows],
        )
        for one in found
    ]
    drawn = [
        bars.Bar(
            f"{names.label(one.waste_code or one.material, language)} · {names.label(one.region, language)} {one.year}",
            one.worse,
            one.region,
        )
        for one in found[:_SHOWN]
    ]
    title = say("What could be treated better")
    notes = [
        say("Attainable: what would change if the place reached the largest share of the best treatment seen anywhere.")
    ]
    if len(found) > _SHOWN:
        notes.append(say("The picture shows the largest %(shown)s of %(all)s.", shown=_SHOWN, all=len(found)))
    return Part(
        name="ranked",
        title=title,
        table=Table(columns, rows),
        picture=bars.draw(drawn, title, language=language) if drawn else "",
        notes=notes,
        query=stored(records, wording, "worst-treatment", {"place": ""}),
        sources=_links(records, wording, (document for one in found for document in one.documents)),
    )


def by_themes(records: Records, wording: Wording, theme: str = "", found: Sequence[Potential] | None = None) -> Part:
    """Each theme: tonnes that could be treated better beside its projects, its funding and what was said of it.

    The tonnes are those of ``found``, by default of all places.
    """
    say, names, language = wording.gettext, records.names, wording.language
    tree, materials = records.themes, records.lists.trees["material"]
    belongs = themes.of_materials(records.read(reading.theme_materials), materials, tree)
    money = by_theme(
        records.read(reading.projects),
        records.read(reading.funding_shares),
        {one: tree.above(one) for one in tree.parents},
    )
    seen = themes.views(
        themes.apart(records.potentials if found is None else found, records.lists.trees["region"]),
        belongs,
        money,
        records.read(reading.outcomes),
        tree,
        *themes.materials_of(records.flows),
    )
    if theme:
        wanted = names.find(theme, tree.parents, "theme")
        seen = [one for one in seen if one.theme == wanted]
    columns = (
        Column("theme", say("theme"), linked=True),
        Column("worse", say("treated worse than the best seen"), "t", numeric=True),
        Column("attainable", say("attainable"), "t", numeric=True),
        Column("projects", say("projects"), numeric=True),
        Column("funding", say("known funding"), "EUR", numeric=True),
        Column("unknown", say("shares unknown"), numeric=True),
        Column("per_tonne", say("funding per tonne"), "EUR/t", numeric=True),
        Column("outcomes", say("what was said"), linked=True),
        Column("remark", say("what stands out")),
    )
    rows = [
        (
            Link(one.theme, names.label(one.theme, language)),
            one.worse if one.materials else None,
            one.attainable.quantize(Decimal(1)) if one.materials else None,
            len(one.funding.projects) if one.funding else 0,
            one.funding.amount if one.funding and one.funding.funded else None,
            len(one.funding.unknown) if one.funding else 0,
            one.euros_per_tonne.quantize(Decimal("0.01")) if one.euros_per_tonne is not None else None,
            _said(one, wording),
            say(_REMARKS[one.remark]) if one.remark else "",
        )
        for one in seen
    ]
    places = {one.region for view in seen for one in view.potentials}
    notes = [say("A project of several themes counts in each of them, so that themes must not be added up.")]
    if places:
        told = ", ".join(sorted(names.label(place, language) for place in places))
        notes.append(
            say("The tonnes are of %(places)s; the funding is of all projects of the theme, wherever.", places=told)
        )
    if not belongs:
        notes.append(
            say("No list says which materials belong to a theme (skos:relatedMatch), so that no tonnes are shown.")
        )
    return Part(
        name="themes",
        title=say("Themes: material beside projects and funding"),
        table=Table(columns, rows),
        notes=notes,
        query=stored(records, wording, "material-without-funding"),
    )


def _said(one: ThemeView, wording: Wording) -> list[Link]:
    """Strengths, barriers and potentials that people named, as links by their first words."""
    named: list[Outcome] = [
        outcome for kind in ("strength", "barrier", "potential") for outcome in one.outcomes.get(kind, ())
    ]
    kinds = {
        "strength": wording.gettext("strength"),
        "barrier": wording.gettext("barrier"),
        "potential": wording.gettext("potential"),
    }
    return [Link(outcome.iri, f"{kinds[outcome.kind]}: {_first(outcome.statement)}") for outcome in named]


def _first(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _links(records: Records, wording: Wording, iris: Iterable[str]) -> list[Link]:
    return [Link(iri, records.names.label(iri, wording.language)) for iri in sorted(set(iris))]
