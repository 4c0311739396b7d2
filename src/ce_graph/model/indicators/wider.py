"""What indicators beyond shares of waste are computed from: potential, offers, money, decisions, the network."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ce_graph.model.flows.composition import Composition
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.computed import Input
from ce_graph.model.indicators.money import FundingShare, Project
from ce_graph.model.indicators.shares import inputs_of_rows
from ce_graph.model.matching.entries import Entry
from ce_graph.model.matching.pairwise import Trees
from ce_graph.model.potential import Potential
from ce_graph.model.trees import Tree

EUR = "http://qudt.org/vocab/unit/CCY_EUR"
_UNITS = "https://w3id.org/ce-graph/code/unit/"
EUR_PERSON, EUR_TONNE, ACTOR = (_UNITS + name for name in ("EUR-person", "EUR-t", "actor"))
YEAR = "http://qudt.org/vocab/unit/YR"
TONNES_A_YEAR = "http://qudt.org/vocab/unit/TONNE-PER-YR"


class Decision(NamedTuple):
    """What became of an application; ``programme`` is ``""`` where no source says which one it was made to."""

    iri: str
    outcome: str
    programme: str = ""
    document: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wider:
    """A dataset as far as potential, matching, money, the network and the age of the data are concerned."""

    potentials: Sequence[Potential] = ()
    compositions: Mapping[str, Sequence[Composition]] = dataclasses.field(default_factory=dict)
    offers: Sequence[Entry] = ()
    needs: Sequence[Entry] = ()
    trees: Trees
    projects: Sequence[Project] = ()
    shares: Sequence[FundingShare] = ()
    themes: Tree = dataclasses.field(default_factory=Tree)
    materials: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    """Theme → the materials that belong to it."""
    decisions: Sequence[Decision] = ()
    participations: Sequence[tuple[str, str]] = ()
    """Actor and project, in any role."""
    today: int
    """The year that the age of the data is told in."""


def flow_inputs(table: FlowTable, flows: Iterable[str], what: str) -> tuple[Input, ...]:
    """Flows of the table, by their IRIs, as what a value is derived from."""
    return inputs_of_rows(table, (table.row[flow] for flow in flows), what)


def tonnes(entry: Entry, what: str) -> Input:
    """An offer or a need as what a value is derived from."""
    return Input(what, entry.tonnes or Decimal(0), TONNES_A_YEAR, entry.iri, entry.document)
