"""Between granian's RSGI and the WSGI application: bodies in time, clients that leave, answers that are files.

granian's own WSGI side tells the application neither that a client has gone nor that a body is slow; this one does.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias

from ce_graph.web.bodies import FileBody

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


Application: TypeAlias = Callable[..., Iterable[bytes]]
Fields: TypeAlias = list[tuple[str, str]]

_LOG = logging.getLogger(__name__)
_SOON = 0.05
"""Seconds after which a request counts as long, and its client is watched."""
_WITHOUT_BODY = frozenset(("GET", "HEAD", "OPTIONS"))
_FILE_OPENED = 30.0
"""Seconds in which granian has certainly opened a file that it was told to send; then ours is closed."""
_BUSY = json.dumps(
    {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "All places are taken."}
)


class Scope(Protocol):
    """What granian tells of a request."""

    proto: str
    http_version: str
    client: str
    server: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


@dataclasses.dataclass(eq=False, slots=True)
class _Request:
    """A request that is being answered."""

    scope: Scope
    protocol: Any
    gone: threading.Event = dataclasses.field(default_factory=threading.Event)
    """Set when its client leaves, or when the service must end."""
    since: float = dataclasses.field(default_factory=time.monotonic)


class Bridge:
    """Runs a WSGI application for granian, in threads."""

    def __init__(self, application: Application, *, threads: int, body_bytes: int, body_seconds: float) -> None:
        """``body_bytes`` is the most that is read of any body; the application refuses what is too large for it."""
        self._application = application
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._body_bytes = body_bytes
        self._body_seconds = body_seconds
        self._running: set[_Request] = set()
        self._loop = asyncio.get_running_loop()

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request by the event loop, which can wait for its body."""
        if scope.proto != "http":
            protocol.close(1003)
        elif (request := self._admit(scope, protocol)) is not None:
            try:
                environ = environment(scope)
                await self._read(scope, protocol, environ)
                await self._loop.run_in_executor(self._pool, self._answer, request, environ)
            finally:
                self._running.discard(request)

    def take(self, scope: Scope, protocol: Any, done: Callable[[], object]) -> bool:
        """Answer a request that has no body, from granian's thread that read it; ``done`` is called at the end."""
        if scope.method not in _WITHOUT_BODY or scope.proto != "http":
            return False
        request = self._admit(scope, protocol)
        if request is None:
            done()
        else:
            self._pool.submit(self._answer, request, None).add_done_callback(lambda _: done())
        return True

    async def watch(self) -> None:
        """Tell long requests when their clients leave; runs as long as the service does."""
        watching: dict[_Request, asyncio.Task[None]] = {}
        while True:
            await asyncio.sleep(_SOON)
            for request in [request for request in watching if request not in self._running]:
                watching.pop(request).cancel()
            for request in list(self._running):
                if request not in watching and time.monotonic() - request.since > _SOON:
                    watching[request] = asyncio.create_task(_until_gone(request))

    def cancel(self) -> None:
        """End the queries of all requests that still run."""
        for request in list(self._running):
            request.gone.set()

    async def idle(self, seconds: float) -> bool:
        """Wait until no request runs; whether that was so in time."""
        end = time.monotonic() + seconds
        while self._running and time.monotonic() < end:
            await asyncio.sleep(0.01)
        return not self._running

    def close(self) -> None:
        """Take no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _admit(self, scope: Scope, protocol: Any) -> _Request | None:
        """A place for a request; without one, it is answered here."""
        if len(self._running) >= self._threads:
            protocol.response_str(503, [("content-type", "application/problem+json"), ("retry-after", "1")], _BUSY)
            return None
        request = _Request(scope, protocol)
        self._running.add(request)
        return request

    async def _read(self, scope: Scope, protocol: Any, environ: WSGIEnvironment) -> None:
        """Put the body in the environment, or what is wrong with it."""
        length = environ.get("CONTENT_LENGTH")
        if scope.method in _WITHOUT_BODY or length == "0":
            return
        if length is not None and (not length.isdecimal() or int(length) > self._body_bytes):
            return  # too large: the application says so, and nothing is read
        try:
            body, whole = await asyncio.wait_for(_collect(protocol, self._body_bytes), self._body_seconds)
        except TimeoutError:
            environ["ce_graph.body"] = "slow"
            return
        if not whole or (length is not None and len(body) < int(length)):
            environ["ce_graph.body"] = "broken"
            return
        environ["wsgi.input"] = io.BytesIO(body)

    def _answer(self, request: _Request, environ: WSGIEnvironment | None) -> None:
        """Run the application for one request and send what it says; in a thread of the pool."""
        scope, protocol = request.scope, request.protocol
        try:
            environ = environ or environment(scope)
            environ["ce_graph.cancel"] = request.gone
            self._send(protocol, scope.method, *self._run(environ))
        except Exception:
            _LOG.exception("%s %s could not be answered", scope.method, scope.path)
            protocol.response_str(500, [("content-type", "text/plain")], "The service failed at this.\n")
        finally:
            self._running.discard(request)

    def _run(self, environ: WSGIEnvironment) -> tuple[int, Fields, bytes | FileBody]:
        """Call the application and take its answer whole."""
        told: list[Any] = []

        def start_response(status: str, fields: Fields, exc_info: Any = None) -> None:  # noqa: ARG001
            told[:] = [int(status[:3]), fields]

        result = self._application(environ, start_response)
        if isinstance(result, FileBody):
            return told[0], told[1], result
        try:
            body = b"".join(result)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        return told[0], told[1], body

    def _send(self, protocol: Any, method: str, status: int, fields: Fields, body: bytes | FileBody) -> None:
        if isinstance(body, FileBody):
            if method == "HEAD":
                body.close()
                protocol.response_empty(status, fields)
                return
            # Another description of the open file, which has no name any more: granian reads it at the client's pace.
            protocol.response_file(status, fields, f"/dev/fd/{_descriptor(body.file)}")
            self._loop.call_soon_threadsafe(self._loop.call_later, _FILE_OPENED, body.close)
        elif body and method != "HEAD":
            protocol.response_bytes(status, fields, body)
        else:
            protocol.response_empty(status, fields)


def environment(scope: Scope) -> WSGIEnvironment:
    """The WSGI environment of a request; header fields of one name are joined, names with ``_`` are dropped.

    A proxy sets ``X-Forwarded-For``; a client that sends ``X_Forwarded_For`` must not be able to overwrite it.
    """
    host, _, port = scope.server.rpartition(":")
    client, _, client_port = scope.client.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode("utf-8", "surrogateescape").decode("latin-1"),
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(b""),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{value}"  # noqa: PLW2901
        environ[key] = value
    return environ


async def _collect(protocol: Any, limit: int) -> tuple[bytes, bool]:
    """The body up to just past ``limit``, and whether its end was seen.

    granian ends a body with one empty chunk; one that breaks off has an empty chunk more, in place of the error.
    """
    parts: list[bytes] = []
    size = empty = 0
    async for chunk in protocol:
        if chunk:
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                break
        else:
            empty += 1
    return b"".join(parts), empty <= 1


async def _until_gone(request: _Request) -> None:
    await request.protocol.client_disconnect()
    request.gone.set()


def _descriptor(file: IO[bytes]) -> int:
    file.flush()
    return file.fileno()
