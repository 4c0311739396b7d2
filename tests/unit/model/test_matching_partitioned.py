"""The matching in parts finds what it finds in one, whoever computes the parts; the entries are made up."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import pytest

from ce_graph.errors import UsageError
from ce_graph.model.matching.entries import Entry, Rules, read_limits
from ce_graph.model.matching.matcher import Matches, match
from ce_graph.model.matching.pairwise import Trees
from ce_graph.model.matching.partitioned import joined, match_on_dask
from ce_graph.model.trees import Tree

TREES = Trees(Tree([("concrete", "mineral"), ("brick", "mineral"), ("glass", "mineral")], ["mineral", "wood"]), Tree())
RULES = Rules(kilometres=60)


def entries(count: int, seed: int) -> list[Entry]:
    dice = random.Random(seed)
    start = datetime.date(2025, 1, 1)
    return [
        Entry(
            iri=str(number),
            materials=(dice.choice(["mineral", "concrete", "brick", "glass", "wood"]),),
            tonnes=Decimal(dice.randrange(1, 900)) / dice.choice([1, 8]),
            hazardous=dice.random() < 0.1,
            limits=read_limits([f"moisture <= {dice.randrange(40)} %"])[0] if dice.random() < 0.3 else (),
            point=(60 + dice.random(), 24 + 2 * dice.random()) if dice.random() < 0.8 else None,
            start=start,
            end=start + datetime.timedelta(days=dice.randrange(30, 700)),
        )
        for number in range(count)
    ]


def same(one: Matches, other: Matches) -> bool:
    return all((getattr(one, name) == getattr(other, name)).all() for name in ("need", "offer", "score", "failed"))


@pytest.mark.parametrize("bounds", [(0, 120), (0, 1, 120), (0, 40, 80, 120), (0, 0, 119, 120, 120)])
def test_slices_of_the_offers_make_the_same_whole(bounds: tuple[int, ...]) -> None:
    offers, needs = entries(120, 1), entries(30, 2)
    starts = bounds[:-1]
    parts = [match(offers[start:end], needs, TREES, RULES) for start, end in zip(starts, bounds[1:], strict=True)]
    whole = match(offers, needs, TREES, RULES)
    assert len(whole) > 100
    assert same(joined(parts, starts, len(offers)), whole)


def test_workers_of_this_machine_find_the_same() -> None:
    offers, needs = entries(90, 3), entries(20, 4)
    assert same(match_on_dask(offers, needs, TREES, RULES, 3), match(offers, needs, TREES, RULES))


def test_two_workers_of_a_cluster_find_the_same() -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra ce-graph[dask]")
    offers, needs = entries(200, 5), entries(40, 6)
    workers = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(**workers) as cluster:
        found = match_on_dask(offers, needs, TREES, RULES, 5, cluster.scheduler_address)
    assert same(found, match(offers, needs, TREES, RULES))


def test_nothing_to_match_gives_nothing() -> None:
    assert len(match_on_dask([], entries(3, 7), TREES, RULES, 2)) == 0


def test_no_parts_and_no_scheduler_are_told() -> None:
    with pytest.raises(UsageError, match="one part at least"):
        match_on_dask([], [], TREES, RULES, 0)
    with pytest.raises(UsageError, match="no Dask scheduler answers at"):
        match_on_dask(entries(1, 8), entries(1, 9), TREES, RULES, 1, "tcp://127.0.0.1:1")
