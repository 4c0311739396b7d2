"""Which statements of the data a finding is about, the best first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyoxigraph as ox

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding, Term
    from ce_graph.rdf.columns import Columns

Key: TypeAlias = "Term | tuple[int, int]"
"""A term; a blank node as the index of its source and its rank there."""
Pattern: TypeAlias = "tuple[Key | None, ox.NamedNode | None, Key | None]"
"""Subject, predicate and object of a statement; ``None`` stands for anything."""

_STEP = r"\^?<[^>]*>"
_SEQUENCE = re.compile(rf"{_STEP}(?:/{_STEP})*")
_WIDE = 10_000
"""A sequence of properties is followed as long as it leads to no more nodes than this."""


def patterns(finding: Finding, data: Columns) -> list[Pattern]:
    """Statements to look for in turn: with the value, of the property, of the focus node, any that names it."""
    focus, value, path = finding.focus, finding.value, finding.path
    ways: list[Pattern] = []
    if isinstance(finding.path_node, ox.NamedNode):
        if value is not None:
            ways.append((focus, finding.path_node, value))
        ways.append((focus, finding.path_node, None))
    elif path is not None:
        ways += _along(path, focus, value, data)
    ways += [(focus, None, None), (None, None, focus)]
    return [way for way in ways if not isinstance(way[0], ox.Literal)]


def _along(path: str, focus: Term, value: Term | None, data: Columns) -> list[Pattern]:
    steps = [(step[0] == "^", ox.NamedNode(step.strip("^<>"))) for step in re.findall(_STEP, path)]
    ways: list[Pattern] = []
    if value is not None:
        if _SEQUENCE.fullmatch(path):
            ways += _last_step(steps, focus, value, data)
        for backwards, predicate in steps:
            ways.append((value, predicate, focus) if backwards else (focus, predicate, value))
        for backwards, predicate in steps:
            if not backwards:
                ways += _only_subject(predicate, value, data)
    backwards, predicate = steps[0]
    ways.append((None, predicate, focus) if backwards else (focus, predicate, None))
    return ways


def _only_subject(predicate: ox.NamedNode, value: Term, data: Columns) -> list[Pattern]:
    """The statement that has the value at the end of a path that repeats, when just one does."""
    number = _number(value, data)
    subjects, objects = data.of(predicate)
    found = subjects[objects == number] if number is not None else subjects[:0]
    return [(data.terms.term(int(found[0])), predicate, value)] if len(found) == 1 else []


def _last_step(steps: list[tuple[bool, ox.NamedNode]], focus: Term, value: Term, data: Columns) -> list[Pattern]:
    """The statement at the end of a sequence, found by following it from the focus node."""
    number, target = _number(focus, data), _number(value, data)
    if number is None or target is None:
        return []
    nodes = np.array([number], np.int32)
    for backwards, predicate in steps[:-1]:
        subjects, objects = data.of(predicate)
        ends, others = (objects, subjects) if backwards else (subjects, objects)
        nodes = np.unique(others[np.isin(ends, nodes)])
        if not 0 < len(nodes) < _WIDE:
            return []
    backwards, predicate = steps[-1]
    subjects, objects = data.of(predicate)
    ends, others = (objects, subjects) if backwards else (subjects, objects)
    found = ends[(others == target) & np.isin(ends, nodes)]
    if not len(found):
        return []
    node = data.terms.term(int(found[0]))
    return [(value, predicate, node) if backwards else (node, predicate, value)]


def _number(term: Term, data: Columns) -> int | None:
    return data.terms.blank(term) if isinstance(term, ox.BlankNode) else data.terms.find(term)
