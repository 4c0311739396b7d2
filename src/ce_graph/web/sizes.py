"""How much there is: of each class that the start page tells of, and statements in all."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import ONTOLOGY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ce_graph.web.asking import Asker

COUNTED = ("Project", "Actor", "FundingShare", "FundingProgramme", "Flow", "Facility", "Indicator", "Observation")


@dataclasses.dataclass(frozen=True, slots=True)
class Sizes:
    """``things`` of each class of ``COUNTED``, and ``quads`` in all graphs."""

    things: Mapping[str, int]
    quads: int


def count(asker: Asker) -> Sizes:
    """Count everything; of very large data that takes seconds."""
    rows = asker.ask("counts", classes=[ox.NamedNode(ONTOLOGY + name) for name in COUNTED])
    found = {row["class"].value.removeprefix(ONTOLOGY): int(row["count"].value) for row in rows}
    size = asker.ask("size")
    return Sizes(
        {name: found.get(name, 0) for name in COUNTED},
        int(size[0]["quads"].value) if size and "quads" in size[0] else 0,
    )
