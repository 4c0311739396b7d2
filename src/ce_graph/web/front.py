"""The front door, a WSGI layer before Flask: answers what is remembered, counts and logs every request."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from typing import TYPE_CHECKING, Any, TypeAlias

from ce_graph.web import headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from ce_graph.web.service import Service

    Application: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_NOT_WITH_304 = frozenset({"content-length", "content-type", "x-row-count"})
_ROUTES = frozenset(
    ("sparql", "update", "graphs", "id", "doc", "data", "ontology", "code", "graph", "static", "health", "ready", "metrics")
)
Ready: TypeAlias = "tuple[int, list[tuple[str, str]], bytes]"


class Front:
    """Wraps the application."""

    def __init__(self, application: Application, service: Service, log: Callable[[str], object] | None = None) -> None:
        """``log`` takes the lines of the access log; by default they go to standard error, if the settings want them."""
        self._application = application
        self._service = service
        self._log = (log or _to_stderr) if service.settings.access_log else None

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

    def note(
        self, method: str, path: str, query: str, client: str, status: int, length: int, started: float, outcome: str | None
    ) -> None:
        """Count a request, and log it without what it asked: queries may hold secrets."""
        route = path[1:].partition("/")[0] or "start"
        if route not in _ROUTES and route != "start":
            route = "other"
        if outcome == "remembered" and status in (200, 304):
            self._service.metrics.remembered(status)
        else:
            self._service.metrics.request(method, route, status)
        if self._log is None:
            return
        told: dict[str, object] = {
            "time": round(time.time(), 3),
            "client": client,
            "method": method,
            "path": path[:500],
            "status": status,
            "bytes": length,
            "ms": round((time.perf_counter() - started) * 1000, 2),
        }
        if query:
            told["query"] = hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:12]
        if outcome:
            told["outcome"] = outcome
        self._log(json.dumps(told))


def _to_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")

