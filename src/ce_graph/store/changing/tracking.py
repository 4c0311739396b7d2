"""Carries out an update so that the graph of the union stays right, see ``merging``, and says what it touched."""

from __future__ import annotations

import contextlib

import pyoxigraph as ox

from ce_graph.store.changing import merging
from ce_graph.store.changing.merging import Triple
from ce_graph.store.changing.operations import as_inserted, inserts_nothing, operations
from ce_graph.store.text.hiding import Uncertain, hide


def update(store: ox.Store, text: str, union: str) -> set[Triple] | None:
    """Carry out an update on a store with the graph ``union``, or without one when it is ``""``.

    Returns all triples that it may have inserted; ``None`` when that is not known. Unless it raises ``SyntaxError``, a
    failure may leave a part of it behind.

    Raises:
        SyntaxError: it cannot be parsed; nothing has changed.
    """
    try:
        touched = _data(store, text)
        if touched is None:
            touched = _cut(store, text, union)
    except Uncertain:
        return _whole(store, text, union)
    if union:
        merging.settle(store, union, touched)
    return touched


def _data(store: ox.Store, text: str) -> set[Triple] | None:
    """Carry out INSERT DATA or DELETE DATA; what they insert and delete. ``None``: it is something else."""
    if (inserted := as_inserted(text)) is None:
        return None
    data = ox.Store()
    if inserted != text:
        store.update(text)
        data.update(inserted)
        return merging.triples_of(data)
    data.update(text)  # once, for each evaluation would make blank nodes of its own
    for graph in data.named_graphs():
        store.add_graph(graph)
    store.extend(data)
    return merging.triples_of(data)


def _cut(store: ox.Store, text: str, union: str) -> set[Triple]:
    """Carry out one operation after the other; what they insert and delete."""
    touched: set[Triple] = set()
    for step in operations(text, union):
        if (told := _data(store, step.text)) is not None:
            touched |= told
            continue
        for query in step.touches:
            found = store.query(query)
            assert isinstance(found, ox.QueryTriples)
            touched.update((triple.subject, triple.predicate, triple.object) for triple in found)
        store.update(step.text)
    return touched


def _whole(store: ox.Store, text: str, union: str) -> set[Triple] | None:
    """Carry out an update of which only its outcome can tell what it touched."""
    if not union:
        store.update(text)
        return set() if inserts_nothing(text) else None
    try:
        store.update(hide(text, union))
    except (Uncertain, SyntaxError):
        with contextlib.suppress(RuntimeError):  # there is no such graph, in a store without any
            ox.Store().update(text)
        store.remove_graph(ox.NamedNode(union))
        store.update(text)
        merging.build(store, union)
    else:
        merging.repair(store, union)
    return None
