"""The outline of a query: its groups, triple patterns and modifiers, as far as binding beforehand needs to know.

This is no parser of SPARQL: a query comes here after the Store's parser has accepted it. What this outline does not
know (``Outline`` raises ``UnknownSyntaxError``) is evaluated in the slow, general way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ce_graph.check.sparql.tokens import Token


class UnknownSyntaxError(Exception):
    """The outline cannot tell what this is."""


@dataclasses.dataclass(slots=True)
class TriplePattern:
    """Subject, predicate, object. ``predicate`` is ``None`` for a path; a node is ``None`` when it is no single token.

    A literal is its tokens: the string, and what follows it.
    """

    subject: tuple[Token, ...] | None
    predicate: Token | None
    object: tuple[Token, ...] | None
    path: tuple[Token, ...]
    """All of the predicate or path."""


@dataclasses.dataclass(slots=True)
class Group:
    """What stands between two braces; ``kind`` says what stands before."""

    kind: str
    begin: int
    """Index of the token after the opening brace."""
    end: int = 0
    """Index of the closing brace."""
    triples: list[TriplePattern] = dataclasses.field(default_factory=list)
    filters: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    """Ranges of tokens."""
    binds: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    groups: list[Group] = dataclasses.field(default_factory=list)
    union: int | None = None
    """Groups with the same number are alternatives."""
    select: Select | None = None

    def all_groups(self) -> Iterator[Group]:
        """This group and all within it."""
        yield self
        inner = self.groups if self.select is None else [self.select.where]
        for group in inner:
            yield from group.all_groups()


@dataclasses.dataclass(slots=True)
class Select:
    """A SELECT or ASK with its group and what follows it."""

    form: str
    keyword: int
    """Index of the token SELECT or ASK."""
    variables: list[str]
    computed: set[str]
    """Variables of ``(… AS ?variable)``."""
    star: bool
    where: Group
    modifiers: dict[str, tuple[int, int]]
    """GROUP, HAVING, ORDER, LIMIT, OFFSET → range of tokens."""


_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


class Outline:
    """The outline of one query."""

    def __init__(self, tokens: list[Token]) -> None:
        """Read all tokens."""
        self.tokens = tokens
        self.at = 0
        self.names: dict[str, str] = {}
        """Prefix → namespace, as the query itself declares."""
        self.verbs: list[Token] = []
        """The predicates of triples and paths, a variable among them."""
        self.negated = False
        """Whether a path says which predicates it does not follow."""
        self._prologue()
        self.select = self._select()
        if self.at != len(tokens):
            raise UnknownSyntaxError

    def _peek(self) -> Token:
        if self.at >= len(self.tokens):
            raise UnknownSyntaxError
        return self.tokens[self.at]

    def _take(self) -> Token:
        token = self._peek()
        self.at += 1
        return token

    def _sign(self, sign: str) -> None:
        if not self._take().is_sign(sign):
            raise UnknownSyntaxError

    def _prologue(self) -> None:
        while self._peek().is_word("PREFIX"):
            self.at += 1
            self.names[self._take().text[:-1]] = self._take().text[1:-1]

    def _select(self) -> Select:
        keyword = self.at
        form = self._take().text.upper()
        if form not in ("SELECT", "ASK"):
            raise UnknownSyntaxError
        variables, computed, star = [], set(), False
        while not self._peek().is_word("WHERE") and not self._peek().is_sign("{"):
            token = self._take()
            if token.variable:
                variables.append(token.variable)
            elif token.is_sign("("):
                begin = self.at
                self._skip_round()
                last = self.tokens[self.at - 2]
                if last.variable is None or not self.tokens[self.at - 3].is_word("AS") or self.at - 3 < begin:
                    raise UnknownSyntaxError
                variables.append(last.variable)
                computed.add(last.variable)
            elif token.is_sign("*"):
                star = True
            elif not token.is_word("DISTINCT", "REDUCED"):
                raise UnknownSyntaxError
        if self._peek().is_word("WHERE"):
            self.at += 1
        where = self._group("where")
        return Select(form, keyword, variables, computed, star, where, self._modifiers())

    def _modifiers(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        while self.at < len(self.tokens) and not self.tokens[self.at].is_sign("}"):
            word = self._take()
            if not word.is_word(*_MODIFIERS):
                raise UnknownSyntaxError
            begin = self.at
            while self.at < len(self.tokens) and not (self._peek().is_word(*_MODIFIERS) or self._peek().is_sign("}")):
                if self._take().is_sign("("):
                    self._skip_round()
            found[word.text.upper()] = (begin, self.at)
        return found

    def _skip_round(self, group: Group | None = None) -> None:
        """Go past the closing parenthesis; groups of EXISTS within belong to ``group``."""
        while not (token := self._take()).is_sign(")"):
            if token.is_sign("("):
                self._skip_round(group)
            elif token.is_sign("{"):
                if group is None:
                    raise UnknownSyntaxError
                self.at -= 1
                group.groups.append(self._group("exists"))

    def _group(self, kind: str) -> Group:
        self._sign("{")
        group = Group(kind, self.at)
        if self._peek().is_word("SELECT"):
            group.select = self._select()
        else:
            while not self._peek().is_sign("}"):
                self._element(group)
        group.end = self.at
        self._sign("}")
        return group

    def _element(self, group: Group) -> None:
        token = self._peek()
        if token.is_sign("."):
            self.at += 1
        elif token.is_sign("{"):
            begin = self.at
            group.groups.append(self._group("group"))
            while self._peek().is_word("UNION"):
                self.at += 1
                group.groups.append(self._group("group"))
                group.groups[-2].union = group.groups[-1].union = begin
        elif token.is_word("OPTIONAL", "MINUS"):
            self.at += 1
            group.groups.append(self._group(token.text.lower()))
        elif token.is_word("GRAPH"):
            self.at += 2
            group.groups.append(self._group("graph"))
        elif token.is_word("FILTER"):
            self.at += 1
            begin = self.at
            self._filter(group)
            group.filters.append((begin, self.at))
        elif token.is_word("BIND"):
            self.at += 1
            begin = self.at
            self._sign("(")
            self._skip_round(group)
            group.binds.append((begin, self.at))
        else:
            self._triples(group)

    def _filter(self, group: Group) -> None:
        if self._peek().is_word("NOT"):
            self.at += 1
        if self._peek().is_word("EXISTS"):
            self.at += 1
            group.groups.append(self._group("exists"))
            return
        if not self._peek().is_sign("("):
            self.at += 1  # the name of a function
        self._sign("(")
        self._skip_round(group)

    def _triples(self, group: Group) -> None:
        subject = self._node(group)
        if subject is None and (self._peek().is_sign(".", "}") or self._peek().kind == "word"):
            return
        self._properties(group, subject)

    def _properties(self, group: Group, subject: tuple[Token, ...] | None) -> None:
        while True:
            path = self._verb()
            predicate = path[0] if len(path) == 1 else None
            while True:
                group.triples.append(TriplePattern(subject, predicate, self._node(group), path))
                if not self._peek().is_sign(","):
                    break
                self.at += 1
            if not self._peek().is_sign(";"):
                return
            while self._peek().is_sign(";"):
                self.at += 1
            if self._peek().is_sign(".", "}", "]"):
                return

    def _verb(self) -> tuple[Token, ...]:
        begin = self.at
        self._path()
        return tuple(self.tokens[begin : self.at])

    def _path(self) -> None:
        while True:
            while self._peek().is_sign("^", "!"):
                self.negated |= self._take().text == "!"
            if self._peek().is_sign("("):
                self.at += 1
                self._path()
                self._sign(")")
            else:
                token = self._take()
                if token.kind not in ("iri", "name", "var") and token.text != "a":
                    raise UnknownSyntaxError
                self.verbs.append(token)
            if self._peek().is_sign("*", "+", "?"):
                self.at += 1
            if not self._peek().is_sign("/", "|"):
                return
            self.at += 1

    def _node(self, group: Group) -> tuple[Token, ...] | None:
        token = self._take()
        if token.is_sign("["):
            if not self._peek().is_sign("]"):
                self._properties(group, None)
            self._sign("]")
            return None
        if token.is_sign("("):
            while not self._peek().is_sign(")"):
                self._node(group)
            self.at += 1
            return None
        if token.kind == "string":
            return self._literal(token)
        if token.is_sign("+", "-"):
            return (token, self._take())
        if token.kind in ("var", "iri", "name", "number", "blank") or token.text in ("true", "false"):
            return (token,)
        raise UnknownSyntaxError

    def _literal(self, token: Token) -> tuple[Token, ...]:
        if self._peek().kind == "lang":
            return (token, self._take())
        if self._peek().is_sign("^^"):
            return (token, self._take(), self._take())
        return (token,)
