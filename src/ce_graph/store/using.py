"""Writes the graphs of ``using-graph-uri`` and ``using-named-graph-uri`` into an update, as the protocol asks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ce_graph.errors import QueryError
from ce_graph.store.engine import Dataset
from ce_graph.store.tokens import Token, Unreadable, closing, error_at, read

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
