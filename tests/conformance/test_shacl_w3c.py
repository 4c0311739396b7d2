"""The W3C SHACL test suite: every report is compared in full, result by result."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest

from ce_graph.check import engine
from ce_graph.check.paths import read_path
from ce_graph.check.shapes import ShapesGraph
from ce_graph.errors import ShapesError
from ce_graph.rdf.columns import Columns, of_quads

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"


def _suite() -> Path | None:
    given = [os.environ.get("CE_GRAPH_W3C_SHACL"), os.environ.get("CE_GRAPH_W3C_TESTS")]
    places = [Path(given[0])] if given[0] else []
    if given[1]:
        places += [Path(given[1]) / "shacl", Path(given[1])]
    places.append(Path(__file__).resolve().parents[3] / "shared" / "w3c" / "shacl")
    return next((place for place in places if (place / "core" / "manifest.ttl").is_file()), None)


SUITE = _suite()
FILES = sorted(SUITE.rglob("*.ttl")) if SUITE else []
_parsed: dict[Path, list[Any]] = {}


def _parse(path: Path) -> list[Any]:
    if path not in _parsed:
        _parsed[path] = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))
    return _parsed[path]


def _entries() -> list[Any]:
    found = []
    for path in FILES:
        graph = ShapesGraph(_parse(path)) if b"sht:Validate" in path.read_bytes() else None
        for subject in graph.subjects if graph else ():
            if ox.NamedNode(SHT + "Validate") in graph.values(
                subject, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
            ):
                name = f"{path.parent.parent.name}/{path.parent.name}/{path.stem}"
                found.append(pytest.param(path, subject, id=name))
    return found


ENTRIES = _entries()


@pytest.mark.skipif(SUITE is None, reason="the W3C SHACL suite is not here; name its folder in CE_GRAPH_W3C_SHACL")
def test_the_suite_is_whole() -> None:
    listed = [path for path in FILES if f"<{path.name}>" in (path.parent / "manifest.ttl").read_text(encoding="utf-8")]
    kinds = Counter(entry.values[0].parent.parent.name for entry in ENTRIES if entry.values[0] in listed)
    assert kinds == {"core": 98, "sparql": 22}
    assert len(ENTRIES) == 121  # one test lies in its folder without being listed


def _graph(iri: str) -> list[Any]:
    return _parse(Path(ox.NamedNode(iri).value.removeprefix("file://")))


def _plain(term: Any, data: Columns) -> Any:
    """A term with a blank node of the data under the label that the parser gave it."""
    if isinstance(term, ox.BlankNode) and (number := data.terms.blank(term)) is not None:
        return ox.BlankNode(data.terms.values(np.array([number], np.int32))[0])
    return term


def _expected(graph: ShapesGraph, report: Any) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for result in graph.values(report, "result"):
        path = graph.value(result, "resultPath")
        found[
            graph.value(result, "focusNode"),
            read_path(graph, path).text() if path is not None else None,
            graph.value(result, "resultSeverity"),
            graph.value(result, "sourceConstraintComponent"),
            graph.value(result, "sourceShape"),
            graph.value(result, "value"),
            graph.value(result, "sourceConstraint"),
            frozenset(graph.values(result, "resultMessage")),
        ] += 1
    return found


@pytest.mark.parametrize(("path", "entry"), ENTRIES)
def test_the_report_is_the_expected_one(path: Path, entry: Any) -> None:
    graph = ShapesGraph(_parse(path))
    (action,), (result,) = graph.values(entry, MF + "action"), graph.values(entry, MF + "result")
    (data_file,), (shapes_file,) = graph.values(action, SHT + "dataGraph"), graph.values(action, SHT + "shapesGraph")
    data, shapes = of_quads(_graph(data_file.value)), ShapesGraph(_graph(shapes_file.value))
    if result == ox.NamedNode(SHT + "Failure"):
        with pytest.raises(ShapesError):
            engine.validate(data, shapes)
        return
    report = engine.validate(data, shapes)
    expected = _expected(graph, result)
    with_constraint = any(row[6] for row in expected)
    with_messages = any(row[7] for row in expected)
    found = Counter(
        (
            _plain(item.focus, data),
            item.path,
            item.severity_node,
            ox.NamedNode(item.component),
            item.shape,
            _plain(item.value, data),
            item.constraint if with_constraint else None,
            frozenset(item.messages) if with_messages and item.own_message else frozenset(),
        )
        for item in report.findings
    )
    assert found == expected
    assert report.conforms == (graph.value(result, "conforms") == ox.Literal(True))
    assert report.total == len(report.findings)
