"""Themes: the potential of their materials beside their projects, funding and what was said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ce_graph.model.indicators.money import ThemeFunding
from ce_graph.model.potential import Potential
from ce_graph.model.trees import Tree

MUCH_MATERIAL, NO_FLOWS = "much material, little funding", "funding, no flow data"
_LITTLE = Decimal(1)
"""Euros per tonne of potential below which funding is little."""


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
) -> list[ThemeView]:
    """Every theme that has materials, projects or outcomes, the largest potential first.

    Potentials must be of places that do not overlap, or the tonnes would be counted twice.
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
        found.append(dataclasses.replace(view, remark=_remark(view)))
    return sorted(found, key=lambda view: (-view.worse, view.theme))


def _remark(view: ThemeView) -> str:
    funded = view.funding is not None and view.funding.amount > 0
    if view.worse and (view.euros_per_tonne or Decimal(0)) < _LITTLE:
        return MUCH_MATERIAL
    return NO_FLOWS if funded and not view.worse else ""
