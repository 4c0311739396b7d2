"""The front door, a WSGI layer before Flask: answers what is remembered, counts and logs every request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeAlias

from ce_graph.errors import CeGraphError
from ce_graph.web import answering, headers, protocol
from ce_graph.web.bodies import FileBody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from ce_graph.web.access_log import AccessLog
    from ce_graph.web.service import Service

    Application: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_NOT_WITH_304 = frozenset({"content-length", "content-type", "x-row-count"})
_ROUTES = frozenset(
    (
        "sparql",
        "update",
        "graphs",
        "id",
        "doc",
        "data",
        "ontology",
        "code",
        "graph",
        "static",
        "health",
        "ready",
        "metrics",
        "shapes",
        "dataset",
        "dumps",
        "questions",
        "search",
        "openapi.json",
        "openapi.yaml",
        ".well-known",
        "robots.txt",
        "sitemap.xml",
        "sitemap",
        "opensearch.xml",
    )
)
Ready: TypeAlias = "tuple[int, list[tuple[str, str]], bytes]"


class Front:
    """Wraps the application."""

    def __init__(self, application: Application, service: Service, log: AccessLog | None) -> None:
        """``log`` may be missing: then requests are counted only."""
        self._application = application
        self._service = service
        self._log = log

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "")
        client = environ.get("REMOTE_ADDR", "")
        query = environ.get("QUERY_STRING", "")
        found = self.ready(method, path, query, environ.get("HTTP_ACCEPT"), environ.get("HTTP_IF_NONE_MATCH"))
        if found is not None:
            status, fields, body = found
            self.note(method, path, query, client, status, len(body), started, "remembered")
            start_response("304 NOT MODIFIED" if status == 304 else "200 OK", fields)
            return [body]
        made = self._direct(environ) if method == "GET" and path == "/sparql" else None
        if made is not None:
            length = made.body.length if isinstance(made.body, FileBody) else len(made.body)
            self.note(method, path, query, client, made.status, length, started, made.outcome)
            start_response(f"{made.status} {answering.phrase(made.status)}", made.fields)
            return made.body if isinstance(made.body, FileBody) else [made.body]
        told: dict[str, Any] = {}

        def start(status: str, fields: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told["status"] = int(status[:3])
            told["length"] = next((value for name, value in fields if name.lower() == "content-length"), None)
            return start_response(status, fields, exc_info) if exc_info else start_response(status, fields)

        environ["ce_graph.outcome"] = told
        result = self._application(environ, start)
        client = environ.get("REMOTE_ADDR", "")  # a trusted proxy has named it by now
        length = int(told["length"] or 0)
        self.note(method, path, query, client, told.get("status", 500), length, started, told.get("outcome"))
        return result

    def ready(self, method: str, path: str, query: str, accept: str | None, if_none_match: str | None) -> Ready | None:
        """The answer to a query that has been asked in this same way since the data last changed."""
        if method != "GET" or path != "/sparql":
            return None
        found = self._service.results.ready((query, accept))
        if found is None:
            return None
        tag, fields, body = found
        if headers.matches(if_none_match, tag):
            return 304, [field for field in fields if field[0].lower() not in _NOT_WITH_304], b""
        return 200, fields, body

    def _direct(self, environ: WSGIEnvironment) -> answering.Made | None:
        """The answer to a program's query in the address; ``None`` leaves the request to the application."""
        query = environ.get("QUERY_STRING", "")
        accept = environ.get("HTTP_ACCEPT")
        if not query or (accept and "html" in accept):
            return None
        service = self._service
        try:
            call = protocol.query_call(protocol.parameters(query.encode("latin-1")), service.engine.limits.query_bytes)
            if call.text is None:
                return None
            inspection = answering.read(call.text)
            offer = answering.choose(call, inspection, accept)
            if offer.format is None:
                return None
            client, cancel = environ.get("REMOTE_ADDR", ""), environ.get("ce_graph.cancel")
            asked = answering.Asked(call, inspection, offer, client, cancel, environ.get("HTTP_IF_NONE_MATCH"))
            made = answering.answer(service, asked)
        except CeGraphError as error:
            return answering.failed(error)
        if made.key is not None and made.tag is not None:
            service.results.remember((query, accept), made.key, made.tag, made.fields)
        return made

    def note(
        self,
        method: str,
        path: str,
        query: str,
        client: str,
        status: int,
        length: int,
        started: float,
        outcome: str | None,
    ) -> None:
        """Count a request, and log it without what it asked: queries may hold secrets."""
        route = path[1:].partition("/")[0] or "start"
        if route not in _ROUTES and route != "start":
            route = "other"
        if outcome == "remembered" and status in (200, 304):
            self._service.metrics.remembered(status)
        else:
            self._service.metrics.request(method, route, status)
        if self._log is not None:
            self._log.note(method, path, query, client, status, length, started, outcome)

    def close(self) -> None:
        """Write the last lines of the log."""
        if self._log is not None:
            self._log.flush()
