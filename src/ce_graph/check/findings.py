"""What a check says: one finding per fault, and the report that holds them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Literal as OneOf
from typing import TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Severity: TypeAlias = OneOf["violation", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""From the worst to the mildest."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One validation result.

    Terms are the data's own, in the lexical form of the source. A blank node of the data is named by
    :meth:`ce_graph.rdf.columns.Columns.origin`.
    """

    focus: Term
    path: str | None
    """The path as SPARQL would write it, IRIs in full (``<…>/^<…>``); ``None`` for a node shape."""
    path_node: Term | None
    """``sh:resultPath``: an IRI, or the blank node of the path in the shapes graph."""
    value: Term | None
    shape: Term
    """``sh:sourceShape``."""
    component: str
    """IRI of ``sh:sourceConstraintComponent``."""
    severity: Severity
    """The level; a severity of the shapes' own making counts as a violation."""
    severity_node: ox.NamedNode
    """``sh:resultSeverity`` as the shape gives it."""
    messages: tuple[ox.Literal, ...] = ()
    """``sh:resultMessage``: the shape's own, in all its languages, else one that the engine makes in English."""
    details: tuple[Finding, ...] = ()
    """``sh:detail``: why a value does not conform to a nested shape."""
    constraint: Term | None = None
    """``sh:sourceConstraint``: the SPARQL constraint."""
    own_message: bool = False
    """Whether ``messages`` come from the shapes graph."""

    @property
    def component_name(self) -> str:
        """The component's local name, e.g. ``MinCountConstraintComponent``."""
        return local_name(self.component)


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """How much one shape with targets has looked at."""

    shape: Term
    focus_nodes: int
    findings: int
    seconds: float
    """Wall time."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unsupported:
    """A part of the shapes graph that the engine does not carry out."""

    shape: Term
    """The shape (or other subject) that uses it."""
    feature: str
    """The property or class, e.g. ``sh:rule``."""
    advanced: bool
    """Whether it belongs to SHACL Advanced Features, which ``engine="pyshacl"`` carries out."""


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOut:
    """How many findings of one constraint a limit has kept out of a report."""

    shape: Term
    severity: Severity
    number: int


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation; findings are in a stable order (focus node, path, component, value)."""

    conforms: bool
    """``sh:conforms``: no finding of any severity."""
    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...] = ()
    """One entry per shape with targets, in the order of the shapes graph; ``focus_nodes`` may be 0."""
    unsupported: tuple[Unsupported, ...] = ()
    total: int = 0
    """Number of findings, counting those that ``limit`` has left out of ``findings``."""
    left_out: tuple[LeftOut, ...] = ()
    engine: str = "columns"

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of findings in ``findings`` per severity, all three named."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def needs_advanced(self) -> bool:
        """Whether the shapes use features that only ``engine="pyshacl"`` carries out."""
        return any(item.advanced for item in self.unsupported)


def local_name(iri: str) -> str:
    """What follows the last ``#``, ``/`` or ``:`` of an IRI."""
    return iri[max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1 :] or iri
