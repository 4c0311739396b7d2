"""A million made-up flows: the flow table against the same question in SPARQL on pyoxigraph in memory, one run.

    python benchmarks/flows.py [flows]

The data are made up: two hundred thousand totals with four parts each, of random amount, material, treatment, region
and year, all of one document. The question: tonnes by treatment and year, with the number of flows, of what is neither
a total nor an “of which”; for one county and all that lies in it, and for everything.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pyoxigraph as ox

from ce_graph.model.flows.amounts import MASS
from ce_graph.model.flows.grouping import group
from ce_graph.model.flows.parts import BREAKDOWNS
from ce_graph.model.flows.table import FlowTable, Lists, Stated, build
from ce_graph.model.trees import Tree

CE = "https://w3id.org/ce-graph/ontology#"
BASE = "https://example.org/made-up/"
TREATMENTS = [f"R{number}" for number in range(1, 14)] + [f"D{number}" for number in range(1, 16)]
YEARS = [str(year) for year in range(2005, 2025)]
MATERIALS = [f"material-{number}" for number in range(100)]
REGIONS = [f"town-{number}" for number in range(40)]
WITHIN = [(region, f"county-{int(region[5:]) % 4}") for region in REGIONS]
COUNTY = "county-1"

QUESTION = """
SELECT ?treatment ?year (SUM(?mass) AS ?tonnes) (COUNT(?flow) AS ?flows) WHERE {
  ?flow ce:massTonnes ?mass ; ce:treatment ?treatment ; ce:year ?year %s .
  FILTER NOT EXISTS { ?flow ce:isTotal true }
  FILTER NOT EXISTS { ?flow ce:subsetOf ?total }
} GROUP BY ?treatment ?year
"""
PLACE = f"; ce:region/ce:within* <{BASE}{COUNTY}>"


def make(count: int) -> dict[str, list]:
    """Columns of random values; every fifth flow is the total of the four after it."""
    dice = random.Random(20260101)
    rows: dict[str, list] = {name: [] for name in ("mass", "treatment", "year", "material", "region", "total")}
    for start in range(0, count, 5):
        year, region, parts = dice.choice(YEARS), dice.choice(REGIONS), [dice.randrange(1, 10**7) for _ in range(4)]
        for place, mass in enumerate([sum(parts), *parts]):
            rows["mass"].append(mass)
            rows["treatment"].append(dice.choice(TREATMENTS) if place else None)
            rows["material"].append(dice.choice(MATERIALS))
            rows["year"].append(year)
            rows["region"].append(region)
            rows["total"].append(start if place else None)
    return rows


def as_table(rows: dict[str, list], count: int) -> FlowTable:
    """The flow table, as the loader hands it over."""

    def stated(values: list) -> Stated:
        known: dict[str, int] = {}
        places = [place for place, value in enumerate(values) if value is not None]
        codes = [known.setdefault(values[place], len(known)) for place in places]
        return Stated(np.array(places, np.int32), np.array(codes, np.int32), list(known))

    flows = [f"{BASE}{number}" for number in range(count)]
    totals = list(range(0, count, 5))
    return build(
        flows,
        {
            "amount": stated([format(Decimal(mass) / 1000, "f") for mass in rows["mass"]]),
            "unit": stated(["t"] * count),
            "wasDerivedFrom": stated(["made-up"] * count),
            "stage": stated(["treatment"] * count),
            **{name: stated(rows[name]) for name in ("treatment", "year", "material", "region")},
            BREAKDOWNS[0][0]: stated([None if total is None else flows[total] for total in rows["total"]]),
            "isTotal": stated(["true" if number % 5 == 0 else None for number in range(count)]),
            "completeBy": Stated(np.array(totals, np.int32), np.zeros(len(totals), np.int32), [CE + BREAKDOWNS[0][0]]),
        },
        Lists(trees={"region": Tree(WITHIN)}, units={"t": (MASS, Decimal(1))}),
    )


def as_quads(rows: dict[str, list], count: int) -> Iterator[ox.Quad]:
    """The triples that the question needs, and no others."""
    decimal, year_type = (ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}") for name in ("decimal", "gYear"))
    region, mass, treatment, year, total, within = (
        ox.NamedNode(CE + name) for name in ("region", "massTonnes", "treatment", "year", "isTotal", "within")
    )
    true = ox.Literal(True)
    for narrow, broad in WITHIN:
        yield ox.Quad(ox.NamedNode(BASE + narrow), within, ox.NamedNode(BASE + broad))
    for number in range(count):
        flow = ox.NamedNode(f"{BASE}{number}")
        yield ox.Quad(flow, region, ox.NamedNode(BASE + rows["region"][number]))
        yield ox.Quad(flow, mass, ox.Literal(format(Decimal(rows["mass"][number]) / 1000, "f"), datatype=decimal))
        yield ox.Quad(flow, year, ox.Literal(rows["year"][number], datatype=year_type))
        if rows["treatment"][number]:
            yield ox.Quad(flow, treatment, ox.NamedNode(BASE + rows["treatment"][number]))
        else:
            yield ox.Quad(flow, total, true)


def timed(said: str, work, times: int = 1):
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - started)
    print(f"{said}: {statistics.median(taken):.3f} s{f', median of {times}' if times > 1 else ''}")
    return result, statistics.median(taken)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    count -= count % 5
    print(f"{count} made-up flows, one run")
    rows, _ = timed("make up", lambda: make(count))
    table, _ = timed("derive the flow table, once per generation", lambda: as_table(rows, count))
    timed("first question: also what is computed once", lambda: ask_table(table, None))
    store = ox.Store()
    timed("load the store", lambda: store.bulk_extend(as_quads(rows, count)))
    for place, said in ((COUNTY, "a county and all in it"), (None, "all")):
        ours, fast = timed(f"{said}: the flow table", lambda place=place: ask_table(table, place), times=5)
        theirs, slow = timed(f"{said}: SPARQL", lambda place=place: ask_store(store, place))
        same = "identical" if ours == theirs else "NOT IDENTICAL"
        print(f"{said}: {len(ours)} groups, {same}; {slow / fast:.0f} times as fast")


def ask_table(table: FlowTable, place: str | None) -> dict[tuple[str, ...], tuple[Decimal, int]]:
    column = table.columns["region"]
    inside = table.lists.trees["region"].below(place) if place else set(column.values)
    mask = np.array([value in inside for value in column.values], bool)[column.codes]
    return {row.key: (row.amount, row.flows) for row in group(table, mask, "treatment,year").rows}


def ask_store(store: ox.Store, place: str | None) -> dict[tuple[str, ...], tuple[Decimal, int]]:
    found = {}
    for solution in store.query(QUESTION % (PLACE if place else ""), prefixes={"ce": CE}):
        key = (solution["treatment"].value.removeprefix(BASE), solution["year"].value)
        found[key] = Decimal(solution["tonnes"].value), int(solution["flows"].value)
    return found


if __name__ == "__main__":
    main()
