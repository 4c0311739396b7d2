"""Soils and major mineral wastes, which dominate totals: what is one, what is none, and what cannot be told apart."""

from __future__ import annotations

import numpy as np

from ce_graph.model.exact import Ids
from ce_graph.model.flows.columns import Column
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import short

FREE, MINERAL, MIXED = range(3)

_MINERAL = frozenset({"mineral-waste", "mineral-construction-waste", "fill-material"})
_NOT_MINERAL = frozenset({"ash-and-slag"})
"""Below ``mineral-waste``, but combustion waste: no major mineral waste in the European statistics."""
_MIXED = frozenset({"construction-and-demolition-waste", "construction-waste", "construction-waste-with-soil",
                    "construction-site-waste", "waste-and-soil", "waste-to-final-disposal", "waste-to-be-sorted",
                    "industrial-waste", "mixed-masses", "solid-material", "material-with-water"})  # fmt: skip
"""May hold minerals, and the material alone does not tell."""
_MINERAL_CODES = ("01", "1701", "1705", "170802", "191209", "200202")
"""Chapters, subchapters and codes of the List of Waste."""


def classes(table: FlowTable) -> Ids:
    """For each flow ``FREE``, ``MINERAL`` or ``MIXED``, by its waste code where it has one, else by its material."""
    if "minerals" not in table.memo:
        table.memo["minerals"] = _classes(table)
    found: Ids = table.memo["minerals"]
    return found


def _classes(table: FlowTable) -> Ids:
    material, code = table.columns["material"], table.columns["waste-code"]
    if not code.values:
        return _by_value(material, [_of_material(table, value) for value in material.values])
    by_material = _by_value(material, [_of_material(table, value) for value in material.values])
    by_code = _by_value(code, [_of_code(short(value)) for value in code.values])
    return np.where(code.codes >= 0, by_code, by_material).astype(np.int32)


def _by_value(column: Column, kinds: list[int]) -> Ids:
    return np.array([*kinds, MIXED], np.int32)[column.codes]


def _of_material(table: FlowTable, value: str) -> int:
    tree = table.lists.trees.get("material")
    above = tree.above(value) if tree is not None and value in tree else (value,)
    for name in map(short, above):  # the nearest decides
        if name in _NOT_MINERAL:
            return FREE
        if name in _MINERAL:
            return MINERAL
        if name in _MIXED:
            return MIXED
    below = tree.below(value) if tree is not None and value in tree else ()
    return MIXED if any(short(one) in _MINERAL for one in below) else FREE


def _of_code(code: str) -> int:
    if code.startswith(_MINERAL_CODES):
        return MINERAL
    return MIXED if any(mineral.startswith(code) for mineral in _MINERAL_CODES) else FREE
