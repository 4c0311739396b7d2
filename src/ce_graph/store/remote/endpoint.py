"""The engine over any SPARQL 1.1 endpoint, which is how an instance outgrows one machine.

What the engine on this machine promises holds here as far as it can be seen from outside: the guard looks at the text
first, the deadline ends the exchange (whether the endpoint stops working then is up to it), the caps hold, and a body
counts only when it is whole. What the endpoint alone knows, it does not promise: ``generation`` is ``""``, so that
nothing is cached or answered with 304 on its behalf, and whether its default graph is the union of all graphs has to be
told (``union_default``).
"""

from __future__ import annotations

import re
import threading
from typing import Self
from urllib.parse import urlencode

from ce_graph.errors import (
    BusyError,
    CeGraphError,
    EndpointError,
    ForbiddenError,
    LimitError,
    NotAcceptableError,
    NotFoundError,
    QueryError,
    QueryTimeout,
    TooLargeError,
    UnsupportedError,
)
from ce_graph.rdf.formats import GRAPHS, RESULTS, Format, by_media_type
from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Limits, Load
from ce_graph.store.remote import wholeness
from ce_graph.store.remote.exchange import Exchange, Order, Received
from ce_graph.store.text.admission import admit_query, admit_update, format_for
from ce_graph.store.text.using import EMPTY, check_iri, without_graphs
from ce_graph.store.workers.lanes import Lane, check
from ce_graph.store.workers.pool import PATIENCE

_PIECE = 1 << 20
_POSITION = re.compile(r"(?:error at |line )(\d+)(?::|, column )(\d+)", re.IGNORECASE)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class EndpointEngine:
    """Answers from an endpoint; updates and graphs only where their URLs are given."""

    def __init__(
        self,
        query_url: str,
        *,
        update_url: str | None = None,
        graphs_url: str | None = None,
        limits: Limits,
        union_default: bool,
    ) -> None:
        """Take the endpoint's URLs; nothing is asked of it yet.

        Raises:
            UsageError: one of them is no http(s) URL.
        """
        self.limits, self.union_default = limits, union_default
        self.writable = update_url is not None
        self._urls = {"query": query_url, "update": update_url, "graphs": graphs_url}
        self._exchanges = {name: Exchange(url) for name, url in self._urls.items() if url is not None}
        self._lane = Lane(4 * limits.workers)
        self._closed = False

    @property
    def generation(self) -> str:
        """Unknown: others may change what the endpoint has."""
        return ""

    @property
    def quads(self) -> None:
        """Unknown: see ``generation``."""

    @property
    def load(self) -> Load:
        """See ``Engine.load``."""
        return Load(self._lane.taken, self._lane.waiting, self._lane.places)

    def query(
        self,
        text: str,
        media_type: str,
        *,
        dataset: Dataset = NO_DATASET,
        seconds: float | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """See ``Engine.query``."""
        found = admit_query(text, self.limits)
        format_ = format_for(found.form, media_type)
        allowed = self.limits.seconds if seconds is None else min(seconds, self.limits.seconds)
        check(cancel)
        text, dataset = self._without_absent(text, found.from_graphs, dataset)
        fields = [("query", text), *_parameters(dataset, "default-graph-uri", "named-graph-uri")]
        received = self._send("POST", "query", fields, format_, allowed, cancel)
        answer = self._whole(received, format_, counted=found.form == "select")
        if answer.rows is not None and answer.rows > self.limits.rows:
            answer.body.close()
            raise LimitError(f"the answer has more than {self.limits.rows} rows; add a LIMIT", limit="rows")
        return answer

    def update(self, text: str, *, using: Dataset = NO_DATASET) -> str:
        """See ``Engine.update``; whether all of it or none is carried out is up to the endpoint."""
        if not self.writable:
            raise ForbiddenError("this service is read-only")
        found = admit_update(text, self.limits)
        if using.given and (found.from_graphs or found.with_graphs):
            raise QueryError("USING or WITH in the update and graphs given beside it exclude each other")
        text, using = self._without_absent(text, found.from_graphs, using)
        fields = [("update", text), *_parameters(using, "using-graph-uri", "using-named-graph-uri")]
        self._send("POST", "update", fields, None, self.limits.update_seconds, None).body.close()
        return self.generation

    def read_graph(self, graph: str | None, media_type: str) -> Answer:
        """See ``Engine.read_graph``."""
        format_ = by_media_type(media_type, GRAPHS)
        if format_ is None:
            raise NotAcceptableError(f"{media_type} is no format for graphs")
        return self._whole(self._graph("GET", graph, format_, b"", {}), format_)

    def write_graph(self, graph: str | None, data: bytes, media_type: str, *, replace: bool) -> bool:
        """See ``Engine.write_graph``."""
        format_ = by_media_type(media_type, GRAPHS)
        if format_ is None:
            raise UnsupportedError(f"{media_type} is no format for graphs")
        if len(data) > self.limits.update_bytes:
            raise TooLargeError(f"the graph is longer than {self.limits.update_bytes} bytes")
        headers = {"Content-Type": format_.media_type}
        received = self._graph("PUT" if replace else "POST", graph, None, data, headers)
        received.body.close()
        return received.status == 201

    def delete_graph(self, graph: str | None) -> None:
        """See ``Engine.delete_graph``."""
        self._graph("DELETE", graph, None, b"", {}).body.close()

    def close(self) -> None:
        """See ``Engine.close``."""
        self._closed = True
        for exchange in self._exchanges.values():
            exchange.close()

    def __enter__(self) -> Self:
        """The engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _without_absent(self, text: str, inside: tuple[str, ...], beside: Dataset) -> tuple[str, Dataset]:
        """The text and the dataset with an empty graph for each that the endpoint does not have: it might fetch it."""
        graphs = dict.fromkeys((*inside, *(beside.default or ()), *(beside.named or ())))
        absent = {graph for graph in graphs if not self._has(graph)}
        default, named = (
            given if given is None else tuple(EMPTY if graph in absent else graph for graph in given)
            for given in (beside.default, beside.named)
        )
        return without_graphs(text, absent & set(inside)), Dataset(default, named)

    def _has(self, graph: str) -> bool:
        text = f"ASK {{ GRAPH <{check_iri(graph)}> {{ ?s ?p ?o }} }}"
        received = self._send("POST", "query", [("query", text)], RESULTS[0], self.limits.seconds, None)
        return b"true" in self._whole(received, RESULTS[0]).read()

    def _graph(
        self, method: str, graph: str | None, format_: Format | None, body: bytes, headers: dict[str, str]
    ) -> Received:
        if self._urls["graphs"] is None:
            raise ForbiddenError("this service has no address for the graphs of its endpoint")
        name = "default" if graph is None else urlencode({"graph": check_iri(graph)})
        writes = method != "GET"
        seconds = self.limits.update_seconds if writes else self.limits.seconds
        order = self._order(method, "graphs", body, headers, format_, seconds, None, parameters=name)
        return self._ask("graphs", order)

    def _send(
        self,
        method: str,
        what: str,
        fields: list[tuple[str, str]],
        format_: Format | None,
        seconds: float,
        cancel: threading.Event | None,
    ) -> Received:
        return self._ask(what, self._order(method, what, urlencode(fields).encode(), _FORM, format_, seconds, cancel))

    def _order(
        self,
        method: str,
        what: str,
        body: bytes,
        headers: dict[str, str],
        format_: Format | None,
        seconds: float,
        cancel: threading.Event | None,
        *,
        parameters: str = "",
    ) -> Order:
        url = str(self._urls[what])
        if parameters:
            url += ("&" if "?" in url else "?") + parameters
        accept = {"Accept": format_.media_type} if format_ is not None else {}
        repeatable = format_ is not None
        return Order(method, url, body, {**headers, **accept}, seconds, self.limits.result_bytes, cancel, repeatable)

    def _ask(self, what: str, order: Order) -> Received:
        if self._closed:
            raise BusyError("the service is stopping", retry_after=5)
        if self._lane.waiting >= self.limits.waiting:
            raise BusyError(f"{self._lane.waiting} queries are waiting already", retry_after=2)
        if not self._lane.enter(min(PATIENCE, order.seconds), order.cancel):
            raise BusyError("the endpoint is busy; try again soon", retry_after=1)
        try:
            received = self._exchanges[what].ask(order)
        finally:
            self._lane.leave()
        if received.status >= 300:
            raise _refusal(received)
        return received

    def _whole(self, received: Received, format_: Format, *, counted: bool = False) -> Answer:
        """The answer in a response, once it is seen to be whole and what was asked for."""
        look = wholeness.check_for(format_, received.body)
        try:
            _check_head(received, format_)
            while piece := received.body.read(_PIECE):
                look.feed(piece)
            look.finish()
        except wholeness.NotWhole as error:
            received.body.close()
            raise EndpointError(f"the endpoint's answer is not whole: {error}") from error
        except BaseException:
            received.body.close()
            raise
        received.body.seek(0)
        return Answer(
            format_.media_type, received.body, received.length, self.generation, look.rows if counted else None
        )


def _parameters(dataset: Dataset, default: str, named: str) -> list[tuple[str, str]]:
    return [
        (name, check_iri(graph))
        for name, graphs in ((default, dataset.default), (named, dataset.named))
        for graph in graphs or ()
    ]


def _check_head(received: Received, format_: Format) -> None:
    if by_media_type(received.media_type, RESULTS if format_ in RESULTS else GRAPHS) != format_:
        raise EndpointError(f"the endpoint answered with {received.media_type or 'no type'}, not {format_.media_type}")
    if not received.sized and format_.name not in wholeness.ENDS_ITSELF:
        raise EndpointError("the endpoint did not say how long its answer is, so it may be cut; ask for JSON")


def _refusal(received: Received) -> CeGraphError:
    """What a status that is no success means to the caller."""
    status, text = received.status, received.text()
    match status:
        case 400:
            where = _POSITION.search(text)
            line, column = (int(where[1]), int(where[2])) if where else (None, None)
            return QueryError(text or "the endpoint refused the request", line=line, column=column)
        case 404:
            return NotFoundError("the endpoint has no such graph")
        case 406:
            return NotAcceptableError("the endpoint does not have this format")
        case 408 | 504:
            return QueryTimeout("the endpoint ended the query: it took too long")
        case 413:
            return TooLargeError("the endpoint does not take a request this large")
        case 415:
            return UnsupportedError("the endpoint does not read this format")
        case 429 | 503:
            wait = received.headers.get("Retry-After", "")
            return BusyError("the endpoint is busy", retry_after=min(int(wait), 3600) if wait.isdigit() else 2)
        case _:
            return EndpointError(f"the endpoint answered {status}: {text}")
