"""Places that were seen in reading are those that a scan of the source finds."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from ce_graph.check.positions import Key, Pattern, _offsets
from ce_graph.check.positions_written import offsets
from ce_graph.rdf import columns, reading
from ce_graph.rdf.positions import placed
from ce_graph.rdf.sources import of_path

NAMES = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq"}


def document(name: str, count: int) -> str:
    pick = random.Random(4)
    prefixed = name == "turtle"
    nodes = ["<http://x.example/a>", "<http://x.example/é>", "_:b", "_:c"] + (["ex:d", "ex:e"] if prefixed else [])
    verbs = ["<http://x.example/p>"] + (["a", "ex:q"] if prefixed else ["<http://x.example/q>"])
    ends = [*nodes, '"a . b"', '"x"@en', '"é\\n"'] + (["12", "-1.5", "true"] if prefixed else [])
    lines = ["@prefix ex: <http://ex.example/> ."] if prefixed else []
    for _ in range(count):
        line = f"{pick.choice(nodes)} {pick.choice(verbs)} {pick.choice(ends)}"
        while prefixed and pick.random() < 0.5:
            line += pick.choice([f" , {pick.choice(ends)}", f" ;\n\t{pick.choice(verbs)}  {pick.choice(ends)}"])
        if name == "nquads" and pick.random() < 0.5:
            line += " <http://x.example/g>"
        lines.append(line + " .")
    return "\n".join(lines) + "\n"


def patterns(data: columns.Columns, source: int) -> set[Pattern]:
    """All patterns that the statements of the data fit, and some that none fits."""

    def key(number: int) -> Key:
        term = data.terms.term(number)
        origin = data.terms.origin(number) if isinstance(term, ox.BlankNode) else None
        return term if origin is None else (origin.source, origin.ordinal)

    found: set[Pattern] = {(ox.NamedNode("x:none"), None, None), ((source, 99), None, None), (None, None, (9, 0))}
    for written in data.written[source]:
        for subject, verb, end in written.rows[:, :3].tolist():
            predicate = data.terms.term(verb)
            assert isinstance(predicate, ox.NamedNode)
            one, other = key(subject), key(end)
            found |= {(one, predicate, other), (one, predicate, None), (one, None, None), (None, predicate, other)}
            found |= {(None, None, other)}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_places_seen_in_reading_are_those_of_a_scan(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_WORTH_IT", 1)
    monkeypatch.setattr("ce_graph.rdf.plain._CHUNK", 2000)
    monkeypatch.setattr("ce_graph.rdf.workers._LEAD", 0)
    first, second = tmp_path / "0.nt", tmp_path / f"1.{NAMES[name]}"
    first.write_text("_:b <http://x.example/p> _:other .\n")
    second.write_text(document(name, 400), encoding="utf-8")
    for paths in ([second], [first, second]):
        sources = [of_path(path) for path in paths]
        number = len(sources) - 1
        text = second.read_bytes()
        ways = [
            columns.read(sources),
            columns.read(sources, graphs=True),
            columns.read(sources, processes=2),
            *(columns.read(sources, cache=tmp_path / "cache") for _ in range(2)),
        ]
        for data in ways:
            assert sorted(data.written) == list(range(len(sources)))
            every = patterns(data, number)
            expected = _offsets(number, placed(sources[number], text), every, None)
            assert len(expected) > 80
            assert offsets(number, every, data) == expected


def test_a_source_that_is_not_all_plain_has_no_such_places(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<x:a> <x:b> 1 .\n<x:a> <x:b> [] .\n")
    (tmp_path / "b.ttl").write_text("<x:a> <x:b> 1 .\n")
    data = columns.read([of_path(tmp_path / name) for name in ("a.ttl", "b.ttl")])
    assert sorted(data.written) == [1]
