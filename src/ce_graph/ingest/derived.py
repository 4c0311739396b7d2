"""Statements that follow from several cells of a row: masses, printed precision, points on the map, source graphs."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from ce_graph.ingest.columns import canonical, is_day, is_language, literal, number
from ce_graph.ingest.iris import Template
from ce_graph.ingest.tables import Row, Table
from ce_graph.rdf.namespaces import CODE, DCTERMS, GEO, PROV, SKOS
from ce_graph.rdf.vocabulary import CE

Derived: TypeAlias = Iterator[tuple[str, str, str]]
"""Property, object in N-Triples syntax, column."""
Deriver: TypeAlias = Callable[[Row], Derived]
Maker: TypeAlias = Callable[[dict[str, Table]], Deriver]

_EXACT = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[decimal.Inexact])
_NUTS = Template("http://data.europa.eu/nuts/code/{nuts_code}")
_EWC_ONTO = Template("https://w3id.org/ewc-onto/W{name}")
_APPROXIMATE = {"about", "over", "under", "at-least", "at-most", "nearly", "just-under"}
_MASS, _VOLUME = ("http://qudt.org/vocab/quantitykind/" + kind for kind in ("Mass", "Volume"))
_WKT = ox.NamedNode(str(GEO) + "wktLiteral")
_CONFIDENCES = {"low": 0, "medium": 1, "high": 2}
_MASSES = (
    ("amount", str(CE.massTonnes)),
    ("amount_lower", str(CE.massTonnesLower)),
    ("amount_upper", str(CE.massTonnesUpper)),
)
_LABELS = ("label_en", "label_fi", "label_sv")


def _flows(tables: dict[str, Table]) -> Deriver:
    """Mass in tonnes where the unit is a mass (or a volume with a density), and the printed precision."""
    units = tables["codes/unit.csv"].by("notation") if "codes/unit.csv" in tables else {}
    rounding = str(CE.rounding)

    def derive(row: Row) -> Derived:
        unit = units.get(row.one("unit"))
        if unit is None:
            return
        kind, factor = unit.one("quantity_kind"), number(unit.one("factor")) or Decimal(0)
        if kind == _VOLUME:
            factor = _EXACT.multiply(factor, number(row.one("density")) or Decimal(0))
        elif kind != _MASS:
            factor = Decimal(0)
        for column, property_ in _MASSES:
            amount = number(row.one(column))
            if factor and amount is not None:
                yield property_, _decimal(amount, factor), column
        if number(row.one("amount")) is not None:
            width = half_width(row.one("amount"), approximate=row.one("amount_qualifier") in _APPROXIMATE)
            yield rounding, _decimal(width, factor or Decimal(1)), "amount"

    return derive


def _decimal(number: Decimal, factor: Decimal) -> str:
    return literal(canonical(_EXACT.multiply(number, factor)), "decimal")


def half_width(printed: str, *, approximate: bool) -> Decimal:
    """Half of the last printed digit's place; trailing zeros count as not printed when the figure is approximate."""
    whole, _, fraction = printed.partition(".")
    place = -len(fraction)
    if approximate and not fraction and whole.strip("+-0"):
        place = len(whole) - len(whole.rstrip("0"))
    return Decimal(5).scaleb(place - 1)


def _places(_tables: dict[str, Table]) -> Deriver:
    """A point from latitude and longitude, in the order of WKT: longitude first; the EU's IRI of a NUTS code.

    A municipality has the code of the region that it lies in, so it is not what the code names.
    """

    def derive(row: Row) -> Derived:
        latitude, longitude = number(row.one("latitude")), number(row.one("longitude"))
        if latitude is not None and longitude is not None:
            point = f"POINT({canonical(longitude)} {canonical(latitude)})"
            yield str(GEO) + "asWKT", str(ox.Literal(point, datatype=_WKT)), "latitude"
        if row.one("nuts_code") and row.one("class") != "Municipality":
            yield str(SKOS.exactMatch), f"<{_NUTS.expand(row.first(_NUTS.names))}>", "nuts_code"

    return derive


def _waste_codes(_tables: dict[str, Table]) -> Deriver:
    """The same entry in ewc-onto, whose class for 17 01 01 is ``W17_01_01``; its names for groups are not known."""

    def derive(row: Row) -> Derived:
        code = row.one("notation")
        if row.one("level") == "code":
            name = "_".join((code[:2], code[2:4], code[4:]))
            yield str(SKOS.exactMatch), f"<{_EWC_ONTO.expand({'name': name})}>", "notation"

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
        if row.one("title"):
            language = row.one("language") if is_language(row.one("language")) else ""
            yield str(DCTERMS.title), literal(row.one("title"), "string", language), "title"
        if is_day(row.one("retrieved")):
            yield str(PROV.generatedAtTime), literal(row.one("retrieved") + "T00:00:00Z", "dateTime"), "retrieved"
        level = lowest.get(row.one("key"), len(names))
        if level < len(names):
            yield str(CE.confidence), f"<{CODE}confidence/{names[level]}>", ""

    return derive


def scheme_of(table: Table) -> str:
    """The IRI of the scheme whose codes the table holds, or ``""`` when it holds no codes."""
    return next((template.prefix for property_, template in table.virtual if property_ == str(SKOS.inScheme)), "")


def concept(table: Table) -> Maker | None:
    """What follows for a code from its scheme: whether it is at the top, and a label where it has none."""
    scheme = scheme_of(table)
    if not scheme:
        return None

    def derive(row: Row) -> Derived:
        if not row.one("broader"):
            yield str(SKOS.topConceptOf), f"<{scheme}>", ""
        if not any(map(row.one, _LABELS)):
            yield str(SKOS.prefLabel), literal(row.one("display_code") or row.one("notation"), "string"), "notation"

    return lambda _tables: derive


DERIVED: dict[str, Maker] = {
    "codes/ewc.csv": _waste_codes,
    "flows.csv": _flows,
    "places.csv": _places,
    "sources.csv": _sources,
}
"""By table: makes what follows from one row as a whole."""
