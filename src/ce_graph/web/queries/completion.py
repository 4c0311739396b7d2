"""The prefixes, classes and properties that a query on these data can use: what the editor completes from."""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from ce_graph.errors import CeGraphError
from ce_graph.query.labels import labels_of
from ce_graph.rdf.namespaces import PREFIXES
from ce_graph.web.presentation import title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ce_graph.web.service import Service

_LOG = logging.getLogger(__name__)
MOST = 5000
"""Terms of one kind that are offered, the most used ones; a graph with more has made its terms from data."""
_UNKNOWN_FOR = 600.0
"""Seconds for which terms are kept when the engine cannot say whether its data have changed."""
Uses: TypeAlias = "Mapping[str, int | None]"


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """IRI → how often the data use it; ``None`` when counting took too long."""

    classes: Uses
    properties: Uses
    counted: bool


class Completion:
    """The terms of one service, counted once for each generation of its data, however many ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation = ""
        self._since = 0.0
        self._terms: Terms | None = None

    def terms(self, service: Service) -> Terms:
        """The terms of the present data."""
        with self._lock:
            generation = service.engine.generation
            old = not generation and time.monotonic() - self._since > _UNKNOWN_FOR
            if self._terms is None or generation != self._generation or old:
                self._terms, self._generation, self._since = _terms(service), generation, time.monotonic()
            return self._terms


def document(terms: Terms, service: Service, language: str) -> dict[str, object]:
    """What is sent to the editor: prefixes and terms, named in a language, the most used first."""
    iris = [ox.NamedNode(iri) for iri in {**terms.classes, **terms.properties}]
    labels = labels_of(iris, language, service.asker.run)

    def listed(uses: Uses) -> list[dict[str, object]]:
        titles = {iri: title_of(iri, labels) for iri in uses}
        return [
            {"iri": iri, "label": titles[iri].text if titles[iri].known else "", "uses": number}
            for iri, number in uses.items()
        ]

    return {
        "prefixes": PREFIXES,
        "classes": listed(terms.classes),
        "properties": listed(terms.properties),
        "counted": terms.counted,
    }


def write(document: Mapping[str, object]) -> str:
    """The document as JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _terms(service: Service) -> Terms:
    names = ["used"] if service.engine.union_default else ["used", "used-in-graphs"]
    try:
        return _collect(service, names, counted=True)
    except CeGraphError as error:
        _LOG.warning("the terms of the data cannot be counted, so those that it declares are offered: %s", error)
        return _collect(service, ["declared"], counted=False)


def _collect(service: Service, names: list[str], *, counted: bool) -> Terms:
    found: dict[str, Counter[str]] = {"classes": Counter(), "properties": Counter()}
    for name in names:
        for row in service.asker.ask(name):
            if isinstance(row["term"], ox.NamedNode):
                found[row["kind"].value][row["term"].value] += int(row["uses"].value) if counted else 0
    listed = {
        kind: {iri: number if counted else None for iri, number in uses.most_common(MOST)}
        for kind, uses in found.items()
    }
    return Terms(listed["classes"], listed["properties"], counted)
