"""The names of things in the reader's language; one query gives those of a whole page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCTERMS, FOAF, PREFIXES, RDFS, SKOS
from ce_graph.web.addresses import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ce_graph.web.asking import Asker

_RANK = {str(SKOS.prefLabel): 0, str(DCTERMS.title): 1, str(RDFS.label): 2, str(FOAF.name): 3}


@dataclasses.dataclass(frozen=True, slots=True)
class Label:
    """A name and its language (``""``: none stated); ``known`` is false for a name made from the IRI."""

    text: str
    language: str = ""
    known: bool = True


class Labels:
    """The names of the IRIs of one page, in order of preference of its languages."""

    def __init__(self, found: dict[str, list[tuple[int, ox.Literal]]], languages: Sequence[str]) -> None:
        """Keep what a query found; use :func:`of` to ask."""
        self._found = found
        self._languages = list(languages)

    def __getitem__(self, iri: str) -> Label:
        """The best name of an IRI: of the wanted languages the first, then of no language, then any."""
        names = self._found.get(iri)
        if not names:
            return Label(compact(iri), known=False)
        _, literal = min(names, key=self._preference)
        return Label(literal.value, literal.language or "")

    def _preference(self, name: tuple[int, ox.Literal]) -> tuple[int, int, str]:
        rank, literal = name
        language = (literal.language or "").partition("-")[0]
        place = (
            self._languages.index(language) if language in self._languages else len(self._languages) + bool(language)
        )
        return place, rank, literal.value


def of(asker: Asker, iris: Iterable[str], languages: Sequence[str]) -> Labels:
    """The names of some IRIs, all by one query.

    ``languages`` in order of preference; names in other languages are taken when there is no better.
    """
    wanted = sorted(set(iris))
    found: dict[str, list[tuple[int, ox.Literal]]] = {}
    if wanted:
        for row in asker.ask("labels", iris=[ox.NamedNode(iri) for iri in wanted]):
            label = row.get("label")
            if isinstance(label, ox.Literal):
                found.setdefault(row["iri"].value, []).append((_RANK.get(row["property"].value, 9), label))
    return Labels(found, languages)


def compact(iri: str) -> str:
    """An IRI with its prefix when the graph uses one, else its last part: ``skos:prefLabel``, ``Q1757``."""
    best = max(
        (name for name, start in PREFIXES.items() if iri.startswith(start)),
        key=lambda name: len(PREFIXES[name]),
        default="",
    )
    rest = iri[len(PREFIXES[best]) :] if best else ""
    return f"{best}:{rest}" if rest and "/" not in rest else short(iri)
