"""First, simple engine in the calling process; replaced by worker processes behind the same interface."""

from __future__ import annotations

import re
import threading

import pyoxigraph as ox

from ce_graph.errors import NotAcceptableError, NotFoundError, QueryError
from ce_graph.rdf.formats import GRAPHS, RESULTS, by_media_type
from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Limits, whole


def _graph(name: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if name is None else ox.NamedNode(name)


class EmbeddedEngine:
    """Answers from a store in this process."""

    def __init__(self, store: ox.Store, *, limits: Limits, union_default: bool) -> None:
        self._store, self.limits, self.union_default = store, limits, union_default
        self._count = 0
        self._lock = threading.Lock()

    @property
    def generation(self) -> str:
        """Counts the changes."""
        return str(self._count)

    def query(self, text: str, media_type: str, *, dataset: Dataset = NO_DATASET, seconds: float | None = None,
              cancel: threading.Event | None = None) -> Answer:  # noqa: ARG002
        """See ``Engine.query``."""
        try:
            if dataset.given:
                found = self._store.query(text, default_graph=[ox.NamedNode(g) for g in dataset.default or ()],
                                          named_graphs=[ox.NamedNode(g) for g in dataset.named or ()])
            else:
                found = self._store.query(text, use_default_graph_as_union=self.union_default)
        except SyntaxError as error:
            raise _query_error(error) from error
        rows = None
        if isinstance(found, ox.QueryTriples):
            format_ = by_media_type(media_type, GRAPHS)
            if format_ is None:
                raise NotAcceptableError(f"{media_type} cannot hold triples")
            body = found.serialize(format=format_.rdf)
        else:
            format_ = by_media_type(media_type, RESULTS)
            if format_ is None:
                raise NotAcceptableError(f"{media_type} cannot hold solutions")
            body = found.serialize(format=format_.results)
        assert body is not None
        return whole(body, media_type, self.generation, rows)

    def update(self, text: str, *, using: Dataset = NO_DATASET) -> str:  # noqa: ARG002
        """See ``Engine.update``."""
        with self._lock:
            try:
                self._store.update(text)
            except SyntaxError as error:
                raise _query_error(error) from error
            self._count += 1
            return self.generation

    def read_graph(self, graph: str | None, media_type: str) -> Answer:
        """See ``Engine.read_graph``."""
        if graph is not None and not self._store.contains_named_graph(ox.NamedNode(graph)):
            raise NotFoundError(f"no graph <{graph}>")
        format_ = by_media_type(media_type, GRAPHS)
        if format_ is None:
            raise NotAcceptableError(f"{media_type} cannot hold triples")
        body = self._store.dump(format=format_.rdf, from_graph=_graph(graph))
        assert body is not None
        return whole(body, media_type, self.generation)

    def write_graph(self, graph: str | None, data: bytes, media_type: str, *, replace: bool) -> bool:
        """See ``Engine.write_graph``."""
        format_ = by_media_type(media_type, GRAPHS)
        if format_ is None:
            raise NotAcceptableError(f"{media_type} is no graph format")
        with self._lock:
            created = graph is not None and not self._store.contains_named_graph(ox.NamedNode(graph))
            try:
                quads = list(ox.parse(data, format_.rdf, base_iri=graph))
            except SyntaxError as error:
                raise QueryError(str(error)) from error
            if replace:
                self._store.clear_graph(_graph(graph))
            if graph is not None:
                self._store.add_graph(ox.NamedNode(graph))
            self._store.extend(ox.Quad(q.subject, q.predicate, q.object, _graph(graph)) for q in quads)
            self._count += 1
            return created

    def delete_graph(self, graph: str | None) -> None:
        """See ``Engine.delete_graph``."""
        with self._lock:
            if graph is not None and not self._store.contains_named_graph(ox.NamedNode(graph)):
                raise NotFoundError(f"no graph <{graph}>")
            self._store.remove_graph(_graph(graph))
            self._count += 1

    def close(self) -> None:
        """See ``Engine.close``."""


def _query_error(error: SyntaxError) -> QueryError:
    where = re.match(r"error at (\d+):(\d+)", str(error))
    return QueryError(str(error), line=int(where[1]) if where else None, column=int(where[2]) if where else None)
