"""All checks of the balance of sources on one dataset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ce_graph.model.balance.capacity import Capacity, capacity_findings
from ce_graph.model.balance.findings import Finding
from ce_graph.model.balance.sources import flow_differences, flow_jumps, observation_differences, observation_jumps
from ce_graph.model.balance.totals import total_findings
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.observations import Break, Observation

_ORDER = {"violation": 0, "warning": 1, "info": 2}


def review(
    table: FlowTable,
    observations: Sequence[Observation] = (),
    breaks: Sequence[Break] = (),
    capacities: Iterable[Capacity] = (),
) -> list[Finding]:
    """Every finding, violations first, then by kind and focus."""
    found = [
        *total_findings(table),
        *capacity_findings(table, capacities),
        *flow_differences(table),
        *observation_differences(observations),
        *observation_jumps(observations, breaks),
        *flow_jumps(table, breaks),
    ]
    return sorted(found, key=lambda one: (_ORDER[one.severity], one.kind, one.focus, one.others))
