"""Offers, needs and facilities as entries for the matching, with the points where they are."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from ce_graph.model.flows.amounts import MASS
from ce_graph.model.matching.entries import Entry, read_limits
from ce_graph.model.matching.pairwise import Trees
from ce_graph.model.matching.standing import Facility
from ce_graph.query.records.flows import lists
from ce_graph.query.records.measures import many_each, one_each
from ce_graph.query.records.reading import Reader, instances, ontology
from ce_graph.rdf.namespaces import GEO, PROV

_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)
Point = tuple[float, float]


def matching_trees(reader: Reader) -> Trees:
    """The hierarchies that offers and needs meet through."""
    known = lists(reader).trees
    return Trees(known["material"], known["waste-code"])


def points(reader: Reader) -> dict[str, Point]:
    """Latitude and longitude of everything that has a point of its own; WKT has the longitude first."""
    geometries = one_each(reader, str(GEO) + "asWKT")
    return {thing: point for thing, text in geometries.items() if (point := point_of(text)) is not None}


def point_of(wkt: str) -> Point | None:
    """Latitude and longitude of a point as WKT writes it, longitude first; ``None`` when it is no point."""
    match = _POINT.search(wkt)
    return (float(match[2]), float(match[1])) if match else None


def entries(reader: Reader, class_: str) -> list[Entry]:
    """All offers (``Offer``) or needs (``Need``) that the dataset states, by IRI.

    An offer by waste codes alone is of the materials of the codes. A need is not: who takes one code takes no other.
    """
    one = {
        name: one_each(reader, ontology(name))
        for name in ("actor", "unit", "location", "amount", "amountUpper", "amountLower", "hazardous", "validFrom",
                     "validUntil")
    }  # fmt: skip
    many = {name: many_each(reader, ontology(name)) for name in ("material", "wasteCode", "qualityLimit")}
    kinds, factors = one_each(reader, ontology("quantityKind")), one_each(reader, ontology("factor"))
    hazards = one_each(reader, ontology("hazardous"))
    where, document = points(reader), one_each(reader, str(PROV.wasDerivedFrom))
    of_codes = lists(reader).materials if class_ == "Offer" else {}
    found = []
    for iri in reader.texts(instances(reader, ontology(class_))):
        unit = one["unit"].get(iri, "")
        factor = Decimal(factors.get(unit, 0)) if kinds.get(unit) == MASS else None
        actor = one["actor"].get(iri, "")
        place = one["location"].get(iri) or one["location"].get(actor, "")
        limits, words = read_limits(many["qualityLimit"].get(iri, ()))
        codes = many["wasteCode"].get(iri, ())
        stated = many["material"].get(iri, ())
        named = tuple(sorted({of_codes[code] for code in codes if code in of_codes})) if not stated else ()
        said = one["hazardous"].get(iri) or next((hazards[code] for code in codes if code in hazards), None)
        found.append(
            Entry(
                iri=iri,
                actor=actor,
                materials=stated or named,
                by_code=bool(named),
                codes=codes,
                tonnes=_times(one["amount"].get(iri) or one["amountUpper"].get(iri), factor),
                smallest=_times(one["amountLower"].get(iri), factor) if class_ == "Need" else None,
                hazardous=None if said is None else said == "true",
                limits=limits,
                words=words,
                place=place,
                point=where.get(iri) or where.get(place),
                start=_day(one["validFrom"].get(iri), last=False),
                end=_day(one["validUntil"].get(iri), last=True),
                document=document.get(iri, ""),
            )
        )
    return found


def facilities(reader: Reader) -> list[Facility]:
    """Every facility with what it takes in, does and can take."""
    one = {name: one_each(reader, ontology(name)) for name in ("operator", "location", "capacityUnit")}
    many = {name: many_each(reader, ontology(name)) for name in
            ("accepts", "facilityOperation", "capacity", "capacityUpper", "status")}  # fmt: skip
    kinds, factors = one_each(reader, ontology("quantityKind")), one_each(reader, ontology("factor"))
    where, document = points(reader), one_each(reader, str(PROV.wasDerivedFrom))
    found = []
    for iri in reader.texts(instances(reader, ontology("Facility"))):
        unit = one["capacityUnit"].get(iri, "")
        stated = (*many["capacity"].get(iri, ()), *many["capacityUpper"].get(iri, ()))
        place = one["location"].get(iri, "")
        found.append(
            Facility(
                iri=iri,
                operator=one["operator"].get(iri, ""),
                accepts=many["accepts"].get(iri, ()),
                operations=many["facilityOperation"].get(iri, ()),
                capacities=_tonnes(stated, unit, kinds, factors),
                statuses=many["status"].get(iri, ()),
                place=place,
                point=where.get(iri) or where.get(place),
                document=document.get(iri, ""),
            )
        )
    return found


def _tonnes(
    stated: tuple[str, ...], unit: str, kinds: Mapping[str, str], factors: Mapping[str, str]
) -> tuple[Decimal, ...]:
    if kinds.get(unit) != MASS:
        return ()
    return tuple(Decimal(value) * Decimal(factors[unit]) for value in stated)


def _times(text: str | None, factor: Decimal | None) -> Decimal | None:
    return None if text is None or factor is None else Decimal(text) * factor


def _day(text: str | None, *, last: bool) -> datetime.date | None:
    """The first or last day of a date, a month or a year."""
    if not text:
        return None
    try:
        if len(text) >= 10:
            return datetime.date.fromisoformat(text[:10])
        year, _, month = text.partition("-")
        if not last:
            return datetime.date(int(year), int(month or 1), 1)
        following = datetime.date(int(year) + 1, 1, 1)
        if month and int(month) < 12:
            following = datetime.date(int(year), int(month) + 1, 1)
        return following - datetime.timedelta(days=1)
    except ValueError:
        return None
