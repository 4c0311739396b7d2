"""Solutions are counted without parsing, whatever their literals look like."""

import pyoxigraph as ox
import pytest

from ce_graph.store.workers import rows

NASTY = ["},{", "},{}", '},{"', '\\"},{', "<result>", "a\nb", 'say "hi"', "a,b", "\t", "", '}},{"s":{', "]}}", "\\"]
QUERIES = {
    "SELECT ?o { ?s ?p ?o }": len(NASTY),
    "SELECT ?o ?none { ?s ?p ?o }": len(NASTY),
    "SELECT ?none { ?s ?p ?o }": len(NASTY),
    "SELECT ?none ?o { { ?s ?p ?x } UNION { ?s ?p ?o } }": 2 * len(NASTY),
    "SELECT ?o { ?s ?p ?o FILTER(false) }": 0,
    "SELECT * {}": 1,
    "SELECT (<<( <a:a> <a:b> '},{' )>> AS ?t) ?o { ?s ?p ?o }": len(NASTY),
}


@pytest.fixture(scope="module")
def store():
    found = ox.Store()
    for text in NASTY:
        found.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(text)))
    return found


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("query", QUERIES)
def test_count(store, query, name):
    result = store.query(query).serialize(
        format=ox.QueryResultsFormat.from_extension({"xml": "srx", "json": "srj"}.get(name, name))
    )
    assert rows.count(result, name) == QUERIES[query]
    assert len(result) >= QUERIES[query] * rows.fewest_bytes(name)
