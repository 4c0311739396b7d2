"""The search index of the service: made when it is first asked for, and again when the data have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ce_graph.errors import CeGraphError
from ce_graph.search.entries import entries
from ce_graph.search.index import Index
from ce_graph.search.match import search
from ce_graph.web.once import OncePerGeneration

if TYPE_CHECKING:
    from ce_graph.store.engine import Engine
    from ce_graph.web.asking import Asker

_NEAR = 5


class Searching:
    """Indexes of one engine's generations; safe to use from many threads."""

    def __init__(self, engine: Engine, asker: Asker, base: str) -> None:
        """Nothing is read until it is asked for."""
        self._base = base
        self._indexes = OncePerGeneration(engine, lambda: Index(entries(asker.run, base)))

    def index(self) -> Index:
        """The index of the present generation.

        Raises:
            BusyError: it is being made, and that takes longer than one waits.
        """
        return self._indexes.get()

    def near(self, iri: str, language: str) -> list[str]:
        """IRIs of things whose names are like the last part of an IRI, of the same kind first."""
        try:
            index = self.index()
        except CeGraphError:
            return []
        path = iri.removeprefix(self._base)
        text = unquote(path.replace("#", "/").rpartition("/")[2]).replace("-", " ").replace("_", " ").replace(".", " ")
        found = search(index, text, language)
        if not found.hits and " " in text:
            found = search(index, max(text.split(), key=len), language)
        kind = path.split("/")[1] if path.startswith("id/") else path.partition("/")[0]
        ordered = sorted(found.hits, key=lambda hit: hit.kind != kind)
        return [hit.iri for hit in ordered if hit.iri != iri][:_NEAR]
