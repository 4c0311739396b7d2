"""Cuts SPARQL into tokens without parsing it, in every reading that some parser may have of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from ce_graph.errors import QueryError

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_VARIABLE = f"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NAME = rf"{_VARIABLE}\-"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_BASE}_0-9:]|{_ESCAPED})(?:(?:[{_NAME}.:]|{_ESCAPED})*(?:[{_NAME}:]|{_ESCAPED}))?"
_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI_CHARACTER = r"[^<>\"{}|^`\\\x00-\x20]"

_TOKEN = re.compile(
    rf"""
    (?P<space>(?:[ \t\r\n]++|\#[^\r\n]*+)++)
  | (?P<iri><(?:{_IRI_CHARACTER}|{_CODEPOINT})*+>)
  | (?P<string>'''(?:[^'\\]++|'(?!'')|\\.)*+'''|\"\"\"(?:[^"\\]++|"(?!"")|\\.)*+\"\"\"
      |'(?!'')(?:[^'\\\r\n]++|\\[^\r\n])*+'|"(?!"")(?:[^"\\\r\n]++|\\[^\r\n])*+")
  | (?P<open_string>['"])
  | (?P<var>[?$][{_VARIABLE}]++)
  | (?P<bnode>_:[{_BASE}_0-9](?:[{_NAME}.]*[{_NAME}])?)
  | (?P<pname>(?:[{_BASE}](?:[{_NAME}.]{{0,255}}+(?<!\.))?+)?:(?:{_LOCAL})?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*+)
  | (?P<number>[0-9]++(?:\.[0-9]*+)?+(?:[eE][+-]?[0-9]++)?+|\.[0-9]++(?:[eE][+-]?[0-9]++)?+)
  | (?P<lang>@[A-Za-z]++(?:-++[A-Za-z0-9]++)*+)
  | (?P<op><<|>>|\|\||&&|\^\^|[{{}}()\[\].,;*/|^?!+\-=<>~])
  | (?P<stray>.)
    """,
    re.VERBOSE | re.DOTALL,
)

# What large updates consist of and no decision depends on; one match takes a whole run of it.
_DULL = re.compile(
    rf"""[ \t\r\n]*+
      (?:(?:<[A-Za-z]++://{_IRI_CHARACTER}*+>|(?:"[^"\\\r\n]++"|'[^'\\\r\n]++')(?:\^\^)?+|[.;,]
      |[?$][A-Za-z0-9_]++(?![^\x00-\x7f])|@[a-z]++(?=[ \t\r\n.;,])|a(?=[ \t\r\n])
      |(?![A-Za-z0-9_-]{{0,31}}(?i:service|load))[A-Za-z][A-Za-z0-9_-]{{0,30}}+:[A-Za-z0-9_]++(?=[ \t\r\n;,])
      |_:[A-Za-z0-9]++(?=[ \t\r\n;,])|[0-9]++(?=[ \t\r\n;,]))[ \t\r\n]*+)++""",
    re.VERBOSE,
)
_DOUBTFUL = re.compile(r"['#]")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    ``kind`` is ``iri``, ``string``, ``var``, ``bnode``, ``pname``, ``word``, ``number``, ``lang``, ``op`` or ``dull``.
    """

    kind: str
    text: str
    start: int


class Unreadable(Exception):  # noqa: N818 - not a fault: only this reading of the text ends here
    """No parser with this reading accepts the text: a string does not end, or a character has no place in SPARQL."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


def tokens(text: str, start: int = 0, *, skip_dull: bool = False) -> Iterator[Token]:
    """The tokens from a position on, in the reading where ``<…>`` is an IRI whenever it can be one.

    With ``skip_dull`` a run of plain terms and separators is one token of the kind ``dull``, except directly behind a
    word or a prefixed name. Comments and space are left out.

    Raises:
        Unreadable: at a string without an end, or at a character that no token starts with.
    """
    position, end = start, len(text)
    dull = skip_dull
    while position < end:
        if dull and (run := _DULL.match(text, position)):
            yield Token("dull", "", position)
            position = run.end()
            dull = False
            continue
        found = _TOKEN.match(text, position)
        assert found is not None
        kind = found.lastgroup or "op"
        if kind == "open_string":
            raise Unreadable(position, "a string starts here that does not end")
        if kind == "stray":
            raise Unreadable(position, f"{found.group()!r} has no place here")
        position = found.end()
        if kind != "space":
            yield Token(kind, found.group(), found.start())
            dull = skip_dull and kind not in {"word", "pname"}


def closing(found: Sequence[Token], index: int) -> int:
    """The place in the list of the token that closes the brace at ``index``.

    Raises:
        Unreadable: there is no brace, or it does not close.
    """
    depth = 0
    for place in range(index, len(found)):
        token = found[place]
        if token.kind == "op":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            break
    else:
        place = index
    if place == index:
        raise Unreadable(found[-1].start, "a brace is missing")
    return place


def doubtful(token: Token) -> bool:
    """Whether an IRI token may be, to a parser that knows it is inside an expression, an operator and more.

    ``?a <?b#x> ?c`` is a comparison and a comment there, and an IRI to others. Only what starts a comment or a string
    inside can hide something; ``//`` before it cannot be part of an expression.
    """
    if token.kind != "iri":
        return False
    mark = _DOUBTFUL.search(token.text)
    return mark is not None and "//" not in token.text[: mark.start()]


def certain(text: str) -> list[Token]:
    """The tokens of a text that every parser reads in one way.

    Raises:
        Unreadable: at a token that may be something else to some, or see ``tokens``.
    """
    found = list(tokens(text))
    for token in found:
        if doubtful(token):
            raise Unreadable(token.start, f"{token.text} may be a comparison")
    return found


def read(text: str, watch: Callable[[Token], None]) -> tuple[list[Token], list[Token]]:
    """The tokens in the plain reading, each shown to ``watch`` at once, and those that only other readings have.

    Another reading starts behind each doubtful ``<`` and ends where it meets tokens that are known already. One that
    cannot be read to its end is left out, for no parser accepts it. Texts past 64 KiB come with dull runs.

    Raises:
        QueryError: no reading can be read, or there are too many.
    """
    plain: list[Token] = []
    failure: Unreadable | None = None
    try:
        for token in tokens(text, skip_dull=len(text) > _WHOLE):
            watch(token)
            plain.append(token)
    except Unreadable as error:
        failure = error
    # Where the plain reading fails, meeting it again does not save another one.
    known = {token.start for token in plain} if failure is None else set()
    waiting = [token.start + 1 for token in plain if doubtful(token)]
    others: list[Token] = []
    saved = failure is None
    work = _WORK
    while waiting:
        start = waiting.pop()
        branch, readable, stopped_at = _branch(text, start, known)
        work -= 64 * len(branch) + stopped_at - start
        if work < 0:
            raise error_at(text, start, "the text from this '<' on can be read in too many ways; put spaces around '<'")
        waiting.extend(token.start + 1 for token in branch if doubtful(token))
        if readable:
            saved = True
            others.extend(branch)
            known.update(token.start for token in branch)
    if not saved and failure is not None:
        raise error_at(text, failure.position, str(failure))
    return plain, others


_WHOLE = 65536
_WORK = 1 << 24


def _branch(text: str, start: int, known: AbstractSet[int]) -> tuple[list[Token], bool, int]:
    """Tokens from a position up to one that is known; whether they can be read; where the reading ended."""
    found: list[Token] = []
    try:
        for token in tokens(text, start):
            if token.start in known:
                return found, True, token.start
            found.append(token)
    except Unreadable as error:
        return found, False, error.position
    return found, True, len(text)


def unescaped(text: str) -> str | None:
    """The text with its codepoint escapes replaced before anything else, as SPARQL 1.1 says; ``None`` when it has none.

    Raises:
        QueryError: an escape stands for no character.
    """
    if "\\u" not in text and "\\U" not in text:
        return None

    def character(found: re.Match[str]) -> str:
        number = int(found[1] or found[2], 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise error_at(text, found.start(), f"{found[0]} stands for no character")
        return chr(number)

    return _ESCAPE.sub(character, text)


def error_at(text: str, position: int, message: str) -> QueryError:
    """A ``QueryError`` with the line and column of a position, both from 1."""
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return QueryError(f"line {line}, column {column}: {message}", line=line, column=column)
