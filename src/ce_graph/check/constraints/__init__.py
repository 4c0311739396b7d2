"""The constraint components, one module for each section of chapter 4 of the specification."""

from __future__ import annotations

from collections.abc import Mapping

from ce_graph.check.constraints.base import REGISTRY, Component


def components() -> Mapping[str, Component]:
    """The components of SHACL Core and SHACL-SPARQL by IRI, in the order of the specification."""
    from ce_graph.check.constraints import (  # noqa: F401
        value_type,  # 4.1
        cardinality,  # 4.2
        value_range,  # 4.3
        strings,  # 4.4
        property_pair,  # 4.5
        logical,  # 4.6
        shape_based,  # 4.7
        other,  # 4.8
    )
    from ce_graph.check.sparql import constraint  # noqa: F401

    return REGISTRY
