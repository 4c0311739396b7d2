"""The W3C's SPARQL 1.1 tests of queries and updates on the evaluator that the engine uses, and the guard on their texts."""

from __future__ import annotations

import csv
from collections import Counter

import pyoxigraph as ox
import pytest
import w3c_sparql as w3c

from ce_graph.store.guard import inspect

pytestmark = pytest.mark.skipif(w3c.archive() is None, reason=w3c.ABSENT)

QUERIES = w3c.cases(
    *w3c.included("sparql11/manifest-sparql11-query.ttl"),
    "sparql11/csv-tsv-res/manifest.ttl",
    "sparql11/json-res/manifest.ttl",
)
UPDATES = w3c.cases(*w3c.included("sparql11/manifest-sparql11-update.ttl"))
KNOWN: dict[str, str] = {}


def _parses(text, base, *, update):
    store = ox.Store()
    try:
        if update:
            store.update(_without_loading(text), base_iri=base)
        else:
            store.query(text, base_iri=base)
    except SyntaxError:
        return False
    except RuntimeError:
        return True
    return True


def _without_loading(text):
    """The same update with an operation before the first LOAD that fails, but only after all was parsed."""
    return text.replace("LOAD", "DROP GRAPH <urn:absent> ; LOAD", 1) if inspect(text).loads else text


def _table(content):
    """The rows of a CSV result, whatever the order of its columns and the names of its blank nodes."""
    rows = csv.DictReader(content.decode().splitlines())
    return Counter(
        tuple(sorted((key, "_:" if value.startswith("_:") else value) for key, value in row.items())) for row in rows
    )


def _check(case):
    if "Syntax" in case.kind:
        assert _parses(case.text, case.action, update="Update" in case.kind) == ("Positive" in case.kind)
    elif case.kind == "UpdateEvaluationTest":
        store, wanted = ox.Store(), ox.Store()
        w3c.load(store, case.data)
        w3c.load(wanted, case.after)
        store.update(case.text, base_iri=case.action)
        assert w3c.dataset(store) == w3c.dataset(wanted)
    elif case.kind == "CSVResultFormatTest":
        store = ox.Store()
        w3c.load(store, case.data)
        found = store.query(case.text, base_iri=case.action).serialize(format=ox.QueryResultsFormat.CSV)
        assert _table(found) == _table(w3c.read(case.result))
    else:
        store = ox.Store()
        w3c.load(store, case.data)
        ordered = "order by" in case.text.lower()
        found = store.query(case.text, base_iri=case.action)
        assert w3c.given(found, ordered=ordered) == w3c.expected(case, ordered=ordered)


@pytest.mark.parametrize("case", [*QUERIES, *UPDATES], ids=lambda case: case.name)
def test_w3c(case):
    _check(case)
