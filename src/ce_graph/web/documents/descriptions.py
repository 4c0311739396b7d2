"""What the graph says about one thing: every value with its sources, where they disagree, and what refers to it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCTERMS, ONTOLOGY, PROV, RDF, RDFS, SKOS
from ce_graph.web.documents import places
from ce_graph.web.documents.disagreement import Value, disputed
from ce_graph.web.documents.groups import Group, grouped
from ce_graph.web.documents.names import names_of
from ce_graph.web.documents.references import Incoming, incoming
from ce_graph.web.documents.sections import PLACES, SHORT, Section, sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ce_graph.query.labels import Labels
    from ce_graph.web.asking import Asker, Row, Term

_TYPE = str(RDF.type)
_FIRST = {_TYPE: 0, str(SKOS.prefLabel): 1, str(DCTERMS.title): 1, str(RDFS.label): 1, str(SKOS.definition): 2}
_LAST = {str(SKOS.editorialNote): 8, str(PROV.wasDerivedFrom): 9, str(DCTERMS.source): 9}


@dataclasses.dataclass(frozen=True, slots=True)
class Property:
    """A property of the thing with its values; ``disputed`` when sources give different ones."""

    iri: str
    values: tuple[Value, ...]
    disputed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Description:
    """All that one page shows about ``iri``."""

    iri: str
    types: tuple[str, ...]
    properties: tuple[Property, ...]
    sections: tuple[Section, ...]
    incoming: Incoming
    via: str | None
    """The property whose references alone are shown."""
    page: int
    labels: Labels
    around: Mapping[str, tuple[float, float]]
    """Latitude and longitude of places, for the map; empty where there is none to draw."""

    @property
    def known(self) -> bool:
        """Whether the graph says anything about the thing."""
        return bool(self.properties or self.incoming.groups or self.sections)

    @property
    def disputed(self) -> frozenset[str]:
        """The properties that sources disagree on."""
        return frozenset(item.iri for item in self.properties if item.disputed)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The properties in groups that mean something to a reader."""
        return grouped(self.properties)

    @property
    def more(self) -> bool:
        """Whether there are further references after this page."""
        return self.via is not None and any(group.more for group in self.incoming.groups)


def describe(asker: Asker, iri: str, language: str, page: int = 1, via: str | None = None) -> Description:
    """Everything about a thing, with the names of all that take part; how many queries depends on its class alone."""
    properties = _properties(asker.ask("outgoing", subject=ox.NamedNode(iri)))
    types = [value.term.value for item in properties if item.iri == _TYPE for value in item.values]
    referring = incoming(asker, iri, via, page)
    found = sections(asker, iri, types, ordered=not referring.over) if via is None else ()
    named = {iri, *_iris(properties)}
    for group in referring.groups:
        named |= {group.property, *group.subjects}
    for section in found:
        named |= {
            term.value
            for row in section.rows
            for name, term in row.items()
            if isinstance(term, ox.NamedNode) and name not in SHORT
        }
    around = places.around(asker) if any(section.name == PLACES.name for section in found) else {}
    named |= set(around)
    nodes = [ox.NamedNode(name) for name in named if not name.startswith("_:")]
    return Description(
        iri=iri,
        types=tuple(sorted(types, key=lambda name: (not name.startswith(ONTOLOGY), name))),
        properties=properties,
        sections=found,
        incoming=referring,
        via=via,
        page=page,
        labels=names_of(nodes, language, asker),
        around=around,
    )


def _properties(statements: Iterable[Row]) -> tuple[Property, ...]:
    grouped: dict[str, dict[Term, list[str]]] = {}
    for row in statements:
        graphs = grouped.setdefault(row["property"].value, {}).setdefault(row["value"], [])
        if "graph" in row:
            graphs.append(row["graph"].value)
    values = {
        iri: tuple(Value(term, tuple(sorted(graphs))) for term, graphs in terms.items())
        for iri, terms in grouped.items()
    }
    contradicted = disputed(values)
    return tuple(Property(iri, values[iri], iri in contradicted) for iri in sorted(values, key=_place))


def _place(iri: str) -> tuple[int, str]:
    """Where a property stands on the page: names first, then the graph's own properties, then others', then notes."""
    own = 3 if iri.startswith(ONTOLOGY) else 5
    return _FIRST.get(iri, _LAST.get(iri, own)), iri


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
