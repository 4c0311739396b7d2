from __future__ import annotations

import random

import numpy as np
import pyoxigraph as ox
import pytest

from ce_graph.check import paths
from ce_graph.check.shapes import ShapesGraph
from ce_graph.errors import DataError
from ce_graph.rdf.columns import of_quads

EX = "http://example.org/"
PREFIXES = f"@prefix : <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def read(text: str) -> paths.Path:
    graph = ShapesGraph(ox.parse(f"{PREFIXES} :S sh:path {text} .", format=ox.RdfFormat.TURTLE))
    (node,) = graph.values(ox.NamedNode(EX + "S"), "path")
    return paths.read_path(graph, node)


def _path(pick: random.Random, depth: int) -> str:
    if not depth:
        return pick.choice([":p", ":q"])
    inner = _path(pick, depth - 1)
    return pick.choice(
        [
            f"[ sh:inversePath {inner} ]",
            f"( {inner} {_path(pick, depth - 1)} )",
            f"[ sh:alternativePath ( {inner} {_path(pick, depth - 1)} ) ]",
            f"[ sh:zeroOrMorePath {inner} ]",
            f"[ sh:oneOrMorePath {inner} ]",
            f"[ sh:zeroOrOnePath {inner} ]",
        ]
    )


@pytest.mark.parametrize("seed", range(8))
def test_paths_lead_where_sparql_says_they_lead(seed: int) -> None:
    pick = random.Random(seed)
    edges = [(pick.randrange(9), pick.choice("pq"), pick.randrange(9)) for _ in range(14)]
    triples = [ox.Triple(*(ox.NamedNode(f"{EX}{part}") for part in edge)) for edge in edges]
    data = of_quads(triples)
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    nodes = sorted({name for triple in triples for name in (triple.subject.value, triple.object.value)})
    ids = {name: data.terms.find(ox.NamedNode(name)) for name in nodes}
    start = np.array(sorted(number for number in ids.values() if number is not None), np.int32)
    for _ in range(30):
        path = read(_path(pick, pick.randrange(4)))
        owners, ends = path.follow(data, start)
        assert owners.tolist() == sorted(owners.tolist())
        found = set(zip(owners.tolist(), ends.tolist(), strict=True))
        assert len(found) == len(owners)
        rows = store.query(f"SELECT DISTINCT ?a ?b {{ ?a {path.text()} ?b }}")
        assert found == {(ids[row["a"].value], ids[row["b"].value]) for row in rows}, path.text()  # type: ignore[union-attr]
        some = start[::2]
        owners, ends = path.follow(data, some)
        assert set(zip(owners.tolist(), ends.tolist(), strict=True)) == {
            pair for pair in found if pair[0] in some.tolist()
        }


def test_a_path_has_a_text() -> None:
    text = read("( :p [ sh:inversePath :q ] [ sh:zeroOrMorePath [ sh:alternativePath ( :p :q ) ] ] )").text()
    assert text == f"<{EX}p>/(^<{EX}q>)/((<{EX}p>|<{EX}q>)*)"
    assert read("[ sh:inversePath [ sh:oneOrMorePath :p ] ]").text() == f"^(<{EX}p>+)"


def test_a_path_that_leads_to_too_many_pairs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_PAIRS", 1000)
    chain = [
        ox.Triple(ox.NamedNode(f"{EX}{n}"), ox.NamedNode(EX + "p"), ox.NamedNode(f"{EX}{n + 1}")) for n in range(100)
    ]
    data = of_quads(chain)
    with pytest.raises(DataError, match="more than 1,000 pairs"):
        read("[ sh:oneOrMorePath :p ]").follow(data, np.unique(data.subjects))
