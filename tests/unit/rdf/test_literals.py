from __future__ import annotations

import itertools
import random
from decimal import Decimal

import numpy as np
import pyoxigraph as ox
import pytest

from ce_graph.rdf.columns import of_quads
from ce_graph.rdf.literals import RDF, XSD, has_rules, well_formed
from ce_graph.rdf.values import Order

FORMS = {
    "boolean": ("true false 1 0", "TRUE yes 2 True 01"),
    "integer": ("0 -1 +5 007", "1.0 - 1e3 ١ 1_0"),
    "decimal": ("1.50 .5 5. -0 +1.2", "1e3 . INF 1,5"),
    "double": ("1 1e3 -1.5E-3 INF -INF NaN +INF", "inf nan Infinity 1e"),
    "date": ("2024-02-29 2000-02-29 -0044-03-15 12024-01-01 2024-01-01Z 2024-01-01+14:00",
             "2023-02-29 1900-02-29 2024-13-01 24-01-01 2024-04-31 2024-01-01+15:00 02024-01-01"),
    "dateTime": ("2024-01-01T00:00:00 2024-01-01T24:00:00 2024-01-01T23:59:59.999Z",
                 "2024-01-01 2024-01-01T25:00:00 2024-01-01T24:00:01 2024-02-30T00:00:00"),
    "dateTimeStamp": ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00"),
    "time": ("12:00:00 12:00:00.5-03:00", "12:00 25:00:00"),
    "gYear": ("2024 -0001 2024Z", "24 long 2024-01"),
    "gYearMonth": ("2024-12", "2024-13 2024"),
    "gMonthDay": ("--02-29 --12-31", "--02-30 --04-31 02-29"),
    "gMonth": ("--01", "--13 01"),
    "gDay": ("---31", "---32 31"),
    "duration": ("P1Y2M3DT4H5M6.7S P1D PT1S -P1M P1YT1H", "P PT P1S 1D P1YT"),
    "dayTimeDuration": ("P1D PT1.5S P1DT2H", "P1Y P1DT"),
    "yearMonthDuration": ("P1Y P1M P1Y2M", "P1D P"),
    "byte": ("127 -128", "128 -129 1.0"),
    "unsignedByte": ("0 255 +3", "256 -1"),
    "long": ("9223372036854775807", "9223372036854775808"),
    "positiveInteger": ("1", "0"),
    "nonPositiveInteger": ("0 -5", "1"),
    "hexBinary": ("00ff AB", "0 xy"),
    "base64Binary": ("aGk= aGkh aA==", "a aGk a=== aGk=="),
    "language": ("en de-AT", "en_US toolongsubtag"),
    "NCName": ("name a.b _x é", "1a a:b"),
    "Name": ("a:b", "1a -a"),
    "NMTOKEN": ("1a -a", "a/b"),
    "token": ("ab", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_lexical_forms(name: str) -> None:
    fine, wrong = (text.split() for text in FORMS[name])
    assert has_rules(XSD + name)
    assert well_formed(XSD + name, [text.encode() for text in fine]) is None
    for text in wrong:
        assert well_formed(XSD + name, [text.encode()]) == [False], text
    mixed = [text.encode() for text in [*fine, *wrong]]
    assert well_formed(XSD + name, mixed) == ([True] * len(fine) + [False] * len(wrong) if wrong else None)


def test_spaces_count_in_tokens() -> None:
    assert well_formed(XSD + "token", [b"a b", b" a", b"a  b", rb"a\tb"]) == [True, False, False, False]
    assert well_formed(XSD + "normalizedString", [b"a  b", rb"a\nb", rb"a\\n"]) == [True, False, True]
    assert well_formed(RDF + "JSON", [rb"{\"a\": 1}", b"{"]) == [True, False]


def test_a_datatype_that_is_not_known_allows_every_text() -> None:
    assert well_formed("http://example.org/type", [b"anything"]) is None
    assert not has_rules(XSD + "string")
    assert not has_rules("http://example.org/type")


def _compare(left: ox.Literal, right: ox.Literal, *, or_equal: bool = False) -> tuple[bool, bool]:
    node = ox.NamedNode("http://example.org/")
    data = of_quads([ox.Triple(node, node, left), ox.Triple(node, node, right)])
    ids = [np.array([data.terms.find(term)], np.int32) for term in (left, right)]
    less, known = Order(data.terms, np.unique(np.concatenate(ids))).compare(*ids, or_equal=or_equal)
    return bool(less[0]), bool(known[0])


def _typed(text: str, datatype: str = "") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)) if datatype else ox.Literal(text)


LESS = [
    ("1", "integer", "1.5", "decimal"), ("-INF", "double", "1", "byte"), ("a", "string", "b", "string"),
    ("false", "boolean", "1", "boolean"), ("2024-01-01", "date", "2024-01-02", "date"),
    ("2024-01-01T10:00:00+02:00", "dateTime", "2024-01-01T09:00:00Z", "dateTime"), ("-0001", "gYear", "0001", "gYear"),
    ("2024-01-01T00:00:00", "dateTime", "2024-01-02T15:00:00Z", "dateTime"),
    ("P1D", "dayTimeDuration", "PT25H", "dayTimeDuration"),
    ("9007199254740992", "integer", "9007199254740993", "integer"),
    ("P11M", "yearMonthDuration", "P1Y", "yearMonthDuration"),
    ("0.10000000000000000001", "decimal", "0.10000000000000000002", "decimal"),
    ("23:59:59", "time", "24:00:00", "time"),
    ("2024-01-01T00:00:00.0000001Z", "dateTime", "2024-01-01T00:00:00.0000002Z", "dateTime"),
    ("9999-12-31", "date", "12024-01-01", "date"),
]  # fmt: skip


@pytest.mark.parametrize("case", LESS)
def test_less(case: tuple[str, str, str, str]) -> None:
    left, right = _typed(*case[:2]), _typed(*case[2:])
    assert _compare(left, right) == (True, True)
    assert _compare(right, left) == (False, True)
    assert _compare(right, left, or_equal=True) == (False, True)


@pytest.mark.parametrize(
    "case",
    [
        ("1", "integer", "1.0", "decimal"),
        ("1e0", "double", "1", "integer"),
        ("2024-01-01Z", "date", "2024-01-01+00:00", "date"),
    ],
)
def test_equal_values_are_not_less_but_less_or_equal(case: tuple[str, str, str, str]) -> None:
    left, right = _typed(*case[:2]), _typed(*case[2:])
    assert _compare(left, right) == (False, True)
    assert _compare(left, right, or_equal=True) == (True, True)


@pytest.mark.parametrize(
    "case",
    [
        ("1", "integer", "1", "string"), ("x", "integer", "1", "integer"),
        ("2024-01-01", "date", "2024-01-01T00:00:00", "dateTime"),
        ("2024-01-01T00:00:00", "dateTime", "2024-01-01T01:00:00Z", "dateTime"), ("P1D", "duration", "P2D", "duration"),
        ("1", "http", "2", "http"), ("--01", "gMonth", "--02", "gMonth"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(case: tuple[str, str, str, str]) -> None:
    assert _compare(_typed(*case[:2]), _typed(*case[2:]), or_equal=True) == (False, False)


def test_nan_is_neither_less_nor_equal() -> None:
    nan = _typed("NaN", "double")
    assert not _compare(nan, nan, or_equal=True)[0]
    assert not _compare(nan, _typed("1", "integer"))[0]
    assert not _compare(_typed("1", "integer"), nan)[0]


def test_decimals_are_compared_exactly() -> None:
    pick = random.Random(2)
    texts = [f"{pick.randrange(-3, 3)}.{'0' * pick.randrange(20)}{pick.randrange(5)}" for _ in range(40)]
    for left, right in itertools.islice(itertools.combinations(texts, 2), 0, None, 5):
        assert _compare(_typed(left, "decimal"), _typed(right, "decimal"))[0] == (Decimal(left) < Decimal(right))
