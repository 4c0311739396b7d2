"""The front door, a WSGI layer before Flask: answers what is remembered, counts and logs every request."""

from __future__ import annotations

import io
import logging
import time
from typing import TYPE_CHECKING, Any, TypeAlias

from ce_graph.errors import CeGraphError
from ce_graph.store.engine import Answer, Starting
from ce_graph.web import headers
from ce_graph.web.queries import answering, protocol
from ce_graph.web.queries.answering import Made
from ce_graph.web.server.bodies import FileBody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from ce_graph.web.queries.results import Asked
    from ce_graph.web.server.access_log import AccessLog
    from ce_graph.web.service import Service

    Application: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_LOG = logging.getLogger(__name__)
_SHORT = 8192
"""Bytes of a request that is read here, whichever thread that takes."""
_NOT_WITH_304 = frozenset({"content-length", "content-type", "x-row-count"})
_ROUTES = frozenset(
    (
        "sparql",
        "update",
        "validate",
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
        self._starting = service.engine if isinstance(service.engine, Starting) else None
        self._log = log

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "")
        query = environ.get("QUERY_STRING", "")
        made = self._direct(environ)
        if made is not None:
            self._note_made(environ, made, started)
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

    def ready(self, asked: Asked, if_none_match: str | None) -> Ready | None:
        """The answer to a query that has been asked in this same way since the data last changed.

        ``asked`` is the query in the address and the Accept header of a GET; a POST has more, see ``_read``.
        """
        found = self._service.results.ready(asked)
        if found is None:
            return None
        tag, fields, body = found
        if headers.matches(if_none_match, tag):
            return 304, [field for field in fields if field[0].lower() not in _NOT_WITH_304], b""
        return 200, fields, body

    def start(self, environ: WSGIEnvironment, send: Callable[[Made], None]) -> bool:
        """Take a program's query, to be answered in another thread; false: it is left to the application.

        Only short ones: to look at a query takes the time of the thread that has read it.
        """
        starting = self._starting
        if starting is None or not _is_short(environ):
            return False
        started = time.perf_counter()

        def end(made: Made) -> None:
            self._note_made(environ, made, started)
            send(made)

        try:
            read = self._read(environ)
            if read is None:
                return False
            if isinstance(read, answering.Made):
                end(read)
                return True
            key, asked = read
            steps = answering.answering(self._service, asked)
            question = next(steps)
        except StopIteration as done:
            end(self._remembering(key, done.value))
            return True
        except Exception as error:
            end(_failed(error))
            return True

        def told(answer: Answer | Exception) -> None:
            end(self._resume(key, steps, answer))

        try:
            starting.start(question, told)
        except Exception as error:
            told(error)
        return True

    def _resume(self, key: Asked, steps: answering.Steps[Made], answer: Answer | Exception) -> Made:
        """What the steps make of the engine's answer."""
        try:
            if isinstance(answer, Exception):
                steps.throw(answer)
            else:
                steps.send(answer)
        except StopIteration as done:
            return self._remembering(key, done.value)
        except Exception as error:
            return _failed(error)
        raise AssertionError("an answer takes one question to the engine")

    def _direct(self, environ: WSGIEnvironment) -> Made | None:
        """The answer to a program's query; ``None`` leaves the request to the application."""
        try:
            read = self._read(environ)
            if read is None or isinstance(read, answering.Made):
                return read
            key, asked = read
            return self._remembering(key, answering.answer(self._service, asked))
        except Exception as error:
            return _failed(error)

    def _read(self, environ: WSGIEnvironment) -> tuple[Asked, answering.Asked] | Made | None:
        """A program's query: its answer if that is at hand, or what is asked; ``None``: something else is asked.

        Raises:
            CeGraphError: there is something wrong with the query.
        """
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        accept, if_none_match = environ.get("HTTP_ACCEPT"), environ.get("HTTP_IF_NONE_MATCH")
        if environ.get("PATH_INFO") != "/sparql" or (accept and "html" in accept):
            return None
        limit = self._service.engine.limits.query_bytes
        content_type, body = environ.get("CONTENT_TYPE", ""), None
        key: Asked = (query, accept)
        if method == "POST":
            body = _body(environ)
            key, if_none_match = (query, content_type, body, accept), None
        if method not in ("GET", "POST") or (not query if method == "GET" else body is None):
            return None
        if (found := self.ready(key, if_none_match)) is not None:
            status, fields, content = found
            return answering.Made(status, fields, content, "remembered")
        address = query.encode("latin-1")
        if body is None:
            call = protocol.query_call(protocol.parameters(address), limit)
        else:
            call = protocol.posted_query(content_type, address, body, limit)
        if call.text is None:
            return None
        inspection = answering.read(call.text)
        offer = answering.choose(call, inspection, accept)
        if offer.format is None:
            return None
        client, cancel = environ.get("REMOTE_ADDR", ""), environ.get("ce_graph.cancel")
        return key, answering.Asked(call, inspection, offer, client, cancel, if_none_match, method == "GET")

    def _remembering(self, key: Asked, made: Made) -> Made:
        """Have what was made at hand for the next one who asks in the same way."""
        if made.key is not None:
            self._service.results.remember(key, made.key, made.tag or "", made.fields)
        return made

    def _note_made(self, environ: WSGIEnvironment, made: Made, started: float) -> None:
        length = made.body.length if isinstance(made.body, FileBody) else len(made.body)
        method, path, query = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        self.note(method, path, query, environ.get("REMOTE_ADDR", ""), made.status, length, started, made.outcome)

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
        if outcome == "remembered" and method == "GET" and status in (200, 304):
            self._service.metrics.remembered(status)
        else:
            self._service.metrics.request(method, route, status)
        if self._log is not None:
            self._log.note(method, path, query, client, status, length, started, outcome)

    def close(self) -> None:
        """Write the last lines of the log."""
        if self._log is not None:
            self._log.flush()


def _failed(error: Exception) -> Made:
    """What a program is told of an error; a fault of ours is told to the log alone."""
    if isinstance(error, CeGraphError):
        return answering.failed(error)
    _LOG.error("a query could not be answered", exc_info=error)
    return answering.failed(CeGraphError("The service failed at this. The fault is in its log."))


def _is_short(environ: WSGIEnvironment) -> bool:
    length = environ.get("CONTENT_LENGTH") or "0"
    return len(environ.get("QUERY_STRING", "")) + (int(length) if length.isdecimal() else _SHORT) < _SHORT


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The body of a request, left in its place for others; ``None`` when it is long, or did not come whole."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) >= _SHORT or "ce_graph.body" in environ:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body if len(body) == int(length) else None
