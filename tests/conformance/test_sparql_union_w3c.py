"""The W3C's SPARQL 1.1 tests again, on stores that have a graph of the union which nobody may see."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import w3c_sparql as w3c
from test_sparql_w3c import KNOWN, QUERIES, UPDATES

from ce_graph.store.changing import merging, tracking
from ce_graph.store.workers.view import View

pytestmark = pytest.mark.skipif(w3c.archive() is None, reason=w3c.ABSENT)
UNION = ox.NamedNode("urn:ce-graph:union:x")


def _evaluations(cases, kind):
    return [pytest.param(case, id=case.name) for case in cases if case.kind == kind and case.name not in KNOWN]


def _with_base(case):
    return f"BASE <{case.action}>\n{case.text}"


@pytest.mark.parametrize("union", ["", UNION.value])
@pytest.mark.parametrize("case", _evaluations(UPDATES, "UpdateEvaluationTest"))
def test_updates_do_the_same_and_keep_the_union(case, union):
    store, wanted = ox.Store(), ox.Store()
    w3c.load(store, case.data)
    w3c.load(wanted, case.after)
    if union:
        merging.build(store, union)
    before = merging.stated_twice(store)
    touched = tracking.update(store, _with_base(case), union)
    if union:
        found = merging.triples_of(store.quads_for_pattern(None, None, None, UNION))
        store.remove_graph(UNION)
        assert found == merging.triples_of(store)
    assert w3c.dataset(store) == w3c.dataset(wanted)
    assert before or touched is None or merging.stated_twice(store) == merging.now_twice(store, touched)


@pytest.mark.parametrize("case", _evaluations(QUERIES, "QueryEvaluationTest"))
def test_queries_do_not_see_the_graph_of_the_union(case):
    store = ox.Store()
    w3c.load(store, case.data)
    merging.build(store, UNION.value)
    text = _with_base(case)
    ordered = "order by" in case.text.lower()
    header = {"from": "from" in case.text.lower().split(), "union": False}
    found = View(store, union=UNION.value).query(header, text)
    assert w3c.given(found, ordered=ordered) == w3c.expected(case, ordered=ordered)
