"""The search index of the service: made when it is first asked for, and again when the data have changed."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ce_graph.errors import BusyError, CeGraphError
from ce_graph.search.entries import entries
from ce_graph.search.index import Index
from ce_graph.search.match import search
from ce_graph.web.i18n import gettext

if TYPE_CHECKING:
    from ce_graph.store.engine import Engine
    from ce_graph.web.asking import Asker

_NEAR = 5
_PATIENCE = 10.0
"""Seconds that a request waits for an index that is being made."""


class Searching:
    """Indexes of one engine's generations; safe to use from many threads."""

    def __init__(self, engine: Engine, asker: Asker, base: str) -> None:
        """Nothing is read until it is asked for."""
        self._engine, self._asker, self._base = engine, asker, base
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._made: Future[Index] | None = None

    def index(self, patience: float = _PATIENCE) -> Index:
        """The index of the present generation.

        Raises:
            BusyError: it is being made, and that takes longer than one waits.
        """
        generation = self._engine.generation
        with self._lock:
            failed = self._made is not None and self._made.done() and self._made.exception() is not None
            if self._made is None or failed or not generation or generation != self._generation:
                self._made, self._generation = Future(), generation
                # Not kept from ending: nobody needs an index that was not finished.
                threading.Thread(target=self._make, args=(self._made,), name="search index", daemon=True).start()
            made = self._made
        try:
            return made.result(patience)
        except TimeoutError:
            raise BusyError(gettext("The names are being read; try again in a moment."), retry_after=10) from None

    def _make(self, made: Future[Index]) -> None:
        try:
            made.set_result(Index(entries(self._asker.run, self._base)))
        except Exception as error:
            made.set_exception(error)

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
