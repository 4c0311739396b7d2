"""A query of the shapes graph: its prefixes, what the specification forbids, and variables bound beforehand.

Binding beforehand (SHACL, appendix A) is done by the query itself: at the head of each group that speaks of a bound
variable stands a pattern that takes its values from a graph of their own. With one row in that graph it is what the
specification says for one focus node; with many rows it is all focus nodes at once, unless the query counts or cuts.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.shapes import short
from ce_graph.check.sparql.syntax import Group, Outline, Select, UnknownSyntaxError
from ce_graph.check.sparql.tokens import Token, tokenize
from ce_graph.errors import ShapesError

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.check.shapes import ShapesGraph

BOUND = "urn:x-ce-graph:bound"
"""The graph that holds the values of variables; ``BOUND:name`` is the predicate of a variable."""
SHAPES_GRAPH = "urn:x-ce-graph:shapes"
_OWL_IMPORTS = "http://www.w3.org/2002/07/owl#imports"
DEEPEST = 60
"""Brackets within brackets beyond this are refused."""
_FORBIDDEN = {"MINUS": "MINUS", "VALUES": "VALUES", "SERVICE": "SERVICE", "FROM": "FROM"}
_AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")
_PER_CALL = ("RAND", "UUID", "STRUUID", "NOW", "BNODE")
_ALWAYS = ("this", "currentShape", "shapesGraph")


@dataclasses.dataclass(frozen=True)
class Query:
    """A SELECT or ASK of the shapes graph; ``bound`` are the variables that may be bound beforehand."""

    text: str
    prefixes: dict[str, str]
    bound: tuple[str, ...]
    where: str
    """What to call it in messages."""

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens of the text."""
        return tokenize(self.text)

    @cached_property
    def outline(self) -> Outline | None:
        """The outline, or ``None`` for a query that it does not cover."""
        try:
            return Outline(self.tokens)
        except UnknownSyntaxError:
            return None

    @property
    def form(self) -> str:
        """SELECT or ASK."""
        return next(
            (token.text.upper() for token in self.tokens if token.is_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), ""
        )

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The variables that may be bound beforehand and occur in the text."""
        return frozenset(self.bound) & {token.variable for token in self.tokens if token.variable}

    @cached_property
    def names(self) -> dict[str, str]:
        """All prefixes: those of the shapes graph and the query's own."""
        return {**self.prefixes, **(self.outline.names if self.outline else {})}

    def iri(self, token: Token) -> str | None:
        """The IRI that a token stands for."""
        if token.kind == "iri":
            return token.text[1:-1]
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix in self.names and "\\" not in local:
                return self.names[prefix] + local
        return "http://www.w3.org/1999/02/22-rdf-syntax-ns#type" if token.text == "a" else None

    def check(self, form: str) -> None:
        """Refuse what is no query, or what the specification forbids.

        Raises:
            ShapesError: saying where and what.
        """
        self._check_nesting()
        if self.form != form:
            raise ShapesError(f"{self.where}: this must be {'a SELECT' if form == 'SELECT' else 'an ASK'} query")
        for token, after in zip(self.tokens, [*self.tokens[1:], None], strict=True):
            if token.is_word(*_FORBIDDEN):
                raise ShapesError(f"{self.where}: {token.text.upper()} is not allowed in SPARQL of shapes")
            if token.is_word("AS") and after is not None and after.variable in self.bound:
                raise ShapesError(f"{self.where}: {after.text} is bound beforehand and cannot be assigned with AS")
        try:
            ox.Store().query(self.header + self.text)  # only now: ASK is carried out at once, and SERVICE would be
        except (SyntaxError, ValueError, RuntimeError) as error:  # RuntimeError: a function that there is not
            raise ShapesError(f"{self.where}: SPARQL: {_reason(error)}") from error
        self._check_selects(form)

    def _check_nesting(self) -> None:
        # Before any parser sees it: parsers that call themselves run out of stack, and that ends the process.
        depth = deepest = signs = 0
        for token in self.tokens:
            opens, closes = token.is_sign("{", "(", "["), token.is_sign("}", ")", "]")
            depth += opens - closes
            deepest = max(deepest, depth)
            signs = signs + 1 if token.is_sign("!", "-", "+", "^") else 0
            if deepest > DEEPEST or signs > DEEPEST:
                raise ShapesError(f"{self.where}: SPARQL is nested more than {DEEPEST} deep")

    def _check_selects(self, form: str) -> None:
        starts = [index for index, token in enumerate(self.tokens) if token.is_word("SELECT")]
        for index in starts if form == "ASK" else starts[1:]:
            projected, star = self._projection(index)
            wanted = {"this"} | (set(self._mentioned_within(index)) - {"currentShape", "shapesGraph"})
            if star or wanted - projected:
                missing = "*" if star else f"${min(wanted - projected)}"
                raise ShapesError(
                    f"{self.where}: a nested SELECT must name all variables that are bound beforehand, "
                    + ("not *" if star else f"and {missing} is missing")
                )
        if form == "SELECT":
            projected, star = self._projection(starts[0])
            if not star and "this" not in projected:
                raise ShapesError(f"{self.where}: the SELECT clause must name $this")

    def _projection(self, index: int) -> tuple[set[str], bool]:
        depth, found, star = 0, set[str](), False
        for token in self.tokens[index + 1 :]:
            if depth == 0 and (token.is_word("WHERE") or token.is_sign("{")):
                break
            depth += token.is_sign("(") - token.is_sign(")")
            if depth == 0 and token.variable:
                found.add(token.variable)
            star |= depth == 0 and token.is_sign("*")
        return found, star

    def _mentioned_within(self, index: int) -> set[str]:
        depth, found = 0, set[str]()
        for token in self.tokens[index + 1 :]:
            depth += token.is_sign("{") - token.is_sign("}")
            if depth < 0:
                break
            if token.variable in self.bound:
                found.add(str(token.variable))
        return found

    @property
    def header(self) -> str:
        """The prefix declarations of the shapes graph."""
        return "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in self.prefixes.items())

    @cached_property
    def at_once(self) -> bool:
        """Whether all focus nodes can be evaluated together: nothing in the query counts or cuts across them."""
        if self.outline is None or any(token.is_word(*_PER_CALL) for token in self.tokens):
            return False
        selects = [self.outline.select]
        selects += [group.select for group in self.outline.select.where.all_groups() if group.select is not None]
        return all(self._separates(select) for select in selects) and (
            len(selects) == 1 or "value" not in self.mentioned
        )

    @cached_property
    def aggregates(self) -> bool:
        """Whether something is counted, added up or otherwise taken together."""
        return any(token.is_word(*_AGGREGATES) for token in self.tokens)

    @property
    def modified(self) -> bool:
        """Whether anything follows the WHERE group."""
        return self.outline is None or bool(self.outline.select.modifiers)

    def _separates(self, select: Select) -> bool:
        if {"LIMIT", "OFFSET"} & set(select.modifiers):
            return False
        end = select.where.begin
        ranges = [
            (select.keyword, end),
            *(select.modifiers[key] for key in ("HAVING", "ORDER") if key in select.modifiers),
        ]
        aggregates = any(token.is_word(*_AGGREGATES) for low, high in ranges for token in self.tokens[low:high])
        if "GROUP" not in select.modifiers:
            return not aggregates and "HAVING" not in select.modifiers
        low, high = select.modifiers["GROUP"]
        keys = {token.variable for token in self.tokens[low:high]}
        return "this" in keys and ("value" not in self.mentioned or "value" in keys)

    def bind(self, rows: frozenset[str], constants: frozenset[str], answer: tuple[str, ...] | None = None) -> str:
        """The text that takes its bound variables from the graph ``BOUND``.

        ``rows`` vary together from row to row, ``constants`` have one value. ``answer``: turn an ASK into a SELECT
        of these variables.
        """
        edits: list[tuple[int, int, str]] = []
        for begin, names in self._places(rows | constants):
            place = self.tokens[begin - 1].end
            edits.append((place, place, _pattern(rows & names, constants & names)))
        if answer is not None:
            token = next(token for token in self.tokens if token.is_word("ASK"))
            projected = " ".join(f"?{name}" for name in answer)
            edits.append((token.start, token.end, f"SELECT DISTINCT {projected} WHERE"))
            where = self.tokens[self.tokens.index(token) + 1]
            if where.is_word("WHERE"):
                edits.append((where.start, where.end, ""))
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return self.header + text

    def bind_pairs(self, begin: int, other: str) -> str:
        """The text that takes ``$this``, and ``other`` for it, from ``BOUND``; ``begin``: where its group does."""
        text, at = self.bind(frozenset({"this"}), frozenset()), len(self.header) + self.tokens[begin - 1].end
        return f"{text[:at]} GRAPH <{BOUND}> {{ ?this <{BOUND}:pair> ?{other} }}{text[at:]}"

    def _places(self, names: frozenset[str]) -> list[tuple[int, frozenset[str]]]:
        """Where to bind which variables: index of the first token of a group, and names."""
        found = []
        if self.outline is not None:
            skipped: set[int] = set()
            for group in self.outline.select.where.all_groups():
                if group.kind == "exists" and not self._assigns(group):
                    skipped |= {id(inner) for inner in group.all_groups()}
                if id(group) in skipped or group.select is not None:
                    continue
                # Sub-selects share no more than what they project, so bind all that they may speak of.
                used = names if group.kind == "where" else names & self._used(group)
                if used:
                    found.append((group.begin, used))
            return found
        for index, token in enumerate(self.tokens[:-1]):
            if token.is_sign("{") and not self.tokens[index + 1].is_word("SELECT"):
                found.append((index + 1, names))
        return found

    def _used(self, group: Group) -> set[str]:
        inside = [(inner.begin, inner.end) for inner in group.groups]
        own = [index for index in range(group.begin, group.end) if not any(low <= index < high for low, high in inside)]
        return {name for index in own if (name := self.tokens[index].variable)}

    def _assigns(self, group: Group) -> bool:
        return any(token.is_word("BOUND", "BIND", "SELECT") for token in self.tokens[group.begin : group.end])


def _pattern(rows: frozenset[str], constants: frozenset[str]) -> str:
    parts = []
    if rows:
        parts.append("[] " + " ; ".join(f"<{BOUND}:{name}> ?{name}" for name in sorted(rows)))
    parts += [f"<{BOUND}> <{BOUND}:{name}> ?{name}" for name in sorted(constants)]
    return f" GRAPH <{BOUND}> {{ {' . '.join(parts)} }} " if parts else ""


def _reason(error: Exception) -> str:
    text = str(error)
    return text.removeprefix("error at ").strip()


def read_prefixes(graph: ShapesGraph, node: Term, where: str) -> dict[str, str]:
    """The prefixes that ``sh:prefixes`` of a node leads to (SHACL 5.2.1), through ``owl:imports``."""
    found: dict[str, str] = {}
    seen: set[Term] = set()
    todo = list(graph.values(node, "prefixes"))
    while todo:
        ontology = todo.pop(0)
        if ontology in seen:
            continue
        seen.add(ontology)
        todo += graph.values(ontology, _OWL_IMPORTS)
        for declaration in graph.values(ontology, "declare"):
            prefix, namespace = graph.value(declaration, "prefix"), graph.value(declaration, "namespace")
            if not isinstance(prefix, ox.Literal) or not isinstance(namespace, ox.Literal):
                raise ShapesError(
                    f"{where}: sh:declare of {short(ontology)} needs sh:prefix and sh:namespace, both literals"
                )
            if found.setdefault(prefix.value, namespace.value) != namespace.value:
                raise ShapesError(f"{where}: the prefix {prefix.value}: is declared with two namespaces")
    return found


def read_query(graph: ShapesGraph, node: Term, key: str, path: str | None, extra: tuple[str, ...] = ()) -> Query:
    """The query of ``sh:select`` or ``sh:ask``; ``path`` replaces ``$PATH``, ``extra`` are more bound variables.

    Raises:
        ShapesError: there is none, or it is ill-formed.
    """
    where = f"sh:{key} of {graph.name(node)}"
    text = graph.value(node, key)
    if not isinstance(text, ox.Literal):
        raise ShapesError(f"{where}: there must be one string")
    source = text.value
    if path is not None:
        for token in reversed(tokenize(source)):
            if token.text in ("$PATH", "?PATH"):
                source = f"{source[: token.start]}{path}{source[token.end :]}"
    query = Query(source, read_prefixes(graph, node, where), (*_ALWAYS, *extra), where)
    query.check(key.upper())
    return query
