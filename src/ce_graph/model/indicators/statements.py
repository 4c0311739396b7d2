"""Computed values as statements of the graph: observations with their derivation, beside the published ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ce_graph.model.exact import plain
from ce_graph.model.indicators.comparing import Comparison
from ce_graph.model.indicators.computed import Computed
from ce_graph.model.names import short
from ce_graph.wording import LANGUAGES

_CE = "https://w3id.org/ce-graph/ontology#"
_CODE = "https://w3id.org/ce-graph/code/"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DERIVED = "http://www.w3.org/ns/prov#wasDerivedFrom"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SUBJECT = "http://purl.org/dc/terms/subject"
_NOTE = "http://www.w3.org/2004/02/skos/core#editorialNote"


class Statement(NamedTuple):
    """A triple; ``datatype`` is ``""`` where the object is an IRI, ``@en`` where it is a text."""

    subject: str
    predicate: str
    object: str
    datatype: str = ""


def statements(computed: Iterable[Computed], comparisons: Iterable[Comparison], base: str) -> Iterator[Statement]:
    """One ``ce:Observation`` for each computed value: what it is derived from, and what it is compared with.

    A value computed in two ways is two observations; the second has ``.2`` at the end of its IRI.
    """
    published: dict[int, list[str]] = {}
    for comparison in comparisons:
        published.setdefault(id(comparison.computed), []).append(comparison.published.iri)
    seen: dict[str, int] = {}
    for one in computed:
        parts = (one.indicator, short(one.region), short(one.about), one.year)
        name = "-".join(("computed", *filter(None, parts)))
        seen[name] = seen.get(name, 0) + 1
        iri = f"{base}id/observation/{name}" + (f".{seen[name]}" if seen[name] > 1 else "")
        yield Statement(iri, _RDF_TYPE, _CE + "Observation")
        yield Statement(iri, _CE + "indicator", f"{base}id/indicator/{one.indicator}")
        yield Statement(iri, _CE + "region", one.region)
        if one.year:
            yield Statement(iri, _CE + "year", one.year, _XSD + "gYear")
        if one.about:
            yield Statement(iri, _SUBJECT, one.about)
        yield Statement(iri, _CE + "valueKind", _CODE + "value-kind/actual")
        yield Statement(iri, _CE + "derivation", _CODE + "derivation/computed")
        yield Statement(iri, _CE + "value", plain(one.value), _XSD + "decimal")
        if rounding := max(one.upper - one.value, one.value - one.lower):
            yield Statement(iri, _CE + "rounding", plain(rounding), _XSD + "decimal")
        if one.unit:
            yield Statement(iri, _CE + "unit", one.unit)
        for language in LANGUAGES:
            yield Statement(iri, _NOTE, one.method.told(language), f"@{language}")
        for source in sorted({entry.of for entry in one.inputs} - {""}):
            yield Statement(iri, _DERIVED, source)
        for other in sorted(published.get(id(one), ())):
            yield Statement(iri, _CE + "comparedWith", other)
