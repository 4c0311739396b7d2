"""Finds shapes that can never be applied, and classes that shapes speak of but the data cannot have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.lint.statements import OWL, RDF, RDFS, SH, Statement, Statements

if TYPE_CHECKING:
    from ce_graph.rdf.columns import Columns

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
_HOLDS_SHAPES = {
    SH + name for name in ("property", "node", "not", "qualifiedValueShape", "filterShape", "condition", "someValue")
}
_HOLDS_LISTS = {SH + name for name in ("and", "or", "xone")}
_CLASSES = {ox.NamedNode(RDFS + "Class"), ox.NamedNode(OWL + "Class")}
_SHAPES = {ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape"), ox.NamedNode(SH + "Shape")}
_BASIC = (RDF, RDFS, OWL, "http://www.w3.org/2001/XMLSchema#")


def has_target(statements: Statements, shape: object) -> bool:
    """Whether a shape says what it applies to, by a target or by being a class."""
    said = statements.of(shape)  # type: ignore[arg-type]
    if any(item.predicate.startswith(SH) and item.predicate[len(SH) :] in TARGETS for item in said):
        return True
    types = {item.object for item in said if item.predicate == RDF + "type"}
    return bool(types & _CLASSES) and bool(types & _SHAPES)


def shapes(statements: Statements) -> list[object]:
    """Everything that is declared a shape or has a target, in the order of the files."""
    return [
        subject
        for subject in statements.subjects()
        if has_target(statements, subject)
        or any(item.object in _SHAPES for item in statements.of(subject, RDF + "type"))
    ]


def without_target(statements: Statements) -> Iterator[Statement]:
    """Yield the first statement of each shape that nothing can reach: no target, and no other shape uses it."""
    used: set[object] = set()
    for item in statements:
        if item.predicate in _HOLDS_SHAPES:
            used.add(item.object)
        elif item.predicate in _HOLDS_LISTS:
            used.update(statements.items(item.object))
    custom = {item.object for item in statements if not item.predicate.startswith((SH, RDF, RDFS, OWL))}
    for shape in shapes(statements):
        if not has_target(statements, shape) and shape not in used and shape not in custom:
            yield statements.of(shape)[0]  # type: ignore[arg-type]


def absent_classes(statements: Statements, data: Columns) -> Iterator[tuple[Statement, bool]]:
    """Yield each use of a class that the data never mentions, and whether the shapes file alone declares it.

    A processor looks for instances and subclasses in the data only, so a class hierarchy that stands beside the
    shapes has no effect.
    """
    declared = {
        item.subject
        for item in statements
        if item.predicate == RDFS + "subClassOf" or (item.predicate == RDF + "type" and item.object in _CLASSES)
    }
    for item in statements:
        implicit = item.predicate == RDF + "type" and item.object in _CLASSES and has_target(statements, item.subject)
        if item.predicate not in (SH + "targetClass", SH + "class") and not implicit:
            continue
        name = item.subject if implicit else item.object
        if not isinstance(name, ox.NamedNode) or name.value.startswith(_BASIC):
            continue
        if not _mentioned(name, data):
            yield item, name in declared


def _mentioned(name: ox.NamedNode, data: Columns) -> bool:
    """Whether the data has an instance of the class, or a statement about its place among classes."""
    number = data.terms.find(name)
    if number is None:
        return False
    for predicate in (RDF + "type", RDFS + "subClassOf"):
        subjects, objects = data.of(ox.NamedNode(predicate))
        if bool((objects == number).any()) or bool((subjects == number).any()):
            return True
    return False
