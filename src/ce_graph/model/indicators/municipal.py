"""Figures of an area from those of its municipalities, weighted as their definitions demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ce_graph.model.indicators.computed import Computed, Gap, Input, Result, weighted_mean
from ce_graph.model.indicators.observations import Observation
from ce_graph.model.names import Names, listed, short
from ce_graph.wording import say

POPULATION = "population"


def population(observations: Iterable[Observation], region: str, year: str) -> Observation | None:
    """The population of a place for a year: that of its end, else that of the end of the year before.

    A figure of December 2020 is the one that 2021 begins with. Older and later ones are never taken: they would show
    as a change of the amount per inhabitant.
    """
    found = [
        one
        for one in observations
        if one.region == region and one.kind == "actual" and one.year and short(one.indicator) == POPULATION
    ]
    known = [one for one in found if year.isdecimal() and one.year in (year, str(int(year) - 1))]
    return max(known, key=lambda one: (one.year, one.confidence == "high", one.iri), default=None)


def per_inhabitant(
    names: Names,
    observations: Sequence[Observation],
    indicator: str,
    region: str,
    municipalities: Sequence[str],
    year: str,
) -> Result:
    """A figure per inhabitant of an area: the mean over its municipalities, weighted by their population."""
    found = _parts(names, observations, indicator, region, municipalities, year)
    if isinstance(found, Gap):
        return found
    values, people = found
    weights = [one.value for one in people]
    return Computed(
        indicator=short(indicator),
        region=region,
        year=year,
        value=weighted_mean([one.value for one in values], weights),
        lower=weighted_mean([one.bounds[0] for one in values], weights),
        upper=weighted_mean([one.bounds[1] for one in values], weights),
        unit=values[0].unit,
        inputs=(*(_input("per inhabitant", one) for one in values), *(_input("population", one) for one in people)),
        method=say(
            "Σ (per inhabitant * population) / Σ population; municipalities: %(count)s, populations of %(years)s",
            count=len(values),
            years=_years(people),
        ),
    )


def rate(
    names: Names,
    observations: Sequence[Observation],
    indicator: str,
    per_head: str,
    region: str,
    municipalities: Sequence[str],
    year: str,
) -> Result:
    """A rate of an area: the mean over its municipalities, weighted by the amount that each rate is a share of.

    The amount of a municipality is its figure per inhabitant (``per_head``) times its population.
    """
    rates = _parts(names, observations, indicator, region, municipalities, year)
    heads = _parts(names, observations, per_head, region, municipalities, year)
    for found in (rates, heads):
        if isinstance(found, Gap):
            return found
    assert not isinstance(rates, Gap)
    assert not isinstance(heads, Gap)
    values, people = rates
    weights = [one.value * other.value for one, other in zip(heads[0], people, strict=True)]
    return Computed(
        indicator=short(indicator),
        region=region,
        year=year,
        value=weighted_mean([one.value for one in values], weights),
        lower=weighted_mean([one.bounds[0] for one in values], weights),
        upper=weighted_mean([one.bounds[1] for one in values], weights),
        unit=values[0].unit,
        inputs=(
            *(_input("rate", one) for one in values),
            *(_input("per inhabitant", one) for one in heads[0]),
            *(_input("population", one) for one in people),
        ),
        method=say(
            "Σ (rate * per inhabitant * population) / Σ (per inhabitant * population); municipalities: %(count)s,"
            " populations of %(years)s",
            count=len(values),
            years=_years(people),
        ),
    )


def _parts(
    names: Names,
    observations: Sequence[Observation],
    indicator: str,
    region: str,
    municipalities: Sequence[str],
    year: str,
) -> tuple[list[Observation], list[Observation]] | Gap:
    """For each municipality its value and its population, or what is missing."""
    values, people = [], []
    unknown: dict[str, list[str]] = {"value": [], "population": []}
    for municipality in sorted(municipalities):
        value = min(
            (
                one
                for one in observations
                if (one.indicator, one.region, one.year, one.kind) == (indicator, municipality, year, "actual")
            ),
            key=lambda one: one.iri,
            default=None,
        )
        inhabitants = population(observations, municipality, year)
        if value is None:
            unknown["value"].append(municipality)
        elif inhabitants is None:
            unknown["population"].append(municipality)
        else:
            values.append(value)
            people.append(inhabitants)
    places = {what: names.all_called(found) for what, found in unknown.items() if found}
    missing = []
    if place := places.get("value"):
        what = names.called(indicator)
        missing.append(say("%(what)s of %(place)s in %(year)s", what=what, place=place, year=year))
    if place := places.get("population"):
        missing.append(say("population of %(place)s for %(year)s", place=place, year=year))
    if missing or not values:
        reason = say("the area has no municipalities in the graph")
        if missing:
            reason = say("missing: %(what)s", what=listed(missing))
        return Gap(short(indicator), region, year, reason)
    return values, people


def _input(what: str, one: Observation) -> Input:
    half = Decimal(0) if what == "population" else one.half_width
    return Input(what, one.value, one.unit, one.iri, one.document, half, one.year)


def _years(people: Sequence[Observation]) -> str:
    return ", ".join(sorted({one.year for one in people}))
