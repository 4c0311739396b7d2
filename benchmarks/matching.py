"""Made-up offers and needs: the matcher against the pairwise loop with the same result, and how its time grows.

    python benchmarks/matching.py [--no-pairwise] [--dask]

The data are made up: materials from the shipped list, places spread over Uusimaa (about 200 by 100 km), amounts,
hazard, qualities and periods at random; matches within 50 km. The pairwise loop is run once at 10 000 offers and 1 000
needs. Growth is shown for 1 000 needs: the pairs grow with the offers, so that less than linear cannot be had.
"""

from __future__ import annotations

import csv
import datetime
import random
import statistics
import sys
import time
from decimal import Decimal

from ce_graph import resources
from ce_graph.model.matching.entries import Entry, Rules, read_limits
from ce_graph.model.matching.matcher import match
from ce_graph.model.matching.pairwise import Trees, match_pairwise
from ce_graph.model.trees import Tree

RULES = Rules(kilometres=50)


def materials() -> Tree:
    with (resources.data() / "tables" / "codes" / "material.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return Tree(
        [(row["notation"], row["broader"]) for row in rows if row["broader"]], [row["notation"] for row in rows]
    )


def make(count: int, tree: Tree, seed: int, *, needs: bool) -> list[Entry]:
    dice = random.Random(seed)
    names = sorted(tree.parents)
    found = []
    for number in range(count):
        start = datetime.date(2025, 1, 1) + datetime.timedelta(days=dice.randrange(365))
        sign = "<=" if needs else "="
        limits, words = read_limits([f"moisture {sign} {dice.randrange(40)} %"] if dice.random() < 0.3 else [])
        found.append(
            Entry(
                iri=str(number),
                materials=(dice.choice(names),),
                tonnes=Decimal(dice.randrange(1, 20_000)),
                hazardous=dice.random() < 0.05,
                limits=limits,
                words=words,
                point=(59.8 + 0.9 * dice.random(), 22.8 + 3.6 * dice.random()),
                start=start,
                end=start + datetime.timedelta(days=dice.randrange(30, 720)),
            )
        )
    return found


def timed(work, times=1):
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - started)
    return result, statistics.median(taken)


def on_two_workers(trees: Trees) -> None:
    from distributed import LocalCluster

    from ce_graph.model.matching.partitioned import match_on_dask

    offers, needs = make(100_000, trees.material, 3, needs=False), make(1_000, trees.material, 4, needs=True)
    here, alone = timed(lambda: match(offers, needs, trees, RULES))
    workers = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with LocalCluster(**workers) as cluster:
        there, together = timed(lambda: match_on_dask(offers, needs, trees, RULES, 8, cluster.scheduler_address))
    same = "identical" if here.pairs() == there.pairs() else "NOT IDENTICAL"
    print(f"100000 offers, 1000 needs: {alone:.1f} s here, {together:.1f} s in 8 parts on two local workers, {same}")


def main() -> None:
    tree = materials()
    trees = Trees(tree, Tree())
    match(make(100, tree, 5, needs=False), make(100, tree, 6, needs=True), trees, RULES)  # so that imports are done
    if "--no-pairwise" not in sys.argv:
        offers, needs = make(10_000, tree, 1, needs=False), make(1_000, tree, 2, needs=True)
        fast, quick = timed(lambda: match(offers, needs, trees, RULES), times=3)
        print(f"10000 offers, 1000 needs: matcher {quick:.2f} s, median of three", flush=True)
        slow, long = timed(lambda: match_pairwise(offers, needs, trees, RULES))
        same = "identical" if fast.pairs() == slow else "NOT IDENTICAL"
        fit = sum(not pair.failed for pair in slow)
        print(f"pairwise loop {long:.1f} s; {fit} matches and {len(slow) - fit} near misses, {same};"
              f" {long / quick:.0f} times as fast")  # fmt: skip
    if "--dask" in sys.argv:
        on_two_workers(trees)
    before = 0.0
    for count in (1_000, 10_000, 100_000):
        offers, needs = make(count, tree, 3, needs=False), make(1_000, tree, 4, needs=True)
        fast, quick = timed(lambda offers=offers, needs=needs: match(offers, needs, trees, RULES), times=3)
        times = f", {quick / before:.1f} times the time before" if before else ""
        print(f"{count} offers, {len(needs)} needs: {quick:.2f} s, {len(fast)} pairs{times}", flush=True)
        before = quick


if __name__ == "__main__":
    main()
