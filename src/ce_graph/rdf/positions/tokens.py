"""The tokens of Turtle, TriG, N-Triples and N-Quads as one pattern over bytes, for text that a parser has accepted."""

from __future__ import annotations

import re

_SKIP = rb"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
_IRI = rb"<[^<>\x00-\x20]*+>"
_ESCAPED = rb"\\."
# A dot belongs to a name only when the name goes on after it.
_NAME_BYTE = rb"[^\x00-\x20<>\"'{}|^`\\\[\](),;#.@~]"
_NAME = rb"(?:" + _NAME_BYTE + rb"++|" + _ESCAPED + rb"|\.++(?=" + _NAME_BYTE + rb"|\\))++"
_NUMBER = rb"[+-]?+(?:[0-9]++\.[0-9]*+[eE][+-]?+[0-9]++|(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+)"
_STRING = (
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    rb'|"(?:[^"\\\r\n]++|\\.)*+"'
    rb"|'(?:[^'\\\r\n]++|\\.)*+'"
)
_SUFFIX = rb"@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+|" + _SKIP + rb"\^\^" + _SKIP + rb"(?:" + _IRI + rb"|" + _NAME + rb")"
_DIRECTIVE = (
    rb"@(?:prefix" + _SKIP + rb"[^\s:]*+:|base)" + _SKIP + _IRI + _SKIP + rb"\."
    rb"|@version" + _SKIP + rb"(?:" + _STRING + rb")" + _SKIP + rb"\."
    rb"|(?i:PREFIX)" + _SKIP + rb"[^\s:]*+:" + _SKIP + _IRI + rb"|(?i:BASE)" + _SKIP + _IRI +
    rb"|(?i:VERSION)" + _SKIP + rb"(?:" + _STRING + rb")"
    rb"|(?i:GRAPH)(?=[\s#<\[])"
)  # fmt: skip

DIRECTIVE, TERM, TEXT, SUFFIX, MARK = range(1, 6)
"""Numbers of the groups of ``TOKEN``; ``SUFFIX`` is the language tag or datatype after a ``TEXT``."""

TOKEN = re.compile(
    _SKIP
    + rb"(?:("
    + _DIRECTIVE
    + rb")|("
    + _IRI
    + rb"|"
    + _NUMBER
    + rb"|"
    + _NAME
    + rb")|("
    + _STRING
    + rb")("
    + _SUFFIX
    + rb")?|(<<\(|\)>>|<<|>>|\{\||\|\}|[\[\](){};,.~]))",
    re.DOTALL,
)
"""One token with the space and the comments before it."""

_TERM = _IRI + rb"|" + _NUMBER + rb"|" + _NAME
_OBJECT = rb"(" + _TERM + rb"|(?:" + _STRING + rb")(?:" + _SUFFIX + rb")?)" + _SKIP
_GRAPH = rb"(?:(?:" + _IRI + rb"|_:" + _NAME + rb")" + _SKIP + rb")?([;,.])"

PAIR = re.compile(_SKIP + rb"(" + _TERM + rb")" + _SKIP + _OBJECT + _GRAPH, re.DOTALL)
"""A predicate, an object that is no bracket, and the mark that ends them (N-Quads have a graph before it)."""

VALUE = re.compile(_SKIP + _OBJECT + _GRAPH, re.DOTALL)
"""An object that is no bracket, and the mark that ends it."""

END = re.compile(_SKIP + rb"\Z")
"""Nothing but space and comments."""
