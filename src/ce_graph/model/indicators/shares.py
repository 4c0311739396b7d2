"""Shares and amounts per inhabitant from the flow table: recycling, energy, landfill, hazardous waste."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from ce_graph.errors import NotFoundError
from ce_graph.model.exact import Mask, decimal
from ce_graph.model.flows.counting import count, strata
from ce_graph.model.flows.criteria import Criteria, select
from ce_graph.model.flows.minerals import FREE, MIXED, classes
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.computed import Computed, Gap, Input, Result, divide, share
from ce_graph.model.indicators.municipal import population
from ce_graph.model.indicators.observations import Observation
from ce_graph.model.names import Names, said, short
from ce_graph.wording import Said, mark, say

TREATED = {
    "recycling-rate": ("recycling",),
    "material-recovery-share": ("recycling",),
    "energy-recovery-share": ("energy-recovery",),
    "landfill-share": ("landfill",),
}
"""Share → treatment categories, with all below them, that are its numerator; the rest is the denominator's alone."""
_WITH = mark("%(part)s / all treated; flows: %(count)s, each tonne once")
_WITHOUT = mark("%(part)s / all treated without soils and major mineral wastes; flows: %(count)s, each tonne once")
_HEADS = mark("generated / population of %(years)s; places: %(count)s")
_HEADS_WITHOUT = mark("generated without soils and major mineral wastes / population of %(years)s; places: %(count)s")
PERCENT = "http://qudt.org/vocab/unit/PERCENT"
KG_PERSON = "https://w3id.org/ce-graph/code/unit/kg-person"
TONNE = "http://qudt.org/vocab/unit/TONNE"


def treated_share(
    table: FlowTable, names: Names, name: str, criteria: Criteria, *, without_minerals: bool = False
) -> Result:
    """Recycling rate, energy-recovery share or landfill share of what was treated; ``landfill-diversion`` is the rest.

    The denominator is what was treated (stage ``treatment``) of the material, place and year asked for, the numerator
    the part of it in the categories. The share is computed only where the treatment is known of all of it, so that what
    is missing from a table is never taken for not recycled.
    """
    label = ("non-mineral-" if without_minerals else "") + _label(name, criteria.material)
    region, year = criteria.region or "", criteria.year or ""
    try:
        selection = select(table, names, _at(criteria, "treatment"))
    except NotFoundError as error:
        return Gap(label, region, year, said(error))
    place = selection.meant.get("region", region)
    mask = selection.mask & of_region(table, place)
    if stray := _stray(table, mask, selection.meant.get("material", "waste")):
        return Gap(label, place, year, stray)
    counted = _counted(table, mask, ["category"] + (["material"] if without_minerals else []))
    if without_minerals:
        if (counted & (classes(table) == MIXED)).any():
            return Gap(label, place, year, say("no source tells how much of it is soil or mineral waste"))
        counted = counted & (classes(table) == FREE)
    category = table.columns["category"]
    unnamed = counted & (category.codes < 0)
    if unnamed.any():
        flows = ", ".join(short(table.flows[row]) for row in np.flatnonzero(unnamed)[:5].tolist())
        return Gap(
            label, place, year, say("the treatment is not known of all that was treated: %(flows)s", flows=flows)
        )
    if not counted.any():
        return Gap(label, place, year, say("nothing treated is left to divide"))
    wanted = "landfill-share" if name == "landfill-diversion" else name
    tree, ends = table.lists.trees["category"], TREATED[wanted]
    hit = np.array([any(short(above) in ends for above in tree.above(value)) for value in category.values] + [False])
    part = counted & hit[category.codes]
    value, low, high = share(
        *(_sum(table, rows, column) for column in ("amount", "rounding") for rows in (part, counted))
    )
    if name == "landfill-diversion":
        value, low, high = 100 - value, max(Decimal(0), 100 - high), 100 - low
    return Computed(
        indicator=label,
        region=place,
        year=year,
        value=value,
        lower=low,
        upper=high,
        unit=PERCENT,
        inputs=_inputs(table, part, wanted) + _inputs(table, counted & ~part, "other treatment"),
        method=say(_WITHOUT if without_minerals else _WITH, part=", ".join(ends), count=int(counted.sum())),
    )


def per_inhabitant(
    table: FlowTable, names: Names, observations: Iterable[Observation], criteria: Criteria, indicator: str, *,
    without_minerals: bool = False,
) -> Result:  # fmt: skip
    """Waste generated in a place and year by its population, kg per inhabitant."""
    region, year = criteria.region or "", criteria.year or ""
    try:
        selection = select(table, names, _at(criteria, "generation"))
    except NotFoundError as error:
        return Gap(indicator, region, year, said(error))
    place = selection.meant["region"]
    mask = selection.mask & of_region(table, place)
    if stray := _stray(table, mask, selection.meant.get("material", "waste")):
        return Gap(indicator, place, year, stray)
    counted = _counted(table, mask, ["material"] if without_minerals else [])
    if without_minerals:
        if (counted & (classes(table) == MIXED)).any():
            return Gap(indicator, place, year, say("no source tells how much of it is soil or mineral waste"))
        counted = counted & (classes(table) == FREE)
    observations = list(observations)
    parts = [one for one in selection.regions if one != place] or [place]
    people = [found for part in sorted(parts) if (found := population(observations, part, year)) is not None]
    whole = population(observations, place, year)
    if whole is not None:
        people = [whole]
    elif len(people) < len(parts):
        lacking = sorted(part for part in parts if population(observations, part, year) is None)
        missing = say("population of %(place)s for %(year)s", place=names.all_called(lacking), year=year)
        return Gap(indicator, place, year, say("missing: %(what)s", what=missing))
    tonnes, width = _sum(table, counted, "amount"), _sum(table, counted, "rounding")
    heads = sum((one.value for one in people), Decimal(0))
    return Computed(
        indicator=indicator,
        region=place,
        year=year,
        value=divide(tonnes * 1000, heads),
        lower=divide((tonnes - width) * 1000, heads),
        upper=divide((tonnes + width) * 1000, heads),
        unit=KG_PERSON,
        inputs=_inputs(table, counted, "generated")
        + tuple(Input("population", one.value, one.unit, one.iri, one.document, year=one.year) for one in people),
        method=say(
            _HEADS_WITHOUT if without_minerals else _HEADS,
            years=", ".join(sorted({one.year for one in people})),
            count=len(people),
        ),
    )


def hazardous_share(table: FlowTable, names: Names, criteria: Criteria) -> Result:
    """Hazardous waste in all waste generated: every total that states its hazardous part, added up."""
    label, region, year = _label("hazardous-share", criteria.material), criteria.region or "", criteria.year or ""
    try:
        selection = select(table, names, _at(criteria, "generation"))
    except NotFoundError as error:
        return Gap(label, region, year, said(error))
    place = selection.meant.get("region", region)
    hazardous = _flagged(table)
    mask = selection.mask & of_region(table, place)
    whole = mask & ~hazardous
    if stray := _stray(table, whole, selection.meant.get("material", "waste")):
        return Gap(label, place, year, stray)
    counted = _counted(table, whole, [])
    part = _counted(table, mask & hazardous, [])
    below, above = table.parts.closure
    pairs = counted[above] & part[below]
    stated, inside = np.zeros(len(table), bool), np.zeros(len(table), bool)
    stated[above[pairs]] = inside[below[pairs]] = True
    part &= inside
    unstated = counted & ~stated
    if not counted.any() or not part.any() or unstated.any():
        flows = ", ".join(short(table.flows[row]) for row in np.flatnonzero(unstated)[:5].tolist())
        return Gap(
            label,
            place,
            year,
            say("no hazardous part is stated of %(flows)s", flows=flows)
            if flows
            else say("no hazardous part is stated of what was generated"),
        )
    value, low, high = share(
        *(_sum(table, rows, column) for column in ("amount", "rounding") for rows in (part, counted))
    )
    return Computed(
        indicator=label,
        region=place,
        year=year,
        value=value,
        lower=low,
        upper=high,
        unit=PERCENT,
        inputs=_inputs(table, part, "hazardous") + _inputs(table, counted, "generated"),
        method=say("hazardous / generated, of the totals that state their hazardous part"),
    )


def material_use(
    region: str,
    year: str,
    recovered: Input,
    consumption: Input,
    imported: Decimal = Decimal(0),
    exported: Decimal = Decimal(0),
) -> Computed:
    """Circular material use: U / (DMC + U), U = recovered - imported + exported for recovery, per cent."""
    use = recovered.value - imported + exported
    value, low, high = share(use, consumption.value + use, recovered.half_width, consumption.half_width)
    return Computed(
        indicator="circular-material-use",
        region=region,
        year=year,
        value=value,
        lower=low,
        upper=high,
        unit=PERCENT,
        inputs=(recovered, consumption),
        method=say("U / (DMC + U), U = recovered - imported + exported for recovery"),
    )


def _label(name: str, material: str | None) -> str:
    return f"{short(material)}-{name}" if material else f"waste-{name}"


def _at(criteria: Criteria, stage: str) -> Criteria:
    return dataclasses.replace(criteria, stage=criteria.stage or stage)


def _counted(table: FlowTable, mask: Mask, by: list[str]) -> Mask:
    kept = strata(table, mask, [*by, "region"])
    return count(table, mask, kept.number, table.parts.needed(by)).counted


def of_region(table: FlowTable, place: str) -> Mask:
    """The flows of a place as a whole, and those of no place; of what lies in it none."""
    regions = table.columns["region"]
    found: Mask = np.array([place in (value, "") for value in regions.values] + [not place], bool)[regions.codes]
    return found


def _stray(table: FlowTable, mask: Mask, material: str) -> Said | None:
    """Why the flows are not all of a material: none is of it, or one stands alone that is only of a narrower one."""
    if not mask.any():
        return say("nothing is stated for the place as a whole")
    tops = table.parts.cover(mask, table.strata.codes, (), table.amount).tops
    column = table.columns["material"]
    narrower = [row for row in np.flatnonzero(tops).tolist() if short(column.text(row)) != short(material)]
    if len(narrower) == int(tops.sum()):
        found = sorted({short(column.text(row)) for row in narrower})
        return say(
            "no total of %(material)s is stated, only of %(found)s",
            material=short(material),
            found=", ".join(found[:5]),
        )
    if narrower:
        mask &= ~_held(table, narrower)
    return None


def _held(table: FlowTable, rows: list[int]) -> Mask:
    """The rows and all parts of them."""
    below, above = table.parts.closure
    mask = np.zeros(len(table), bool)
    mask[rows] = True
    mask[below[mask[above]]] = True
    return mask


def _flagged(table: FlowTable) -> Mask:
    """Hazardous by flag or by material."""
    flag, material = table.columns["hazardous"], table.columns["material"]
    by_flag = np.array([value == "true" for value in flag.values] + [False], bool)[flag.codes]
    by_name = np.array(
        ["hazardous-" in short(value) and "non-" not in short(value) for value in material.values] + [False]
    )
    found: Mask = by_flag | by_name[material.codes]
    return found


def _sum(table: FlowTable, rows: Mask, column: str) -> Decimal:
    return decimal(sum(getattr(table, column)[rows].tolist()), table.exponent)


def _inputs(table: FlowTable, rows: Mask, what: str) -> tuple[Input, ...]:
    return inputs_of_rows(table, np.flatnonzero(rows).tolist(), what)


def inputs_of_rows(table: FlowTable, rows: Iterable[int], what: str) -> tuple[Input, ...]:
    """Flows of the table, by their rows, as what a value is derived from."""
    document, year = table.columns["document"], table.columns["year"]
    return tuple(
        Input(
            what,
            decimal(table.amount[row], table.exponent),
            TONNE,
            table.flows[row],
            document.text(row),
            decimal(table.rounding[row], table.exponent),
            year.text(row),
        )
        for row in rows
    )
