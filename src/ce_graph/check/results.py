"""Turns the rows that constraints have hit into findings, with messages and inner causes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.findings import Finding

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator, Hits
    from ce_graph.check.findings import Term

_VARIABLE = re.compile(r"\{[?$](\w+)\}")
MOST_DETAILS = 50
"""Inner causes kept for one finding."""


def findings(evaluator: Evaluator, hits: Hits) -> list[Finding]:
    """One finding for each row."""
    constraint, shape = hits.constraint, hits.constraint.shape
    terms = evaluator.terms
    path = shape.path
    focuses = [terms.term(number) for number in hits.focus.tolist()]
    values = [None] * len(focuses) if hits.value is None else [terms.term(number) for number in hits.value.tolist()]
    details = _details(evaluator, hits)
    found = []
    for row, (focus, value) in enumerate(zip(focuses, values, strict=True)):
        binding = hits.bindings[row] if hits.bindings is not None else {}
        own = hits.paths[row] if hits.paths is not None else None
        names = {**constraint.parameters, **binding, "this": focus}
        if value is not None:
            names.setdefault("value", value)
        texts = {name: _plain(term) for name, term in names.items()}
        text_of_path = str(own) if own is not None else path.text() if path is not None else None
        if text_of_path is not None:
            texts["PATH"] = text_of_path
        messages = _messages(constraint.messages, binding, texts)
        found.append(
            Finding(
                focus=focus,
                path=text_of_path,
                path_node=own if own is not None else path.node if path is not None else None,
                value=value,
                shape=shape.node,
                component=constraint.component,
                severity=shape.level,
                severity_node=shape.severity,
                messages=messages or (ox.Literal(constraint.says, language="en"),),
                details=details.get(int(hits.value[row]), ()) if hits.value is not None else (),
                constraint=constraint.source,
                own_message=bool(messages),
            )
        )
    return found


def _messages(
    own: tuple[ox.Literal, ...], binding: Mapping[str, Term], texts: Mapping[str, str]
) -> tuple[ox.Literal, ...]:
    bound = binding.get("message")
    if isinstance(bound, ox.Literal):
        return (bound,)
    return tuple(fill(message, texts) for message in own)


def fill(message: ox.Literal, texts: Mapping[str, str]) -> ox.Literal:
    """A message with its ``{$name}`` and ``{?name}`` replaced; a name without a value stays as it is."""
    if "{" not in message.value:
        return message
    text = _VARIABLE.sub(lambda match: texts.get(match[1], match[0]), message.value)
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text)


def _plain(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple | ox.BlankNode) else term.value


def _details(evaluator: Evaluator, hits: Hits) -> dict[int, tuple[Finding, ...]]:
    """Why values do not conform to the nested shapes: number of the value → findings about it."""
    if not hits.nested or hits.value is None:
        return {}
    found: dict[int, list[Finding]] = {}
    values = np.unique(hits.value)
    for shape in hits.nested:
        for inner in evaluator.hits(shape, values):
            for root, finding in zip(inner.root.tolist(), findings(evaluator, inner), strict=True):
                found.setdefault(root, []).append(finding)
    return {root: tuple(in_order(items)[:MOST_DETAILS]) for root, items in found.items()}


def in_order(items: Iterable[Finding]) -> list[Finding]:
    """Findings by focus node, path, component, value and shape."""
    return sorted(items, key=_key)


def _key(finding: Finding) -> tuple[str, ...]:
    return (
        str(finding.focus),
        finding.path or "",
        finding.component,
        "" if finding.value is None else str(finding.value),
        "" if isinstance(finding.shape, ox.BlankNode) else str(finding.shape),  # its label changes from run to run
        str(finding.constraint) if isinstance(finding.constraint, ox.NamedNode) else "",
        *(message.value for message in finding.messages),
    )


def first_rows(hits: Hits, limit: int | None) -> Hits:
    """The hits, cut to so many rows."""
    if limit is None or len(hits.root) <= limit:
        return hits
    return hits.rows(np.arange(limit))
