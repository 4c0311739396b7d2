"""Looks at a query before any parser does: its form, the addresses it reaches for, how deep it nests.

The decisions are made on tokens and lean to the safe side where parsers differ: pyoxigraph for one accepts
``SERVICESILENT<…>``, ``1SERVICE <…>`` and ``SERVICE:name`` with a prefixed name as the target.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Sequence
from typing import Literal, cast

from ce_graph.errors import ForbiddenError, QueryError
from ce_graph.store.text.tokens import Token, Unreadable, error_at, read, tokens, unescaped

Form = Literal["select", "ask", "construct", "describe", "update"]

DEPTH = 200
"""How deep brackets and prefix operators may nest; pyoxigraph's parser needs about 10 KiB of stack a level."""
LINKS = 50_000
"""Operators and patterns that one text may chain; each may be one more level of a parser's or an optimiser's stack."""

_SHORT = 8192
_QUERY_FORMS = ("select", "ask", "construct", "describe")
_UPDATE_WORDS = ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")
_PROLOGUE = ("base", "prefix", "version")
_OPENING, _CLOSING = frozenset({"(", "{", "[", "<<"}), frozenset({")", "}", "]", ">>"})
_PREFIX_OPERATORS = frozenset({"!", "-", "+", "^", "^^"})
_LINKING = frozenset({"+", "-", "*", "/", "|", "||", "&&", "=", "<", ">", "!", "^", "?"})
_LINKING_WORDS = frozenset({"union", "optional", "minus", "filter", "bind", "graph", "exists", "service", "in"})
UNSTEADY = frozenset({
    "rand", "uuid", "struuid", "now", "bnode", "limit", "offset", "load", "service",
    "count", "sum", "min", "max", "avg", "sample", "group_concat",
})  # fmt: skip
"""Words without which two evaluations of an update change the same data: its outcome depends on the data alone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Inspection:
    """What the tokens of a query or update say.

    A target that is no IRI (a variable, a name whose prefix is unknown) stands in the lists as it is written.
    """

    form: Form
    services: tuple[str, ...] = ()
    """What ``SERVICE`` names."""
    loads: tuple[str, ...] = ()
    """What ``LOAD`` names."""
    from_graphs: tuple[str, ...] = ()
    """What ``FROM``, ``FROM NAMED``, ``USING`` and ``USING NAMED`` name."""
    with_graphs: tuple[str, ...] = ()
    """What ``WITH`` names in an update."""
    steady: bool = True
    """Whether evaluating an update again on the same data surely gives the same outcome."""

    def allow(self, addresses: Iterable[str]) -> None:
        """Check the targets of ``SERVICE`` and ``LOAD`` against an allow-list.

        Raises:
            ForbiddenError: one is not on it.
        """
        known = frozenset(addresses)
        for keyword, targets in (("SERVICE", self.services), ("LOAD", self.loads)):
            for target in targets:
                if target not in known:
                    raise ForbiddenError(f"{keyword} {target}: this service does not fetch from other addresses")


def inspect(text: str, *, depth: int = DEPTH, links: int = LINKS) -> Inspection:
    """Read the tokens of a query or update; see ``Inspection``.

    Codepoint escapes are looked at both ways: replaced before anything else, as SPARQL 1.1 says, and left where
    they stand, as pyoxigraph does outside of IRIs and strings.

    Raises:
        QueryError: it nests deeper than ``depth``, chains more than ``links``, is neither a query nor an update, has a
            string without an end, or cannot be sent as UTF-8.
    """
    return (_remembered if len(text) <= _SHORT else _in_full)(text, depth, links)


def _in_full(text: str, depth: int, links: int) -> Inspection:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise error_at(text, error.start, "half of a surrogate pair stands for no character") from error
    if len(text) <= min(_SHORT, links) and (form := _evident(text, depth)) is not None:
        return Inspection(form, steady=False)
    replaced = unescaped(text)
    if replaced is None:
        return _inspect(text, depth, links)
    found: list[Inspection] = []
    failure: QueryError | None = None
    for reading in (text, replaced):
        try:
            found.append(_inspect(reading, depth, links))
        except QueryError as error:
            if isinstance(error, NestingError):
                raise
            failure = failure or error
    if not found:
        assert failure is not None
        raise failure
    if len({item.form for item in found}) > 1:
        raise QueryError("codepoint escapes make the query mean two things; write its keywords without them")
    first, second = found[0], found[-1]
    return Inspection(
        first.form,
        _union(first.services, second.services),
        _union(first.loads, second.loads),
        _union(first.from_graphs, second.from_graphs),
        _union(first.with_graphs, second.with_graphs),
        first.steady and second.steady,
    )


# Reading the tokens finds nothing in a text without these words and characters, all else that is looked for being in
# its brackets: strings may not end, escapes may stand for letters, and some have no place in SPARQL.
_TELLING_WORDS = ("service", "load", "from", "using", "with")
_TELLING_CHARACTER = re.compile(r"""["'`%&\\\x00-\x08\x0b\x0c\x0e-\x1f\x7f]""")
_MAY_NEST = "({[<!-+^"


def _evident(text: str, depth: int) -> Form | None:
    """The form of a query that has no words to look for and too few brackets to nest too deep; else ``None``.

    That is so in every reading of the text, for such words and brackets would have to stand in it.
    """
    lowered = text.lower()
    if (
        not text.isascii()
        or any(word in lowered for word in _TELLING_WORDS)
        or _TELLING_CHARACTER.search(text)
        or sum(map(text.count, _MAY_NEST)) > depth
    ):
        return None
    try:
        form = _form(text, tokens(text))
    except (QueryError, Unreadable):
        return None
    return None if form == "update" else form


_remembered = functools.lru_cache(maxsize=512)(_in_full)


class NestingError(QueryError):
    """A query nests deeper, or chains more, than the service evaluates."""


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one + other))


def _inspect(text: str, depth: int, links: int) -> Inspection:
    plain, others = read(text, _Nesting(text, depth, links))
    names = Names(plain)
    services: dict[str, None] = {}
    loads: dict[str, None] = {}
    froms: dict[str, None] = {}
    withs: dict[str, None] = {}
    steady = True
    for reading in (plain, others):
        for index, token in enumerate(reading):
            if token.kind not in {"word", "pname"}:
                continue
            word = token.text.lower()
            if token.kind == "pname":
                keyword = _keyword_in_name(reading, index)
            else:
                steady = steady and word not in UNSTEADY
                keyword = _keyword_in_word(word)
            if keyword is None:
                continue
            target = names.target(reading, index, keyword)
            {"service": services, "load": loads, "from": froms, "using": froms, "with": withs}[keyword][target] = None
    if services or loads:
        steady = False
    return Inspection(_form(text, plain), tuple(services), tuple(loads), tuple(froms), tuple(withs), steady)


class _Nesting:
    """Counts brackets, prefix operators and chained operators as the tokens come by."""

    def __init__(self, text: str, depth: int, links: int) -> None:
        self._text, self._depth, self._links = text, depth, links
        self._open = self._run = self._linked = 0

    def __call__(self, token: Token) -> None:
        if token.kind == "op":
            self._run = self._run + 1 if token.text in _PREFIX_OPERATORS else 0
            if token.text in _OPENING:
                self._open += 1
            elif token.text in _CLOSING:
                self._open = max(0, self._open - 1)
            self._linked += token.text in _LINKING and not self._is_sign(token)
            if self._open + self._run > self._depth:
                raise _too_much(self._text, token, f"nested more than {self._depth} deep")
        else:
            self._run = 0
            self._linked += token.kind == "word" and token.text.lower() in _LINKING_WORDS
        if self._linked > self._links:
            raise _too_much(self._text, token, f"more than {self._links} operators and patterns in one text")

    def _is_sign(self, token: Token) -> bool:
        """Whether it stands before a digit: large data may be full of negative numbers."""
        return token.text in {"-", "+"} and self._text[token.start + 1 : token.start + 2].isdigit()


def _too_much(text: str, token: Token, message: str) -> NestingError:
    where = error_at(text, token.start, message)
    return NestingError(str(where), line=where.line, column=where.column)


def _keyword_in_word(word: str) -> str | None:
    """The keyword that a parser may see in a word: some need no space before or behind it."""
    for keyword in ("service", "load"):
        if keyword in word:
            return keyword
    for keyword in ("from", "using", "with"):
        if word.startswith(keyword):
            return keyword
    return None


_BEFORE_A_GRAPH = frozenset({
    "graph", "into", "to", "with", "using", "named", "prefix", "from", "add", "move", "copy", "silent",
})  # fmt: skip


def _keyword_in_name(reading: Sequence[Token], index: int) -> str | None:
    """``service`` or ``load`` when a prefixed name may be the keyword and a name without a prefix."""
    prefix = reading[index].text.partition(":")[0].lower()
    before = reading[index - 1] if index else None
    after = reading[index + 1] if index + 1 < len(reading) else None
    named = before is not None and before.kind == "word" and before.text.lower() in _BEFORE_A_GRAPH
    if "service" in prefix and not named:
        return "service" if after is not None and after.text == "{" else None
    begins = before is None or before.text == ";" or before.kind == "iri"
    ends = after is None or after.text == ";" or after.text.lower().startswith("into")
    return "load" if "load" in prefix and not named and begins and ends else None


class Names:
    """The prefixes that a text declares; one declared twice resolves nothing."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._iris: dict[str, str | None] = {}
        for keyword, name, iri in zip(found, found[1:], found[2:], strict=False):
            if keyword.text.lower() == "prefix" and name.kind == "pname" and iri.kind == "iri":
                prefix = name.text.partition(":")[0]
                self._iris[prefix] = None if prefix in self._iris else _iri(iri.text)

    def target(self, reading: Sequence[Token], index: int, keyword: str) -> str:
        """What stands behind a keyword, as an IRI where it is one."""
        token = reading[index]
        if token.kind == "pname":
            return f":{token.text.partition(':')[2]}"
        position = index + 1
        skip = {"silent", "named"} if keyword in {"service", "load", "from", "using"} else set()
        while position < len(reading) and reading[position].text.lower() in skip:
            position += 1
        if position == len(reading):
            return ""
        target = reading[position]
        if target.kind == "iri":
            return _iri(target.text)
        if target.kind == "pname":
            prefix, _, local = target.text.partition(":")
            if (start := self._iris.get(prefix)) is not None:
                return start + re.sub(r"\\(.)", r"\1", local)
        return target.text


def _iri(text: str) -> str:
    return unescaped(text[1:-1]) or text[1:-1]


def _form(text: str, found: Iterable[Token]) -> Form:
    prologue = False
    for token in found:
        if prologue and token.kind in {"pname", "iri", "string"}:
            continue
        prologue = False
        if token.kind in {"word", "pname"}:
            word = token.text.lower()
            if word.startswith(_PROLOGUE):
                prologue = True
                continue
            for form in _QUERY_FORMS:
                if word.startswith(form):
                    return cast("Form", form)
            if word.startswith(_UPDATE_WORDS):
                return "update"
        if token.text != ";" and token.kind != "dull":
            raise error_at(text, token.start, f"neither a query nor an update starts with {token.text[:40]!r}")
    return "update"  # no operation at all is an update that does nothing
