"""Finds what shapes ask for beyond SHACL Core and SHACL-SPARQL, so that nobody believes it was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.findings import Unsupported
from ce_graph.check.shapes import SH, TYPE

if TYPE_CHECKING:
    from ce_graph.check.shapes import ShapesGraph

_ADVANCED_PROPERTIES = ("rule", "target", "expression", "values", "defaultValue", "nodeByExpression")
_ADVANCED_TYPES = ("SPARQLFunction", "SPARQLRule", "TripleRule", "SPARQLTarget", "SPARQLTargetType")
_SCRIPT_PROPERTIES = ("js",)
_SCRIPT_TYPES = ("JSConstraint", "JSFunction", "JSRule", "JSValidator", "JSTarget")


def unsupported_features(graph: ShapesGraph) -> tuple[Unsupported, ...]:
    """Uses of SHACL Advanced Features (``engine="pyshacl"`` carries them out) and of SHACL-JS (nothing does)."""
    found: dict[tuple[object, str], Unsupported] = {}
    for subject in graph.subjects:
        for names, advanced in ((_ADVANCED_PROPERTIES, True), (_SCRIPT_PROPERTIES, False)):
            for name in names:
                if graph.values(subject, name):
                    found[subject, name] = Unsupported(subject, f"sh:{name}", advanced)
        types = graph.values(subject, TYPE)
        for names, advanced in ((_ADVANCED_TYPES, True), (_SCRIPT_TYPES, False)):
            for name in names:
                if ox.NamedNode(SH + name) in types:
                    found[subject, name] = Unsupported(subject, f"sh:{name}", advanced)
    return tuple(found.values())
