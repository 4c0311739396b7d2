"""Makes small flow tables from rows of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from ce_graph.model.flows.amounts import MASS
from ce_graph.model.flows.table import FlowTable, Lists, Stated, build
from ce_graph.model.names import short
from ce_graph.model.trees import Tree

VOLUME = "http://qudt.org/vocab/quantitykind/Volume"
COUNT = "http://qudt.org/vocab/quantitykind/Count"
BASE = "https://example.org/id/flow/"
CODE = "https://example.org/code/"
PART_OF = {
    "treatment": "detailByTreatmentOf",
    "material": "detailByMaterialOf",
    "source": "detailBySourceOf",
    "subset": "subsetOf",
    "any": "detailOf",
}
CODED = (
    "source",
    "target",
    "material",
    "wasteCode",
    "treatment",
    "treatmentCategory",
    "stage",
    "region",
    "basis",
    "unit",
    "wasDerivedFrom",
    "confidence",
    "amountQualifier",
)
USUAL = {
    "source": "home",
    "target": "plant",
    "material": "waste",
    "stage": "treatment",
    "region": "land",
    "year": "2020",
    "unit": "t",
    "basis": "measured",
    "wasDerivedFrom": "doc",
}
MATERIALS = [
    ("mineral-waste", "waste"),
    ("soil", "mineral-waste"),
    ("concrete", "mineral-waste"),
    ("paper", "waste"),
    ("plastic", "waste"),
    ("bottle", "plastic"),
    ("ash-and-slag", "mineral-waste"),
]
PLACES = [("town", "county"), ("village", "county"), ("county", "land"), ("town", "area"), ("village", "area")]
ENDS = [("homes", "all-sectors"), ("shops", "all-sectors"), ("plant", "operator")]


def code(name: str) -> str:
    return CODE + name


def tree(pairs: Sequence[tuple[str, str]]) -> Tree:
    return Tree([(code(one), code(other)) for one, other in pairs])


LISTS = Lists(
    trees={
        "material": tree([*MATERIALS, ("goods", "product")]),
        "waste-code": tree([("170101", "1701"), ("1701", "17"), ("200101", "2001"), ("2001", "20")]),
        "category": tree([("composting", "recycling")]),
        "source": tree(ENDS),
        "target": tree(ENDS),
        "region": tree(PLACES),
    },
    units={
        code("t"): (MASS, Decimal(1)),
        code("kt"): (MASS, Decimal(1000)),
        code("kg"): (MASS, Decimal("0.001")),
        code("m3"): (VOLUME, Decimal(1)),
        code("item"): (COUNT, Decimal(1)),
    },
    ranks={code("R3"): 2, code("R1"): 4, code("D1"): 6, code("recycling"): 2, code("landfill"): 6},
    issued={code("old"): "2020-05", code("new"): "2022"},
)


def _texts(flow: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [("completeBy", f"https://example.org/{PART_OF[name]}") for name in row.get("complete", ())]
    found += [(PART_OF[name], BASE + total) for total, name in row.get("part_of", ())]
    for name, value in (USUAL | dict(row)).items():
        if name in ("complete", "part_of") or value is None:
            continue
        values = value if isinstance(value, tuple) else (value,)
        found += [(name, code(str(one)) if name in CODED else str(one)) for one in values]
    return found


def make_table(rows: Mapping[str, Mapping[str, Any]], lists: Lists = LISTS) -> FlowTable:
    """Rows by short name; what is not given is usual, ``None`` is not stated."""
    ids = sorted(rows)
    said: dict[str, list[tuple[int, str]]] = {}
    for number, flow in enumerate(ids):
        for name, text in _texts(flow, rows[flow]):
            said.setdefault(name, []).append((number, text))
    stated = {}
    for name, pairs in said.items():
        texts = sorted({text for _, text in pairs})
        numbers = np.array([number for number, _ in pairs], np.int32)
        stated[name] = Stated(numbers, np.array([texts.index(text) for _, text in pairs], np.int32), texts)
    return build([BASE + flow for flow in ids], stated, lists)


def plain(rows: Sequence[Any]) -> dict[tuple[str, ...], Decimal]:
    """Amounts by the short names of the keys."""
    return {tuple(short(value) for value in row.key): row.amount for row in rows}
