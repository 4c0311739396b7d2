"""How long the server takes for pages: all of the shipped data, one that very many things refer to, large data.

    python benchmarks/pages.py [--references 100000] [--triples 10000000]

Pages are asked for through the application, one at a time, and timed by the clock, so that other work on the machine
shows. Of the shipped data every page that the site map names and the views in the main navigation are asked for once in
the languages by turns, first as the service is set up, then with no query's answer remembered. Then made-up data in
which so many things name one place, and with ``--triples`` a made-up region of that size: actors at places, and flows
between them.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask.testing import FlaskClient

from ce_graph.settings import Settings
from ce_graph.web.app import create_app
from ce_graph.web.opening import open_data

LANGUAGES = ("fi", "sv", "en")
BASE = "https://w3id.org/ce-graph"
CE = f"{BASE}/ontology#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
PLACES, ACTORS_PER_PLACE, OF_A_FLOW, OF_AN_ACTOR = 40, 2_500, 7, 3
SAMPLE = 60


@contextlib.contextmanager
def served(**settings: object) -> Iterator[FlaskClient]:
    chosen = Settings(access_log=False, **settings)
    engine, _ = open_data(chosen)
    try:
        yield create_app(chosen, engine).test_client()
    finally:
        engine.close()


def ask(client: FlaskClient, path: str, language: str = "en") -> tuple[float, str]:
    """Milliseconds, and the page."""
    started = time.perf_counter()
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    taken = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, (path, answer.status_code)
    return taken, answer.get_data(as_text=True)


def told(what: str, taken: Iterable[float]) -> None:
    ordered = sorted(taken)
    middle, most = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]
    print(f"| {what} | {len(ordered)} | {middle:.0f} | {most:.0f} | {ordered[-1]:.0f} |", flush=True)


def head(title: str) -> None:
    print(
        f"\n{title}\n\n| | pages | median, ms | 95 of 100 under | longest |\n| --- | --- | --- | --- | --- |",
        flush=True,
    )


def addresses(client: FlaskClient) -> list[str]:
    """What the site map names, as asked for here, and the views."""
    views = re.findall(r'<a href="(/[a-z]*)"', ask(client, "/")[1])
    parts = re.findall(r"/sitemap/\d+\.xml", client.get("/sitemap.xml").get_data(as_text=True))
    named = [
        re.sub(r"^https?://[^/]+", "", address).replace("/ce-graph/id/", "/doc/").replace("/ce-graph/", "/")
        for part in parts
        for address in re.findall(r"<loc>(.*?)</loc>", client.get(part).get_data(as_text=True))
    ]
    return sorted({*views, *named})


def shipped(title: str, **settings: object) -> None:
    head(title)
    taken = defaultdict(list)
    with served(**settings) as client:
        languages = {path: LANGUAGES[number % 3] for number, path in enumerate(addresses(client))}
        for path, language in languages.items():
            milliseconds, _ = ask(client, path, language)
            named = re.match(r"/(?:doc|code)(?=/)|/[a-z]+(?=/)", path)
            taken[named[0] if named else "views"].append(milliseconds)
        for kind, times in sorted(taken.items(), key=lambda item: -len(item[1])):
            told(kind, times)
        told("all", (one for times in taken.values() for one in times))
        views = [path for path in languages if path.count("/") == 1]
        told("views, again", [ask(client, path, languages[path])[0] for path in views])


def hub(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, graph = f"<{BASE}/id/place/hub>", f"<{BASE}/graph/made-up>"
        with (Path(folder) / "dataset.nq").open("w") as file:
            for some in (place, f"<{BASE}/id/place/other>"):
                file.write(f"{some} {TYPE} <{CE}Place> {graph} .\n")
            for number in range(count):
                actor = f"<{BASE}/id/actor/a{number}>"
                file.write(f"{actor} {TYPE} <{CE}Actor> {graph} .\n{actor} <{CE}location> {place} {graph} .\n")
        head(f"A place that {count} things name, no answers remembered")
        with served(data=Path(folder), cache_bytes=0) as client:
            ask(client, "/doc/place/other")  # what the first page of all loads is no part of this
            first, page = ask(client, "/doc/place/hub")
            assert "/doc/actor/a" in page, "the references are not shown"
            told("first", [first])
            told("again", (ask(client, "/doc/place/hub")[0] for _ in range(15)))


def region(path: Path, triples: int) -> int:
    """Write made-up places, actors and flows; returns how many flows."""
    dice = random.Random(20260101)
    actors = PLACES * ACTORS_PER_PLACE
    flows = (triples - actors * OF_AN_ACTOR) // OF_A_FLOW
    number = "<http://www.w3.org/2001/XMLSchema#decimal>"
    with path.open("w", buffering=1 << 20) as out:
        for place in range(PLACES):
            graph = f"<{BASE}/graph/g{place % 20}> .\n"
            out.write(f"<{BASE}/id/place/p{place}> {TYPE} <{CE}Municipality> {graph}")
            out.write(f'<{BASE}/id/place/p{place}> {LABEL} "Made-up place {place}"@en {graph}')
        for actor in range(actors):
            iri, graph = f"<{BASE}/id/actor/a{actor}>", f"<{BASE}/graph/g{actor % 20}> .\n"
            out.write(f'{iri} {TYPE} <{CE}Actor> {graph}{iri} {LABEL} "Made-up actor {actor}"@en {graph}')
            out.write(f"{iri} <{CE}location> <{BASE}/id/place/p{dice.randrange(PLACES)}> {graph}")
        for flow in range(flows):
            iri, graph = f"<{BASE}/id/flow/f{flow}>", f"<{BASE}/graph/g{flow % 20}> .\n"
            out.write(
                f'{iri} {TYPE} <{CE}Flow> {graph}{iri} {LABEL} "Made-up flow {flow}"@en {graph}'
                f"{iri} <{CE}source> <{BASE}/id/actor/a{dice.randrange(actors)}> {graph}"
                f"{iri} <{CE}target> <{BASE}/id/actor/a{dice.randrange(actors)}> {graph}"
                f"{iri} <{CE}material> <{BASE}/code/material/m{dice.randrange(200)}> {graph}"
                f"{iri} <{CE}region> <{BASE}/id/place/p{dice.randrange(PLACES)}> {graph}"
                f'{iri} <{CE}amount> "{dice.randrange(1, 10**6) / 100}"^^{number} {graph}'
            )
    return flows


def large(triples: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        flows = region(Path(folder) / "dataset.nq", triples)
        dice = random.Random(1)
        head(f"A made-up region of {triples} triples, no answers remembered")
        with served(data=Path(folder), cache_bytes=0, memory=16 << 30, workers=1) as client:
            for kind, letter, count in (
                ("place", "p", PLACES),
                ("actor", "a", PLACES * ACTORS_PER_PLACE),
                ("flow", "f", flows),
            ):
                numbers = dice.sample(range(count), min(SAMPLE, count))
                told(kind, [ask(client, f"/doc/{kind}/{letter}{number}")[0] for number in numbers])
            told("start page and lists", [ask(client, path)[0] for path in ("/", "/doc/place", "/doc/actor", "/data")])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--references", type=int, default=100_000)
    parser.add_argument("--triples", type=int, default=0)
    asked = parser.parse_args()
    shipped("Shipped data, as the service is set up")
    shipped("Shipped data, no answers remembered", cache_bytes=0)
    hub(asked.references)
    if asked.triples:
        large(asked.triples)
