"""What the graph says about one thing: every value with its sources, where they disagree, and what refers to it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCTERMS, FOAF, ONTOLOGY, PROV, RDF, RDFS, SKOS, XSD
from ce_graph.web import labels as naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ce_graph.web.asking import Asker, Row, Term
    from ce_graph.web.labels import Labels

PAGE_SIZE = 50
"""References to a thing on one page."""

_TYPE = str(RDF.type)
_MANY = {str(item) for item in (
    SKOS.altLabel, SKOS.hiddenLabel, SKOS.editorialNote, SKOS.note, SKOS.scopeNote, SKOS.example,
    DCTERMS.source, DCTERMS.description, FOAF.homepage, RDFS.comment, RDFS.seeAlso,
)}  # fmt: skip
"""Literal-valued properties of which a thing may well have several values."""
_NUMBERS = {ox.NamedNode(str(item)) for item in (XSD.decimal, XSD.integer, XSD.double, XSD.float)}
_FIRST = {_TYPE: 0, str(SKOS.prefLabel): 1, str(DCTERMS.title): 1, str(RDFS.label): 1, str(SKOS.definition): 2}
_LAST = {str(SKOS.editorialNote): 8, str(PROV.wasDerivedFrom): 9}


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One value of a property, and the IRIs of the graphs that state it."""

    term: Term
    graphs: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Property:
    """A property of the thing with its values; ``disputed`` when sources give different ones."""

    iri: str
    values: tuple[Value, ...]
    disputed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """Something that refers to the thing, and by which property."""

    subject: str
    property: str


@dataclasses.dataclass(frozen=True, slots=True)
class Description:
    """All that one page shows about ``iri``."""

    iri: str
    types: tuple[str, ...]
    properties: tuple[Property, ...]
    references: tuple[Reference, ...]
    page: int
    more: bool
    """Whether there are further references after this page."""
    labels: Labels

    @property
    def known(self) -> bool:
        """Whether the graph says anything about the thing."""
        return bool(self.properties or self.references)


def describe(asker: Asker, iri: str, languages: Sequence[str], page: int = 1) -> Description:
    """Everything about a thing, with the names of all IRIs that take part."""
    subject = ox.NamedNode(iri)
    statements = asker.ask("outgoing", subject=subject)
    found = asker.ask("incoming", object=subject, limit=PAGE_SIZE + 1, offset=PAGE_SIZE * (page - 1))
    references = tuple(
        Reference(row["subject"].value, row["property"].value)
        for row in found[:PAGE_SIZE]
        if isinstance(row["subject"], ox.NamedNode)
    )
    properties = _properties(statements, _single_valued(asker, statements))
    named = {iri, *_iris(properties), *(part for item in references for part in (item.subject, item.property))}
    types = [value.term.value for item in properties if item.iri == _TYPE for value in item.values]
    return Description(
        iri=iri,
        types=tuple(sorted(types, key=lambda name: (not name.startswith(ONTOLOGY), name))),
        properties=properties,
        references=references,
        page=page,
        more=len(found) > PAGE_SIZE,
        labels=naming.of(asker, named, languages),
    )


def disagree(values: Iterable[Value], *, literals_only: bool = True) -> bool:
    """Whether sources contradict each other: each of two or more states one value, and these are not equal.

    A source that states several values lists them; that is no contradiction. Languages are compared one by one.
    """
    stated: dict[str, dict[str, set[object]]] = {}
    for value in values:
        if literals_only and not isinstance(value.term, ox.Literal):
            return False
        language = (value.term.language or "") if isinstance(value.term, ox.Literal) else ""
        for graph in value.graphs:
            stated.setdefault(language, {}).setdefault(graph, set()).add(comparable(value.term))
    for by_graph in stated.values():
        single = [next(iter(found)) for found in by_graph.values() if len(found) == 1]
        if len(single) == len(by_graph) and len(set(single)) > 1:
            return True
    return False


def comparable(term: Term) -> object:
    """What two terms are compared by: numbers by value (1.50 is 1.5), all else as written."""
    if isinstance(term, ox.Literal) and term.datatype in _NUMBERS:
        try:
            return Decimal(term.value)
        except InvalidOperation:
            return term.value
    return term


def _properties(statements: Iterable[Row], single: set[str]) -> tuple[Property, ...]:
    grouped: dict[str, dict[Term, list[str]]] = {}
    for row in statements:
        graphs = grouped.setdefault(row["property"].value, {}).setdefault(row["value"], [])
        if "graph" in row:
            graphs.append(row["graph"].value)
    found = []
    for iri in sorted(grouped, key=_place):
        values = tuple(Value(term, tuple(sorted(graphs))) for term, graphs in grouped[iri].items())
        disputed = iri not in _MANY and disagree(values, literals_only=iri not in single)
        found.append(Property(iri, values, disputed))
    return tuple(found)


def _place(iri: str) -> tuple[int, str]:
    """Where a property stands on the page: names first, then the graph's own properties, then others', then notes."""
    own = 3 if iri.startswith(ONTOLOGY) else 5
    return _FIRST.get(iri, _LAST.get(iri, own)), iri


def _single_valued(asker: Asker, statements: Iterable[Row]) -> set[str]:
    """Of the properties with several IRIs as values, those that the ontology allows one value of."""
    count: dict[str, set[str]] = {}
    for row in statements:
        if isinstance(row["value"], ox.NamedNode) and row["property"].value != _TYPE:
            count.setdefault(row["property"].value, set()).add(row["value"].value)
    several = [ox.NamedNode(iri) for iri, values in sorted(count.items()) if len(values) > 1]
    if not several:
        return set()
    return {row["property"].value for row in asker.ask("single_valued", properties=several)}


def _iris(properties: Iterable[Property]) -> set[str]:
    found: set[str] = set()
    for item in properties:
        found.add(item.iri)
        for value in item.values:
            found.update(value.graphs)
            if isinstance(value.term, ox.NamedNode):
                found.add(value.term.value)
            elif isinstance(value.term, ox.Literal) and not value.term.language:
                found.add(value.term.datatype.value)
    return found
