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
from ce_graph.model.names import Names, listed, short
from ce_graph.wording import Said, mark, say

_YEARS = re.compile(r"(\d{4})(?:\s*[-:\u2013]\s*(\d{4}))?")
WORDS = {
    "region": mark("region"),
    "material": mark("material"),
    "waste-code": mark("waste code"),
    "treatment": mark("treatment"),
    "category": mark("kind of treatment"),
    "stage": mark("stage"),
    "basis": mark("basis"),
    "source": mark("source of the flow"),
    "target": mark("target of the flow"),
    "year": mark("year"),
    "hazardous": mark("hazardous"),
}
"""What can be asked for, in words."""
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
    notes: tuple[Said, ...] = ()
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
            meant[dimension] = value = names.find(text, _known(table, dimension), WORDS[dimension])
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
    mask, notes = selection.mask, list[Said]()
    kind = names.find(criteria.quantity, {*table.columns["quantity"].values, MASS}, mark("quantity"))
    unfit = mask & (~table.known | ~_where(table, "quantity", frozenset({kind})))
    if unfit.any():
        kinds = table.columns["quantity"]
        unknown, others = unfit & ~table.known, np.unique(kinds.codes[unfit & table.known])
        words = [
            say("flows in %(quantity)s: %(count)s", quantity=_kind_word(kinds.values[code]),
                count=int((unfit & (kinds.codes == code)).sum()))
            for code in others
        ]  # fmt: skip
        words += [say("flows without a figure: %(count)s", count=int(unknown.sum()))] if unknown.any() else []
        notes.append(say("not added, other quantities: %(found)s", found=listed(words)))
        mask = mask & ~unfit
    if criteria.basis is None and "basis" not in by:
        basis = table.columns["basis"]
        absent = np.array([short(value) in NOT_HAPPENED for value in basis.values] + [False], bool)[basis.codes] & mask
        if absent.any():
            found = [basis.values[code] for code in np.unique(basis.codes[absent])]
            notes.append(
                say("not added, nothing flowed: %(count)s of basis %(bases)s", count=int(absent.sum()),
                    bases=names.all_called(found))
            )  # fmt: skip
            mask = mask & ~absent
    if not mask.any():
        raise NotFoundError(say("no flow is left: %(notes)s", notes=listed(notes)))
    regions = table.columns["region"]
    found = [regions.values[code] for code in np.unique(regions.codes[mask]).tolist() if code >= 0]
    if selection.regions and len(found) > 1:
        notes.append(say("figures are for %(places)s", places=names.all_called(found)))
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
        raise UsageError(say("%(year)s is no year: write 2021, or 2019-2021 for several", year=repr(text)))
    first, last = match[1], match[2] or match[1]
    if first > last:
        raise UsageError(say("%(years)s: the first year is after the last", years=repr(text)))
    column = table.columns["year"]
    spans = [re.findall(r"\d{4}", value) or ["", "~"] for value in column.values]
    hit = np.array([first <= min(span) and max(span) <= last for span in spans] + [False], bool)
    if not hit.any():
        known = sorted(value for value in column.values if len(value) == 4)
        raise NotFoundError(
            say("there is no flow of %(year)s; there are flows of %(known)s", year=text, known=", ".join(known) or "–")  # noqa: RUF001
        )
    mask: Mask = hit[column.codes]
    return mask


def _nothing(table: FlowTable, names: Names, meant: dict[str, str], masks: dict[str, Mask]) -> Said:
    """Why nothing fits: which criterion alone has flows, and what the others leave of it."""
    alone = [
        say("%(dimension)s %(value)s: %(count)s", dimension=say(WORDS[name]), value=_said(names, meant[name]),
            count=int(mask.sum()))
        for name, mask in masks.items()
    ]  # fmt: skip
    fits = say("no flow fits all of it; flows that fit one of it: %(alone)s", alone=listed(alone))
    for name in masks:
        others = [mask for other, mask in masks.items() if other != name]
        rest = np.logical_and.reduce([np.ones(len(table), bool), *others])
        if rest.any():
            column = table.columns[name]
            codes = np.unique(column.codes[rest]).tolist()
            found = sorted(_said(names, column.values[code]) for code in codes if code >= 0)
            if found:
                return say("%(fits)s; the others have %(dimension)s: %(found)s", fits=fits, dimension=say(WORDS[name]),
                           found=listed(found[:12]))  # fmt: skip
    return fits


def _said(names: Names, value: str) -> str:
    return names.describe(value) if "://" in value else value


def _kind_word(kind: str) -> str:
    return short(kind).replace("-", " ").lower() if kind else say("an unknown unit")
