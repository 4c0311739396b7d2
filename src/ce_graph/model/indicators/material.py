"""Indicators of what could become of materials: better treatment, composition, supply and demand, symbiosis."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from ce_graph.errors import NotFoundError
from ce_graph.model.flows.composition import taken_of, weigh
from ce_graph.model.flows.criteria import Criteria, select
from ce_graph.model.flows.grouping import group
from ce_graph.model.indicators.computed import Computed, Gap, Result, share
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.shares import PERCENT, TONNE, of_region
from ce_graph.model.indicators.wider import TONNES_A_YEAR, Wider, flow_inputs, tonnes
from ce_graph.model.matching.combining import cover, symbiosis
from ce_graph.model.matching.entries import Entry, Rules
from ce_graph.model.matching.matcher import match
from ce_graph.model.names import said, short
from ce_graph.model.potential import Potential
from ce_graph.model.trees import Tree
from ce_graph.wording import say

_WORSE, _BEST = "treated worse than the best seen", "treated at the best rank"
_BY = ("material", "stage", "year")
_TOLD = 5


def better(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """The treatment improvement potential of each waste of a place in its latest year, and of all of them."""
    mine = [one for one in wider.potentials if one.region == region]
    name = "treatment-improvement-potential"
    if not mine:
        reason = say("of no waste of the place a treatment is known that ranks below the best seen")
        return [Gap(one, region, "", reason) for one in (name, f"{name}-share")]
    found: list[Result] = []
    for several, about in (*(((one,), one.waste_code or one.material) for one in mine), (tuple(mine), "")):
        found += _potential(facts, several, about, region, name)
    return found


def _potential(facts: Facts, several: Sequence[Potential], about: str, region: str, name: str) -> list[Result]:
    worse = tuple(entry for one in several for entry in flow_inputs(facts.table, one.flows, _WORSE))
    best = tuple(entry for one in several for entry in flow_inputs(facts.table, one.others, _BEST))
    tonnes_, treated = (sum((getattr(one, part) for one in several), Decimal(0)) for part in ("worse", "treated"))
    width = sum((one.rounding for one in several), Decimal(0))
    percent, low, high = share(tonnes_, treated, width, width + sum((one.half_width for one in best), Decimal(0)))
    years = sorted({one.year for one in several})
    method = say("Σ tonnes with a rank > %(rank)s, the best seen of the waste", rank=several[0].best_rank)
    if not about:
        method = say("Σ over %(count)s wastes, each in its latest year (%(years)s)", count=len(several),
                     years=", ".join(years))  # fmt: skip
    year = years[-1] if len(years) == 1 else ""
    return [
        Computed(indicator=name, region=region, year=year, value=tonnes_, unit=TONNE, inputs=worse, method=method,
                 lower=tonnes_ - width, upper=tonnes_ + width, about=about),
        Computed(indicator=f"{name}-share", region=region, year=year, value=percent, unit=PERCENT,
                 inputs=(*worse, *best), method=say("%(worse)s / treated", worse=method), lower=low, upper=high,
                 about=about),
    ]  # fmt: skip


def composed(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """Tonnes of each material in the flows of known composition of a place, by stage and year."""
    name = "composition-weighted-flow"
    if not wider.compositions:
        return [Gap(name, region, "", say("no source states what a flow or a material consists of (ce:composition)"))]
    try:
        selection = select(facts.table, facts.names, Criteria(region=region))
    except NotFoundError as error:
        return [Gap(name, region, "", said(error))]
    mask = selection.mask & of_region(facts.table, region)
    counted = group(facts.table, mask, _BY).counting.counted
    taken = np.zeros(len(counted), bool)
    taken[list(taken_of(facts.table, counted, wider.compositions))] = True
    counted &= taken
    if not counted.any():
        return [Gap(name, region, "", say("no flow of the place has a known composition"))]
    table = weigh(facts.table, counted, wider.compositions)
    grouped = group(table, table.known, _BY)
    found: list[Result] = []
    for row in grouped.rows:
        said_ = dict(zip(grouped.by, row.key, strict=True))
        flows = sorted(set(grouped.members(table, row)))
        found.append(
            Computed(indicator=name, region=region, year=said_["year"], value=row.amount, unit=TONNE,
                     inputs=flow_inputs(facts.table, flows, "flow"), about=said_["material"],
                     method=say("Σ flow * share of the material, stage: %(stage)s", stage=short(said_["stage"])),
                     lower=row.lower - row.rounding, upper=row.upper + row.rounding)
        )  # fmt: skip
    return found


def supplied(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """What is offered of each material in a place in per cent of what is needed there."""
    name, places = "secondary-supply-cover", facts.table.lists.trees["region"]
    offers, needs = _here(wider, places, region)
    wanted = sorted({material for need in needs if need.tonnes for material in need.materials})
    if not wanted:
        return [Gap(name, region, "", say("no need of the place states an amount"))]
    found: list[Result] = []
    for material in wanted:
        below = wider.trees.material.below(material)
        offered, needed = (
            [one for one in entries if not below.isdisjoint(one.materials)] for entries in (offers, needs)
        )
        value = cover(offered, needed, material, wider.trees)
        if value is None or not any(one.tonnes for one in offered):
            found.append(Gap(name, region, "", say("nothing of it is offered in the place"), material))
            continue
        open_ = sum(one.tonnes is None for one in (*offered, *needed))
        found.append(
            Computed(indicator=name, region=region, year="", value=value, unit=PERCENT, lower=value, upper=value,
                     inputs=(*(tonnes(one, "offered") for one in offered if one.tonnes),
                             *(tonnes(one, "needed") for one in needed if one.tonnes)),
                     method=say("offered / needed; offers: %(offers)s, needs: %(needs)s, of them without an amount:"
                                " %(open)s", offers=len(offered), needs=len(needed), open=open_), about=material)
        )  # fmt: skip
    return found


def moved(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """The symbiosis potential: what could move between the offers and needs of a place, each tonne once."""
    name = "symbiosis-potential"
    offers, needs = _here(wider, facts.table.lists.trees["region"], region)
    pairs = match(offers, needs, wider.trees, Rules()).best()
    movements = symbiosis(pairs, offers, needs)
    if not movements:
        reason = say("no offer and need of a known amount fit each other; offers: %(offers)s, needs: %(needs)s",
                     offers=len(offers), needs=len(needs))  # fmt: skip
        return [Gap(name, region, "", reason)]
    value = sum((one.tonnes for one in movements), Decimal(0))
    ends = dict.fromkeys((entries[place].iri, entries[place], what) for one in movements for entries, place, what in
                         ((offers, one.pair.offer, "offered"), (needs, one.pair.need, "needed")))  # fmt: skip
    told = tuple(
        say("%(offer)s → %(need)s: %(tonnes)s", offer=_name(facts, offers[one.pair.offer]),
            need=_name(facts, needs[one.pair.need]), tonnes=one.tonnes)
        for one in movements[:_TOLD]
    )  # fmt: skip
    method = say("Σ min(offer, need) over %(count)s pairs: %(pairs)s", count=len(movements),
                 pairs=told + (("…",) if len(movements) > _TOLD else ()))  # fmt: skip
    inputs = tuple(tonnes(entry, what) for _, entry, what in ends)
    return [Computed(indicator=name, region=region, year="", value=value, unit=TONNES_A_YEAR, inputs=inputs,
                     method=method, lower=value, upper=value)]  # fmt: skip


def _name(facts: Facts, entry: Entry) -> str:
    return entry.label or facts.names.label(entry.iri)


def _here(wider: Wider, places: Tree, region: str) -> tuple[list[Entry], list[Entry]]:
    """The offers and needs of a place; of flows of two places, one in the other, those of the wider place alone."""
    below = places.below(region)
    offers, needs = ([one for one in entries if one.place in below] for entries in (wider.offers, wider.needs))
    standing = {(one.place, term) for one in offers if one.standing for term in (*one.materials, *one.codes)}

    def held(one: Entry) -> bool:
        wider_places = places.above(one.place)[1:]
        return one.standing and any((place, term) in standing for place in wider_places
                                    for term in (*one.materials, *one.codes))  # fmt: skip

    return [one for one in offers if not held(one)], needs
