"""Reads the W3C's SPARQL evaluation and syntax tests from their archive, and compares results as they ask."""

from __future__ import annotations

import dataclasses
import functools
import os
import tarfile
from pathlib import Path, PurePosixPath

import pyoxigraph as ox

BASE = "http://tests.example/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
ABSENT = "the W3C's SPARQL tests are not here; name their folder or archive with CE_GRAPH_W3C_TESTS"

Graphs = tuple[tuple[str | None, str], ...]
"""Graph names (``None`` is the default graph) and the addresses of the files with their triples."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One entry of a manifest; files are named by their addresses below ``BASE``."""

    name: str
    kind: str
    action: str
    data: Graphs = ()
    result: str | None = None
    after: Graphs = ()

    @property
    def text(self) -> str:
        return read(self.action).decode()


def archive() -> Path | None:
    given = os.environ.get("CE_GRAPH_W3C_TESTS")
    name = "w3c-sparql-tests.tar.gz"
    places = [Path(given), Path(given) / name] if given else []
    places.append(Path(__file__).resolve().parents[3] / "shared" / "w3c" / name)
    return next((place for place in places if place.is_file()), None)


@functools.cache
def _files() -> dict[str, bytes]:
    found = archive()
    assert found is not None
    files = {}
    with tarfile.open(found) as opened:
        for member in opened:
            if member.isfile():
                content = opened.extractfile(member)
                assert content is not None
                files[str(PurePosixPath(member.name))] = content.read()
    return files


def read(address: str) -> bytes:
    return _files()[address.removeprefix(BASE)]


class _Manifest:
    def __init__(self, path: str) -> None:
        self.store = ox.Store()
        self.base = BASE + path
        self.store.load(read(self.base), ox.RdfFormat.TURTLE, base_iri=self.base)

    def all(self, subject: object, predicate: str) -> list[object]:
        found = self.store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
        return sorted((quad.object for quad in found), key=str)

    def one(self, subject: object, predicate: str) -> object | None:
        return next(iter(self.all(subject, predicate)), None)

    def items(self, head: object | None) -> list[object]:
        found = []
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            found.append(self.one(head, RDF + "first"))
            head = self.one(head, RDF + "rest")
        return found

    def graphs(self, node: object, namespace: str) -> Graphs:
        found: list[tuple[str | None, str]] = [(None, item.value) for item in self.all(node, namespace + "data")]
        for item in self.all(node, namespace + "graphData"):
            graph = self.one(item, namespace + "graph")
            name = self.one(item, LABEL.value)
            found.append((item.value, item.value) if graph is None else (name.value, graph.value))
        return tuple(found)


def cases(*paths: str) -> list[Case]:
    """The tests of some manifests, in their order; empty when the archive is not here."""
    if archive() is None:
        return []
    found = []
    for path in paths:
        manifest = _Manifest(path)
        entries = manifest.items(manifest.one(ox.NamedNode(manifest.base), MF + "entries"))
        found.extend(_case(manifest, entry, path.split("/")[-2]) for entry in entries)
    return found


def included(path: str) -> list[str]:
    """The manifests that a manifest names."""
    if archive() is None:
        return []
    manifest = _Manifest(path)
    head = manifest.one(ox.NamedNode(manifest.base), MF + "include")
    return [item.value.removeprefix(BASE) for item in manifest.items(head)]


def _case(manifest: _Manifest, entry: object, folder: str) -> Case:
    name = f"{folder}/{entry.value.rpartition('#')[2].rpartition('/')[2]}"
    kind = manifest.one(entry, RDF + "type").value.removeprefix(MF)
    action, result = manifest.one(entry, MF + "action"), manifest.one(entry, MF + "result")
    if isinstance(action, ox.NamedNode):
        return Case(name, kind, action.value, (), result.value if isinstance(result, ox.NamedNode) else None)
    if query := manifest.one(action, QT + "query"):
        return Case(name, kind, query.value, manifest.graphs(action, QT), result.value)
    request = manifest.one(action, UT + "request")
    return Case(name, kind, request.value, manifest.graphs(action, UT), None, manifest.graphs(result, UT))


def load(store: ox.Store, graphs: Graphs) -> None:
    for name, address in graphs:
        format_ = ox.RdfFormat.from_extension(PurePosixPath(address).suffix.lstrip("."))
        graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        if name is not None:
            store.add_graph(graph)
        store.load(read(address), format_, base_iri=address, to_graph=graph)


def dataset(store: ox.Store) -> ox.Dataset:
    """All quads with canonical blank nodes; two stores are isomorphic when these are equal."""
    found = ox.Dataset(store)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _described(variables: list[str], solutions: list[dict[str, object]], *, ordered: bool) -> ox.Dataset:
    """Solutions as a graph, so that blank nodes can be compared; the store writes numbers its own way in both."""
    store = ox.Store()
    table = ox.NamedNode(RS + "ResultSet")
    for name in variables:
        store.add(ox.Quad(table, ox.NamedNode(RS + "variable"), ox.Literal(name)))
    for number, solution in enumerate(solutions):
        row = ox.BlankNode()
        store.add(ox.Quad(table, ox.NamedNode(RS + "solution"), row))
        if ordered:
            store.add(ox.Quad(row, ox.NamedNode(RS + "index"), ox.Literal(number)))
        for name, value in solution.items():
            store.add(ox.Quad(row, ox.NamedNode(f"{BASE}variable/{name}"), value))
    return dataset(store)


def _of_solutions(found: ox.QuerySolutions, *, ordered: bool) -> ox.Dataset:
    names = [variable.value for variable in found.variables]
    rows = [{name: solution[name] for name in names if solution[name] is not None} for solution in found]
    return _described(sorted(names), rows, ordered=ordered)


def _of_result_set(address: str) -> ox.Dataset | bool:
    """A result that is written as a graph."""
    manifest = _Manifest(address.removeprefix(BASE))
    answer = next(iter(manifest.store.quads_for_pattern(None, ox.NamedNode(RS + "boolean"), None)), None)
    if answer is not None:
        return answer.object.value == "true"
    table = next(iter(manifest.store.quads_for_pattern(None, ox.NamedNode(RS + "resultVariable"), None))).subject
    names = [item.value for item in manifest.all(table, RS + "resultVariable")]
    rows = []
    for row in manifest.all(table, RS + "solution"):
        bindings = manifest.all(row, RS + "binding")
        rows.append({manifest.one(b, RS + "variable").value: manifest.one(b, RS + "value") for b in bindings})
    return _described(sorted(names), rows, ordered=False)


def expected(case: Case, *, ordered: bool) -> ox.Dataset | bool:
    """What a query must give."""
    assert case.result is not None
    suffix = PurePosixPath(case.result).suffix.lstrip(".")
    if suffix in {"srx", "srj", "tsv"}:
        found = ox.parse_query_results(read(case.result), ox.QueryResultsFormat.from_extension(suffix))
        return bool(found) if isinstance(found, ox.QueryBoolean) else _of_solutions(found, ordered=ordered)
    content = read(case.result)
    if suffix == "ttl" and b"ResultSet" in content:
        return _of_result_set(case.result)
    store = ox.Store()
    load(store, ((None, case.result),))
    return dataset(store)


def given(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, *, ordered: bool) -> ox.Dataset | bool:
    """What a query gave, in the form of ``expected``."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QuerySolutions):
        return _of_solutions(found, ordered=ordered)
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in found)
    return dataset(store)
