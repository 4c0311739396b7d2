"""Where the statements of JSON-LD are written: the keys and values that state them, as far as contexts tell.

This follows contexts, prefixes, aliases of keywords, lists, sets, graphs and reversed properties, not all of JSON-LD's
expansion; what it does not find is given the place of the nearest statement by whoever asks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from urllib.parse import urljoin

from ce_graph.rdf.positions.spots import Spot
from ce_graph.rdf.positions.tree import Array, Node, Object, Value, tree

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@dataclasses.dataclass(frozen=True, slots=True)
class Stated:
    """A statement; a blank node is a number, a literal ``None``."""

    subject: str | int
    predicate: str
    object: str | int | None
    spot: Spot


@dataclasses.dataclass(frozen=True, slots=True)
class _Context:
    base: str
    vocabulary: str | None = None
    terms: dict[str, str] = dataclasses.field(default_factory=dict)
    kinds: dict[str, str] = dataclasses.field(default_factory=dict)
    reverse: frozenset[str] = frozenset()
    scoped: dict[str, Node] = dataclasses.field(default_factory=dict)
    lists: frozenset[str] = frozenset()

    def key(self, key: str) -> str:
        """A key as a keyword or an IRI; ``""`` when it has no meaning."""
        if key.startswith("@"):
            return key
        found = self.terms.get(key) or self.compact(key)
        return found if found is not None else (self.vocabulary + key if self.vocabulary is not None else "")

    def compact(self, text: str) -> str | None:
        prefix, colon, rest = text.partition(":")
        if not colon or rest.startswith("//"):
            return text if colon else None
        return self.terms[prefix] + rest if prefix in self.terms else text

    def node(self, text: str) -> str:
        return self.compact(text) or urljoin(self.base, text)


def stated(data: bytes, base: str) -> list[Stated]:
    """The statements of a document, nearly in the order of the parser.

    Raises:
        ValueError: the document is no JSON, or nested too deeply.
    """
    walk = _Walk()
    walk.top(tree(data), _Context(base))
    return walk.out


class _Walk:
    def __init__(self) -> None:
        self.out: list[Stated] = []
        self._blank: dict[str, int] = {}
        self._count = 0

    def top(self, node: Node, context: _Context) -> None:
        for item in _items(node):
            if isinstance(item, Object):
                self.object(item, context)

    def _fresh(self) -> int:
        self._count += 1
        return self._count

    def _named(self, text: str, context: _Context) -> str | int:
        if text.startswith("_:"):
            if text not in self._blank:
                self._blank[text] = self._fresh()
            return self._blank[text]
        return context.node(text)

    def object(self, node: Object, context: _Context) -> str | int:
        """State what a node object states; answers with its name."""
        for key, _, value in node.members:
            if key == "@context":
                context = _extended(context, value)
        given = {context.key(key): (at, value) for key, at, value in node.members}
        types = [item for item in _items(given["@type"][1]) if isinstance(item, Value)] if "@type" in given else []
        plain = context
        for item in sorted(types, key=lambda item: str(item.value)):
            if str(item.value) in plain.scoped:
                context = _extended(context, plain.scoped[str(item.value)])
        at, name = given.get("@id", (node.at, None))
        known = isinstance(name, Value) and isinstance(name.value, str)
        subject = self._named(str(name.value), context) if known and isinstance(name, Value) else self._fresh()
        begin = at if known else node.at
        for item in types:
            self._state(subject, RDF + "type", context.key(str(item.value)), Spot(begin, item.at, item.at))
        for key, place, value in node.members:
            self._member(subject, begin, key, place, value, context)
        return subject

    def _member(self, subject: str | int, begin: int, key: str, place: int, value: Node, context: _Context) -> None:
        meaning = context.key(key)
        if meaning in ("@graph", "@included"):
            self.top(value, context)
        elif meaning == "@nest":
            for item in _items(value):
                for inner in item.members if isinstance(item, Object) else ():
                    self._member(subject, begin, *inner, context)
        elif meaning == "@reverse" and isinstance(value, Object):
            for name, at, held in value.members:
                self._values(subject, begin, context.key(name), at, held, context, name, backwards=True)
        elif meaning and not meaning.startswith("@"):
            self._values(subject, begin, meaning, place, value, context, key, backwards=key in context.reverse)

    def _values(
        self, subject: str | int, begin: int, predicate: str, place: int, value: Node, context: _Context, key: str,
        *, backwards: bool,
    ) -> None:  # fmt: skip
        if key in context.scoped:
            context = _extended(context, context.scoped[key])
        if key in context.lists and not (isinstance(value, Object) and value.get("@list")):
            value = Object(value.at, [("@list", value.at, value)])
        for item in _items(value):
            for found, at in self._objects(item, context, context.kinds.get(key)):
                if backwards and found is not None:
                    self._state(found, predicate, subject, Spot(at, place, begin))
                else:
                    self._state(subject, predicate, found, Spot(begin, place, at))

    def _objects(self, item: Node, context: _Context, kind: str | None) -> Iterator[tuple[str | int | None, int]]:
        if isinstance(item, Value):
            if item.value is None:
                return
            linked = kind in ("@id", "@vocab") and isinstance(item.value, str)
            text = str(item.value)
            named = context.key(text) if kind == "@vocab" and linked else ""
            yield (named or self._named(text, context)) if linked else None, item.at
        elif isinstance(item, Array):
            for inner in item.items:
                yield from self._objects(inner, context, kind)
        else:
            keys = {context.key(key): value for key, _, value in item.members}
            if "@value" in keys:
                yield None, item.at
            elif "@list" in keys:
                yield self._list(item.at, list(_items(keys["@list"])), context, kind), item.at
            elif "@set" in keys:
                for inner in _items(keys["@set"]):
                    yield from self._objects(inner, context, kind)
            else:
                yield self.object(item, context), item.at

    def _list(self, begin: int, items: list[Node], context: _Context, kind: str | None) -> str | int:
        found = [pair for item in items for pair in self._objects(item, context, kind)]
        nodes: list[str | int] = [self._fresh() for _ in found]
        for number, (value, at) in enumerate(found):
            begin = at if number else begin
            self._state(nodes[number], RDF + "first", value, Spot(begin, at, at))
            rest = nodes[number + 1] if number + 1 < len(nodes) else RDF + "nil"
            self._state(nodes[number], RDF + "rest", rest, Spot(begin, at, at))
        return nodes[0] if nodes else RDF + "nil"

    def _state(self, subject: str | int, predicate: str, value: str | int | None, spot: Spot) -> None:
        self.out.append(Stated(subject, predicate, value, spot))


def _items(node: Node) -> Iterator[Node]:
    if isinstance(node, Array):
        yield from node.items
    else:
        yield node


def _extended(context: _Context, node: Node) -> _Context:
    for item in _items(node):
        if isinstance(item, Value) and item.value is None:
            context = _Context(context.base)
        elif isinstance(item, Object):
            context = _with_terms(context, item)
    return context


def _with_terms(context: _Context, node: Object) -> _Context:
    terms, kinds, scoped = dict(context.terms), dict(context.kinds), dict(context.scoped)
    reverse, lists = set(context.reverse), set(context.lists)
    given = {key: value for key, _, value in node.members}
    base, vocabulary = _text(given.get("@base")), _text(given.get("@vocab"))
    made = dataclasses.replace(
        context,
        base=urljoin(context.base, base) if base is not None else context.base,
        vocabulary=vocabulary if vocabulary is not None else context.vocabulary,
        terms=terms,
    )
    if vocabulary is not None:
        made = dataclasses.replace(made, vocabulary=made.compact(vocabulary) or urljoin(made.base, vocabulary))
    # Twice: a prefix may be defined after the term that uses it.
    for _ in range(2):
        for key, value in given.items():
            if key.startswith("@"):
                continue
            definition = value if isinstance(value, Object) else None
            name = _text(definition.get("@id") or definition.get("@reverse")) if definition else _text(value)
            terms.pop(key, None)
            terms[key] = made.key(key if name is None else name)
            if definition:
                kinds[key] = _text(definition.get("@type")) or ""
                reverse |= {key} if definition.get("@reverse") else set()
                container = definition.get("@container")
                lists |= {key} if container and any(_text(item) == "@list" for item in _items(container)) else set()
                if (inner := definition.get("@context")) is not None:
                    scoped[key] = inner
    return dataclasses.replace(made, kinds=kinds, scoped=scoped, reverse=frozenset(reverse), lists=frozenset(lists))


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Value) and isinstance(node.value, str) else None
