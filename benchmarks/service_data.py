"""A made-up graph of companies and flows of material, and the queries that the benchmark of the service asks of it.

Nothing in the data is true: names, amounts and towns are drawn by a fixed seed, in twenty named graphs that share no
triple.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

BASE = "https://example.org/made-up/"
TOWNS, MATERIALS, YEARS, GRAPHS = 40, 200, 20, 20
_A_FLOW, _A_COMPANY = 8, 5
_FLOWS_OF_A_COMPANY = 10
_A_PART = 1_000_003
"""Numbers that a part of the queries has for itself."""
PREFIXES = f"PREFIX : <{BASE}>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"


def sizes(triples: int) -> tuple[int, int]:
    """How many companies and flows make about that many triples."""
    companies = max(100, triples // (_A_COMPANY + _FLOWS_OF_A_COMPANY * _A_FLOW))
    return companies, companies * _FLOWS_OF_A_COMPANY


def write(path: Path, triples: int) -> int:
    """Write the graph as N-Quads; returns how many triples it has."""
    companies, flows = sizes(triples)
    dice = random.Random(20260101)
    text = "http://www.w3.org/2001/XMLSchema#"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    with path.open("w", encoding="ascii", buffering=1 << 20) as out:
        for number in range(companies):
            graph = f"<{BASE}g{number % GRAPHS}> .\n"
            company = f"<{BASE}c{number}>"
            out.write(
                f"{company} {kind} <{BASE}Company> {graph}"
                f'{company} <{BASE}name> "Made-up company {number}" {graph}'
                f"{company} <{BASE}town> <{BASE}t{dice.randrange(TOWNS)}> {graph}"
                f'{company} <{BASE}staff> "{dice.randrange(1, 500)}"^^<{text}integer> {graph}'
                f"{company} <{BASE}partner> <{BASE}c{dice.randrange(companies)}> {graph}"
            )
        for number in range(flows):
            graph = f"<{BASE}g{number % GRAPHS}> .\n"
            flow = f"<{BASE}f{number}>"
            out.write(
                f"{flow} {kind} <{BASE}Flow> {graph}"
                f"{flow} <{BASE}from> <{BASE}c{dice.randrange(companies)}> {graph}"
                f"{flow} <{BASE}to> <{BASE}c{dice.randrange(companies)}> {graph}"
                f"{flow} <{BASE}material> <{BASE}m{dice.randrange(MATERIALS)}> {graph}"
                f'{flow} <{BASE}year> "{2005 + dice.randrange(YEARS)}"^^<{text}integer> {graph}'
                f'{flow} <{BASE}tonnes> "{dice.randrange(1, 10**6) / 100}"^^<{text}decimal> {graph}'
                f'{flow} <{BASE}source> "Made-up table {number % 977}" {graph}'
                f'{flow} <{BASE}note> "made-up flow {number}"@en {graph}'
            )
    return companies * _A_COMPANY + flows * _A_FLOW


def small(triples: int, part: int) -> Iterator[str]:
    """Queries with a few solutions: one thing, its neighbours, what comes from it."""
    companies, flows = sizes(triples)
    dice = random.Random(part)
    for number in itertools.count(part * _A_PART):
        flow, company = dice.randrange(flows), dice.randrange(companies)
        yield f"SELECT ?p ?o WHERE {{ <{BASE}f{flow}> ?p ?o }} LIMIT {5 + number}"
        yield f"{PREFIXES}SELECT ?n ?town WHERE {{ :f{flow} :to ?c . ?c :name ?n ; :town ?town }} LIMIT {5 + number}"
        yield f"{PREFIXES}SELECT ?f ?t WHERE {{ ?f :from :c{company} ; :tonnes ?t }} ORDER BY ?t LIMIT {5 + number}"


def joins(_: int, part: int) -> Iterator[str]:
    """Who sends to whom that sends on to a certain town, by pairs of towns: many ways with three steps."""
    for number in itertools.count(part * _A_PART):
        yield (
            f"{PREFIXES}SELECT ?town (COUNT(*) AS ?n) WHERE {{ ?a :town :t{number % TOWNS} . ?f :from ?a ; :to ?b . "
            f"?g :from ?b ; :to ?c . ?c :town ?town }} GROUP BY ?town ORDER BY DESC(?n) LIMIT {100 + number}"
        )


def aggregates(_: int, part: int) -> Iterator[str]:
    """Tonnes by material from a year on, over all flows."""
    for number in itertools.count(part * _A_PART):
        yield (
            f"{PREFIXES}SELECT ?m (SUM(?t) AS ?sum) (COUNT(*) AS ?n) WHERE {{ ?f a :Flow ; :material ?m ; :tonnes ?t ; "
            f":year ?y FILTER(?y >= {2005 + number % YEARS}) }} GROUP BY ?m LIMIT {1000 + number}"
        )


def rows(triples: int, part: int) -> Iterator[str]:
    """Ten thousand solutions from somewhere in the data."""
    last = max(1, sizes(triples)[1] - 10_000)
    for number in itertools.count(part * _A_PART):
        yield (
            f"{PREFIXES}SELECT ?f ?a ?b ?t WHERE {{ ?f :from ?a ; :to ?b ; :tonnes ?t }} "
            f"OFFSET {number * 97 % last} LIMIT 10000"
        )


Queries: TypeAlias = Callable[[int, int], Iterator[str]]
"""Takes the number of triples and that of a part; no query is in two parts, or twice in one."""
HEAVY: dict[str, Queries] = {"join": joins, "aggregate": aggregates, "10,000 rows": rows}
