"""Writes a property path, given as SPARQL has it, as the graph that SHACL uses for paths."""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox

_SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TOKEN = re.compile(r"<[^>]*>|[()/|^*+?]")
_MODIFIERS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def path_triples(text: str, label: str) -> tuple[Any, list[Any]]:
    """The node that stands for a path, and the triples that describe it; its blank nodes are named after ``label``."""
    reader = _Reader(text, label)
    return reader.alternatives(), reader.triples


class _Reader:
    def __init__(self, text: str, label: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0
        self._label = label
        self._count = 0
        self.triples: list[Any] = []

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def _node(self) -> ox.BlankNode:
        self._count += 1
        return ox.BlankNode(f"{self._label}{self._count}")

    def alternatives(self) -> Any:
        parts = [self._sequence()]
        while self._peek() == "|":
            self._take()
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else self._wrap("alternativePath", self._list(parts))

    def _sequence(self) -> Any:
        parts = [self._step()]
        while self._peek() == "/":
            self._take()
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else self._list(parts)

    def _step(self) -> Any:
        if self._peek() == "^":
            self._take()
            return self._wrap("inversePath", self._step())
        if self._peek() == "(":
            self._take()
            found = self.alternatives()
        else:
            found = ox.NamedNode(self._peek().strip("<>"))
        self._take()
        while self._peek() in _MODIFIERS:
            found = self._wrap(_MODIFIERS[self._take()], found)
        return found

    def _wrap(self, predicate: str, value: Any) -> ox.BlankNode:
        node = self._node()
        self.triples.append(ox.Triple(node, ox.NamedNode(_SH + predicate), value))
        return node

    def _list(self, items: list[Any]) -> ox.BlankNode:
        nodes = [self._node() for _ in items]
        ends: list[Any] = [*nodes[1:], ox.NamedNode(_RDF + "nil")]
        for node, item, end in zip(nodes, items, ends, strict=True):
            self.triples.append(ox.Triple(node, ox.NamedNode(_RDF + "first"), item))
            self.triples.append(ox.Triple(node, ox.NamedNode(_RDF + "rest"), end))
        return nodes[0]
