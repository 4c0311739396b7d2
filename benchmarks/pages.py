"""How long the server takes for pages of every kind, and for a page that very many things refer to.

    python benchmarks/pages.py [REFERENCES]

Each page is asked for 15 times through the application, with no answer remembered; shown are the median and the time
that 95 of 100 stay under, in milliseconds of the clock, so other work on the machine shows. First the data that are
shipped, up to eight things of each kind; then made-up data in which 100 000 things (or REFERENCES) name one place.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from ce_graph.settings import Settings
from ce_graph.web.app import create_app
from ce_graph.web.opening import open_data

TIMES = 15
KINDS = ("actor", "project", "facility", "place", "flow", "indicator", "programme", "event", "source")
BASE = "https://w3id.org/ce-graph"
CE = f"{BASE}/ontology#"


def measure(client, what: str, paths: list[str]) -> list[float]:
    taken = []
    for path in paths:
        for _ in range(TIMES):
            started = time.perf_counter()
            answer = client.get(path, headers={"Accept": "text/html"})
            taken.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, (path, answer.status_code)
    most = sorted(taken)[len(taken) * 95 // 100]
    print(f"{what} ({len(paths)}): median {statistics.median(taken):.0f} ms, 95 of 100 under {most:.0f} ms", flush=True)
    return taken


def shipped() -> None:
    settings = Settings(cache_bytes=0, access_log=False)
    engine, _ = open_data(settings)
    try:
        client = create_app(settings, engine).test_client()
        every = []
        for kind in KINDS:
            listing = client.get(f"/doc/{kind}").get_data(as_text=True)
            found = sorted(set(re.findall(rf'href="(/doc/{kind}/[^"?#]+)"', listing)))[:8]
            if found:
                every += measure(client, kind, found)
        print(f"all: 95 of 100 under {sorted(every)[len(every) * 95 // 100]:.0f} ms")
    finally:
        engine.close()


def hub(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, graph = f"<{BASE}/id/place/hub>", f"<{BASE}/graph/made-up>"
        kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        with (Path(folder) / "dataset.nq").open("w") as file:
            file.write(f"{place} {kind} <{CE}Place> {graph} .\n")
            for number in range(count):
                actor = f"<{BASE}/id/actor/a{number}>"
                file.write(f"{actor} {kind} <{CE}Actor> {graph} .\n{actor} <{CE}location> {place} {graph} .\n")
        settings = Settings(data=Path(folder), cache_bytes=0, access_log=False)
        engine, _ = open_data(settings)
        try:
            client = create_app(settings, engine).test_client()
            assert "/doc/actor/a" in client.get("/doc/place/hub").get_data(as_text=True), "the references are not shown"
            measure(client, f"{count} references", ["/doc/place/hub"])
        finally:
            engine.close()


if __name__ == "__main__":
    shipped()
    hub(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
