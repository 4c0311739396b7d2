"""Matches as statements of the graph: ``ce:Match`` with score, reasons and provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ce_graph.model.exact import plain
from ce_graph.model.indicators.statements import Statement
from ce_graph.model.matching.entries import Entry
from ce_graph.model.matching.explaining import Explained

_CE = "https://w3id.org/ce-graph/ontology#"
_DERIVED = "http://www.w3.org/ns/prov#wasDerivedFrom"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TONNES_A_YEAR = "http://qudt.org/vocab/unit/TONNE-PER-YR"
_XSD = "http://www.w3.org/2001/XMLSchema#"


def publishable(pair: Explained) -> bool:
    """Whether a pair can stand in the graph: it fits, and there is somebody who offers and somebody who needs."""
    return pair.failed is None and bool(pair.offer.actor) and bool(pair.need.actor)


def match_statements(told: Mapping[str, Sequence[Explained]], base: str) -> Iterator[Statement]:
    """One ``ce:Match`` for each publishable pair; what a facility takes in becomes a ``ce:Need`` of its operator.

    ``told`` are the same pairs, in the same order, explained in each language.
    """
    made: set[str] = set()
    for several in zip(*told.values(), strict=True):
        one = several[0]
        if not publishable(one):
            continue
        offer, need = (_iri(entry, kind, base) for entry, kind in ((one.offer, "offer"), (one.need, "need")))
        for entry, iri, class_ in ((one.offer, offer, "Offer"), (one.need, need, "Need")):
            if entry.standing and iri not in made:
                made.add(iri)
                yield from _standing(entry, iri, class_)
        iri = f"{base}id/match/{_name(offer)}.{_name(need)}"
        yield Statement(iri, _TYPE, _CE + "Match")
        yield Statement(iri, _CE + "offer", offer)
        yield Statement(iri, _CE + "need", need)
        yield Statement(iri, _CE + "score", plain(one.score), _XSD + "decimal")
        yield from _mass(iri, one.tonnes)
        for language, each in zip(told, several, strict=True):
            for reason in each.reasons:
                yield Statement(iri, _CE + "reason", reason.said, f"@{language}")
        for source in sorted({offer, need}):
            yield Statement(iri, _DERIVED, source)


def _standing(entry: Entry, iri: str, class_: str) -> Iterator[Statement]:
    yield Statement(iri, _TYPE, _CE + class_)
    yield Statement(iri, _CE + "actor", entry.actor)
    for property_, terms in (("material", entry.materials), ("wasteCode", entry.codes)):
        for term in terms:
            yield Statement(iri, _CE + property_, term)
    yield from _mass(iri, entry.tonnes)
    yield Statement(iri, _DERIVED, entry.iri)


def _mass(iri: str, tonnes: Decimal | None) -> Iterator[Statement]:
    if tonnes is not None:
        yield Statement(iri, _CE + "amount", plain(tonnes), _XSD + "decimal")
        yield Statement(iri, _CE + "unit", _TONNES_A_YEAR)
        yield Statement(iri, _CE + "massTonnes", plain(tonnes), _XSD + "decimal")


def _iri(entry: Entry, kind: str, base: str) -> str:
    return f"{base}id/{kind}/standing-{_name(entry.iri)}" if entry.standing else entry.iri


def _name(iri: str) -> str:
    return iri.rpartition("/")[2]
