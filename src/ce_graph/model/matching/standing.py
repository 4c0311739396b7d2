"""Standing offers and needs: facilities that take something in, and flows that could be treated better."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from decimal import Decimal

from ce_graph.model.matching.entries import Entry
from ce_graph.model.names import Names, short
from ce_graph.model.potential import Potential

IN_USE = frozenset({"in-operation", "launched", "expanded", "renewed", "pilot", "completed", "running"})
"""Statuses of facilities that take something in today."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A facility as one who takes waste in; several documents may state several capacities."""

    iri: str
    operator: str = ""
    accepts: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    capacities: tuple[Decimal, ...] = ()
    """In tonnes a year."""
    statuses: tuple[str, ...] = ()
    place: str = ""
    point: tuple[float, float] | None = None
    document: str = ""


def needs_of_facilities(facilities: Iterable[Facility], ranks: Mapping[str, int], codes: str) -> list[Entry]:
    """One standing need for each facility in use: what it accepts, up to its largest capacity, where it stands.

    ``codes`` is how the IRIs of waste codes begin. A facility of which no document gives a status counts as in use.
    """
    found = []
    for facility in sorted(facilities, key=lambda one: one.iri):
        statuses = {short(status) for status in facility.statuses}
        if not facility.accepts or (statuses and not statuses & IN_USE):
            continue
        known = [ranks[operation] for operation in facility.operations if operation in ranks]
        found.append(
            Entry(
                iri=facility.iri,
                actor=facility.operator,
                materials=tuple(term for term in facility.accepts if not term.startswith(codes)),
                codes=tuple(term for term in facility.accepts if term.startswith(codes)),
                tonnes=max(facility.capacities, default=None),
                place=facility.place,
                point=facility.point,
                rank=min(known, default=0),
                standing=True,
                document=facility.document,
            )
        )
    return found


def offers_of_flows(
    potentials: Iterable[Potential], points: Mapping[str, tuple[float, float]], names: Names, language: str = "en"
) -> list[Entry]:
    """One standing offer for each waste and place that is treated worse than the best seen, in its latest year.

    A place that has no point of its own (a country, a region) is nowhere in particular: its distances are not known.
    """
    found = []
    for one in potentials:
        materials = (one.material,) if one.material else ()
        codes = (one.waste_code,) if one.waste_code else ()
        name = names.label(one.waste_code or one.material, language)
        found.append(
            Entry(
                iri=one.flows[0],
                materials=materials,
                codes=codes,
                tonnes=one.worse,
                place=one.region,
                point=points.get(one.region),
                rank=one.rank,
                by_code=one.by_code,
                standing=True,
                label=f"{name}, {names.label(one.region, language)} {one.year}".strip(),
                document=one.documents[0] if one.documents else "",
            )
        )
    return found
