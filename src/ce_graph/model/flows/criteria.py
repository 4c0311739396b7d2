"""Which flows are asked for: what somebody writes, turned into a mask over the flow table."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import numpy as np

from ce_graph.errors import NotFoundError, UsageError
from ce_graph.model.exact import Mask
from ce_graph.model.flows.amounts import MASS
from ce_graph.model.flows.counting import NOT_HAPPENED
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.names import Names, short

_YEARS = re.compile(r"(\d{4})(?:\s*[-:\u2013]\s*(\d{4}))?")
FILTERS = ("region", "material", "waste_code", "treatment", "category", "stage", "basis", "source", "target")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Words of a user, each ``None`` when not asked for; a broad code stands for all that are below it.

    ``year`` is a year or a range such as ``2019-2021``. ``quantity`` is ``mass``, ``volume``, ``count`` …
    """

    region: str | None = None
    material: str | None = None
    waste_code: str | None = None
    treatment: str | None = None
    category: str | None = None
    stage: str | None = None
    basis: str | None = None
    source: str | None = None
    target: str | None = None
    year: str | None = None
    hazardous: bool | None = None
    quantity: str = "mass"


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """The flows asked for, what the words were taken to mean, and what was left out unasked."""

    mask: Mask
    meant: dict[str, str]
    notes: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    """The region asked for and what lies in it; empty when none was."""


def select(table: FlowTable, names: Names, criteria: Criteria, *, by: Sequence[str] = ()) -> Selection:
    """The flows that fit the criteria. Capacities, plans and contracts are left out unless the basis is asked for.

    Raises:
        NotFoundError: a word that nothing is known by, or no flow fits; the message says what there is.
    """
    meant: dict[str, str] = {}
    masks: dict[str, Mask] = {}
    regions: frozenset[str] = frozenset()
    for field in FILTERS:
        if (text := getattr(criteria, field)) is not None:
            dimension = field.replace("_", "-")
            meant[dimension] = value = names.find(text, _known(table, dimension), dimension.replace("-", " "))
            wanted = _with_below(table, dimension, value)
            masks[dimension] = _where(table, dimension, wanted)
            if dimension == "region":
                regions = wanted
    if criteria.year is not None:
        masks["year"] = _years(table, criteria.year)
        meant["year"] = criteria.year
    if criteria.hazardous is not None:
        masks["hazardous"] = _where(table, "hazardous", frozenset({str(criteria.hazardous).lower()}))
        meant["hazardous"] = str(criteria.hazardous).lower()
    mask = np.logical_and.reduce([np.ones(len(table), bool), *masks.values()])
    if not mask.any():
        raise NotFoundError(_nothing(table, names, meant, masks))
    return _kept(table, names, Selection(mask, meant, (), regions), criteria, by)


def _kept(table: FlowTable, names: Names, selection: Selection, criteria: Criteria, by: Sequence[str]) -> Selection:
    mask, notes = selection.mask, []
    kind = names.find(criteria.quantity, {*table.columns["quantity"].values, MASS}, "quantity")
    unfit = mask & (~table.known | ~_where(table, "quantity", frozenset({kind})))
    if unfit.any():
        kinds = table.columns["quantity"]
        unknown, others = unfit & ~table.known, np.unique(kinds.codes[unfit & table.known])
        words = [f"{_count(unfit & (kinds.codes == code))} in {_kind_word(kinds.values[code])}" for code in others]
        words += [f"{_count(unknown)} without a figure"] if unknown.any() else []
        notes.append("not added, other quantities: " + ", ".join(words))
        mask = mask & ~unfit
    if criteria.basis is None and "basis" not in by:
        basis = table.columns["basis"]
        absent = np.array([short(value) in NOT_HAPPENED for value in basis.values] + [False], bool)[basis.codes] & mask
        if absent.any():
            found = sorted({short(basis.values[code]) for code in np.unique(basis.codes[absent])})
            notes.append(f"not added, nothing flowed: {_count(absent)} of basis {', '.join(found)}")
            mask = mask & ~absent
    if not mask.any():
        raise NotFoundError("no flow is left: " + "; ".join(notes))
    regions = table.columns["region"]
    found = [regions.values[code] for code in np.unique(regions.codes[mask]).tolist() if code >= 0]
    if selection.regions and len(found) > 1:
        notes.append(f"figures are for {', '.join(sorted(names.label(region) for region in found))}")
    return dataclasses.replace(selection, mask=mask, notes=tuple(notes))


def _known(table: FlowTable, dimension: str) -> set[str]:
    """What can be asked for: values in the table, and everything in their tree."""
    values = {one for value in table.columns[dimension].values for one in value.split(" ")}
    tree = table.lists.trees.get(dimension)
    return values | set(tree.parents) if tree is not None else values


def _with_below(table: FlowTable, dimension: str, value: str) -> frozenset[str]:
    tree = table.lists.trees.get(dimension)
    return tree.below(value) if tree is not None and value in tree else frozenset({value})


def _where(table: FlowTable, dimension: str, wanted: frozenset[str]) -> Mask:
    column = table.columns[dimension]
    hit = np.array([not wanted.isdisjoint(value.split(" ")) for value in column.values] + [False], bool)
    mask: Mask = hit[column.codes]
    return mask


def _years(table: FlowTable, text: str) -> Mask:
    match = _YEARS.fullmatch(text.strip())
    if not match:
        raise UsageError(f"{text!r} is no year: write 2021, or 2019-2021 for several")
    first, last = match[1], match[2] or match[1]
    if first > last:
        raise UsageError(f"{text!r}: the first year is after the last")
    column = table.columns["year"]
    spans = [re.findall(r"\d{4}", value) or ["", "~"] for value in column.values]
    hit = np.array([first <= min(span) and max(span) <= last for span in spans] + [False], bool)
    if not hit.any():
        known = sorted(value for value in column.values if len(value) == 4)
        raise NotFoundError(f"there is no flow of {text}; there are flows of {', '.join(known) or 'no year at all'}")
    mask: Mask = hit[column.codes]
    return mask


def _nothing(table: FlowTable, names: Names, meant: dict[str, str], masks: dict[str, Mask]) -> str:
    """Why nothing fits: which criterion alone has flows, and what the others leave of it."""
    alone = ", ".join(f"{name} {_said(names, meant[name])}: {_count(mask)}" for name, mask in masks.items())
    said = f"no flow fits all of it ({alone})"
    for name in masks:
        others = [mask for other, mask in masks.items() if other != name]
        rest = np.logical_and.reduce([np.ones(len(table), bool), *others])
        if rest.any():
            column = table.columns[name]
            found = sorted({_said(names, column.text(row)) for row in np.flatnonzero(rest)[:2000].tolist()} - {""})
            if found:
                return f"{said}; without {name} {_said(names, meant[name])} there are {', '.join(found[:12])}"
    return said


def _said(names: Names, value: str) -> str:
    return names.describe(value) if "://" in value else value


def _count(mask: Mask) -> str:
    number = int(mask.sum())
    return f"{number} flow" if number == 1 else f"{number} flows"


def _kind_word(kind: str) -> str:
    return short(kind).replace("-", " ").lower() if kind else "an unknown unit"
