"""The terms of the ontology as its page lists them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import ONTOLOGY, RDFS, SKOS
from ce_graph.web.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.web.asking import Asker

_NAMES = {str(SKOS.prefLabel), str(RDFS.label)}
_KINDS = {
    "Class": mark("class"),
    "ObjectProperty": mark("link"),
    "DatatypeProperty": mark("value"),
    "AnnotationProperty": mark("note"),
}


@dataclasses.dataclass(slots=True)
class Term:
    """A class or property: its local name, what it is, its name and definition in the best language there is."""

    iri: str
    name: str
    kind: str
    labels: list[ox.Literal] = dataclasses.field(default_factory=list)
    definitions: list[ox.Literal] = dataclasses.field(default_factory=list)


def terms(asker: Asker, languages: Sequence[str]) -> list[Term]:
    """All terms of the ontology, classes first, then by name; texts with the wanted language first."""
    found: dict[str, Term] = {}
    for row in asker.ask("terms", prefix=ox.Literal(ONTOLOGY)):
        iri = row["term"].value
        kind = _KINDS[row["type"].value.partition("#")[2]]
        term = found.setdefault(iri, Term(iri, iri.removeprefix(ONTOLOGY), kind))
        text = row.get("text")
        if isinstance(text, ox.Literal):
            into = term.labels if row["property"].value in _NAMES else term.definitions
            if text not in into:
                into.append(text)
    for term in found.values():
        for texts in (term.labels, term.definitions):
            texts.sort(key=lambda text: _place(text, languages))
    return sorted(found.values(), key=lambda term: (term.kind != "class", term.name.lower()))


def _place(text: ox.Literal, languages: Sequence[str]) -> int:
    return languages.index(text.language) if text.language in languages else len(languages)
