"""Finds shapes that no value can satisfy: bounds that contradict one another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

import pyoxigraph as ox

from ce_graph.check.lint.statements import RDF, SH, XSD, Statement, Statements

Clash = tuple[Statement, Statement]
"""Two statements of one shape that cannot both hold; the second is the one to point to."""

_COUNTS = (
    ("minCount", "maxCount"),
    ("minLength", "maxLength"),
    ("qualifiedMinCount", "qualifiedMaxCount"),
)
_RANGES = (
    ("minInclusive", "maxInclusive", False),
    ("minInclusive", "maxExclusive", True),
    ("minExclusive", "maxInclusive", True),
    ("minExclusive", "maxExclusive", True),
)
_LANGUAGE = {RDF + "langString", RDF + "dirLangString"}
_NUMBERS = {
    XSD + name
    for name in (
        "integer", "decimal", "double", "float", "byte", "short", "int", "long", "unsignedByte", "unsignedShort",
        "unsignedInt", "unsignedLong", "nonNegativeInteger", "positiveInteger", "negativeInteger", "nonPositiveInteger",
    )
}  # fmt: skip


def contradictions(statements: Statements) -> Iterator[Clash]:
    """Yield every pair of statements of one shape that cannot both hold for any value."""
    for subject in statements.subjects():
        if not any(item.predicate.startswith(SH) for item in statements.of(subject)):
            continue
        for rule in _RULES:
            yield from rule(statements, subject)


def _pairs(statements: Statements, subject: object, one: str, two: str) -> Iterator[Clash]:
    return itertools.product(statements.of(subject, one), statements.of(subject, two))  # type: ignore[arg-type]


def _counts(statements: Statements, subject: object) -> Iterator[Clash]:
    for low, high in _COUNTS:
        for one, two in _pairs(statements, subject, low, high):
            least, most = _number(one.object), _number(two.object)
            if least is not None and most is not None and least > most:
                yield one, two


def _ranges(statements: Statements, subject: object) -> Iterator[Clash]:
    for low, high, strict in _RANGES:
        for one, two in _pairs(statements, subject, low, high):
            least, most = _comparable(one.object, two.object)
            if least is not None and most is not None and (least > most or (strict and least == most)):  # type: ignore[operator]
                yield one, two


def _kinds(statements: Statements, subject: object) -> Iterator[Clash]:
    literal, not_literal = SH + "Literal", {SH + "IRI", SH + "BlankNode", SH + "BlankNodeOrIRI"}
    for name in ("datatype", "languageIn", "uniqueLang", "pattern", "minLength", "maxLength"):
        for one, two in _pairs(statements, subject, "nodeKind", name):
            only_blank = _iri(one.object) == SH + "BlankNode"
            text = name in ("pattern", "minLength", "maxLength")
            if (_iri(one.object) in not_literal and not text) or (only_blank and text):
                yield one, two
    for one, two in _pairs(statements, subject, "nodeKind", "class"):
        if _iri(one.object) == literal:
            yield one, two
    yield from _pairs(statements, subject, "datatype", "class")
    for name in ("datatype", "nodeKind"):
        for one, two in itertools.combinations(statements.of(subject, name), 2):  # type: ignore[arg-type]
            if one.object != two.object:
                yield one, two


def _languages(statements: Statements, subject: object) -> Iterator[Clash]:
    for name in ("languageIn", "uniqueLang"):
        for one, two in _pairs(statements, subject, "datatype", name):
            if _iri(one.object) not in _LANGUAGE:
                yield one, two
    for low in ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"):
        for one, two in _pairs(statements, subject, "datatype", low):
            wanted, given = _iri(one.object), _datatype(two.object)
            if (
                given
                and wanted != given
                and not {wanted, given} <= _NUMBERS
                and (wanted in _LANGUAGE or given in _NUMBERS | {wanted})
            ):
                yield one, two


def _values(statements: Statements, subject: object) -> Iterator[Clash]:
    for one, two in _pairs(statements, subject, "in", "hasValue"):
        if two.object not in statements.items(one.object):
            yield one, two
    for one, two in _pairs(statements, subject, "datatype", "hasValue"):
        if _datatype(two.object) != _iri(one.object):
            yield one, two


def _rest(statements: Statements, subject: object) -> Iterator[Clash]:
    for one, two in _pairs(statements, subject, "hasValue", "maxCount"):
        if _number(two.object) == 0:
            yield one, two
    for one, two in _pairs(statements, subject, "equals", "disjoint"):
        if one.object == two.object:
            yield one, two
    for one, two in _pairs(statements, subject, "in", "minCount"):
        if _iri(one.object) == RDF + "nil" and (_number(two.object) or 0) > 0:
            yield one, two


_Rule: TypeAlias = Callable[[Statements, object], Iterator[Clash]]
_RULES: tuple[_Rule, ...] = (
    _counts,
    _ranges,
    _kinds,
    _languages,
    _values,
    _rest,
)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _datatype(term: object) -> str:
    return term.datatype.value if isinstance(term, ox.Literal) else ""


def _number(term: object) -> Decimal | None:
    if not isinstance(term, ox.Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        found = Decimal(term.value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _comparable(one: object, two: object) -> tuple[object, object]:
    """Two literals as values that Python orders, or nothing when they cannot be compared with certainty."""
    least, most = _number(one), _number(two)
    if least is not None and most is not None:
        return least, most
    dates = {XSD + "date": 10, XSD + "dateTime": 19, XSD + "gYear": 4, XSD + "gYearMonth": 7}
    width = dates.get(_datatype(one))
    if width and _datatype(one) == _datatype(two) and isinstance(one, ox.Literal) and isinstance(two, ox.Literal):
        texts = (one.value, two.value)
        if all(
            len(text) == width and text[:1].isdigit() for text in texts
        ):  # no time zone, no sign: text order is time order
            return texts
    return None, None
