"""Single terms as the text of N-Triples, and back."""

from __future__ import annotations

import re
from typing import TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_NODE = ox.NamedNode("x:")
_BEFORE = len(b"<x:> <x:> ")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def token(term: Term) -> bytes:
    """A term as canonical N-Triples."""
    line = ox.serialize([ox.Triple(_NODE, _NODE, term)], format=ox.RdfFormat.N_TRIPLES) or b""
    return line[_BEFORE:-3]


def literal(value: str, ending: str) -> ox.Literal:
    """A literal from its lexical form and what stands behind the closing quote."""
    if not ending:
        return ox.Literal(value)
    if ending.startswith("@"):
        language, _, direction = ending[1:].partition("--")
        if direction:
            return ox.Literal(value, language=language, direction=ox.BaseDirection(direction))
        return ox.Literal(value, language=language)
    return ox.Literal(value, datatype=ox.NamedNode(ending[3:-1]))


def unescape(value: str) -> str:
    """A text without the escapes of N-Triples."""
    return _ESCAPE.sub(_unescape_one, value)


def _unescape_one(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
