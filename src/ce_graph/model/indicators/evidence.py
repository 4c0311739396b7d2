"""Quality of the data: what rests on a source, on one source only, on an estimate, and how old it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from ce_graph.model.flows.keys import combine
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.computed import divide
from ce_graph.model.indicators.observations import Observation
from ce_graph.model.names import short

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
    newest: str
    oldest: str

    def percent(self, count: int) -> Decimal:
        """A count in per cent of all facts."""
        return divide(Decimal(100 * count), Decimal(self.facts)) if self.facts else Decimal(0)

    def age(self, year: int) -> int | None:
        """Years from the newest fact to a year."""
        return year - int(self.newest[:4]) if self.newest[:4].isdecimal() else None


def of_flows(table: FlowTable) -> Evidence:
    """The evidence of the flows; two documents state one fact when all but the amount is the same."""
    document, basis = table.columns["document"], table.columns["basis"]
    keys, _ = combine([table.columns[name] for name in _QUANTITY])
    documents: dict[int, set[int]] = {}
    for key, code in zip(keys.tolist(), document.codes.tolist(), strict=True):
        documents.setdefault(key, set()).add(code)
    estimated = np.array([short(value) in _ESTIMATES for value in basis.values] + [False], bool)[basis.codes]
    years = sorted(value for value in table.columns["year"].values if value)
    return Evidence(
        kind="flows",
        facts=len(table),
        with_source=int((document.codes >= 0).sum()),
        single_source=sum(len(documents[key]) == 1 for key in keys.tolist()),
        estimates=int((estimated | table.approximate).sum()),
        newest=years[-1] if years else "",
        oldest=years[0] if years else "",
    )


def of_observations(observations: Sequence[Observation]) -> Evidence:
    """The evidence of the observations."""
    documents: dict[tuple[str, str, str, str], set[str]] = {}
    for one in observations:
        documents.setdefault((one.indicator, one.region, one.year, one.kind), set()).add(one.document)
    years = sorted(one.year for one in observations if one.year and one.kind == "actual")
    return Evidence(
        kind="observations",
        facts=len(observations),
        with_source=sum(bool(one.document) for one in observations),
        single_source=sum(len(documents[one.indicator, one.region, one.year, one.kind]) == 1 for one in observations),
        estimates=sum(one.qualifier in _APPROXIMATE or bool(set(one.flags) & set("ep")) for one in observations),
        newest=years[-1] if years else "",
        oldest=years[0] if years else "",
    )
