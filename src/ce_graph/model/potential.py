"""Unused potential: what is landfilled, burnt or exported although the same material is treated better elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np

from ce_graph.model.exact import Mask
from ce_graph.model.flows.criteria import Selection
from ce_graph.model.flows.grouping import Grouped, Row, group
from ce_graph.model.flows.table import FlowTable
from ce_graph.model.indicators.computed import divide
from ce_graph.model.names import Names, short
from ce_graph.wording import Wording, mark

LANDFILLED, BURNT, EXPORTED, OTHER = "landfilled", "burnt", "exported", "other"
_BURNT = frozenset({"R1", "D10", "D11", "energy-recovery", "incineration", "incineration-without-energy-recovery"})
_LANDFILLED = frozenset({"D1", "D5", "D12", "landfill"})
_BY = ("material", "waste-code", "rank", "treatment", "category", "region", "year", "target", "stage")
_FATES = {
    LANDFILLED: mark("%(amount)s t landfilled"),
    BURNT: mark("%(amount)s t burnt"),
    EXPORTED: mark("%(amount)s t exported"),
    OTHER: mark("%(amount)s t other"),
}
_CONFIDENCE = ("low", "medium", "high")


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Where the best treatment of a material was seen."""

    treatment: str
    region: str
    year: str
    tonnes: Decimal
    share: Decimal
    """Per cent of what was treated of the material there and then that reached the best rank."""
    documents: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """What could be treated better of one material or waste code in one place, in its latest year."""

    material: str
    """The material that is stated, else the one of the waste code; ``""`` when neither is known."""
    waste_code: str
    by_code: bool = False
    """Whether no source states the material: it is that of the waste code."""
    region: str
    year: str
    treated: Decimal
    """Tonnes of known treatment."""
    worse: Decimal
    """Tonnes whose treatment ranks below the best seen."""
    attainable: Decimal
    """Tonnes that would go to the best rank, if it had the largest share seen anywhere; never more than ``worse``."""
    fates: dict[str, Decimal]
    """``landfilled``, ``burnt``, ``exported``, ``other`` → tonnes of ``worse``."""
    rank: int
    """The best of the ranks at which ``worse`` is treated now."""
    best_rank: int
    best: Evidence
    rounding: Decimal
    confidence: str
    flows: tuple[str, ...]
    """The flows of ``worse``."""
    documents: tuple[str, ...]
    others: tuple[str, ...] = ()
    """The flows that are treated at the best rank already."""

    @property
    def percent(self) -> Decimal:
        """``worse`` in per cent of ``treated``."""
        return divide(100 * self.worse, self.treated) if self.treated else Decimal(0)

    def reasons(self, names: Names, language: str = "en") -> str:
        """Why this is a potential, in words."""
        say = Wording(language)
        fates = (say.gettext(_FATES[fate], amount=say.number(amount)) for fate, amount in self.fates.items() if amount)
        return say.gettext(
            "%(fates)s in %(now)s; %(best)s (rank %(rank)s) was seen for %(share)s %% in %(place)s %(year)s",
            fates=", ".join(fates),
            now=self.year or say.gettext("a year not stated"),
            best=names.label(self.best.treatment, language),
            rank=self.best_rank,
            share=say.rounded(self.best.share, 1),
            place=names.label(self.best.region, language),
            year=self.best.year,
        )


def potentials(table: FlowTable, interim: Iterable[str] = (), selection: Selection | None = None) -> list[Potential]:
    """The potential of each material or waste code and place, the largest first.

    The best rank is the best one at which any tonne of the same material (or waste code) was treated, anywhere in the
    graph; interim operations (sorting, storage) are left out, because they end no waste's way. Flows that have not
    happened, amounts of zero, and what is no waste count for nothing. Without a selection all places are asked for.

    How a waste was treated is told by its own figures alone. Where a part of them is inside the total of a broader
    waste that counts as a whole, that year says nothing of the narrower one, so that no tonne counts twice.
    """
    treated = _treated(table, frozenset(interim))
    wastes = group(table, treated, _BY, each=("material", "waste-code"))
    lines = [_Line.of(wastes, row) for row in wastes.rows if row.amount > 0]
    best, whole = _best(lines), _by_rank(lines)
    mask = treated if selection is None else treated & selection.mask
    mine = group(table, mask, _BY) if mask.any() else None
    if mine is None:
        return []
    regions = table.lists.trees.get("region")
    inside = {value: regions.below(value) if regions is not None else frozenset({value}) for value in _regions(table)}
    here = [_Line.of(mine, row) for row in mine.rows]
    told = _by_rank(here)
    latest = _latest([line for line in here if told.get(line.case) == whole.get(line.case)])
    years = {key: rows[0].year for key, rows in latest.items()}
    found = []
    for key, rows in sorted(latest.items()):
        rank, evidence = best.get(key[:2], (0, None))
        worse = [line for line in rows if line.rank > rank and line.row.amount > 0]
        if worse and evidence is not None:
            one = _potential(table, mine, key, rows, worse, rank, evidence, inside)
            if not _superseded(table, one.flows, key, years):
                found.append(one)
    return sorted(found, key=lambda one: (-one.worse, one.material, one.waste_code, one.region))


def _treated(table: FlowTable, interim: frozenset[str]) -> Mask:
    """Waste of known treatment that happened and is no interim operation."""
    from ce_graph.model.flows.amounts import MASS
    from ce_graph.model.flows.counting import NOT_HAPPENED

    def where(dimension: str, wanted: object) -> Mask:
        column = table.columns[dimension]
        assert callable(wanted)
        hit: Mask = np.array([bool(wanted(value)) for value in column.values] + [bool(wanted(""))], bool)[column.codes]
        return hit

    tree = table.lists.trees["material"]
    return (
        table.known
        & where("quantity", lambda value: value == MASS)
        & where("rank", lambda value: value != "")
        & where("treatment", lambda value: value not in interim)
        & where("basis", lambda value: short(value) not in NOT_HAPPENED)
        & where("material", lambda value: value != "" and short(tree.above(value)[-1]) == "waste")
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    row: Row
    material: str
    """``""`` where there is a code, which is narrower."""
    stated: str
    """The material also where there is a code."""
    code: str
    region: str
    year: str
    rank: int
    treatment: str
    target: str

    @property
    def case(self) -> tuple[str, str, str, str]:
        """The waste, the place and the year."""
        return self.material, self.code, self.region, self.year

    @classmethod
    def of(cls, grouped: Grouped, row: Row) -> _Line:
        said = dict(zip(grouped.by, row.key, strict=True))
        stated, code = said["material"], said["waste-code"]
        return cls(row, "" if code else stated, stated, code, said["region"], said["year"], int(said["rank"]),
                   said["treatment"] or said["category"], said["target"])  # fmt: skip


def _best(lines: Sequence[_Line]) -> dict[tuple[str, str], tuple[int, Evidence]]:
    """Material and code → the best rank, and where the largest share of it was seen."""
    found: dict[tuple[str, str], tuple[int, Evidence]] = {}
    wastes: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        wastes.setdefault((line.material, line.code), []).append(line)
    for waste, several in wastes.items():
        rank = min(line.rank for line in several)
        cases: dict[tuple[str, str], list[_Line]] = {}
        for line in several:
            cases.setdefault((line.region, line.year), []).append(line)
        evidence = []
        for (region, year), rows in cases.items():
            good = [line for line in rows if line.rank == rank]
            if good:
                tonnes = sum((line.row.amount for line in good), Decimal(0))
                whole = sum((line.row.amount for line in rows), Decimal(0))
                largest = max(good, key=lambda line: (line.row.amount, line.treatment))
                documents = tuple(sorted({document for line in good for document in line.row.documents}))
                share = divide(100 * tonnes, whole)
                evidence.append(Evidence(largest.treatment, region, year, tonnes, share, documents))
        # Where the data have one treatment only, they tell that it can be done, and not how much of it.
        found[waste] = rank, max(evidence, key=lambda one: (one.share < 100, one.share, one.year, one.region))
    return found


def _by_rank(lines: Iterable[_Line]) -> dict[tuple[str, str, str, str], dict[int, Decimal]]:
    """Waste, place and year → tonnes by rank."""
    found: dict[tuple[str, str, str, str], dict[int, Decimal]] = {}
    for line in lines:
        if line.row.amount > 0:
            ranks = found.setdefault(line.case, {})
            ranks[line.rank] = ranks.get(line.rank, Decimal(0)) + line.row.amount
    return found


def _latest(lines: Iterable[_Line]) -> dict[tuple[str, str, str], list[_Line]]:
    """The lines of the latest year of each waste and place; those without a year only where there is no other."""
    found: dict[tuple[str, str, str], list[_Line]] = {}
    for line in lines:
        found.setdefault((line.material, line.code, line.region), []).append(line)
    return {
        key: [line for line in several if line.year == max(one.year for one in several)]
        for key, several in found.items()
    }


def _superseded(
    table: FlowTable, flows: Sequence[str], key: tuple[str, str, str], years: dict[tuple[str, str, str], str]
) -> bool:
    """Whether the figures are subtotals of materials that have a later year of their own in the same place."""
    material, code, region = key
    rows = np.array([table.row[flow] for flow in flows], np.int64)
    below, above = table.parts.closure
    parts = np.unique(table.columns["material"].codes[below[np.isin(above, rows)]])
    narrower = {table.columns["material"].values[number] for number in parts.tolist() if number >= 0} - {material}
    return any(years.get((one, code, region), "") > years[key] for one in narrower)


def _regions(table: FlowTable) -> tuple[str, ...]:
    return table.columns["region"].values


def _fate(line: _Line, inside: dict[str, frozenset[str]]) -> str:
    name = short(line.treatment)
    if "/place/" in line.target and line.target not in inside.get(line.region, frozenset()):
        return EXPORTED
    if name in _LANDFILLED:
        return LANDFILLED
    return BURNT if name in _BURNT else OTHER


def _potential(
    table: FlowTable, grouped: Grouped, key: tuple[str, str, str], rows: Sequence[_Line], worse: Sequence[_Line],
    rank: int, evidence: Evidence, inside: dict[str, frozenset[str]],
) -> Potential:  # fmt: skip
    fates = dict.fromkeys((LANDFILLED, BURNT, EXPORTED, OTHER), Decimal(0))
    for line in worse:
        fates[_fate(line, inside)] += line.row.amount
    treated = sum((line.row.amount for line in rows), Decimal(0))
    amount = sum((line.row.amount for line in worse), Decimal(0))
    flows = _members(table, grouped, worse)
    now = divide(100 * (treated - amount), treated)
    attainable = max(Decimal(0), (evidence.share - now) * treated / 100)
    return Potential(
        material=worse[0].stated,
        by_code=bool(table.by_code[[table.row[flow] for flow in flows]].all()),
        waste_code=key[1],
        region=key[2],
        year=rows[0].year,
        treated=treated,
        worse=amount,
        attainable=min(amount, attainable.quantize(Decimal(1))),
        fates={fate: tonnes for fate, tonnes in fates.items() if tonnes},
        rank=min(line.rank for line in worse),
        best_rank=rank,
        best=evidence,
        rounding=sum((line.row.rounding for line in worse), Decimal(0)),
        confidence=_lowest(table, flows),
        flows=flows,
        documents=tuple(sorted({document for line in worse for document in line.row.documents})),
        others=_members(table, grouped, [line for line in rows if line.rank <= rank]),
    )


def _members(table: FlowTable, grouped: Grouped, lines: Iterable[_Line]) -> tuple[str, ...]:
    return tuple(sorted({flow for line in lines for flow in grouped.members(table, line.row)}))


def _lowest(table: FlowTable, flows: Iterable[str]) -> str:
    column = table.columns["confidence"]
    found = [short(column.text(table.row[flow])) for flow in flows]
    return min(found, key=lambda one: _CONFIDENCE.index(one) if one in _CONFIDENCE else 1, default="")
