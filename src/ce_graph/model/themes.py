"""Themes: the potential of their materials beside their projects, funding and what was said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np

from ce_graph.model.exact import Ids
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.money import ThemeFunding
from ce_graph.model.potential import Potential
from ce_graph.model.trees import Tree

MUCH_MATERIAL = "much material, little funding"
UNKNOWN_FUNDING = "much material, funding not known"
NO_MATERIALS = "funding, no materials listed"
NO_FLOWS = "funding, no flow data"
NO_TREATMENT = "funding, treatment not known"
_MUCH, _LITTLE = Decimal(1000), Decimal(1)
"""Tonnes from which potential is much, and euros per tonne of it below which funding is little."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A strength, barrier, potential … that a project or event named."""

    iri: str
    kind: str
    themes: tuple[str, ...]
    statement: str
    document: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ThemeView:
    """One theme: what the numbers say, what money goes to it, what people said."""

    theme: str
    materials: tuple[str, ...]
    """The materials that belong to it; empty where no list says so."""
    worse: Decimal
    attainable: Decimal
    potentials: tuple[Potential, ...]
    funding: ThemeFunding | None
    outcomes: dict[str, tuple[Outcome, ...]]
    remark: str = ""

    @property
    def euros_per_tonne(self) -> Decimal | None:
        """Known funding by tonne that is treated worse than it could be; ``None`` when there are no tonnes."""
        if self.funding is None or not self.worse:
            return None
        return self.funding.per(self.worse)


def of_materials(pairs: Iterable[tuple[str, str]], materials: Tree, themes: Tree) -> dict[str, frozenset[str]]:
    """Theme → its materials with all below them, from pairs of a theme and a material in either order.

    What belongs to a theme belongs to the broader themes as well.
    """
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        theme, material = (one, other) if one in themes and other in materials else (other, one)
        if theme in themes and material in materials:
            for broad in themes.above(theme):
                found.setdefault(broad, set()).update(materials.below(material))
    return {theme: frozenset(below) for theme, below in found.items()}


def apart(potentials: Sequence[Potential], places: Tree) -> list[Potential]:
    """Without those of a place that lies in another place with a potential of the same waste."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in potentials:
        found.setdefault((one.material, one.waste_code), set()).add(one.region)
    return [one for one in potentials if not set(places.above(one.region)[1:]) & found[one.material, one.waste_code]]


def views(
    potentials: Sequence[Potential],
    materials: Mapping[str, frozenset[str]],
    funding: Sequence[ThemeFunding],
    outcomes: Sequence[Outcome],
    themes: Tree,
    flowing: frozenset[str] = frozenset(),
    treated: frozenset[str] = frozenset(),
) -> list[ThemeView]:
    """Every theme that has materials, projects or outcomes, the largest potential first.

    Potentials must be of places that do not overlap, or the tonnes would be counted twice. ``flowing`` and ``treated``
    are the materials that flows are of, as ``materials_of`` finds them.
    """
    money = {one.theme: one for one in funding}
    said: dict[str, dict[str, list[Outcome]]] = {}
    for outcome in outcomes:
        for theme in {broad for one in outcome.themes for broad in themes.above(one)}:
            said.setdefault(theme, {}).setdefault(outcome.kind, []).append(outcome)
    found = []
    for theme in sorted({*materials, *money, *said}):
        mine = tuple(one for one in potentials if one.material in materials.get(theme, ()))
        view = ThemeView(
            theme=theme,
            materials=tuple(sorted(materials.get(theme, ()))),
            worse=sum((one.worse for one in mine), Decimal(0)),
            attainable=sum((one.attainable for one in mine), Decimal(0)),
            potentials=mine,
            funding=money.get(theme),
            outcomes={kind: tuple(several) for kind, several in sorted(said.get(theme, {}).items())},
        )
        found.append(dataclasses.replace(view, remark=_remark(view, flowing, treated)))
    return sorted(found, key=lambda view: (-view.worse, view.theme))


def _remark(view: ThemeView, flowing: frozenset[str], treated: frozenset[str]) -> str:
    """What stands out; a project whose funding no document gives is not taken for one without."""
    if view.worse >= _MUCH and (view.euros_per_tonne or Decimal(0)) < _LITTLE:
        open_ = view.funding is not None and set(view.funding.projects) - set(view.funding.funded)
        return UNKNOWN_FUNDING if open_ else MUCH_MATERIAL
    if view.worse or view.funding is None or not view.funding.amount:
        return ""
    if not view.materials:
        return NO_MATERIALS
    if flowing.isdisjoint(view.materials):
        return NO_FLOWS
    return NO_TREATMENT if treated.isdisjoint(view.materials) else ""


def materials_of(table: FlowTable) -> tuple[frozenset[str], frozenset[str]]:
    """The materials that any flow is of, and those that any flow of known treatment is of."""
    column, rank = table.columns["material"], table.columns["rank"].codes

    def named(codes: Ids) -> frozenset[str]:
        return frozenset(column.values[code] for code in np.unique(codes).tolist() if code >= 0)

    return named(column.codes), named(column.codes[rank >= 0])
