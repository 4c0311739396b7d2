"""Finds, on columns, which others a focus node can be compared with, where a query compares nodes that are alike.

Such a query gives two nodes, ``$this`` and another, common values: the same year, the same place. Joined one pattern at
a time, each year's nodes meet all others of the year. Here all common values are one key. Pairs that a filter
``?a != ?b`` excludes are left out before they are made, so that alike nodes of one document cost nothing. The Store is
given the pairs and decides; what else the query asks can only leave some of them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyoxigraph as ox

from ce_graph.check.paths import merge, unpack
from ce_graph.rdf.terms import LITERAL

if TYPE_CHECKING:
    from ce_graph.check.sparql.query import Query
    from ce_graph.check.sparql.syntax import TriplePattern
    from ce_graph.rdf.columns import Columns
    from ce_graph.rdf.dictionary import Ids, Places

Side: TypeAlias = "tuple[Ids, Ids]"
"""Subjects and objects."""

_MOST_PAIRS = 5_000_000


def compared(data: Columns, query: Query, focus: Ids) -> tuple[str, Ids, Ids] | None:
    """The other variable, and the pairs of focus node and other node; ``None`` when the query is of another kind."""
    sides = _sides(query)
    if sides is None:
        return None
    other, patterns = sides
    values = [{name: _values(data, query, triples) for name, triples in side.items()} for side in patterns]
    shared = sorted(values[0].keys() & values[1].keys())
    if not shared:
        return None
    apart = _apart(query, values[0].keys() - set(shared), values[1].keys() - set(shared))
    left = _rows([values[0][name] for name in (*shared, *apart[:1])], focus)
    right = _rows([values[1][name] for name in (*shared, *apart[1:])], None)
    if apart and any((data.terms.kind[side[-1]] == LITERAL).any() for side in (left, right)):
        return None  # ``!=`` goes by value
    pairs = _pairs(left, right, len(shared), apart=bool(apart))
    return None if pairs is None else (other, *pairs)


def _sides(query: Query) -> tuple[str, tuple[dict[str, list[TriplePattern]], dict[str, list[TriplePattern]]]] | None:
    """The name of the other node; of each of the two, variable → the patterns that lead from the node to it."""
    outline = query.outline
    if outline is None or outline.select.where.select is not None or "GROUP" in outline.select.modifiers:
        return None
    found: dict[str, dict[str, list[TriplePattern]]] = {}
    for triple in outline.select.where.triples:
        names = [
            node[0].variable if node is not None and len(node) == 1 else None
            for node in (triple.subject, triple.object)
        ]
        alternatives = triple.path[::2]
        if names[0] is None or names[1] is None or any(not token.is_sign("|") for token in triple.path[1::2]):
            return None
        if any(token.kind not in ("iri", "name") and token.text != "a" for token in alternatives):
            return None
        found.setdefault(names[0], {}).setdefault(names[1], []).append(triple)
    if len(found) != 2 or "this" not in found:
        return None
    other = next(name for name in found if name != "this")
    sides = found["this"], found[other]
    ends = sides[0].keys() | sides[1].keys()
    single = all(len(triples) == 1 for side in sides for triples in side.values())
    return (other, sides) if single and not ends & (found.keys() | set(query.bound)) else None


def _values(data: Columns, query: Query, patterns: list[TriplePattern]) -> Side:
    """The two ends of a pattern, each pair once, in the order of subjects."""
    pieces: list[Side] = []
    for token in patterns[0].path[::2]:
        number = data.terms.find(ox.NamedNode(str(query.iri(token))))
        if number is not None:
            pieces.append(data.by_predicate(number))
    if not pieces:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    return merge(pieces)


def _rows(columns: list[Side], focus: Ids | None) -> list[Ids]:
    """The nodes that have a value in every column, and the values, each combination a row."""
    table = [np.unique(columns[0][0]) if focus is None else np.unique(focus)]
    for subjects, objects in columns:
        low = np.searchsorted(subjects, table[0], "left")
        counts = np.searchsorted(subjects, table[0], "right") - low
        table = [column.repeat(counts) for column in table]
        table.append(objects[_ranges(low.astype(np.int64), counts.astype(np.int64))])
    return table


def _ranges(low: Places, counts: Places) -> Places:
    """The numbers ``low[i], low[i] + 1, …``, ``counts[i]`` of them, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) + (low - ends + counts).repeat(counts)


def _apart(query: Query, left: set[str], right: set[str]) -> tuple[str, ...]:
    """Variables of either side of which a filter says that they differ."""
    assert query.outline is not None
    for low, high in query.outline.select.where.filters:
        tokens = query.tokens[low:high]
        if not tokens[0].is_sign("(") or any(token.is_sign("||") for token in tokens):
            continue
        for at in range(1, len(tokens) - 3):
            one, sign, two, after = tokens[at : at + 4]
            alone = tokens[at - 1].is_sign("(", "&&") and after.is_sign(")", "&&") and sign.is_sign("!=")
            if not alone or sum(token.is_sign("(") - token.is_sign(")") for token in tokens[:at]) != 1:
                continue
            for mine, others in ((one.variable, two.variable), (two.variable, one.variable)):
                if mine in left and others in right:
                    return str(mine), str(others)
    return ()


def _pairs(left: list[Ids], right: list[Ids], shared: int, *, apart: bool) -> tuple[Ids, Ids] | None:
    group = np.zeros(len(left[0]) + len(right[0]), np.int64)
    for column in range(1, shared + 1):
        values = np.concatenate((left[column], right[column]))
        group = np.unique((group << 32) | values, return_inverse=True)[1].astype(np.int64)
    kinds = np.concatenate((left[-1], right[-1])) if apart else np.zeros(len(group), np.int32)
    mine, others = np.arange(len(left[0])), np.arange(len(left[0]), len(group))
    others = others[np.lexsort((kinds[others], group[others]))]
    keys = (group[others] << 32) | kinds[others]
    whole = _span(group[others], group[mine])
    same = _span(keys, (group[mine] << 32) | kinds[mine]) if apart else (whole[0], whole[0])
    if int((whole[1] - whole[0] - same[1] + same[0]).sum()) > _MOST_PAIRS:
        return None
    pieces = []
    for low, high in ((whole[0], same[0]), (same[1], whole[1])):
        pieces.append((mine.repeat(high - low), others[_ranges(low, high - low)]))
    nodes = np.concatenate((left[0], right[0]))
    found = [nodes[np.concatenate([piece[side] for piece in pieces])].astype(np.int64) for side in (0, 1)]
    return unpack(np.unique((found[0] << 32) | found[1]))


def _span(keys: Places, wanted: Places) -> tuple[Places, Places]:
    return np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
