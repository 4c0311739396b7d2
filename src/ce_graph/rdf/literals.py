"""The lexical forms that the XML Schema and RDF datatypes allow, tested many at a time."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable, Sequence

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_ZONE = rb"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = rb"-?(?:[1-9]\d{4,}|\d{4})"
_MONTH = rb"(?:0[1-9]|1[0-2])"
_DAY = rb"(?:0[1-9]|[12]\d|3[01])"
_CLOCK = rb"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DATE = _YEAR + b"-" + _MONTH + b"-" + _DAY
_INTEGER = rb"[+-]?\d+"
_DOUBLE = rb"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)"
_DAYS_TIME = rb"(?:\d+D(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?|T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)"

_FORMS: dict[str, bytes] = {
    "boolean": rb"(?:true|false|1|0)",
    "integer": _INTEGER,
    "decimal": rb"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": _DOUBLE,
    "float": _DOUBLE,
    "date": _DATE + _ZONE,
    "dateTime": _DATE + b"T" + _CLOCK + _ZONE,
    "dateTimeStamp": _DATE + b"T" + _CLOCK + _ZONE[:-1],
    "time": _CLOCK + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": _YEAR + b"-" + _MONTH + _ZONE,
    "gMonth": b"--" + _MONTH + _ZONE,
    "gDay": b"---" + _DAY + _ZONE,
    "gMonthDay": b"--" + _MONTH + b"-" + _DAY + _ZONE,
    "duration": rb"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?" + _DAYS_TIME + b"?",
    "dayTimeDuration": rb"-?P" + _DAYS_TIME,
    "yearMonthDuration": rb"-?P(?:\d+Y(?:\d+M)?|\d+M)",
    "hexBinary": rb"(?:[0-9a-fA-F]{2})*",
    "base64Binary": rb"(?:(?:[A-Za-z0-9+/] ?){4})*"
    rb"(?:(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?",
    "language": rb"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
}
_TOKENS = {"token", "Name", "NCName", "NMTOKEN", "ID", "IDREF", "ENTITY"}

INTEGER_RANGES: dict[str, tuple[int | None, int | None]] = {
    "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1), "byte": (-128, 127),
    "nonNegativeInteger": (0, None), "positiveInteger": (1, None), "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1), "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255),
}  # fmt: skip
"""Smallest and largest value of the types derived from ``xsd:integer``."""

INTEGERS = frozenset({"integer", *INTEGER_RANGES})
NUMERIC = frozenset({"decimal", "double", "float", *INTEGERS})
"""Local names of the numeric datatypes."""

_SPACED = re.compile(rb"(?: |\\[tnr])")
_NAME_START = re.compile(r"[:_\w]", re.UNICODE)


def has_rules(datatype: str) -> bool:
    """Whether not every text is a lexical form of the datatype."""
    if not datatype.startswith(XSD):
        return datatype == RDF + "JSON"
    name = datatype[len(XSD) :]
    return name in _FORMS or name in INTEGER_RANGES or _text_test(name) is not None


def well_formed(datatype: str, texts: Sequence[bytes]) -> list[bool] | None:
    """For each text, in UTF-8 with the escapes of N-Triples: is it a lexical form of the datatype? ``None``: all are.

    Every text is fine for a datatype that is not known here.
    """
    if not datatype.startswith(XSD):
        return _json(texts) if datatype == RDF + "JSON" else None
    name = datatype[len(XSD) :]
    pattern = _FORMS.get("integer" if name in INTEGER_RANGES else name)
    if pattern is None:
        test = _text_test(name)
        return None if test is None else _answer([test(text) for text in texts])
    block = b"\n".join(texts)
    check = _EXTRA.get(name) or (_in_range(name) if name in INTEGER_RANGES else None)
    if check is None and len(re.findall(b"^" + pattern + b"$", block, re.MULTILINE)) == len(texts):
        return None
    match = re.compile(pattern).fullmatch
    if check is None:
        return _answer([match(text) is not None for text in texts])
    return _answer([match(text) is not None and check(text) for text in texts])


def _answer(found: list[bool]) -> list[bool] | None:
    return None if all(found) else found


def _json(texts: Sequence[bytes]) -> list[bool] | None:
    def test(text: bytes) -> bool:
        try:
            json.loads(text.replace(b'\\"', b'"').replace(rb"\\", b"\\"))
        except ValueError:
            return False
        return True

    return _answer([test(text) for text in texts])


def _text_test(name: str) -> Callable[[bytes], bool] | None:
    if name == "normalizedString":
        return lambda text: b"\\" not in text or not re.search(rb"(?<!\\)(?:\\\\)*\\[tnr]", text)
    if name in _TOKENS:
        return lambda text: _is_token(text, name)
    return None


def _is_token(text: bytes, name: str) -> bool:
    if _SPACED.search(text):
        if name != "token" or b"\\t" in text or b"\\n" in text or b"\\r" in text:
            return False
        return not (text.startswith(b" ") or text.endswith(b" ") or b"  " in text)
    if name == "token":
        return True
    word = text.decode()
    if not word or (name != "Name" and name != "NMTOKEN" and ":" in word):
        return False
    if not all(char in ":_-.·" or char.isalnum() or not char.isascii() for char in word):
        return False
    return name == "NMTOKEN" or (_NAME_START.match(word) is not None and not word[0].isdigit())


def _in_range(name: str) -> Callable[[bytes], bool]:
    low, high = INTEGER_RANGES[name]
    return lambda text: len(text) < 40 and (low is None or int(text) >= low) and (high is None or int(text) <= high)


def _date_exists(text: bytes) -> bool:
    if text[4:5] == b"-" and text[8:10] <= b"28":
        return True
    year, month, day = re.match(rb"(-?\d+)-(\d\d)-(\d\d)", text).groups()  # type: ignore[union-attr]
    if day <= b"28":
        return True
    number = int(year[-4:] if len(year) > 12 else year)
    return int(day) <= (29 if month == b"02" and calendar.isleap(number) else _LAST[int(month)])


_LAST = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EXTRA: dict[str, Callable[[bytes], bool]] = {
    "date": _date_exists,
    "dateTime": _date_exists,
    "dateTimeStamp": _date_exists,
    "gMonthDay": lambda text: int(text[5:7]) <= (29 if text[2:4] == b"02" else _LAST[int(text[2:4])]),
}
