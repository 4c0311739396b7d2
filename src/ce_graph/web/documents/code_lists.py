"""A code list as its page shows it: the tree of its codes, how often each is used, and what fits a search."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_graph.web.asking import Asker

WHOLE = 250
"""Codes of a list that are shown as a whole tree; of a longer one the upper levels."""


@dataclasses.dataclass(slots=True)
class Code:
    """A code with those below it; ``below`` counts all of them, shown or not."""

    iri: str
    notation: str
    uses: int
    children: list[Code] = dataclasses.field(default_factory=list)
    below: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """The codes of a list from the top, and how many there are in all."""

    tops: list[Code]
    size: int

    def iris(self) -> Iterator[str]:
        """The IRIs of all that is shown."""
        waiting = list(self.tops)
        while waiting:
            code = waiting.pop()
            yield code.iri
            waiting += code.children


def tree(asker: Asker, scheme: str, only: Sequence[str] | None = None) -> Tree:
    """The tree of a code list, by two queries; with ``only``, those codes, in that order and side by side."""
    node = ox.NamedNode(scheme)
    uses = {
        row["concept"].value: int(row["count"].value)
        for row in asker.ask("concept-uses", scheme=node)
        if "concept" in row
    }
    codes: dict[str, Code] = {}
    broader: dict[str, str] = {}
    for row in asker.ask("concepts", scheme=node):
        iri = row["concept"].value
        notation = row["notation"].value if "notation" in row else ""
        codes.setdefault(iri, Code(iri, notation, uses.get(iri, 0)))
        if "broader" in row:
            broader.setdefault(iri, row["broader"].value)
    if only is not None:
        return Tree([codes[iri] for iri in only if iri in codes], len(codes))
    tops = []
    for iri, code in codes.items():
        parent = codes.get(broader.get(iri, ""))
        if parent is None or parent is code:
            tops.append(code)
        else:
            parent.children.append(code)
    _order(tops)
    _count(tops)
    if len(codes) > WHOLE:
        _cut(tops)
    return Tree(tops, len(codes))


def _order(codes: list[Code]) -> None:
    waiting = [codes]
    while waiting:
        level = waiting.pop()
        level.sort(key=lambda code: ([int(part) if part.isdecimal() else 0 for part in [code.notation]], code.notation))
        waiting += [code.children for code in level if code.children]


def _count(codes: list[Code]) -> None:
    """Count what is below each code; a code that is below itself is counted once."""
    path: list[Code] = []
    stack = list(codes)
    seen: set[str] = set()
    while stack:
        code = stack.pop()
        if code.iri not in seen:
            seen.add(code.iri)
            path.append(code)
            stack += code.children
    for code in reversed(path):
        code.below = sum(1 + child.below for child in code.children)


def _cut(codes: list[Code]) -> None:
    """Leave two levels of a long list, or one when two are too many as well."""
    two = len(codes) + sum(len(code.children) for code in codes) <= WHOLE
    for code in codes:
        if two:
            for child in code.children:
                child.children = []
        else:
            code.children = []
