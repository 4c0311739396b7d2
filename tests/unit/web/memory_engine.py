"""An engine in the test's own process: small, without limits, and able to fail on demand."""

from __future__ import annotations

import re
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from ce_graph.errors import CeGraphError, NotFoundError, QueryCancelled, QueryError
from ce_graph.rdf.formats import GRAPHS, RESULTS, by_media_type
from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Limits, Load


class MemoryEngine:
    writable = True

    def __init__(self, data: Path | None = None, *, union_default: bool = True, **limits: Any) -> None:
        self.union_default = union_default
        self.limits = Limits(**limits)
        self.failure: CeGraphError | None = None
        """What the next queries fail with."""
        self.waits = threading.Event()
        """While set, queries wait until they are cancelled."""
        self.asked: list[tuple[str, str]] = []
        self._store = ox.Store()
        self._changes = 0
        if data is not None:
            self._store.bulk_load(path=data, format=ox.RdfFormat.N_QUADS)

    @property
    def generation(self) -> str:
        return f"g{self._changes}"

    @property
    def load(self) -> Load:
        return Load(running=0, waiting=0, workers=1)

    def query(
        self,
        text: str,
        media_type: str,
        *,
        dataset: Dataset = NO_DATASET,
        seconds: float | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        self.asked.append((text, media_type))
        if self.failure is not None:
            raise self.failure
        if self.waits.is_set() and cancel is not None:
            cancel.wait(30)
            raise QueryCancelled("the client has gone")
        try:
            if dataset.given:
                found = self._store.query(
                    text,
                    default_graph=[ox.NamedNode(graph) for graph in dataset.default or ()],
                    named_graphs=[ox.NamedNode(graph) for graph in dataset.named or ()],
                )
            else:
                found = self._store.query(text, use_default_graph_as_union=self.union_default)
        except SyntaxError as error:
            raise _query_error(error) from error
        rows = None
        if isinstance(found, ox.QueryTriples):
            form = by_media_type(media_type, GRAPHS)
            body = found.serialize(format=form.rdf) if form else None
        elif isinstance(found, ox.QueryBoolean):
            form = by_media_type(media_type, RESULTS)
            body = found.serialize(format=form.results) if form else None
        else:
            form = by_media_type(media_type, RESULTS)
            body = found.serialize(format=form.results) if form else None
            rows = None
        assert body is not None
        return self._answer(media_type, body, rows)

    def update(self, text: str, *, using: Dataset = NO_DATASET) -> str:
        try:
            self._store.update(text)
        except SyntaxError as error:
            raise _query_error(error) from error
        self._changes += 1
        return self.generation

    def read_graph(self, graph: str | None, media_type: str) -> Answer:
        name = _graph(graph)
        if isinstance(name, ox.NamedNode) and not self._store.contains_named_graph(name):
            raise NotFoundError(f"there is no graph <{graph}>")
        form = by_media_type(media_type, GRAPHS)
        assert form is not None
        body = self._store.dump(format=form.rdf, from_graph=name)
        assert body is not None
        return self._answer(media_type, body, None)

    def write_graph(self, graph: str | None, data: bytes, media_type: str, *, replace: bool) -> bool:
        form = by_media_type(media_type, GRAPHS)
        assert form is not None
        name = _graph(graph)
        created = isinstance(name, ox.NamedNode) and not self._store.contains_named_graph(name)
        try:
            quads = list(ox.parse(data, form.rdf, base_iri=graph))
        except SyntaxError as error:
            raise _query_error(error) from error
        if replace:
            self._store.clear_graph(name)
        if isinstance(name, ox.NamedNode):
            self._store.add_graph(name)
        self._store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)
        self._changes += 1
        return created

    def delete_graph(self, graph: str | None) -> None:
        name = _graph(graph)
        if isinstance(name, ox.NamedNode) and not self._store.contains_named_graph(name):
            raise NotFoundError(f"there is no graph <{graph}>")
        self._store.remove_graph(name)
        self._changes += 1

    def close(self) -> None:
        pass

    def _answer(self, media_type: str, body: bytes, rows: int | None) -> Answer:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
        file.write(body)
        file.seek(0)
        return Answer(media_type, file, len(body), self.generation, rows)


def _graph(name: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if name is None else ox.NamedNode(name)


def _query_error(error: SyntaxError) -> QueryError:
    where = re.match(r"error at (\d+):(\d+)", str(error))
    line = int(where[1]) if where else error.lineno
    return QueryError(str(error), line=line, column=int(where[2]) if where else error.offset)
