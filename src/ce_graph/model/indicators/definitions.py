"""The indicators that are computed here: definition, formula, unit, direction, origin, and what computes each."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

_DIRECTIVE = "Directive 2008/98/EC"
_EUROSTAT = "Eurostat, cei_srm030"
_OWN = "ce-graph"


class Text(NamedTuple):
    """A label in three languages."""

    en: str
    fi: str
    sv: str


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """One indicator; ``computed_by`` is the function of the model that computes it."""

    name: str
    label: Text
    unit: str
    direction: str
    definition: str
    formula: str
    source: str
    computed_by: str


def _define(
    name: str,
    label: tuple[str, str, str],
    unit: str,
    direction: str,
    definition: str,
    formula: str,
    source: str,
    by: str,
) -> Definition:
    return Definition(name, Text(*label), unit, direction, definition, formula, source, f"ce_graph.model.{by}")


DEFINITIONS: tuple[Definition, ...] = (
    _define(
        "circular-material-use",
        ("circular material use rate", "materiaalien kiertotalousaste", "andel cirkulär materialanvändning"),
        "percent", "higher",
        "Share of used material that is recovered and fed back into the economy.",
        "U / (DMC + U), U = recovered - imported for recovery + exported for recovery",
        _EUROSTAT, "indicators.shares.material_use",
    ),
    _define(
        "household-waste-recycling-rate",
        ("household waste recycling rate", "kotitalousjätteen kierrätysaste", "återvinningsgrad för hushållsavfall"),
        "percent", "higher",
        "Share of household waste that is recycled as material; of an area, from its municipalities.",
        "Σ (rate * waste per inhabitant * population) / Σ (waste per inhabitant * population)",
        "HSY", "indicators.municipal.rate",
    ),
    _define(
        "household-waste-per-capita",
        ("household waste per inhabitant", "kotitalousjätettä asukasta kohti", "hushållsavfall per invånare"),
        "kg-person", "lower",
        "Household waste generated in a year per inhabitant; of an area, from its municipalities or from its tonnes.",
        "Σ (waste per inhabitant * population) / Σ population; household waste generated / population",
        "HSY", "indicators.municipal.per_inhabitant",
    ),
    _define(
        "municipal-waste-recycling-rate",
        ("municipal waste recycling rate", "yhdyskuntajätteen kierrätysaste", "återvinningsgrad för kommunalt avfall"),
        "percent", "higher",
        "Share of the municipal waste treated that is recycled as material, composting and digestion included.",
        "recycling / municipal waste treated", _DIRECTIVE, "indicators.shares.treated_share",
    ),
    _define(
        "municipal-waste-material-recovery-share",
        ("material recovery share of municipal waste", "yhdyskuntajätteen materiaalihyötykäytön osuus",
         "andel materialåtervinning av kommunalt avfall"),
        "percent", "higher", "Share of the municipal waste treated that is recovered as material, composting included.",
        "recycling / municipal waste treated", _DIRECTIVE, "indicators.shares.treated_share",
    ),
    _define(
        "municipal-waste-energy-recovery-share",
        ("energy recovery share of municipal waste", "yhdyskuntajätteen energiahyötykäytön osuus",
         "andel energiåtervinning av kommunalt avfall"),
        "percent", "none", "Share of the municipal waste treated whose energy is recovered.",
        "energy recovery / municipal waste treated", _DIRECTIVE, "indicators.shares.treated_share",
    ),
    _define(
        "municipal-waste-landfill-share",
        ("landfill share of municipal waste", "yhdyskuntajätteen kaatopaikkasijoituksen osuus",
         "deponerad andel av kommunalt avfall"),
        "percent", "lower", "Share of the municipal waste treated that is landfilled.",
        "landfilled / municipal waste treated", "Directive 1999/31/EC", "indicators.shares.treated_share",
    ),
    _define(
        "municipal-waste-landfill-diversion",
        ("municipal waste diverted from landfill", "kaatopaikalta ohjattu yhdyskuntajäte",
         "kommunalt avfall som inte deponeras"),
        "percent", "higher", "Share of the municipal waste treated that is not landfilled.",
        "100 - landfill share", _OWN, "indicators.shares.treated_share",
    ),
    _define(
        "municipal-waste-per-capita",
        ("municipal waste per inhabitant", "yhdyskuntajätettä asukasta kohti", "kommunalt avfall per invånare"),
        "kg-person", "lower", "Municipal waste generated in a year per inhabitant.",
        "municipal waste generated / population", "Eurostat, cei_pc031", "indicators.shares.per_inhabitant",
    ),
    _define(
        "waste-hazardous-share",
        ("hazardous share of waste", "vaarallisen jätteen osuus", "andel farligt avfall"),
        "percent", "lower", "Share of hazardous waste in all waste generated.",
        "hazardous / generated, of the totals that state their hazardous part", _DIRECTIVE,
        "indicators.shares.hazardous_share",
    ),
    _define(
        "treatment-improvement-potential",
        ("treatment improvement potential", "käsittelyn parantamispotentiaali", "potential för bättre behandling"),
        "t", "lower",
        "Waste whose treatment ranks below the best treatment seen for the same material or waste code.",
        "Σ tonnes with circularity rank > best rank seen of the same material or waste code; also in per cent of all"
        " treated", _OWN, "potential.potentials",
    ),
    _define(
        "composition-weighted-flow",
        ("composition-weighted flow", "koostumuksella painotettu virta", "sammansättningsvägt flöde"),
        "t", "none", "Flows divided into the materials that they consist of.",
        "flow * fraction share, summed by material of the fraction", _OWN, "flows.composition.weigh",
    ),
    _define(
        "secondary-supply-cover",
        ("secondary supply cover", "uusioraaka-aineen kattavuus", "täckning med sekundär råvara"),
        "percent", "higher", "Share of the demand for a material that offers of secondary material could meet.",
        "available secondary / demand", _OWN, "matching.combining.cover",
    ),
    _define(
        "symbiosis-potential",
        ("symbiosis potential", "symbioosipotentiaali", "symbiospotential"),
        "t-a", "higher", "What could move between offers and needs that match, each tonne once.",
        "Σ min(offer, need) over matching pairs within distance and period", _OWN, "matching.combining.symbiosis",
    ),
    _define(
        "theme-funding",
        ("funding by theme", "rahoitus teemoittain", "finansiering per tema"),
        "EUR", "none",
        "Known grants to projects of a theme; of an area also per inhabitant, of a material also per tonne.",
        "Σ known amounts of shares that are grants; a project of several themes counts in each", _OWN,
        "indicators.money.by_theme",
    ),
    _define(
        "funding-coverage",
        ("known share of the budget", "tunnettu osuus budjetista", "känd andel av budgeten"),
        "percent", "higher", "Share of a project's budget whose funder and amount are known.",
        "known shares / budget", _OWN, "indicators.money.coverage",
    ),
    _define(
        "application-success-rate",
        ("success rate of applications", "hakemusten läpimenoaste", "beviljandegrad"),
        "percent", "none", "Granted applications among those decided.",
        "granted / (granted + rejected)", _OWN, "indicators.money.success_rate",
    ),
    _define(
        "network-density",
        ("network density", "verkoston tiheys", "nätverkets täthet"),
        "percent", "none", "Pairs of actors that share a project among all pairs of actors with a project.",
        "pairs with a shared project / all pairs", _OWN, "indicators.network.network",
    ),
    _define(
        "facts-with-source",
        ("facts with a source", "lähteelliset tiedot", "uppgifter med källa"),
        "percent", "higher", "Share of flows and observations that name the document they come from.",
        "facts with a source / facts", _OWN, "indicators.evidence.of_flows",
    ),
    _define(
        "facts-single-source",
        ("facts with one source only", "yhden lähteen tiedot", "uppgifter med endast en källa"),
        "percent", "lower", "Share of flows and observations that no second document states as well.",
        "facts of one document / facts", _OWN, "indicators.evidence.of_flows",
    ),
    _define(
        "facts-estimated",
        ("facts that are estimates", "arviotiedot", "uppskattade uppgifter"),
        "percent", "lower", "Share of flows and observations that are estimated, modelled or approximate.",
        "estimates / facts", _OWN, "indicators.evidence.of_flows",
    ),
)  # fmt: skip
"""In the order of the design; several are families, computed for a material, a theme or a project each."""


def find(name: str) -> Definition | None:
    """The definition of an indicator by its short name."""
    return next((one for one in DEFINITIONS if one.name == name), None)
