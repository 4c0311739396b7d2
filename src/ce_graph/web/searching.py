"""The search index of the service: made when it is first asked for, and again when the data have changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ce_graph.search.entries import entries
from ce_graph.search.index import Index
from ce_graph.search.match import search

if TYPE_CHECKING:
    from ce_graph.store.engine import Engine
    from ce_graph.web.asking import Asker

_NEAR = 5


class Searching:
    """Indexes of one engine's generations; safe to use from many threads."""

    def __init__(self, engine: Engine, asker: Asker, base: str) -> None:
        """Nothing is read until it is asked for."""
        self._engine, self._asker, self._base = engine, asker, base
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._index: Index | None = None

    def index(self) -> Index:
        """The index of the present generation."""
        generation = self._engine.generation
        with self._lock:
            if self._index is None or not generation or generation != self._generation:
                self._index = Index(entries(self._asker.run, self._base))
                self._generation = generation
            return self._index

    def near(self, iri: str, language: str) -> list[str]:
        """IRIs of things whose names are like the last part of an IRI, of the same kind first."""
        path = iri.removeprefix(self._base)
        text = unquote(path.replace("#", "/").rpartition("/")[2]).replace("-", " ").replace("_", " ").replace(".", " ")
        found = search(self.index(), text, language)
        if not found.hits and " " in text:
            found = search(self.index(), max(text.split(), key=len), language)
        kind = path.split("/")[1] if path.startswith("id/") else path.partition("/")[0]
        ordered = sorted(found.hits, key=lambda hit: hit.kind != kind)
        return [hit.iri for hit in ordered if hit.iri != iri][:_NEAR]
