"""Where sources contradict each other about one thing: a value each, and no two alike."""

from __future__ import annotations

import dataclasses
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCTERMS, FOAF, ONTOLOGY, RDFS, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_graph.web.asking import Term

_MANY = {str(item) for item in (
    SKOS.altLabel, SKOS.hiddenLabel, SKOS.editorialNote, SKOS.note, SKOS.scopeNote, SKOS.example, SKOS.definition,
    DCTERMS.source, DCTERMS.description, FOAF.homepage, RDFS.comment, RDFS.seeAlso,
)}  # fmt: skip
"""Literal-valued properties of which a thing may well have several values."""
_ONE = {ONTOLOGY + name for name in ("coordinator", "operator", "decisionOutcome")}
"""Links of which a thing has one."""
_STATED = "Stated"
_NUMBERS = {ox.NamedNode(str(item)) for item in (XSD.decimal, XSD.integer, XSD.double, XSD.float)}
_DATES = {ox.NamedNode(str(item)) for item in (XSD.date, XSD.gYearMonth, XSD.gYear)}


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One value of a property, and the IRIs of the graphs that state it."""

    term: Term
    graphs: tuple[str, ...]


def disputed(values: Mapping[str, Sequence[Value]]) -> set[str]:
    """The properties of one thing on which its sources contradict each other.

    A text as a source prints it (``endDateStated``) counts for what it means (``endDate``) where the same source's text
    has a meaning: the 30.9.2019 of one source is the 30 September 2019 of another. Free text without any meaning in
    the graph (``themesStated``) is never in dispute.
    """
    found = set()
    for iri, given in values.items():
        if iri.endswith(_STATED):
            meant = values.get(iri.removesuffix(_STATED), ())
            if meant and disagree(_as_meant(given, meant)):
                found.add(iri)
        elif iri not in _MANY and (iri in _ONE or not _links(given)) and disagree(given):
            found.add(iri)
    return found


def disagree(values: Sequence[Value]) -> bool:
    """Whether each of two or more sources gives one value, and two of these cannot both be right.

    A source that gives several values lists them; that is no contradiction. Languages are compared one by one.
    """
    stated: dict[str, dict[str, set[object]]] = {}
    for value in values:
        language = (value.term.language or "") if isinstance(value.term, ox.Literal) else ""
        for graph in value.graphs:
            stated.setdefault(language, {}).setdefault(graph, set()).add(comparable(value.term))
    for by_graph in stated.values():
        single = [next(iter(found)) for found in by_graph.values()]
        if all(len(found) == 1 for found in by_graph.values()) and not _compatible(single):
            return True
    return False


def comparable(term: Term) -> object:
    """What terms are compared by: numbers by value (1.50 is 1.5), dates by their text, all else as written."""
    if isinstance(term, ox.Literal) and term.datatype in _NUMBERS:
        try:
            return Decimal(term.value)
        except InvalidOperation:
            return term
    return term.value if isinstance(term, ox.Literal) and term.datatype in _DATES else term


def _compatible(values: Sequence[object]) -> bool:
    """Whether all can be right: equal, or dates of which the more exact begin with the less exact."""
    longest = max(values, key=lambda value: len(value) if isinstance(value, str) else 0)
    return all(
        value == longest or (isinstance(value, str) and isinstance(longest, str) and longest.startswith(f"{value}-"))
        for value in values
    )


def _as_meant(given: Sequence[Value], meant: Sequence[Value]) -> list[Value]:
    """The values with each source's text replaced by its meaning, where it has one."""
    understood = {graph for value in meant for graph in value.graphs}
    rest = [Value(value.term, tuple(graph for graph in value.graphs if graph not in understood)) for value in given]
    return [*meant, *rest]


def _links(values: Sequence[Value]) -> bool:
    return not all(isinstance(value.term, ox.Literal) for value in values)
