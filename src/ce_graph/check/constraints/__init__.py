"""The constraint components, one module for each section of chapter 4 of the specification."""

from __future__ import annotations

from collections.abc import Mapping

from ce_graph.check.constraints.base import REGISTRY, Component


def components() -> Mapping[str, Component]:
    """The components of SHACL Core and SHACL-SPARQL by IRI, in the order of the specification."""
    from ce_graph.check.constraints import (  # noqa: F401
        cardinality,  # 4.2
        logical,  # 4.6
        other,  # 4.8
        property_pair,  # 4.5
        shape_based,  # 4.7
        strings,  # 4.4
        value_range,  # 4.3
        value_type,  # 4.1
    )
    from ce_graph.check.sparql import constraint  # noqa: F401

    return REGISTRY
