"""The graph of shapes as it was parsed: terms in their own lexical form, with the look-ups that a plan needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ce_graph.errors import DataError, ShapesError
from ce_graph.rdf.encode import parse, reading

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.rdf.sources import Source

Node: TypeAlias = ox.NamedNode | ox.BlankNode

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

TYPE = RDF + "type"
SUBCLASS = RDFS + "subClassOf"
NIL = ox.NamedNode(RDF + "nil")
_FIRST, _REST = RDF + "first", RDF + "rest"


class ShapesGraph:
    """Triples of one or several shapes files, in the order of the files (graph names are not looked at)."""

    def __init__(self, quads: Iterable[ox.Quad | ox.Triple]) -> None:
        """Index the triples by subject and predicate."""
        self._by_subject: dict[Node, dict[str, list[Term]]] = {}
        self._holders: dict[Term, tuple[Node, str]] = {}
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if isinstance(subject, ox.Triple):
                continue
            found = self._by_subject.setdefault(subject, {}).setdefault(predicate, [])
            if value not in found:
                found.append(value)
                self._holders.setdefault(value, (subject, predicate))

    @property
    def subjects(self) -> Iterable[Node]:
        """All subjects, in the order of first appearance."""
        return self._by_subject

    def triples(self) -> Iterable[tuple[Node, ox.NamedNode, Term]]:
        """All triples, each once."""
        for subject, properties in self._by_subject.items():
            for predicate, values in properties.items():
                for value in values:
                    yield subject, ox.NamedNode(predicate), value

    def properties(self, subject: Term) -> dict[str, list[Term]]:
        """Predicate IRI → values, of one subject."""
        return self._by_subject.get(subject, {}) if not isinstance(subject, ox.Literal | ox.Triple) else {}

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """The values of a predicate, given by its IRI; those of SHACL by local name."""
        return self.properties(subject).get(predicate if ":" in predicate else SH + predicate, [])

    def value(self, subject: Term, predicate: str) -> Term | None:
        """The only value, or ``None``.

        Raises:
            ShapesError: there is more than one.
        """
        found = self.values(subject, predicate)
        if len(found) > 1:
            raise ShapesError(f"{self.name(subject)} has {len(found)} values of sh:{predicate}; it can have one")
        return found[0] if found else None

    def subjects_of(self, predicate: str, value: Term) -> list[Node]:
        """Subjects that have this value."""
        return [subject for subject in self._by_subject if value in self.values(subject, predicate)]

    def items(self, head: Term) -> list[Term]:
        """The members of an RDF list.

        Raises:
            ShapesError: it is no list, or runs in a circle.
        """
        found: list[Term] = []
        seen: set[Term] = set()
        node = head
        while node != NIL:
            if node in seen:
                raise ShapesError(f"the list at {self.name(head)} runs in a circle")
            seen.add(node)
            first, rest = self.values(node, _FIRST), self.values(node, _REST)
            if len(first) != 1 or len(rest) != 1:
                raise ShapesError(f"{self.name(head)} is not a well-formed RDF list")
            found.append(first[0])
            node = rest[0]
        return found

    def is_instance(self, node: Term, class_iri: str) -> bool:
        """Whether a node has the class or one of its subclasses (in the shapes graph) as its type."""
        seen: set[Term] = set()
        todo = list(self.values(node, TYPE))
        while todo:
            found = todo.pop()
            if found not in seen:
                seen.add(found)
                todo += self.values(found, SUBCLASS)
        return ox.NamedNode(class_iri) in seen

    def name(self, node: Term) -> str:
        """What to call a node in a message: its IRI, else by the named node that leads to it."""
        steps: list[str] = []
        seen: set[Term] = set()
        while isinstance(node, ox.BlankNode) and node in self._holders and node not in seen:
            seen.add(node)
            path = self.values(node, "path")
            node, predicate = self._holders[node]
            if predicate != _REST:
                step = short(ox.NamedNode(predicate))
                steps.append(f"{step} of {short(path[0])}" if path and isinstance(path[0], ox.NamedNode) else step)
        return " → ".join([short(node), *reversed(steps)])


def short(term: Term) -> str:
    """A term for a message; the names of SHACL and RDF with their prefix."""
    if isinstance(term, ox.NamedNode):
        for prefix, namespace in (("sh", SH), ("rdf", RDF), ("rdfs", RDFS), ("xsd", XSD)):
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value[len(namespace) :]}"
    return str(term)


def read(sources: Sequence[Source]) -> ShapesGraph:
    """Read shapes files; blank nodes of different files are kept apart.

    Raises:
        ShapesError: a file cannot be read, with file and position.
    """
    quads: list[ox.Quad] = []
    for number, source in enumerate(sources):
        try:
            with reading(source):
                quads += parse(source, rename_blank_nodes=number > 0)
        except DataError as error:
            raise ShapesError(str(error)) from error
    return ShapesGraph(quads)
