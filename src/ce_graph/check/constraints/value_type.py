"""Value type constraints (SHACL 4.1): ``sh:class``, ``sh:datatype``, ``sh:nodeKind``."""
# The methods of constraints and paths are described once, in the base class.
# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.constraints.base import ValueConstraint, component
from ce_graph.check.shapes import SH, short
from ce_graph.rdf.literals import has_rules, well_formed
from ce_graph.rdf.terms import BLANK, IRI, LITERAL

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.plan import Shape
    from ce_graph.check.reader import Reader
    from ce_graph.rdf.dictionary import Ids, Mask

_KINDS = {
    "IRI": ({IRI}, "an IRI"),
    "BlankNode": ({BLANK}, "a blank node"),
    "Literal": ({LITERAL}, "a literal"),
    "BlankNodeOrIRI": ({BLANK, IRI}, "a blank node or an IRI"),
    "BlankNodeOrLiteral": ({BLANK, LITERAL}, "a blank node or a literal"),
    "IRIOrLiteral": ({IRI, LITERAL}, "an IRI or a literal"),
}


class Class(ValueConstraint):
    """Each value is an instance of the class or of one of its subclasses."""

    name = "Class"

    def __init__(self, shape: Shape, node: ox.NamedNode) -> None:
        super().__init__(shape, f"Value is not an instance of {short(node)}", {"class": node})
        self._class = node

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        return evaluator.data.marked(evaluator.instances(self._class))[values]


@component("Class", "class")
def _class(reader: Reader) -> Iterator[ValueConstraint]:
    for node in reader.iris("class"):
        yield Class(reader.shape, node)


class Datatype(ValueConstraint):
    """Each value is a literal of the datatype, and a well-formed one."""

    name = "Datatype"

    def __init__(self, shape: Shape, node: ox.NamedNode) -> None:
        super().__init__(shape, f"Value is not a well-formed literal of {short(node)}", {"datatype": node})
        self._datatype = node.value

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        terms = evaluator.terms
        suffix = terms.suffix[values]
        fine = terms.per_suffix(lambda datatype, _: datatype == self._datatype)[suffix]
        typed = np.flatnonzero(fine)
        tested = len(typed) > 0 and has_rules(self._datatype)
        formed = well_formed(self._datatype, terms.raw(values[typed])) if tested else None
        if formed is not None:
            fine[typed] = formed
        return fine


@component("Datatype", "datatype")
def _datatype(reader: Reader) -> Iterator[ValueConstraint]:
    if (node := reader.iri("datatype")) is not None:
        yield Datatype(reader.shape, node)


class NodeKind(ValueConstraint):
    """Each value is of one of the kinds of node."""

    name = "NodeKind"

    def __init__(self, shape: Shape, node: ox.NamedNode) -> None:
        kinds, text = _KINDS[node.value[len(SH) :]]
        super().__init__(shape, f"Value is not {text}", {"nodeKind": node})
        self._kinds = np.array([kind in kinds for kind in range(5)])

    def fine(self, evaluator: Evaluator, values: Ids) -> Mask:
        fine: Mask = self._kinds[evaluator.terms.kind[values]]
        return fine


@component("NodeKind", "nodeKind")
def _node_kind(reader: Reader) -> Iterator[ValueConstraint]:
    if (node := reader.iri("nodeKind")) is not None:
        if not node.value.startswith(SH) or node.value[len(SH) :] not in _KINDS:
            reader.refuse("nodeKind", node, f"one of {', '.join(f'sh:{kind}' for kind in _KINDS)}")
        yield NodeKind(reader.shape, node)
