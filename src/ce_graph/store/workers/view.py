"""What queries see of a store: the union of all graphs or some of them, each triple once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pyoxigraph as ox

from ce_graph.store.text.hiding import Uncertain, hide
from ce_graph.store.text.tokens import Token, Unreadable, tokens
from ce_graph.store.workers.wire import Header

Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_FORMS = frozenset({"select", "ask", "construct", "describe"})
_COUNTING = frozenset({"count", "sum", "avg", "group_concat", "limit", "offset"})


@dataclasses.dataclass(slots=True)
class View:
    """A store, and how the union of its graphs is had."""

    store: ox.Store
    own_default: ox.Store | None = None
    """The triples of the default graph, when the one in the store is the union of all graphs."""
    union: str = ""
    """The graph of the union, which nobody may see (see ``merging``); ``""`` when there is none."""
    distinct: bool = False
    """Whether it is known that no two graphs state the same triple."""

    def graph(self, name: str | None) -> tuple[ox.Store, ox.NamedNode | ox.DefaultGraph] | None:
        """A graph and the store that it stands in; ``None``: there is no such graph. The default graph has no name."""
        if name is None:
            return self.own_default if self.own_default is not None else self.store, ox.DefaultGraph()
        there = name != self.union and self.store.contains_named_graph(ox.NamedNode(name))
        return (self.store, ox.NamedNode(name)) if there else None

    def query(self, header: Header, text: str) -> Found:
        """Evaluate a query over the graphs that the request names, that it names itself, or all."""
        default, named = header.get("default"), header.get("named")
        given = default is not None or named is not None
        if not self.distinct and (given or header["from"]):
            found = _several(text, default, named) if given else _several(text, None, None)
            if found is not None and (merged := self._merged(found)) is not None:
                return merged.query(found.text)
        if given:
            return self.store.query(
                text,
                default_graph=[ox.NamedNode(graph) for graph in default or ()],
                named_graphs=[ox.NamedNode(graph) for graph in named or ()],
            )
        if header["from"]:
            return self.store.query(text)
        if not self.union:
            return self.store.query(text, use_default_graph_as_union=header["union"] and self.own_default is None)
        return self._beside_union(text, ox.NamedNode(self.union) if header["union"] else ox.DefaultGraph())

    def _beside_union(self, text: str, default: ox.NamedNode | ox.DefaultGraph) -> Found:
        try:
            return self.store.query(hide(text, self.union), default_graph=[default])
        except (Uncertain, SyntaxError):
            # As it was sent: places that errors name are right. To name all graphs but one is slow with many of them.
            others = [graph for graph in self.store.named_graphs() if graph != ox.NamedNode(self.union)]
            return self.store.query(text, default_graph=[default], named_graphs=others)

    def _merged(self, several: _Several) -> ox.Store | None:
        """A store with the merge of the graphs and with the named ones; ``None``: they do not overlap."""
        start, named = several.prologue, several.named
        try:
            if not self.store.query(
                f"{start} ASK {_clauses('FROM NAMED', several.default)} "
                "{ GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER(?g != ?h) }"
            ):
                return None
            merged = ox.Store()
            triples = self.store.query(
                f"{start} CONSTRUCT {{ ?s ?p ?o }} {_clauses('FROM', several.default)} WHERE {{ ?s ?p ?o }}"
            )
            assert isinstance(triples, ox.QueryTriples)
            merged.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
            if named:
                names = f"{start} SELECT ?g ?s ?p ?o {_clauses('FROM NAMED', named)}"
                graphs = self.store.query(f"{names} {{ GRAPH ?g {{ }} }}")
                rows = self.store.query(f"{names} {{ GRAPH ?g {{ ?s ?p ?o }} }}")
                assert isinstance(graphs, ox.QuerySolutions)
                assert isinstance(rows, ox.QuerySolutions)
                for row in graphs:
                    merged.add_graph(row["g"])
                merged.bulk_extend(ox.Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows)
        except SyntaxError:  # told with its place when the query itself is evaluated
            return None
        return merged


@dataclasses.dataclass(frozen=True, slots=True)
class _Several:
    """A query over several default graphs whose result depends on how often a triple is there.

    ``default`` and ``named`` are the graphs as the text writes them, which is without them.
    """

    text: str
    prologue: str
    default: Sequence[str]
    named: Sequence[str]


def _clauses(keyword: str, graphs: Sequence[str]) -> str:
    return " ".join(f"{keyword} {graph}" for graph in graphs)


def _several(text: str, default: Sequence[str] | None, named: Sequence[str] | None) -> _Several | None:
    """The query over the given graphs, or without any over those that it names; ``None``: nothing to merge."""
    try:
        found = list(tokens(text))
    except Unreadable:
        return None
    start = next((token.start for token in found if token.kind == "word" and token.text.lower() in _FORMS), 0)
    inside: dict[bool, list[str]] = {False: [], True: []}
    pieces: list[str] = []
    done = depth = 0
    for index, token in enumerate(found):
        if token.kind == "op" and token.text in {"{", "}", "(", ")"}:
            depth += 1 if token.text in {"{", "("} else -1
        if depth or token.kind != "word" or token.text.lower() != "from" or index + 2 >= len(found):
            continue
        is_named = found[index + 1].text.lower() == "named"
        name = found[index + 1 + is_named]
        inside[is_named].append(name.text)
        end = name.start + len(name.text)
        pieces += (text[done : token.start], _blank(text[token.start : end]))
        done = end
    if default is not None or named is not None:
        inside = {False: [f"<{graph}>" for graph in default or ()], True: [f"<{graph}>" for graph in named or ()]}
    if len(set(inside[False])) < 2 or not _depends_on_number(found):
        return None
    return _Several("".join((*pieces, text[done:])), text[:start], inside[False], inside[True])


def _blank(text: str) -> str:
    """As many characters without meaning, on the same lines."""
    return "".join(character if character in "\r\n" else " " for character in text)


def _depends_on_number(found: Sequence[Token]) -> bool:
    """Whether the result may be another one when a triple is there twice; leans to yes."""
    words = [token.text.lower() for token in found if token.kind == "word"]
    if not _COUNTING.isdisjoint(words):
        return True
    form = next((word for word in words if word in _FORMS), "")
    return form == "select" and "distinct" not in words[words.index("select") + 1 : words.index("select") + 2]
