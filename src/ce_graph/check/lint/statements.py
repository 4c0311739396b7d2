"""The shapes as written: every statement of every file, so that a mistake can be pointed to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.positions import Position
from ce_graph.errors import DataError
from ce_graph.rdf.encode import parse, reading

if TYPE_CHECKING:
    from ce_graph.check.findings import Term
    from ce_graph.rdf.sources import Source

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """One statement and where it comes from: the index of the file and the number in it, from 0."""

    subject: Term
    predicate: str
    object: Term
    file: int
    number: int


class Statements:
    """All statements of shapes files; blank nodes are named after their file and rank, the same in every run."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Read the files.

        Raises:
            DataError: one cannot be parsed.
        """
        self.sources = tuple(sources)
        self.prefixes: dict[str, str] = {}
        self._all: list[Statement] = []
        self._by_subject: dict[Term, list[Statement]] = {}
        for file, source in enumerate(sources):
            self._read(file, source)
        for item in self._all:
            self._by_subject.setdefault(item.subject, []).append(item)

    def _read(self, file: int, source: Source) -> None:
        names: dict[ox.BlankNode, ox.BlankNode] = {}

        def named(term: Term) -> Term:
            if isinstance(term, ox.BlankNode):
                return names.setdefault(term, ox.BlankNode(f"s{file}b{len(names)}"))
            return term

        with reading(source):
            parser = parse(source)
            for number, quad in enumerate(parser):
                subject, object_ = named(quad.subject), named(quad.object)
                self._all.append(Statement(subject, quad.predicate.value, object_, file, number))
            self.prefixes = parser.prefixes | self.prefixes

    def __iter__(self) -> Iterator[Statement]:
        """All statements, in the order of the files."""
        return iter(self._all)

    def __len__(self) -> int:
        """Number of statements."""
        return len(self._all)

    def triples(self) -> Iterator[ox.Triple]:
        """All statements as triples."""
        return (ox.Triple(item.subject, ox.NamedNode(item.predicate), item.object) for item in self._all)  # type: ignore[arg-type]

    def of(self, subject: Term, predicate: str | None = None) -> list[Statement]:
        """The statements of a subject; ``predicate`` is an IRI or a local name of SHACL."""
        found = self._by_subject.get(subject, [])
        if predicate is None:
            return found
        iri = predicate if ":" in predicate else SH + predicate
        return [item for item in found if item.predicate == iri]

    def subjects(self) -> Iterable[Term]:
        """All subjects, in the order of first appearance."""
        return self._by_subject

    def items(self, head: Term) -> list[Term]:
        """The members of a list, as far as it is one."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head not in seen:
            seen.add(head)
            found += [item.object for item in self.of(head, RDF + "first")[:1]]
            rest = self.of(head, RDF + "rest")
            if not rest:
                break
            head = rest[0].object
        return found

    def positions(self, wanted: Iterable[Statement], part: str = "object") -> dict[Statement, Position]:
        """Where statements are written: their ``subject``, ``predicate`` or ``object``; each file is scanned once."""
        from ce_graph.rdf.positions import Lines, placed, read

        by_file: dict[int, dict[int, Statement]] = {}
        for item in wanted:
            by_file.setdefault(item.file, {})[item.number] = item
        found: dict[Statement, Position] = {}
        for file, items in by_file.items():
            source = self.sources[file]
            data = read(source)
            lines = Lines(data)
            try:
                for number, (_, spot) in enumerate(placed(source, data)):
                    if (item_ := items.get(number)) is not None:
                        found[item_] = Position(source.name, *lines.at(getattr(spot, part)))
            except (ValueError, DataError):
                found.update({item: Position(source.name) for item in items.values()})
        return found
