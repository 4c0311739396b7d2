"""Splits SPARQL into tokens; what the parser of the Store accepts is split as it does."""

from __future__ import annotations

import dataclasses
import re

from ce_graph.errors import ShapesError

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
              |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<var>[?$]\w+)
  | (?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<number>(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+))
  | (?P<blank>_:[\w.\-\u00b7]*[\w\-])
  | (?P<name>(?:[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?)?:
            (?:(?:[\w:\u00b7\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])+|\.(?=[\w:.\-%\\]))*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|<<|>>|\S)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A token: ``kind`` is one of the groups of the pattern; ``start`` and ``end`` are its place in the text."""

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, given in capitals."""
        return self.kind == "word" and self.text.upper() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind == "sign" and self.text in signs

    @property
    def variable(self) -> str | None:
        """The name of a variable."""
        return self.text[1:] if self.kind == "var" else None


def tokenize(text: str) -> list[Token]:
    """The tokens of a query, without space and comments."""
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ShapesError(f"SPARQL cannot be read at {text[at : at + 20]!r}")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[0], at, match.end()))
        at = match.end()
    return found
