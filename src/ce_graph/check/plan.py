"""Compiles the graph of shapes, once, to a plan: shapes with their targets and constraints, all terms read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.advanced import unsupported_features
from ce_graph.check.constraints import components
from ce_graph.check.paths import Path, read_path
from ce_graph.check.reader import Reader
from ce_graph.check.shapes import SH, Node, short
from ce_graph.check.sparql.components import custom_components
from ce_graph.check.targets import Targets, read_targets, target_nodes
from ce_graph.errors import ShapesError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ce_graph.check.constraints.base import Component, Constraint
    from ce_graph.check.findings import Severity, Term, Unsupported
    from ce_graph.check.shapes import ShapesGraph

DEEPEST = 60
"""Shapes within shapes beyond this are refused; each level takes stack."""
_LEVELS: dict[str, Severity] = {SH + "Violation": "violation", SH + "Warning": "warning", SH + "Info": "info"}


def level_of(severity: ox.NamedNode) -> Severity:
    """The level of a severity; one of the shapes' own making counts as a violation."""
    return _LEVELS.get(severity.value, "violation")


@dataclasses.dataclass(eq=False)
class Shape:
    """A node shape, or (with a path) a property shape."""

    node: Node
    name: str
    path: Path | None
    severity: ox.NamedNode
    messages: tuple[ox.Literal, ...]
    deactivated: bool
    constraints: tuple[Constraint, ...] = ()

    @property
    def level(self) -> Severity:
        """The severity as one of the three levels."""
        return level_of(self.severity)


@dataclasses.dataclass(frozen=True)
class Plan:
    """What to check: each shape that has targets, in the order of the shapes graph."""

    graph: ShapesGraph
    targeted: tuple[tuple[Shape, Targets], ...]
    unsupported: tuple[Unsupported, ...]


class Compiler:
    """Reads shapes as they are referred to; every shape is compiled once."""

    def __init__(self, graph: ShapesGraph) -> None:
        """Prepare for one shapes graph, with its own constraint components."""
        self.graph = graph
        self.components: Mapping[str, Component] = {**components(), **custom_components(graph)}
        self._done: dict[Term, Shape] = {}
        self._open: list[Term] = []
        self._siblings: dict[Term, list[Term]] | None = None

    def shape(self, node: Term) -> Shape:
        """The compiled shape of a node.

        Raises:
            ShapesError: it is ill-formed, or refers to itself, with the cycle named.
        """
        if node in self._open:
            cycle = [*self._open[self._open.index(node) :], node]
            raise ShapesError(f"recursive shapes: {' → '.join(self.graph.name(step) for step in cycle)}")
        if node not in self._done:
            if len(self._open) >= DEEPEST:
                raise ShapesError(f"{self.graph.name(self._open[0])}: shapes are nested more than {DEEPEST} deep")
            self._open.append(node)
            self._done[node] = self._compile(node)
            self._open.pop()
        return self._done[node]

    def _compile(self, node: Term) -> Shape:
        if not isinstance(node, ox.NamedNode | ox.BlankNode):
            raise ShapesError(f"{node} is used as a shape, but a shape is an IRI or a blank node")
        reader = Reader(self, node)
        paths = reader.values("path")
        if len(paths) > 1:
            raise ShapesError(f"{reader.name} has {len(paths)} values of sh:path; a property shape has one")
        if not paths and self.graph.is_instance(node, SH + "PropertyShape"):
            raise ShapesError(f"{reader.name} is a property shape without sh:path")
        path = read_path(self.graph, paths[0]) if paths else None
        severity = reader.iri("severity") or ox.NamedNode(SH + "Violation")
        shape = Shape(node, reader.name, path, severity, reader.messages(node), reader.flag("deactivated"))
        if not shape.deactivated:
            reader.shape = shape
            shape.constraints = tuple(reader.constraints())
        return shape

    def siblings(self, node: Term) -> list[Term]:
        """The ``sh:qualifiedValueShape`` of the sibling property shapes of a property shape (SHACL 4.7.3)."""
        if self._siblings is None:
            self._siblings = {}
            for parent in self.graph.subjects:
                properties = self.graph.values(parent, "property")
                qualified = [value for item in properties for value in self.graph.values(item, "qualifiedValueShape")]
                for item in properties:
                    self._siblings.setdefault(item, []).extend(qualified)
        return list(dict.fromkeys(self._siblings.get(node, [])))


def compile_plan(graph: ShapesGraph) -> Plan:
    """The plan of a shapes graph.

    Raises:
        ShapesError: a shape that would be used is ill-formed or recursive.
    """
    if regimes := [value for subject in graph.subjects for value in graph.values(subject, "entailment")]:
        raise ShapesError(f"sh:entailment {short(regimes[0])}: no entailment regime is supported; materialise the data")
    compiler = Compiler(graph)
    targeted = [(compiler.shape(node), read_targets(graph, node)) for node in target_nodes(graph)]
    return Plan(graph, tuple(targeted), unsupported_features(graph))
