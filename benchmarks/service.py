"""The service against ``oxigraph serve`` in memory and against rdflib-endpoint: same data, same questions, one run.

    python benchmarks/service.py [--triples 1000000] [--seconds 5] [--rounds 3]
    python benchmarks/service.py --triples 100000 --rdflib PYTHON

``PYTHON`` is an interpreter of an environment with ``rdflib-endpoint[cli]``. The data are made up (service_data.py).
Both servers run at the same time and are asked in turn, each kind of question in several rounds, by one process with
eight connections; whoever is not asked uses no processor. Printed are answers a second, their ratio, and how much of a
processor the asking process took: that is what the servers did not have.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import service_data as data
import service_load as load
from service_servers import Server, ce_graph, oxigraph, rdflib_endpoint

CLIENTS = 8


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--triples", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=5.0, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--kinds", default="", help="only questions whose name begins like this: small, heavy …")
    options.add_argument("--workers", type=int, help="of ce-graph; fewer need less memory (default: as many as cores)")
    options.add_argument("--rdflib", metavar="PYTHON", help="compare with rdflib-endpoint instead of oxigraph")
    given = options.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ce-graph-benchmark-")))
        triples = data.write(folder / "dataset.nq", given.triples)
        print(f"{triples:,} made-up triples, {(folder / 'dataset.nq').stat().st_size / 1e6:.0f} MB of N-Quads")
        ours = stack.enter_context(ce_graph(folder, given.workers))
        if given.rdflib:
            theirs = stack.enter_context(rdflib_endpoint(folder, given.rdflib))
        else:
            theirs = stack.enter_context(oxigraph(folder))
        print(f"\n| | {ours.name} | {theirs.name} | ratio | |\n| --- | --- | --- | --- | --- |")
        _row("load, s", ours.loaded_in, theirs.loaded_in, theirs.loaded_in / ours.loaded_in)
        _memory("memory after loading, MB", ours, theirs)
        kinds = _heavy(given.triples) if given.rdflib else _all(given.triples)
        for name, make in kinds.items():
            if name.startswith(given.kinds):
                _measure(name, ours, theirs, make, given.seconds, given.rounds)
        _memory("memory after the queries, MB", ours, theirs)


Make = Callable[[Server], Iterator[bytes]]


def _heavy(triples: int) -> dict[str, Make]:
    return {f"heavy, {kind}": _asking(queries, load.get, triples) for kind, queries in data.HEAVY.items()}


def _all(triples: int) -> dict[str, Make]:
    same = next(data.small(triples, 0))

    def known(server: Server) -> Iterator[bytes]:
        """What the client has already; a server that sends no tag answers in full."""
        with urllib.request.urlopen(server.address(load.get(same, server.path))) as answer:
            tag = answer.headers.get("ETag")
        return itertools.repeat(load.get(same, server.path, tag))

    return {
        "small, never asked before, GET": _asking(data.small, load.get, triples),
        "small, never asked before, POST": _asking(data.small, load.post, triples, first=1000),
        "small, repeated, GET": lambda server: itertools.repeat(load.get(same, server.path)),
        "small, repeated, POST": lambda server: itertools.repeat(load.post(same, server.path)),
        "small, If-None-Match": known,
        **_heavy(triples),
    }


def _asking(queries: data.Queries, request: Callable[[str, str], bytes], triples: int, first: int = 1) -> Make:
    """Requests that differ from round to round, so that a server is asked nothing twice."""
    rounds: Counter[str] = Counter()

    def make(server: Server) -> Iterator[bytes]:
        rounds[server.name] += 1
        return (request(query, server.path) for query in queries(triples, first + rounds[server.name]))

    return make


def _measure(name: str, ours: Server, theirs: Server, make: Make, seconds: float, rounds: int) -> None:
    totals = {ours.name: load.Tally(), theirs.name: load.Tally()}
    for _ in range(rounds):
        for server in (ours, theirs):
            tally = load.drive(server.port, make(server), clients=CLIENTS, seconds=seconds)
            if set(tally.statuses) - {200, 304, 503}:
                sys.exit(f"{server.name}, {name}: {tally.statuses}")
            totals[server.name].add(tally)
    one, other = totals[ours.name], totals[theirs.name]
    share = f"{one.computed / one.seconds:.2f} and {other.computed / other.seconds:.2f} of a processor to ask"
    late = f"p99 {one.percentile(0.99) * 1000:.1f} and {other.percentile(0.99) * 1000:.1f} ms"
    if refused := one.statuses.get(503, 0):
        late += f"; {refused} of {one.answers + refused} told 503 by ce-graph"
    _row(f"{name}, 1/s", one.rate, other.rate, one.rate / other.rate, f"{late}; {share}")


def _memory(name: str, ours: Server, theirs: Server) -> None:
    one, other = ours.memory(), theirs.memory()
    _row(name, one, other, one / other)


def _row(name: str, one: float, other: float, ratio: float, more: str = "") -> None:
    print(f"| {name} | {_short(one)} | {_short(other)} | {ratio:.2f} | {more} |", flush=True)


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


if __name__ == "__main__":
    main()
