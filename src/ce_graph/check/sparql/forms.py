"""Where in a query the forms of literals matter: a Store that keeps values alone must not answer there by itself."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ce_graph.rdf.literals import XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_graph.check.findings import Term
    from ce_graph.check.sparql.query import Query
    from ce_graph.check.sparql.syntax import Group, TriplePattern
    from ce_graph.check.sparql.tokens import Token

_Place: TypeAlias = "tuple[TriplePattern, dict[int, int]]"
"""A pattern, and of each UNION around it the branch that it stands in."""

_AS_WRITTEN = frozenset({XSD + "string", XSD + "anyURI", XSD + "hexBinary", XSD + "base64Binary"})
_LOOKS_AT_FORMS = ("STR", "DATATYPE", "SAMETERM", "STRDT")


def looked_at(query: Query) -> list[Token] | None:
    """The predicates of the values whose forms a query can tell apart; ``None`` when they can be any."""
    found: list[Token] = []
    places = _places(query)
    made = _made(query)
    for index, token in enumerate(query.tokens):
        if token.is_word(*_LOOKS_AT_FORMS) or (token.kind in ("name", "iri") and query.iri(token) == XSD + "string"):
            if token.kind != "word" and query.tokens[index - 1].is_sign("^^"):
                continue  # the datatype of a literal of the query
            for name in _arguments(query.tokens, index + 1):
                if name is None or name in made or places is None or name not in places:
                    return None
                predicates = _predicates([pattern for pattern, _ in places[name]])
                if predicates is None:
                    return None
                found += predicates
    return found


def joined(query: Query) -> list[list[Token]] | None:
    """The predicates of each two triple patterns with one variable as object; ``None`` when they can be any."""
    places = _places(query)
    if places is None:
        return None
    found = []
    for patterns in places.values():
        for (one, branches), (other, others) in itertools.combinations(patterns, 2):
            if any(others.get(union, branch) != branch for union, branch in branches.items()):
                continue  # alternatives of a UNION
            predicates = _predicates([one, other])
            if predicates is None:
                return None
            found.append(predicates)
    return found


def _places(query: Query) -> dict[str, list[_Place]] | None:
    """Variable → the patterns that it is the object of, none for what is but a subject."""
    if query.outline is None:
        return None
    found: dict[str, list[_Place]] = {}
    todo: list[tuple[Group, dict[int, int]]] = [(query.outline.select.where, {})]
    while todo:
        group, branches = todo.pop()
        if group.union is not None:
            branches = branches | {group.union: group.begin}
        for triple in group.triples:
            for node in (triple.subject, triple.object):
                name = node[0].variable if node is not None and len(node) == 1 else None
                if name is not None:
                    found.setdefault(name, []).extend([(triple, branches)] if node is triple.object else [])
        todo += [(inner, branches) for inner in (group.groups if group.select is None else [group.select.where])]
    return found


def _made(query: Query) -> set[str]:
    """Variables whose values no pattern gives: computed, or bound beforehand."""
    after = zip(query.tokens, query.tokens[1:], strict=False)
    return set(query.bound) | {str(name.variable) for token, name in after if token.is_word("AS") and name.variable}


def _arguments(tokens: list[Token], at: int) -> Iterator[str | None]:
    """The variables between the parentheses that open at a place; ``None`` for anything else."""
    begins = at < len(tokens) and tokens[at].is_sign("(")
    while begins:
        yield tokens[at + 1].variable
        at += 2
        if not tokens[at].is_sign(","):
            break
    if not begins or not tokens[at].is_sign(")"):
        yield None


def _predicates(patterns: list[TriplePattern]) -> list[Token] | None:
    """The predicates of paths; ``None`` when they can be any, or when a path may have no step."""
    tokens = [token for pattern in patterns for token in pattern.path]
    if any(token.variable or token.is_sign("*", "?", "!") for token in tokens):
        return None
    return [token for token in tokens if token.kind in ("iri", "name") or token.text == "a"]


def may_change(literal: ox.Literal) -> bool:
    """Whether the Store may give a literal back in another form."""
    datatype = literal.datatype.value
    return datatype.startswith(XSD) and datatype not in _AS_WRITTEN


def stored_forms(terms: Sequence[Term]) -> list[Term]:
    """What the Store makes of terms."""
    if not terms:
        return []
    store = ox.Store()
    predicate = ox.NamedNode("x:")
    store.extend(ox.Quad(ox.NamedNode(f"x:{index}"), predicate, term) for index, term in enumerate(terms))
    found = {quad.subject.value: quad.object for quad in store}
    return [found[f"x:{index}"] for index in range(len(terms))]
