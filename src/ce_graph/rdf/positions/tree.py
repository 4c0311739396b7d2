"""A JSON document as a tree that keeps where each key and each value is written."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from ce_graph.rdf.nesting import DEEPEST_JSON

_TOKEN = re.compile(rb'[ \t\r\n,:]*+("(?:[^"\\]++|\\.)*+"|[\[\]{}]|[^\s,:\[\]{}"]++)', re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """A string, a number, ``true``, ``false`` or ``null``."""

    at: int
    value: str | float | bool | None


@dataclasses.dataclass(frozen=True, slots=True)
class Array:
    """The items of an array."""

    at: int
    items: list[Node]


@dataclasses.dataclass(frozen=True, slots=True)
class Object:
    """The members of an object: key, where the key is written, value."""

    at: int
    members: list[tuple[str, int, Node]]

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((value for name, _, value in self.members if name == key), None)


Node: TypeAlias = Value | Array | Object


def tree(data: bytes) -> Node:
    """Read a document that a parser has accepted.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    return _node(_tokens(data), 0)


def _tokens(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((found.start(1), found[1]) for found in _TOKEN.finditer(data))


def _node(tokens: Iterator[tuple[int, bytes]], depth: int) -> Node:
    at, token = next(tokens, (0, b""))
    return _built(at, token, tokens, depth)


def _built(at: int, token: bytes, tokens: Iterator[tuple[int, bytes]], depth: int) -> Node:
    if depth > DEEPEST_JSON:
        raise ValueError(f"nested more than {DEEPEST_JSON} deep")
    if token == b"[":
        items = []
        while (follow := next(tokens, (0, b"]")))[1] != b"]":
            items.append(_built(*follow, tokens, depth + 1))
        return Array(at, items)
    if token == b"{":
        members = []
        while (follow := next(tokens, (0, b"}")))[1] != b"}":
            members.append((json.loads(follow[1]), follow[0], _node(tokens, depth + 1)))
        return Object(at, members)
    return Value(at, json.loads(token))
