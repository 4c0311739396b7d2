"""The names of the things in an answer, all by one query, in the reader's language."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ce_graph.query.running import AnyTerm, Run, solutions
from ce_graph.query.texts import LANGUAGES
from ce_graph.rdf.namespaces import DCTERMS, FOAF, PREFIXES, RDFS, SKOS

_PROPERTIES = tuple(str(one) for one in (SKOS.prefLabel, DCTERMS.title, RDFS.label, FOAF.name))
_AT_ONCE = 2000
_OWN = re.compile(r"^.*/(?:id/[^/]+|code/[^/]+|graph|dataset)/(?=[^/]+$)")


@dataclasses.dataclass(frozen=True, slots=True)
class Label:
    """A name and its language (``""``: none stated); ``known`` is false when it was made from the IRI."""

    text: str
    language: str = ""
    known: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Labels:
    """Names by IRI, in the order of preference of one reader."""

    found: Mapping[str, Label]

    def of(self, term: AnyTerm | None) -> str:
        """What to show for a term: the name of a thing, the text of a literal, ``""`` for nothing."""
        if isinstance(term, ox.NamedNode):
            return self.label(term.value).text
        return term.value if isinstance(term, ox.Literal) else "" if term is None else str(term)

    def label(self, iri: str) -> Label:
        """The name of an IRI; without any, its prefixed or last part."""
        return self.found.get(iri) or Label(compact(iri), known=False)


def labels_of(terms: Iterable[AnyTerm], language: str, run: Run) -> Labels:
    """The names of the IRIs among some terms.

    Preferred is the language, then the others of the interface in their order, then no language, then any; of several
    names in one language the one that comes first by property and alphabet, so that the choice is the same every time.
    """
    iris = sorted({term for term in terms if isinstance(term, ox.NamedNode)}, key=lambda node: node.value)
    best: dict[str, tuple[tuple[int, int, str, str], Label]] = {}
    languages = list(dict.fromkeys((language, *LANGUAGES, "")))
    for first in range(0, len(iris), _AT_ONCE):
        for row in solutions(run, _query(iris[first : first + _AT_ONCE])):
            thing, label = row["thing"], row.get("label")
            if not isinstance(thing, ox.NamedNode) or not isinstance(label, ox.Literal):
                continue
            tag = label.language or ""
            main = tag.partition("-")[0]
            place = languages.index(main) if main in languages else len(languages)
            rank = (place, _PROPERTIES.index(row["property"].value), label.value, tag)  # type: ignore[union-attr]
            if thing.value not in best or rank < best[thing.value][0]:
                best[thing.value] = (rank, Label(label.value, tag))
    return Labels({iri: label for iri, (_, label) in best.items()})


def _query(iris: list[ox.NamedNode]) -> str:
    # Not VALUES for both: the engine then looks at each pair several times, which takes eighty times as long.
    things = " ".join(map(str, iris))
    named = " UNION ".join(f"{{ ?thing <{one}> ?label BIND(<{one}> AS ?property) }}" for one in _PROPERTIES)
    return f"SELECT DISTINCT ?thing ?property ?label {{ VALUES ?thing {{ {things} }} {named} }}"


def compact(iri: str) -> str:
    """An IRI without a name: prefixed when there is a prefix, the last part of an instance's own, else the whole."""
    fitting = [name for name, start in PREFIXES.items() if iri.startswith(start)]
    if fitting:
        name = max(fitting, key=lambda one: len(PREFIXES[one]))
        rest = iri[len(PREFIXES[name]) :]
        if rest and "/" not in rest:
            return f"{name}:{rest}"
    return _OWN.sub("", iri) or iri
