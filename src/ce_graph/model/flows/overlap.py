"""Flows of different documents that state one quantity, or part of it: found so that they are not added up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ce_graph.model.exact import Mask
from ce_graph.model.flows.keys import combine, several
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import short

_SAME = ("source", "target", "material", "waste-code", "treatment", "category", "stage", "region", "year", "hazardous",
         "quantity")  # fmt: skip
_CONFIDENCE = {"high": 0, "medium": 1, "low": 2, "": 1}
_EVERYTHING = frozenset({"all-sectors", "economy", "unspecified", "waste-pool", "waste-treatment", "waste-management"})
"""Ends of a flow that leave open, or hold, every other end of the same stage."""


def restated(table: FlowTable, mask: Mask) -> dict[int, int]:
    """Flows of ``mask`` that state a quantity which another document states as well → the flow that is taken.

    One quantity: the same ends, material, codes, treatment, stage, region, year and hazard. Taken is the document with
    the higher confidence, then exact before approximate figures, then the finer rounding, then the later issue. Several
    flows of one document are not one quantity.
    """
    documents = table.columns["document"]
    rows = np.flatnonzero(mask & table.known) if len(documents.values) > 1 else np.zeros(0, np.int64)
    if not several(documents, rows):
        return {}
    keys, _ = combine([table.columns[name] for name in _SAME], rows)
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    bounds = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1], [True])))
    found: dict[int, int] = {}
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        group = rows[start:stop].tolist()
        if stop - start > 1 and len({int(documents.codes[row]) for row in group}) > 1:
            best = min(group, key=lambda row: _preference(table, row))
            taken = documents.codes[best]
            found.update((row, best) for row in group if documents.codes[row] != taken)
    return found


def _preference(table: FlowTable, row: int) -> tuple[Any, ...]:
    document = table.columns["document"].text(row)
    issued = table.lists.issued.get(document, "")
    return (
        _CONFIDENCE.get(short(table.columns["confidence"].text(row)), 1),
        bool(table.approximate[row]),
        bool(table.is_range[row]),
        int(table.rounding[row]),
        tuple(-ord(letter) for letter in issued) or (1,),
        table.flows[row],
    )


def implied(table: FlowTable, counted: Mask, reached: Mask, stratum: npt.NDArray[Any]) -> dict[int, int]:
    """Counted flows that another document's flow holds although nothing links the two → the flow that holds them.

    It holds them when, in one stratum, its material and code are the same or broader, its ends the same, broader or
    open, its treatment the same, broader or open, its region the same or larger, and its amount not smaller.
    """
    documents = table.columns["document"].codes
    rows = np.flatnonzero(reached & table.known) if len(table.columns["document"].values) > 1 else np.zeros(0, np.int64)
    if not several(table.columns["document"], rows):
        return {}
    by_key: dict[tuple[int, str], list[int]] = {}
    material = table.columns["material"]
    many = _with_several_documents(stratum[rows], documents[rows])
    for row in rows[many].tolist():
        by_key.setdefault((int(stratum[row]), material.text(row)), []).append(row)
    found: dict[int, int] = {}
    for part in rows[many][counted[rows[many]]].tolist():
        for whole in _holders(table, by_key, int(stratum[part]), part):
            if whole not in found:  # what is itself inside another flow holds nothing
                found[part] = whole
                break
    return {part: _end(found, whole) for part, whole in found.items()}


def _end(found: dict[int, int], whole: int) -> int:
    while whole in found:
        whole = found[whole]
    return whole


def _with_several_documents(stratum: npt.NDArray[Any], documents: npt.NDArray[Any]) -> Mask:
    _, place = np.unique(stratum, return_inverse=True)
    pairs = np.unique(place.astype(np.int64) * (int(documents.max(initial=0)) + 2) + documents + 1)
    counts = np.bincount(pairs // (int(documents.max(initial=0)) + 2), minlength=int(place.max(initial=0)) + 1)
    several: Mask = counts[place] > 1
    return several


def _holders(table: FlowTable, by_key: dict[tuple[int, str], list[int]], stratum: int, part: int) -> Iterator[int]:
    documents = table.columns["document"].codes
    for broad in _above(table, "material", table.columns["material"].text(part)):
        for whole in by_key.get((stratum, broad), ()):
            if whole != part and documents[whole] != documents[part] and _holds(table, whole, part):
                yield whole


def _above(table: FlowTable, dimension: str, value: str) -> tuple[str, ...]:
    tree = table.lists.trees.get(dimension)
    return tree.above(value) if tree is not None and value in tree else (value,)


def _holds(table: FlowTable, whole: int, part: int) -> bool:
    if table.amount[whole] < table.amount[part] or table.columns["basis"].text(whole) == "":
        return False
    strictly = False
    for name in ("material", "waste-code", "source", "target", "treatment", "category", "region", "hazardous"):
        column = table.columns[name]
        broad, narrow = column.text(whole), column.text(part)
        if broad == narrow:
            continue
        strictly = True
        if broad == "" and name not in ("material", "source", "target", "region"):
            continue
        if name in ("source", "target") and short(broad) in _EVERYTHING:
            continue
        if broad not in _above(table, name, narrow) or narrow == "":
            return False
    return strictly
