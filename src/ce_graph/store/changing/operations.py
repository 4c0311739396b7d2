"""Says of the operations of an update which triples each may insert or delete, before it is carried out.

Operations are carried out as they are written, but for what hides the graph of the union from them. What their text
does not tell with certainty is left to a look at all data afterwards.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ce_graph.store.text.guard import UNSTEADY
from ce_graph.store.text.hiding import Uncertain, hide
from ce_graph.store.text.tokens import Token, Unreadable, certain, closing, tokens

_LONG, _LONGEST = 1 << 16, 1 << 20
_DATA = frozenset({"insert", "delete", "data", "graph", "a", "true", "false", "prefix", "base", "version"})
_PROLOGUE = frozenset({"prefix", "base", "version"})
_NAMELESS = frozenset({"[", "(", "<<", "|", "~"})
"""What stands for blank nodes: those that a query tells are others than those that the operation makes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """One operation with the prologue before it."""

    text: str
    touches: tuple[str, ...] = ()
    """Queries that tell, asked before it, the triples that it may insert or delete; none where ``as_inserted`` does."""


def as_inserted(text: str) -> str | None:
    """An update of INSERT DATA alone as it is, one of DELETE DATA alone with INSERT DATA instead; ``None``: another."""
    depth, before = 0, ""
    found: set[str] = set()
    pieces: list[str] = []
    done = 0
    try:
        for token in tokens(text, skip_dull=len(text) > _LONG):
            word = token.text.lower()
            if token.kind == "word" and word not in _DATA:
                return None
            if depth == 0 and token.kind == "pname" and before != "prefix":  # CLEAR:x is a keyword and a name to some
                return None
            if token.kind == "word" and word in {"insert", "delete"}:
                found.add(word)
            if token.kind == "word" and word == "delete":
                pieces += (text[done : token.start], "INSERT")
                done = token.start + len(word)
            if token.kind == "op":
                depth += (word == "{") - (word == "}")
            before = word
    except Unreadable:
        return None
    return None if len(found) > 1 else "".join((*pieces, text[done:]))


def inserts_nothing(text: str) -> bool:
    """Whether no word of an update inserts."""
    try:
        words = {token.text.lower() for token in tokens(text, skip_dull=len(text) > _LONG) if token.kind != "dull"}
    except Unreadable:
        return False
    return not any(part in word for word in words for part in ("insert", "load", "add", "copy", "move"))


def operations(text: str, union: str) -> list[Operation]:
    """The operations of an update, in order; the graph ``union`` is hidden from them, if there is one.

    Raises:
        Uncertain: of one of them it is not known what it touches.
    """
    if len(text) > _LONGEST:
        raise Uncertain
    result: list[Operation] = []
    prologue = ""
    try:
        for part in _parts(certain(text)):
            first = _begin(part)
            end = part[-1].start + len(part[-1].text)
            prologue += text[part[0].start : part[first].start if first < len(part) else end] + "\n"
            if first < len(part):
                operation = _Reading(text, part[first:], prologue).operation()
                queries = tuple(hide(query, union) for query in operation.touches)
                result.append(Operation(hide(operation.text, union), queries))
                _check(result[-1])
    except (Unreadable, IndexError) as error:
        raise Uncertain from error
    return result


def _parts(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    depth = start = 0
    for index, token in enumerate(found):
        if token.kind == "op":
            depth += (token.text == "{") - (token.text == "}")
            if token.text == ";" and depth == 0:
                yield from [found[start:index]] if index > start else []
                start = index + 1
    yield from [found[start:]] if len(found) > start else []


def _begin(part: Sequence[Token]) -> int:
    """How many tokens of an operation are the prologue."""
    prologue = False
    for index, token in enumerate(part):
        if token.kind == "word" and token.text.lower() in _PROLOGUE:
            prologue = True
        elif not (prologue and token.kind in {"pname", "iri", "string"}):
            return index
    return len(part)


def _check(operation: Operation) -> None:
    """See that what was made of the text can be parsed; asked of nothing, it costs nothing."""
    try:
        for query in operation.touches:
            ox.Store().query(query)
        ox.Store().update(operation.text)
    except SyntaxError as error:
        raise Uncertain from error
    except RuntimeError:
        return  # there is no such graph, in a store without any


class _Reading:
    """The tokens of one operation."""

    def __init__(self, text: str, found: Sequence[Token], prologue: str) -> None:
        self._text, self._found, self._prologue = text, found, prologue
        self._words = [token.text.lower() if token.kind == "word" else "" for token in found]
        if not UNSTEADY.isdisjoint(self._words):
            raise Uncertain

    def operation(self) -> Operation:
        found, words = self._found, self._words
        match words[:2]:
            case ["insert" | "delete", "data"] | ["create", *_]:
                return self._made(self._slice(0, len(found)))
            case ["delete", "where"]:
                block = self._slice(2, len(found))
                query = self._query(self._triples(3, closing(found, 2)), block)
                return self._made(f"DELETE {block} WHERE {block}", query)
            case ["insert" | "delete" | "with", *_]:
                return self._made(self._slice(0, len(found)), self._modified())
            case ["clear" | "drop" | "add" | "copy" | "move", *_]:
                return self._made(self._slice(0, len(found)), *self._graphs())
        raise Uncertain

    def _made(self, text: str, *touches: str) -> Operation:
        return Operation(self._prologue + text, touches)

    def _query(self, template: str, pattern: str, clauses: str = "") -> str:
        return f"{self._prologue}CONSTRUCT {{ {template}\n}} {clauses} WHERE {pattern}"

    def _slice(self, first: int, end: int) -> str:
        """The text of some tokens and what stands between them."""
        last = self._found[end - 1]
        return self._text[self._found[first].start : last.start + len(last.text)]

    def _graphs(self) -> Iterator[str]:
        """All of each graph that is named."""
        for token, word in zip(self._found[1:], self._words[1:], strict=True):
            if word == "default":
                yield self._query("?s ?p ?o", "{ ?s ?p ?o }")
            elif token.kind in {"iri", "pname"}:
                yield self._query("?s ?p ?o", f"{{ GRAPH {token.text} {{ ?s ?p ?o }} }}")
            elif word not in {"silent", "graph", "to"}:
                raise Uncertain

    def _modified(self) -> str:
        """What the templates of an operation with WHERE make."""
        found, words = self._found, self._words
        position = 2 if words[0] == "with" else 0
        templates: list[str] = []
        while words[position] in {"delete", "insert"}:
            end = closing(found, position + 1)
            templates.append(self._triples(position + 2, end))
            position = end + 1
        clauses: list[str] = []
        while words[position] == "using":
            named = words[position + 1] == "named"
            clauses.append(f"FROM {'NAMED ' if named else ''}{found[position + 1 + named].text}")
            position += 2 + named
        if not clauses and words[0] == "with":
            if "graph" in words[position:]:
                raise Uncertain  # FROM would hide all named graphs
            clauses.append(f"FROM {found[1].text}")
        pattern = self._slice(position + (words[position] == "where"), len(found))
        return self._query(" .\n".join(filter(None, templates)), pattern, " ".join(clauses))

    def _triples(self, first: int, end: int) -> str:
        """The triples of a template without the graphs that they stand in."""
        pieces: list[str] = []
        start = position = first
        while position <= end:
            token = self._found[position]
            if token.kind == "bnode" or (token.kind == "op" and token.text in _NAMELESS):
                raise Uncertain
            graph = self._words[position] == "graph"
            if graph or token.text in {"}", "."}:
                if position > start:
                    pieces.append(self._slice(start, position))
                position += 2 if graph else 0
                start = position + 1
            position += 1
        return " .\n".join(pieces)
