"""What follows from the dataset and the ontology by OWL 2 RL, about the instance's own entities only."""

from __future__ import annotations

from collections.abc import Iterable

import reasonable
from rdflib import URIRef

from ce_graph.rdf.namespaces import OWL, RDF

_TRIVIAL = {str(OWL.Thing), str(OWL.NamedIndividual)}
_SKIPPED = {str(OWL.sameAs), str(OWL.differentFrom)}


def infer(lines: Iterable[str], entities: tuple[str, ...], graph: str) -> list[str]:
    """New statements about the entities (IRIs that begin with one of ``entities``) as lines in ``graph``."""
    known: set[tuple[str, str, str]] = set()
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        if rest.startswith("<") and subject.startswith("<"):
            known.add((subject[1:-1], predicate[1:-1], rest[1 : rest.index(">")]))
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph([tuple(map(URIRef, triple)) for triple in sorted(known)])
    found = {(str(s), str(p), str(o)) for s, p, o in reasoner.reason() if isinstance(o, URIRef)}
    return [
        f"<{s}> <{p}> <{o}> {graph} .\n"
        for s, p, o in found - known
        if s.startswith(entities) and p not in _SKIPPED and not (p == str(RDF.type) and o in _TRIVIAL)
    ]
