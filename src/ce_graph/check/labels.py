"""The names that people know things by, as the data gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_graph.check.findings import Term
    from ce_graph.rdf.columns import Columns
    from ce_graph.rdf.dictionary import Ids

_NAMES = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
    "http://xmlns.com/foaf/0.1/name",
    "https://schema.org/name",
    "http://schema.org/name",
)


class Labels:
    """Looks names up in the data."""

    def __init__(self, data: Columns | None = None) -> None:
        """Without data nothing has a name."""
        self._data = data
        self._named: list[tuple[Ids, Ids]] | None = None
        self._found: dict[tuple[Term, str], str] = {}

    def of(self, term: Term, language: str) -> str:
        """The name of a thing in a language, else in English, else in any; ``""`` when it has none."""
        if self._data is None or isinstance(term, ox.Literal | ox.Triple):
            return ""
        if (term, language) not in self._found:
            self._found[term, language] = self._look_up(self._data, term, language)
        return self._found[term, language]

    def _look_up(self, data: Columns, term: Term, language: str) -> str:
        if self._named is None:
            self._named = [pair for name in _NAMES if len((pair := data.of(ox.NamedNode(name)))[0])]
        if not self._named:
            return ""
        number = data.terms.blank(term) if isinstance(term, ox.BlankNode) else data.terms.find(term)
        if number is None:
            return ""
        for subjects, objects in self._named:
            begin, end = subjects.searchsorted([number, number + 1]).tolist()
            found = [data.terms.term(int(item)) for item in objects[begin:end]]
            if literals := [item for item in found if isinstance(item, ox.Literal)]:
                return in_language(literals, language)
        return ""


def in_language(literals: Iterable[ox.Literal], language: str) -> str:
    """The text in a language, else in English, else without a language, else the first."""
    texts = list(literals)
    for wanted in (language, "en", None):
        for text in texts:
            given = text.language
            if given == wanted or (given is not None and wanted is not None and given.lower().split("-")[0] == wanted):
                return text.value
    return texts[0].value if texts else ""
