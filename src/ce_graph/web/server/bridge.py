"""Between granian's RSGI and the WSGI application: bodies in time, clients that leave, answers that are files.

granian's own WSGI side tells the application neither that a client has gone nor that a body is slow; this one does.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ce_graph.web.server.bodies import FileBody
from ce_graph.web.server.environment import Scope, environment

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from ce_graph.web.queries.answering import Made

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


class Prompt(NamedTuple):
    """Who answers short requests without a thread that waits for each."""

    path: str
    """Where such requests go."""
    soon: Callable[[Callable[[], None]], None]
    """Does something in the thread from which ``start`` is to be called."""
    start: Callable[[WSGIEnvironment, Callable[[Made], None]], bool]
    """Takes a request and sends what it is answered, sooner or later; or leaves it and returns false."""


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

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        body_bytes: Callable[[str], int],
        body_seconds: float,
        prompt: Prompt | None = None,
    ) -> None:
        """``body_bytes`` is the most that is read of a body sent to a path; the application refuses what is too large.

        ``prompt`` is asked first whether it takes a request.
        """
        self._application = application
        self._prompt = prompt
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._body_bytes = body_bytes
        self._body_seconds = body_seconds
        self._running: set[_Request] = set()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request by the event loop, which can wait for its body."""
        if scope.proto != "http":
            protocol.close(1003)
        elif (request := self._admit(scope, protocol)) is not None:
            try:
                environ = environment(scope)
                await self._read(scope, protocol, environ)
                ended = asyncio.Event()

                def done() -> None:
                    if threading.get_ident() == self._thread:
                        ended.set()
                    else:
                        self._loop.call_soon_threadsafe(ended.set)

                self._hand_on(request, environ, done)
                await ended.wait()
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
            self._hand_on(request, None, done)
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
        most = self._body_bytes(scope.path)
        if length is not None and (not length.isdecimal() or int(length) > most):
            return  # too large: the application says so, and nothing is read
        try:
            body, whole = await asyncio.wait_for(_collect(protocol, most), self._body_seconds)
        except TimeoutError:
            environ["ce_graph.body"] = "slow"
            return
        if not whole or (length is not None and len(body) < int(length)):
            environ["ce_graph.body"] = "broken"
            return
        environ["wsgi.input"] = io.BytesIO(body)

    def _hand_on(self, request: _Request, environ: WSGIEnvironment | None, done: Callable[[], object]) -> None:
        """Have a request answered, promptly or by a thread of the pool; ``done`` is called at its end."""
        prompt = self._prompt

        def wait() -> None:
            self._pool.submit(self._answer, request, environ).add_done_callback(lambda _: done())

        def begin() -> None:
            nonlocal environ
            try:
                environ = environ or environment(request.scope)
                environ["ce_graph.cancel"] = request.gone
                taken = prompt is not None and prompt.start(environ, send)
            except Exception:
                _LOG.exception("%s %s takes the usual way", request.scope.method, request.scope.path)
                taken = False
            if not taken:
                wait()

        def send(made: Made) -> None:
            try:
                self._finish(request, lambda: (made.status, made.fields, made.body))
            finally:
                done()

        if prompt is None or request.scope.path != prompt.path:
            wait()
        elif environ is None:
            prompt.soon(begin)
        else:  # in the event loop, which may know the answer already: then no other thread has anything to do with it
            begin()

    def _answer(self, request: _Request, environ: WSGIEnvironment | None) -> None:
        """Run the application for one request and send what it says; in a thread of the pool."""

        def make() -> tuple[int, Fields, bytes | FileBody]:
            given = environ or environment(request.scope)
            given["ce_graph.cancel"] = request.gone
            return self._run(given)

        self._finish(request, make)

    def _finish(self, request: _Request, make: Callable[[], tuple[int, Fields, bytes | FileBody]]) -> None:
        scope, protocol = request.scope, request.protocol
        try:
            self._send(protocol, scope.method, *make())
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
