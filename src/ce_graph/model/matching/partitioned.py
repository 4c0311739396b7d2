"""The matching in parts, each a slice of the offers against all needs, on Dask: where one machine is too small."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ce_graph.errors import UsageError
from ce_graph.model.matching.matcher import Matches, match

if TYPE_CHECKING:
    from ce_graph.model.matching.entries import Entry, Rules
    from ce_graph.model.matching.pairwise import Trees


def match_on_dask(
    offers: Sequence[Entry], needs: Sequence[Entry], trees: Trees, rules: Rules, parts: int, scheduler: str = ""
) -> Matches:
    """Every pair that fits and every near miss, as ``match`` finds them, computed in parts by Dask's workers.

    Args:
        offers: what is offered; each part is a slice of it, so a worker holds that slice and all needs.
        needs: what is needed.
        trees: the hierarchies of materials and codes.
        rules: the bounds.
        parts: how many slices; at least one, best some for each worker.
        scheduler: address of a Dask scheduler, as ``tcp://127.0.0.1:8786``; without one, workers are started on this
            machine, one for each core.

    Raises:
        UsageError: fewer than one part, Dask is not installed, or the scheduler cannot be reached.
    """
    if parts < 1:
        raise UsageError("the matching is done in one part at least")
    bounds = [len(offers) * number // parts for number in range(parts + 1)]
    with _client(scheduler) as client:
        slices = client.scatter([list(offers[start:end]) for start, end in itertools.pairwise(bounds)], hash=False)
        shared = client.scatter([(list(needs), trees, rules)], broadcast=True, hash=False)
        found = client.gather(client.map(_part, slices, shared * parts, pure=False))
    return joined(found, bounds[:-1], len(offers))


def joined(found: Sequence[Matches], starts: Sequence[int], offers: int) -> Matches:
    """The matches of slices of the offers as one, sorted as ``match`` does; ``starts``: where slices begin."""
    need, score, failed = (
        np.concatenate([getattr(part, name) for part in found]) for name in ("need", "score", "failed")
    )
    offer = np.concatenate([part.offer + np.int32(start) for part, start in zip(found, starts, strict=True)])
    order = np.argsort(need * np.int64(max(1, offers)) + offer)
    return Matches(need[order], offer[order], score[order], failed[order])


def _part(offers: Sequence[Entry], shared: tuple[list[Entry], Trees, Rules]) -> Matches:
    return match(offers, *shared)


@contextlib.contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UsageError("Dask is not installed; pip install 'ce-graph[dask]'") from error
    with contextlib.ExitStack() as closing:
        address = scheduler
        if not address:
            cluster = LocalCluster(threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
            address = closing.enter_context(cluster).scheduler_address
        try:
            client = Client(address, timeout="5s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(f"no Dask scheduler answers at {address}: {error}") from error
        yield closing.enter_context(client)
