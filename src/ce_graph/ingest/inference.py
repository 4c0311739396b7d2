"""What follows from the dataset and the ontology by OWL 2 RL, about the instance's own entities only."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import reasonable
from rdflib import URIRef

from ce_graph.rdf.namespaces import OWL, RDF, RDFS

_PART = 20_000
"""Triples that the reasoner is given at a time, beside the axioms."""
_TYPE = f"<{RDF.type}>"
_TRIVIAL = {f"<{OWL.Thing}>", f"<{OWL.NamedIndividual}>"}
_SAME = {f"<{OWL.sameAs}>", f"<{OWL.differentFrom}>"}
_SCHEMA = (f"<{RDFS}", f"<{OWL}")
_ANNOTATIONS = {f"<{name}>" for name in (RDFS.isDefinedBy, RDFS.seeAlso)}
_DECLARED = {
    f"<{OWL[name]}>" for name in ("AnnotationProperty", "Class", "DatatypeProperty", "ObjectProperty", "Ontology")
}
_JOINING = {f"<{OWL[name]}>" for name in ("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty")}
_ALIKE = {f"<{name}>" for name in (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf)}

Triple = tuple[str, str, str]


def infer(lines: Sequence[str], ontology: Iterable[str], entities: tuple[str, ...], graph: str) -> list[str]:
    """New statements about the entities (IRIs that begin with one of ``entities``) as lines in ``graph``.

    ``lines`` are the whole dataset, ``ontology`` those of them that may hold axioms. The reasoner gets the dataset in
    parts, so that time and memory grow with it and no faster. That is enough because an axiom between named terms
    draws its conclusion from one statement, unless its property joins several (transitive, functional): all statements
    of those are one part. Axioms about unnamed classes are not used.
    """
    axioms = {triple for triple in _triples(ontology) if _is_axiom(triple)}
    found: set[Triple] = set()
    for part in _parts(lines, axioms):
        found.update(_conclusions(axioms, part, entities))
    found.difference_update(_triples(lines))
    return [f"{s} {p} {o} {graph} .\n" for s, p, o in found]


def _parts(lines: Sequence[str], axioms: set[Triple]) -> Iterator[list[Triple]]:
    active = {term for s, _, o in axioms for term in (s, o)}
    joining = _joining(axioms)
    joined: list[Triple] = []
    part: list[Triple] = []
    for triple in _triples(lines):
        if triple[1] in joining:
            joined.append(triple)
        elif triple[1] in active or (triple[1] == _TYPE and triple[2] in active):
            part.append(triple)
            if len(part) >= _PART:
                yield part
                part = []
    yield part
    yield joined


def _triples(lines: Iterable[str]) -> Iterator[Triple]:
    """The triples between IRIs."""
    for line in lines:
        if line.startswith("<"):
            s, p, rest = line.split(" ", 2)
            if rest.startswith("<"):
                yield s, p, rest[: rest.index(" ")]


def _is_axiom(triple: Triple) -> bool:
    _, p, o = triple
    return (p.startswith(_SCHEMA) and p not in _ANNOTATIONS) or (
        p == _TYPE and o.startswith(_SCHEMA) and o not in _DECLARED
    )


def _joining(axioms: set[Triple]) -> set[str]:
    """The properties of which two statements together have a consequence, and those that imply them."""
    found = {s for s, p, o in axioms if p == _TYPE and o in _JOINING} | _SAME
    while more := {term for s, p, o in axioms if p in _ALIKE and {s, o} & found for term in (s, o)} - found:
        found |= more
    return found


def _conclusions(axioms: set[Triple], part: list[Triple], entities: tuple[str, ...]) -> Iterator[Triple]:
    reasoner = reasonable.PyReasoner()
    with tempfile.TemporaryDirectory(prefix="ce-graph-") as folder:
        # The reasoner reads a file four times as fast as terms of Python.
        path = Path(folder) / "part.n3"
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{s} {p} {o} .\n" for s, p, o in [*sorted(axioms), *part])
        reasoner.load_file(str(path))
    given = axioms.union(part)
    for s, p, o in reasoner.reason():
        triple = (f"<{s}>", f"<{p}>", f"<{o}>")
        if isinstance(o, URIRef) and triple[0].startswith(entities) and triple not in given and not _is_trivial(triple):
            yield triple


def _is_trivial(triple: Triple) -> bool:
    return triple[1] in _SAME or (triple[1] == _TYPE and triple[2] in _TRIVIAL)
