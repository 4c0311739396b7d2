"""Writes graphs into a text: those that the protocol gives beside an update, or an empty one for those not there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from ce_graph.errors import QueryError
from ce_graph.store.engine import Dataset
from ce_graph.store.text import guard
from ce_graph.store.text.tokens import Token, Unreadable, certain, closing, error_at, read

EMPTY = "x:empty"
"""Names a graph that no store has and no server can fetch."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")


def check_iri(iri: str) -> str:
    """The IRI of a graph as it is.

    Raises:
        QueryError: it is not an absolute IRI.
    """
    if not _ABSOLUTE.fullmatch(iri):
        raise QueryError(f"{iri!r} is not an absolute IRI")
    return iri


def with_dataset(text: str, using: Dataset) -> str:
    """The update with a USING clause in each operation that has a WHERE.

    Raises:
        QueryError: the update itself says USING or WITH, or cannot be read with certainty.
    """
    if not using.given:
        return text
    clauses = "".join(
        f"USING {keyword}<{check_iri(graph)}> "
        for keyword, graphs in (("", using.default), ("NAMED ", using.named))
        for graph in graphs or ()
    )
    found, others = read(text, lambda _: None)
    if others or len(text) > 65536:
        raise QueryError("graphs cannot be given beside an update this long or this ambiguous; write USING into it")
    pieces: list[str] = []
    done = depth = 0
    for index, token in enumerate(found):
        if token.text in {"{", "}"} and token.kind == "op":
            depth += 1 if token.text == "{" else -1
        if depth or token.kind != "word":
            continue
        word = token.text.upper()
        if word.startswith(("USING", "WITH")):
            raise error_at(text, token.start, f"{word} in the update and graphs given beside it exclude each other")
        if word == "WHERE":
            pieces.append(text[done : token.start])
            if index and found[index - 1].text.upper() == "DELETE":
                pieces.append(_block(text, found, index + 1))
            pieces.append(clauses)
            done = token.start
        elif "WHERE" in word:
            raise error_at(text, token.start, f"write a space before WHERE in {token.text!r}")
    return "".join(pieces) + text[done:]


def _block(text: str, found: Sequence[Token], index: int) -> str:
    """The text of the braces that start at a token: DELETE WHERE stands for DELETE with the same pattern twice."""
    try:
        last = closing(found, index)
    except Unreadable as error:
        raise QueryError("the braces behind DELETE WHERE do not close") from error
    return f"{text[found[index].start : found[last].start + 1]} "


def without_graphs(text: str, absent: AbstractSet[str]) -> str:
    """A query or an update that names ``EMPTY`` instead of graphs in FROM and USING; all else stays where it is.

    Raises:
        QueryError: it cannot be done with certainty; or an earlier operation of the update might make the graph.
    """
    if not absent:
        return text
    refusal = QueryError(f"there is no graph <{min(absent)}>")
    try:
        found = certain(text)
    except Unreadable as error:
        raise refusal from error
    names = guard.Names(found)
    pieces: list[str] = []
    done = depth = 0
    for index, token in enumerate(found):
        if token.kind == "op":
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0 and token.text == ";" and index + 1 < len(found):
                raise refusal
        keyword = token.text.lower()
        if token.kind == "word" and keyword in {"from", "using"} and names.target(found, index, keyword) in absent:
            target = found[index + 2 if found[index + 1].text.lower() == "named" else index + 1]
            pieces += (text[done : target.start], f"<{EMPTY}>".ljust(len(target.text)))
            done = target.start + len(target.text)
    result = "".join((*pieces, text[done:]))
    if not absent.isdisjoint(guard.inspect(result).from_graphs):
        raise refusal
    return result
