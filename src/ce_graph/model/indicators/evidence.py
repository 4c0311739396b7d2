"""Quality of the data: what rests on a source, on one source only, on an estimate, and how old it is."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from ce_graph.model.exact import Mask
from ce_graph.model.flows.keys import combine
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.computed import Computed, Gap, Input, Result, divide
from ce_graph.model.indicators.facts import Facts
from ce_graph.model.indicators.observations import Observation
from ce_graph.model.indicators.shares import PERCENT
from ce_graph.model.indicators.wider import YEAR, Wider
from ce_graph.model.names import short
from ce_graph.wording import Said, say

_ESTIMATES = frozenset({"estimated", "modelled", "preliminary", "planned"})
_APPROXIMATE = frozenset({"about", "over", "under", "at-least", "at-most", "nearly", "just-under"})
_QUANTITY = ("source", "target", "material", "waste-code", "treatment", "category", "stage", "region", "year",
             "hazardous", "quantity")  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Counts of facts of one kind."""

    kind: str
    facts: int
    with_source: int
    single_source: int
    """Facts that no second document states as well."""
    estimates: int
    """Facts that the source estimates, models or gives approximately."""
    years: tuple[int, ...] = ()
    """The last year of each fact that has one."""

    def percent(self, count: int) -> Decimal:
        """A count in per cent of all facts."""
        return divide(Decimal(100 * count), Decimal(self.facts)) if self.facts else Decimal(0)

    def age(self, year: int) -> Decimal | None:
        """Years from the facts to a year, on average; ``None`` where no fact has a year."""
        return divide(Decimal(sum(year - one for one in self.years)), Decimal(len(self.years))) if self.years else None

    def and_(self, other: Evidence) -> Evidence:
        """Both kinds of facts together."""
        counts = {name: getattr(self, name) + getattr(other, name)
                  for name in ("facts", "with_source", "single_source", "estimates", "years")}  # fmt: skip
        return Evidence(f"{self.kind} and {other.kind}", **counts)


def of_flows(table: FlowTable, mask: Mask | None = None) -> Evidence:
    """The evidence of the flows; two documents state one fact when all but the amount is the same."""
    document, basis, year = (table.columns[name] for name in ("document", "basis", "year"))
    here = np.ones(len(table), bool) if mask is None else mask
    keys, _ = combine([table.columns[name] for name in _QUANTITY])
    documents: dict[int, set[int]] = {}
    for key, code in zip(keys.tolist(), document.codes.tolist(), strict=True):
        documents.setdefault(key, set()).add(code)
    estimated = np.array([short(value) in _ESTIMATES for value in basis.values] + [False], bool)[basis.codes]
    last = np.array([_last(value) for value in year.values] + [0], np.int64)[year.codes]
    return Evidence(
        kind="flows",
        facts=int(here.sum()),
        with_source=int((here & (document.codes >= 0)).sum()),
        single_source=sum(len(documents[key]) == 1 for key in keys[here].tolist()),
        estimates=int((here & (estimated | table.approximate)).sum()),
        years=tuple(last[here & (last > 0)].tolist()),
    )


def of_observations(observations: Sequence[Observation]) -> Evidence:
    """The evidence of the observations; the age is told of actual values alone."""
    documents: dict[tuple[str, str, str, str], set[str]] = {}
    for one in observations:
        documents.setdefault((one.indicator, one.region, one.year, one.kind), set()).add(one.document)
    return Evidence(
        kind="observations",
        facts=len(observations),
        with_source=sum(bool(one.document) for one in observations),
        single_source=sum(len(documents[one.indicator, one.region, one.year, one.kind]) == 1 for one in observations),
        estimates=sum(one.qualifier in _APPROXIMATE or bool(set(one.flags) & set("ep")) for one in observations),
        years=tuple(year for one in observations if one.kind == "actual" and (year := _last(one.year))),
    )


def _last(text: str) -> int:
    """The last year that a text names; 0 where it names none."""
    return max(map(int, re.findall(r"\d{4}", text)), default=0)


def evidenced(facts: Facts, wider: Wider, region: str) -> list[Result]:
    """What the flows and observations of a place, and of what lies in it, rest on, and how old they are."""
    below = facts.table.lists.trees["region"].below(region)
    regions = facts.table.columns["region"]
    mask = np.array([value in below for value in regions.values] + [False], bool)[regions.codes]
    flows = of_flows(facts.table, mask)
    seen = of_observations([one for one in facts.observations if one.region in below])
    both = flows.and_(seen)
    names = {"facts-with-source": "with_source", "facts-single-source": "single_source",
             "facts-estimated": "estimates"}  # fmt: skip
    if not both.facts:
        reason = say("no flow and no observation is of the place")
        return [Gap(name, region, "", reason) for name in (*names, "facts-age")]
    told = {"flows": flows.facts, "observations": seen.facts}

    documents = Counter(facts.table.columns["document"].text(row) for row in np.flatnonzero(mask).tolist())
    documents.update(one.document for one in facts.observations if one.region in below)
    inputs = tuple(Input("facts", Decimal(count), "", one, one) for one, count in sorted(documents.items()) if one)

    def value(name: str, number: Decimal, unit: str, method: Said) -> Result:
        return Computed(indicator=name, region=region, year="", value=number, unit=unit, inputs=inputs, method=method,
                        lower=number, upper=number)  # fmt: skip

    results = [
        value(name, both.percent(getattr(both, count)), PERCENT,
              say("%(count)s / all facts of the place; flows: %(flows)s, observations: %(observations)s",
                  count=getattr(both, count), **told))
        for name, count in names.items()
    ]  # fmt: skip
    age = both.age(wider.today)
    if age is None:
        return [*results, Gap("facts-age", region, "", say("no fact of the place has a year"))]
    method = say("Σ (%(today)s - year of the fact) / facts with a year: %(count)s, from %(first)s to %(last)s",
                 today=wider.today, count=len(both.years), first=min(both.years), last=max(both.years))  # fmt: skip
    return [*results, value("facts-age", age, YEAR, method)]
