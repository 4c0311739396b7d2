"""Statements that follow from several cells of a row: masses, printed precision, points on the map, source graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from ce_graph.ingest.columns import canonical, literal
from ce_graph.ingest.tables import Row, Table
from ce_graph.rdf.namespaces import CODE, DCTERMS, GEO, PROV, SKOS
from ce_graph.rdf.vocabulary import CE

Derived: TypeAlias = Iterator[tuple[str, str, str]]
"""Property, object in N-Triples syntax, column."""
Deriver: TypeAlias = Callable[[Row], Derived]

_APPROXIMATE = {"about", "over", "under", "at-least", "at-most", "nearly", "just-under"}
_MASS, _VOLUME = ("http://qudt.org/vocab/quantitykind/" + kind for kind in ("Mass", "Volume"))
_WKT = ox.NamedNode(str(GEO) + "wktLiteral")
_CONFIDENCES = {"low": 0, "medium": 1, "high": 2}
_MASSES = (
    ("amount", CE.massTonnes),
    ("amount_lower", CE.massTonnesLower),
    ("amount_upper", CE.massTonnesUpper),
)


def _flows(tables: dict[str, Table]) -> Deriver:
    """Mass in tonnes where the unit is a mass (or a volume with a density), and the printed precision."""
    units = tables["codes/unit.csv"].keys("notation")

    def derive(row: Row) -> Derived:
        unit = units.get(row.one("unit"))
        if unit is None:
            return
        kind, factor = unit.one("quantity_kind"), Decimal(unit.one("factor"))
        if kind == _VOLUME and row.one("density"):
            factor *= Decimal(row.one("density"))
        elif kind != _MASS:
            factor = Decimal(0)
        for column, property_ in _MASSES:
            if factor and row.one(column):
                yield property_, literal(canonical(Decimal(row.one(column)) * factor), "decimal"), column
        if row.one("amount"):
            width = half_width(row.one("amount"), approximate=row.one("amount_qualifier") in _APPROXIMATE)
            yield CE.rounding, literal(canonical(width * (factor or 1)), "decimal"), "amount"

    return derive


def half_width(printed: str, *, approximate: bool) -> Decimal:
    """Half of the last printed digit's place; trailing zeros count as not printed when the figure is approximate."""
    number = Decimal(printed)
    exponent = number.as_tuple().exponent
    place = exponent if isinstance(exponent, int) else 0
    if approximate and place >= 0 and number:
        place = len(printed) - len(printed.rstrip("0"))
    return Decimal(5).scaleb(place - 1)


def _places(_tables: dict[str, Table]) -> Deriver:
    """A point from latitude and longitude, in the order of WKT: longitude first; the EU's IRI of a NUTS code."""

    def derive(row: Row) -> Derived:
        latitude, longitude = row.one("latitude"), row.one("longitude")
        if latitude and longitude:
            yield str(GEO) + "asWKT", str(ox.Literal(f"POINT({longitude} {latitude})", datatype=_WKT)), "latitude"
        if row.one("nuts_code"):
            yield str(SKOS.exactMatch), f"<http://data.europa.eu/nuts/code/{row.one('nuts_code')}>", "nuts_code"

    return derive


def _waste_codes(_tables: dict[str, Table]) -> Deriver:
    """The same entry in ewc-onto, whose class for 17 01 01 is ``W17_01_01``; its names for groups are not known."""

    def derive(row: Row) -> Derived:
        code = row.one("notation")
        if row.one("level") == "code":
            name = "_".join((code[:2], code[2:4], code[4:]))
            yield str(SKOS.exactMatch), f"<https://w3id.org/ewc-onto/W{name}>", "notation"

    return derive


def _sources(tables: dict[str, Table]) -> Deriver:
    """Title in the document's language, time of retrieval, and the lowest confidence of the rows that rest on it."""
    lowest: dict[str, int] = {}
    for table in tables.values():
        for row in table.rows if {"source", "confidence"} <= table.columns.keys() else ():
            level = _CONFIDENCES.get(row.one("confidence"), len(_CONFIDENCES))
            lowest[row.one("source")] = min(level, lowest.get(row.one("source"), level))
    names = list(_CONFIDENCES)

    def derive(row: Row) -> Derived:
        yield str(DCTERMS.title), literal(row.one("title"), "string", row.one("language")), "title"
        yield str(PROV.generatedAtTime), literal(row.one("retrieved") + "T00:00:00Z", "dateTime"), "retrieved"
        level = lowest.get(row.one("key"), len(names))
        if level < len(names):
            yield CE.confidence, f"<{CODE}confidence/{names[level]}>", ""

    return derive


DERIVED: dict[str, Callable[[dict[str, Table]], Deriver]] = {
    "codes/ewc.csv": _waste_codes,
    "flows.csv": _flows,
    "places.csv": _places,
    "sources.csv": _sources,
}
"""By table: makes what follows from one row as a whole."""
