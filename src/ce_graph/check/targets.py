"""Which nodes a shape is for (SHACL 2.1.3)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox

from ce_graph.check.shapes import RDFS, SH, TYPE, Node, short
from ce_graph.errors import ShapesError
from ce_graph.rdf.columns import NO_IDS

if TYPE_CHECKING:
    from ce_graph.check.evaluator import Evaluator
    from ce_graph.check.findings import Term
    from ce_graph.check.shapes import ShapesGraph
    from ce_graph.rdf.dictionary import Ids

_PARAMETERS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")


@dataclasses.dataclass(frozen=True)
class Targets:
    """The targets of one shape; ``classes`` include the shape itself when it is a class."""

    nodes: tuple[Term, ...]
    classes: tuple[Node, ...]
    subjects_of: tuple[ox.NamedNode, ...]
    objects_of: tuple[ox.NamedNode, ...]

    def find(self, evaluator: Evaluator) -> Ids:
        """The focus nodes, ascending and distinct. Nodes that are named need not be in the data."""
        data = evaluator.data
        found: list[Ids] = [NO_IDS]
        if self.nodes:
            found.append(np.array([evaluator.id(node) for node in self.nodes], np.int32))
        found += [evaluator.instances(node) for node in self.classes]
        found += [data.of(predicate)[0] for predicate in self.subjects_of]
        found += [data.of(predicate)[1] for predicate in self.objects_of]
        return data.distinct(np.concatenate(found))


def target_nodes(graph: ShapesGraph) -> list[Node]:
    """The nodes of the shapes graph that have targets, in its order."""
    return [
        node
        for node in graph.subjects
        if any(graph.values(node, parameter) for parameter in _PARAMETERS) or _is_class_shape(graph, node)
    ]


def read_targets(graph: ShapesGraph, node: Node) -> Targets:
    """The targets of a shape.

    Raises:
        ShapesError: a target is not the kind of term that it must be.
    """
    for value in graph.values(node, "targetNode"):
        if isinstance(value, ox.BlankNode | ox.Triple):
            raise ShapesError(f"{graph.name(node)}: sh:targetNode takes an IRI or a literal, not {short(value)}")
    classes: list[Node] = list(_iris(graph, node, "targetClass"))
    if _is_class_shape(graph, node):
        classes.append(node)
    return Targets(
        tuple(graph.values(node, "targetNode")),
        tuple(classes),
        _iris(graph, node, "targetSubjectsOf"),
        _iris(graph, node, "targetObjectsOf"),
    )


def _iris(graph: ShapesGraph, node: Node, parameter: str) -> tuple[ox.NamedNode, ...]:
    found = []
    for value in graph.values(node, parameter):
        if not isinstance(value, ox.NamedNode):
            raise ShapesError(f"{graph.name(node)}: sh:{parameter} takes an IRI, not {short(value)}")
        found.append(value)
    return tuple(found)


def _is_class_shape(graph: ShapesGraph, node: Node) -> bool:
    if not graph.values(node, TYPE):
        return False
    shape = graph.is_instance(node, SH + "NodeShape") or graph.is_instance(node, SH + "PropertyShape")
    return shape and graph.is_instance(node, RDFS + "Class")
