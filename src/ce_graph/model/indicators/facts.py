"""Everything that the indicators of a place are computed from, and the indicators that the data allow."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from ce_graph.model.exact import decimal
from ce_graph.model.flows.criteria import Criteria
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators import municipal, shares
from ce_graph.model.indicators.computed import Computed, Gap, Input, Result
from ce_graph.model.indicators.observations import Break, Observation
from ce_graph.model.names import Names, short
from ce_graph.wording import say

HOUSEHOLD_RATE, HOUSEHOLD_HEAD = "household-waste-recycling-rate", "household-waste-per-capita"
_SHARES = (*shares.TREATED, "landfill-diversion")


@dataclasses.dataclass(frozen=True)
class Facts:
    """A dataset as far as indicators are concerned."""

    table: FlowTable
    names: Names
    observations: Sequence[Observation]
    breaks: Sequence[Break] = ()
    indicators: dict[str, str] = dataclasses.field(default_factory=dict)
    """Indicator → direction."""
    municipalities: frozenset[str] = frozenset()
    about: str | None = None
    """The region that the dataset is about."""

    def indicator(self, name: str) -> str:
        """The IRI of an indicator by its short name, or the name when the dataset has none."""
        return next((iri for iri in self.indicators if short(iri) == name), name)

    def municipalities_of(self, region: str) -> list[str]:
        """The municipalities that lie in a place, itself left out."""
        below = self.table.lists.trees["region"].below(region)
        return sorted(below & self.municipalities - {region})

    def years(self, region: str) -> list[str]:
        """The years that the dataset has flows or observations of, in the place or anything in it."""
        below = self.table.lists.trees["region"].below(region)
        regions, years = self.table.columns["region"], self.table.columns["year"]
        here = np.array([value in below for value in regions.values] + [False], bool)[regions.codes]
        found = {years.values[code] for code in np.unique(years.codes[here]).tolist() if code >= 0}
        found |= {one.year for one in self.observations if one.region in below and one.kind == "actual"}
        return sorted(year for year in found if len(year) == 4)


def compute(facts: Facts, region: str, years: Sequence[str]) -> list[Result]:
    """All indicators of a place that its flows, its municipalities and its observations allow, by name and year."""
    found: list[Result] = []
    for year in years:
        found += _households(facts, region, year)
        criteria = Criteria(region=region, year=year)
        municipal_waste = dataclasses.replace(criteria, material="municipal-waste")
        for name in _SHARES:
            found.append(shares.treated_share(facts.table, facts.names, name, municipal_waste))
            found.append(shares.treated_share(facts.table, facts.names, name, criteria))
            found.append(shares.treated_share(facts.table, facts.names, name, criteria, without_minerals=True))
        heads = functools.partial(shares.per_inhabitant, facts.table, facts.names, facts.observations)
        found.append(heads(municipal_waste, "municipal-waste-per-capita"))
        found.append(heads(criteria, "waste-per-capita"))
        found.append(heads(criteria, "non-mineral-waste-per-capita", without_minerals=True))
        found.append(shares.hazardous_share(facts.table, facts.names, criteria))
        found.append(material_use(facts, region, year))
    return sorted(found, key=lambda one: (one.indicator, one.year, isinstance(one, Gap)))


def _households(facts: Facts, region: str, year: str) -> list[Result]:
    parts = facts.municipalities_of(region)
    rate, head = facts.indicator(HOUSEHOLD_RATE), facts.indicator(HOUSEHOLD_HEAD)
    criteria = Criteria(region=region, year=year, material="household-waste")
    return [
        municipal.rate(facts.names, facts.observations, rate, head, region, parts, year),
        municipal.per_inhabitant(facts.names, facts.observations, head, region, parts, year),
        shares.per_inhabitant(facts.table, facts.names, facts.observations, criteria, HOUSEHOLD_HEAD),
    ]


def material_use(facts: Facts, region: str, year: str) -> Computed | Gap:
    """The circular material use rate from flows of recovered material and of all material used.

    “All material used” of the sources holds the recovered material already: DMC is what is left without it.
    """
    recovered, used = (_used(facts.table, region, year, name) for name in ("recovered-material", "all-material"))
    if recovered is None or used is None:
        lacking = say("recovered material") if recovered is None else say("all material used")
        return Gap("circular-material-use", region, year, say("no flow states %(what)s", what=lacking))
    rest = dataclasses.replace(used, what="DMC, as all material used - recovered", value=used.value - recovered.value)
    return shares.material_use(region, year, recovered, rest)


def _used(table: FlowTable, region: str, year: str, material: str) -> Input | None:
    columns = {name: table.columns[name] for name in ("material", "region", "year", "stage", "document")}
    wanted = {"material": material, "region": short(region), "year": year, "stage": "use"}
    mask = table.known.copy()
    for name, value in wanted.items():
        column = columns[name]
        mask &= np.array([short(text) == value for text in column.values] + [value == ""], bool)[column.codes]
    row = next(iter(np.flatnonzero(mask).tolist()), None)
    if row is None:
        return None
    amount, width = (decimal(column[row], table.exponent) for column in (table.amount, table.rounding))
    document = columns["document"].text(row)
    return Input(material.replace("-", " "), amount, shares.TONNE, table.flows[row], document, width, year)
