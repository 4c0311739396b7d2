"""Finds what shapes ask for beyond SHACL Core and SHACL-SPARQL, so that nobody believes it was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.check.findings import Unsupported
from ce_graph.check.shapes import SH, TYPE

if TYPE_CHECKING:
    from ce_graph.check.shapes import ShapesGraph

_PROPERTIES = ("rule", "target", "expression", "values", "nodeByExpression", "js")
_TYPES = (
    "SPARQLFunction", "SPARQLRule", "TripleRule", "SPARQLTarget", "SPARQLTargetType",
    "JSConstraint", "JSFunction", "JSRule", "JSValidator", "JSTarget",
)  # fmt: skip


def unsupported_features(graph: ShapesGraph) -> tuple[Unsupported, ...]:
    """Uses of SHACL Advanced Features (``engine="pyshacl"`` carries them out) and of SHACL-JS (nothing does)."""
    found: dict[tuple[object, str], Unsupported] = {}
    for subject in graph.subjects:
        types = graph.values(subject, TYPE)
        used = [name for name in _PROPERTIES if graph.values(subject, name)]
        used += [name for name in _TYPES if ox.NamedNode(SH + name) in types]
        for name in used:
            found[subject, name] = Unsupported(subject, f"sh:{name}", not name.lower().startswith("js"))
    return tuple(found.values())
