"""Regular expressions as XPath's ``fn:matches`` has them, translated to Python's.

They differ in what looks the same: ``$`` does not match before a final line feed, ``.`` leaves out carriage returns,
``\\w`` is everything but punctuation, separators and control characters (so not ``_``), ``\\s`` is four characters, and
there are ``\\p{…}``, ``\\i``, ``\\c`` and the subtraction of classes. There are no look-arounds and no named groups.
"""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from functools import cache

_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_META = frozenset("\\|.-^?*+{}()[]$")
_START = ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_START += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NAME = _START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NO_SPACE = "\\U00000000-\\U00000008\\U0000000b\\U0000000c\\U0000000e-\\U0000001f\\U00000021-\\U0010ffff"
_CATEGORY = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_BLOCKS = {
    "BasicLatin": (0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "IPAExtensions": (0x250, 0x2AF), "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF), "Cyrillic": (0x400, 0x4FF), "Armenian": (0x530, 0x58F), "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF), "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F), "CurrencySymbols": (0x20A0, 0x20CF), "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F), "Arrows": (0x2190, 0x21FF), "MathematicalOperators": (0x2200, 0x22FF),
    "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF), "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3), "PrivateUse": (0xE000, 0xF8FF),
}  # fmt: skip
_ANCHORS = {
    ("^", False): "\\A",
    ("^", True): "(?:(?<=\\n)|\\A)",
    ("$", False): "\\Z",
    ("$", True): "(?=\\n|\\Z)",
}
"""Anchor, whether lines count → Python's."""
_QUANTIFIER = re.compile(r"[?*+]|\{\d+(?:,\d*)?\}")


class PatternError(ValueError):
    """The pattern is no regular expression of XPath."""


def compile_pattern(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The pattern for Python's ``search``.

    Raises:
        PatternError: pattern or flags are not XPath's.
    """
    if unknown := set(flags) - set("smixq"):
        raise PatternError(f"unknown flag {min(unknown)!r}")
    options = (re.IGNORECASE if "i" in flags else 0) | (re.DOTALL if "s" in flags else 0)
    try:
        if "q" in flags:
            return re.compile(re.escape(pattern), options)
        return re.compile(_Translation(pattern, flags).whole(), options)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from error


class _Translation:
    """One pass over a pattern, left to right."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = _without_space(pattern) if "x" in flags else pattern
        self.at = 0
        self.lines = "m" in flags
        self.dot_all = "s" in flags
        self.groups = 0
        self.closed: set[int] = set()
        self.open: list[int] = []

    def whole(self) -> str:
        out = []
        while self.at < len(self.text):
            out.append(self._piece())
        if self.open:
            raise PatternError("a parenthesis is not closed")
        return "".join(out)

    def _take(self) -> str:
        if self.at >= len(self.text):
            raise PatternError("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _piece(self) -> str:
        char = self._take()
        if char == "|":
            return char
        if char == "(":
            return self._group()
        if char in "?*+{":
            raise PatternError(f"nothing to repeat before {char!r}")
        if char in "^$":
            return _ANCHORS[char, self.lines]
        return self._atom(char) + self._quantifier()

    def _atom(self, char: str) -> str:
        if char == ")":
            if not self.open:
                raise PatternError("a parenthesis is not opened")
            self.closed.add(self.open.pop())
            return ")"
        if char == ".":
            return "." if self.dot_all else "[^\\n\\r]"
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char in "]}":
            raise PatternError(f"{char!r} must be escaped")
        return re.escape(char)

    def _group(self) -> str:
        if self.text.startswith("?", self.at):
            if not self.text.startswith("?:", self.at):
                raise PatternError("look-arounds and named groups do not exist in XPath")
            self.at += 2
            self.open.append(0)
            return "(?:"
        self.groups += 1
        self.open.append(self.groups)
        return "("

    def _quantifier(self) -> str:
        found = _QUANTIFIER.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        lazy = self.text.startswith("?", self.at)
        self.at += lazy
        if _QUANTIFIER.match(self.text, self.at):
            raise PatternError("a repetition is repeated")
        return found[0] + ("?" if lazy else "")

    def _escape(self) -> str:
        char = self._take()
        if char.isdigit() and char != "0":
            number = char
            while (
                self.at < len(self.text)
                and self.text[self.at].isdigit()
                and int(number + self.text[self.at]) <= self.groups
            ):
                number += self._take()
            if int(number) not in self.closed:
                raise PatternError(f"\\{number} refers to a group that is not closed before it")
            return f"(?:\\{number})"
        if char in _META:
            return re.escape(char)
        if char in _SINGLE:
            return re.escape(_SINGLE[char])
        return f"[{self._set(char)}]"

    def _set(self, char: str) -> str:
        """The inside of a Python class for a class escape."""
        plain = {"s": " \\t\\n\\r", "S": _NO_SPACE, "d": "\\d", "D": "\\D", "i": _START, "c": _NAME}
        if char in plain:
            return plain[char]
        if char.lower() in plain:
            return _complement(plain[char.lower()])
        if char in "wW":
            return _outside("P", "Z", "C") if char == "w" else _ranges("P", "Z", "C")
        if char in "pP":
            return self._property(negative=char == "P")
        raise PatternError(f"\\{char} is not an escape")

    def _property(self, *, negative: bool) -> str:
        end = self.text.find("}", self.at)
        if not self.text.startswith("{", self.at) or end < 0:
            raise PatternError("\\p needs a category in braces")
        name, self.at = self.text[self.at + 1 : end], end + 1
        if name.startswith("Is"):
            if name[2:] not in _BLOCKS:
                raise PatternError(f"unknown block {name}")
            low, high = _BLOCKS[name[2:]]
            inside = f"{_char(low)}-{_char(high)}"
            return _complement(inside) if negative else inside
        if not _CATEGORY.fullmatch(name):
            raise PatternError(f"unknown category {name}")
        return _outside(name) if negative else _ranges(name)

    def _class(self) -> str:
        negative = self.text.startswith("^", self.at)
        self.at += negative
        parts: list[str] = []
        without = ""
        while True:
            char = self._take()
            if char == "]" and parts:
                break
            if char in "[]":
                raise PatternError(f"{char!r} must be escaped in a class")
            if char == "-" and parts and self.text.startswith("[", self.at):
                self.at += 1
                without = f"(?!{self._class()})"
                if self._take() != "]":
                    raise PatternError("a subtraction must be the end of its class")
                break
            parts.append(self._member(char))
        return (
            f"(?:{without}[{'^' if negative else ''}{''.join(parts)}])"
            if without
            else f"[{'^' if negative else ''}{''.join(parts)}]"
        )

    def _member(self, char: str) -> str:
        low = self._bound(char)
        if len(low) > 1:
            return low
        range_follows = self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in (
            "]",
            "[",
            "",
        )
        if not range_follows:
            return _char(ord(low))
        self.at += 1
        high = self._bound(self._take())
        if len(high) > 1 or high < low:
            raise PatternError("a range of characters is out of order")
        return f"{_char(ord(low))}-{_char(ord(high))}"

    def _bound(self, char: str) -> str:
        """One character as it is, or the inside of a class (longer than one)."""
        if char != "\\":
            return char
        escaped = self._take()
        if escaped in _META:
            return escaped
        return _SINGLE[escaped] if escaped in _SINGLE else self._set(escaped)


def _without_space(pattern: str) -> str:
    out = []
    depth = 0
    escaped = False
    for char in pattern:
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        if depth or char not in "\t\n\r ":
            out.append(char)
    return "".join(out)


def _char(code: int) -> str:
    return f"\\U{code:08x}"


@cache
def _categories() -> tuple[tuple[str, int, int], ...]:
    """Runs of code points of one category: (category, first, last)."""
    runs = []
    start = 0
    for category, group in itertools.groupby(map(unicodedata.category, map(chr, range(sys.maxunicode + 1)))):
        end = start + sum(1 for _ in group)
        runs.append((category, start, end - 1))
        start = end
    return tuple(runs)


@cache
def _ranges(*names: str) -> str:
    return _written([run for run in _categories() if run[0].startswith(names)])


@cache
def _outside(*names: str) -> str:
    return _written([run for run in _categories() if not run[0].startswith(names)])


def _written(runs: list[tuple[str, int, int]]) -> str:
    joined: list[list[int]] = []
    for _, low, high in runs:
        if joined and joined[-1][1] == low - 1:
            joined[-1][1] = high
        else:
            joined.append([low, high])
    return "".join(f"{_char(low)}-{_char(high)}" for low, high in joined)


@cache
def _complement(inside: str) -> str:
    """The inside of a class that matches what ``inside`` does not."""
    match = re.compile(f"[{inside}]").match
    return _written([("", code, code) for code in range(sys.maxunicode + 1) if not match(chr(code))])
