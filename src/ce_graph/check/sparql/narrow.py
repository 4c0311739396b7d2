"""Finds, on columns, the few focus nodes and triples that a plain query can be about, before the Store sees any.

For a query that is triple patterns with fixed predicates, filters and perhaps a sum per group: the patterns are joined
here, by term, and rows are dropped when a filter is certainly false. Whatever is not certain stays. The Store then
decides, on the triples of the rows that are left, so its answer is the one it would give on all data.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyoxigraph as ox

from ce_graph.check.paths import matches
from ce_graph.rdf.literals import XSD
from ce_graph.rdf.terms import LITERAL
from ce_graph.rdf.values import Order

if TYPE_CHECKING:
    from ce_graph.check.sparql.query import Query
    from ce_graph.check.sparql.syntax import TriplePattern
    from ce_graph.check.sparql.tokens import Token
    from ce_graph.rdf.columns import Columns
    from ce_graph.rdf.dictionary import Ids, Mask, Places

Table: TypeAlias = "dict[str, Ids]"
"""Variable → its value in each row."""

_MOST_ROWS = 20_000_000
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclasses.dataclass(frozen=True)
class Narrowed:
    """What is left: focus nodes, and triples as (predicate, subjects, objects)."""

    focus: Ids
    pieces: list[tuple[int, Ids, Ids]]


@dataclasses.dataclass(frozen=True)
class _Pattern:
    """A triple pattern: each end is the name of a variable, or the number of a term (-1: not in the data)."""

    predicate: int
    subject: str | int
    object: str | int


def narrow(data: Columns, query: Query, focus: Ids) -> Narrowed | None:
    """What a query can be about; ``None`` when it is not plain enough to tell."""
    patterns = _plain_patterns(data, query)
    if patterns is None:
        return None
    table = _join_all(data, patterns, focus)
    if table is None or query.outline is None:
        return None
    for low, high in query.outline.select.where.filters:
        table = _select(table, ~_certainly_false(data, query.tokens[low:high], table))
    if "HAVING" in query.outline.select.modifiers:
        table = _select(table, _groups_in_question(data, query, table))
    pieces = []
    for pattern in patterns:
        ends = [end if isinstance(end, str) else None for end in (pattern.subject, pattern.object)]
        size = len(table["this"])
        columns = [
            table[name] if name is not None else np.full(size, end, np.int32)
            for name, end in zip(ends, (pattern.subject, pattern.object), strict=True)
        ]
        keys = np.unique((columns[0].astype(np.int64) << 32) | columns[1])
        pieces.append((pattern.predicate, (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)))
    return Narrowed(np.unique(table["this"]), pieces)


def _plain_patterns(data: Columns, query: Query) -> list[_Pattern] | None:
    outline = query.outline
    if outline is None or outline.select.where.groups or outline.select.where.binds or outline.select.where.select:
        return None
    if {"currentShape", "shapesGraph"} & query.mentioned or not outline.select.where.triples:
        return None
    found = []
    for triple in outline.select.where.triples:
        pattern = _pattern(data, query, triple)
        if pattern is None:
            return None
        found.append(pattern)
    return found


def _pattern(data: Columns, query: Query, triple: TriplePattern) -> _Pattern | None:
    if triple.predicate is None or triple.predicate.variable:
        return None
    predicate = query.iri(triple.predicate)
    ends = [_end(data, query, node) for node in (triple.subject, triple.object)]
    if predicate is None or ends[0] is None or ends[1] is None:
        return None
    number = data.terms.find(ox.NamedNode(predicate))
    return _Pattern(-1 if number is None else number, ends[0], ends[1])


def _end(data: Columns, query: Query, node: tuple[Token, ...] | None) -> str | int | None:
    if node is None or len(node) != 1:
        return None  # a literal of the query: leave it to the Store, which has its own ways with values
    if node[0].variable:
        return node[0].variable
    iri = query.iri(node[0]) if node[0].kind in ("iri", "name") else None
    if iri is None:
        return None
    number = data.terms.find(ox.NamedNode(iri))
    return -1 if number is None else number


def _join_all(data: Columns, patterns: list[_Pattern], focus: Ids) -> Table | None:
    table: Table | None = {"this": focus}
    left = list(patterns)
    while left and table is not None:
        known = table
        chosen = next((item for item in left if item.subject in known or item.object in known), None)
        if chosen is None:
            return None
        left.remove(chosen)
        table = _join(data, table, chosen)
    return table


def _join(data: Columns, table: Table, pattern: _Pattern) -> Table | None:
    subjects, objects = data.by_predicate(pattern.predicate)
    ends = [(pattern.subject, subjects), (pattern.object, objects)]
    for end, column in ends:
        if isinstance(end, int):
            keep = column == end
            subjects, objects = subjects[keep], objects[keep]
            ends = [(pattern.subject, subjects), (pattern.object, objects)]
    if pattern.subject == pattern.object:
        keep = subjects == objects
        subjects, objects = subjects[keep], objects[keep]
    if isinstance(pattern.subject, str) and pattern.subject in table:
        by, column, other, values = pattern.subject, subjects, pattern.object, objects
    else:
        order = np.argsort(objects, kind="stable")
        by, column, other, values = str(pattern.object), objects[order], pattern.subject, subjects[order]
    if _too_many(table[by], column):
        return None
    rows, places = matches(table[by], column)
    found = {name: ids[rows] for name, ids in table.items()}
    values = values[places]
    if isinstance(other, str) and other not in found:
        found[other] = values
        return found
    return _select(found, found[other] == values) if isinstance(other, str) else found


def _too_many(wanted: Ids, column: Ids) -> bool:
    counts = np.searchsorted(column, wanted, "right") - np.searchsorted(column, wanted, "left")
    return int(counts.sum()) > _MOST_ROWS


def _select(table: Table, keep: Mask) -> Table:
    return table if keep.all() else {name: ids[keep] for name, ids in table.items()}


def _certainly_false(data: Columns, tokens: list[Token], table: Table) -> Mask:
    """Rows for which ``( ?a < ?b )``, or one of several such joined by ``&&``, is false without doubt."""
    false = np.zeros(len(table["this"]), bool)
    inside = tokens[1:-1] if tokens and tokens[0].is_sign("(") else []
    part: list[Token] = []
    if any(token.is_sign("(", "||", "!") for token in inside):
        return false
    for token in [*inside, None]:
        if token is not None and not token.is_sign("&&"):
            part.append(token)
            continue
        if len(part) == 3 and part[0].variable in table and part[2].variable in table:
            sides = table[str(part[0].variable)], table[str(part[2].variable)]
            false |= _false(data, part[1].text, *sides)
        part = []
    return false


def _false(data: Columns, sign: str, left: Ids, right: Ids) -> Mask:
    if sign == "=":
        named = (data.terms.kind[left] != LITERAL) & (data.terms.kind[right] != LITERAL)
        differ: Mask = named & (left != right)
        return differ
    if sign == "!=":
        same: Mask = (left == right) & (data.terms.kind[left] != LITERAL)
        return same
    if sign not in _TURNED:
        return np.zeros(len(left), bool)
    if sign.startswith(">"):
        left, right = right, left
    order = Order(data.terms, data.distinct(np.concatenate((left, right))))
    true, known = order.compare(left, right, or_equal=sign.endswith("="))
    return known & ~true & ~_single_precision(data, left) & ~_single_precision(data, right)


def _single_precision(data: Columns, ids: Ids) -> Mask:
    return data.terms.per_suffix(lambda datatype, _: datatype == XSD + "float")[data.terms.suffix[ids]]


def _groups_in_question(data: Columns, query: Query, table: Table) -> Mask:
    """Rows of groups for which ``HAVING (SUM(?a) > ?b)`` is not false without doubt."""
    keep = np.ones(len(table["this"]), bool)
    modifiers = query.outline.select.modifiers if query.outline is not None else {}
    if "GROUP" not in modifiers or not len(keep):
        return keep
    parsed = _sum_condition(query.tokens[slice(*modifiers["HAVING"])])
    keys = [token.variable for token in query.tokens[slice(*modifiers["GROUP"])][1:]]
    if parsed is None or any(key not in table for key in keys):
        return keep
    summed, sign, bound = parsed
    if summed not in table or bound not in keys:
        return keep
    group: Places = np.zeros(len(keep), np.int64)
    for key in keys:
        group = np.unique((group << 32) | table[str(key)], return_inverse=True)[1].astype(np.int64)
    values, limits = _numbers(data, table[summed]), _numbers(data, table[bound])
    size = int(group.max()) + 1
    unsure = np.bincount(group, np.isnan(values) | np.isnan(limits), size) > 0
    total = np.bincount(group, np.nan_to_num(values), size)
    room = np.bincount(group, np.abs(np.nan_to_num(values)), size) * 1e-9
    limit = np.zeros(size)
    limit[group] = np.nan_to_num(limits)
    difference = (total - limit) if sign.startswith(">") else (limit - total)
    possible: Mask = unsure | (difference >= -(room + np.abs(limit) * 1e-9 + 1e-300))
    return possible[group]


def _sum_condition(tokens: list[Token]) -> tuple[str, str, str] | None:
    if len(tokens) != 8 or not tokens[0].is_sign("(") or not tokens[1].is_word("SUM") or not tokens[7].is_sign(")"):
        return None
    summed, sign, bound = tokens[3].variable, tokens[5].text, tokens[6].variable
    if (
        not tokens[2].is_sign("(")
        or not tokens[4].is_sign(")")
        or summed is None
        or bound is None
        or sign not in _TURNED
    ):
        return None
    return summed, sign, bound


def _numbers(data: Columns, ids: Ids) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Finite numbers; ``nan`` for all else."""
    distinct = data.distinct(ids)
    numbers = Order(data.terms, distinct).numbers()
    numbers[~np.isfinite(numbers) | _single_precision(data, distinct)] = np.nan
    return numbers[np.searchsorted(distinct, ids)]
