"""The shapes as their pages tell them: the rule in words, what it is about, which terms it constrains."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.rdf.namespaces import DCTERMS, ONTOLOGY, PREFIXES, RDFS, SH, SHAPES
from ce_graph.web.documents import vocabulary_files
from ce_graph.web.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_SEVERITIES = {"Violation": mark("must"), "Warning": mark("should"), "Info": mark("may be of interest")}


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A shape: names, messages and explanation as literals in all their languages."""

    iri: str
    local: str
    number: str
    names: tuple[ox.Literal, ...]
    messages: tuple[ox.Literal, ...]
    comments: tuple[ox.Literal, ...]
    severity: str
    targets: tuple[str, ...]
    terms: tuple[str, ...]
    """The terms of the ontology that it speaks of."""

    @property
    def applies(self) -> bool:
        """Whether it is a rule of its own and not a part of others."""
        return bool(self.targets)


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All shapes, by the number of their rule."""
    found = [_rule(SHAPES + name) for name in vocabulary_files.names()]
    return tuple(sorted(found, key=lambda rule: (not rule.applies, _number(rule.number), rule.local)))


def find(name: str) -> Rule | None:
    """A shape by its local name."""
    return next((rule for rule in rules() if rule.local == name), None)


def constraining(iri: str) -> list[Rule]:
    """The shapes that speak of a term."""
    return [rule for rule in rules() if iri in rule.terms]


def source(name: str) -> str:
    """A shape in Turtle."""
    quads = vocabulary_files.about(SHAPES + name)
    body = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    lines = body.decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("@prefix")).strip()


def in_language(texts: Iterable[ox.Literal], languages: Sequence[str]) -> list[ox.Literal]:
    """The texts in the first language that there are any in."""
    given = list(texts)
    for language in languages:
        if chosen := [text for text in given if text.language == language]:
            return chosen
    return given


def _rule(iri: str) -> Rule:
    quads = vocabulary_files.about(iri)
    own = [quad for quad in quads if isinstance(quad.subject, ox.NamedNode) and quad.subject.value == iri]
    severity = next((quad.object.value for quad in own if quad.predicate.value == str(SH.severity)), str(SH.Violation))  # type: ignore[union-attr]
    targets = {str(SH) + name for name in _TARGETS}
    mentioned = {
        term.value
        for quad in quads
        for term in (quad.predicate, quad.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(ONTOLOGY)
    }
    inside = " ".join(quad.object.value for quad in quads if quad.predicate.value == str(SH.select))  # type: ignore[union-attr]
    mentioned |= {ONTOLOGY + name for name in _names_in(inside)}
    return Rule(
        iri=iri,
        local=iri.removeprefix(SHAPES),
        number=next((quad.object.value for quad in own if quad.predicate.value == str(DCTERMS.identifier)), ""),  # type: ignore[union-attr]
        names=_literals(own, str(SH.name)),
        messages=_literals(quads, str(SH.message)),
        comments=_literals(own, str(RDFS.comment)),
        severity=_SEVERITIES.get(severity.rpartition("#")[2], severity),
        targets=tuple(
            sorted(
                quad.object.value
                for quad in own
                if quad.predicate.value in targets and isinstance(quad.object, ox.NamedNode)
            )
        ),
        terms=tuple(sorted(mentioned)),
    )


def _names_in(query: str) -> set[str]:
    return set(re.findall(r"(?<![\w:])ce:(\w+)", query))


def _literals(quads: Iterable[ox.Quad], predicate: str) -> tuple[ox.Literal, ...]:
    found = (quad.object for quad in quads if quad.predicate.value == predicate)
    return tuple(sorted({text for text in found if isinstance(text, ox.Literal)}, key=str))


def _number(text: str) -> tuple[int, str]:
    return (int(text), text) if text.isdecimal() else (999, text)
