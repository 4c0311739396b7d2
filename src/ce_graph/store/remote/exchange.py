"""HTTP with one server, as an engine needs it: a deadline for the whole exchange, a cap, whole bodies or an error."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import http.client
import io
import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from typing import IO
from urllib.parse import unquote, urlsplit

from ce_graph.errors import EndpointError, LimitError, QueryTimeout, UsageError
from ce_graph.store.workers.lanes import SLICE, check

SPOOL = 4 << 20
_PIECE = 1 << 18
_CONNECT_SECONDS = 10.0
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 307, 308})


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """What is sent, and how long the exchange may take."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    seconds: float
    most_bytes: int
    cancel: threading.Event | None = None
    repeatable: bool = True
    """Whether it may be sent again when the server has closed an idle connection."""


@dataclasses.dataclass(frozen=True, slots=True)
class Received:
    """A whole response; ``sized`` says whether the server gave its length, in one piece or in chunks."""

    status: int
    headers: http.client.HTTPMessage
    body: IO[bytes]
    length: int
    sized: bool

    @property
    def media_type(self) -> str:
        """The type without its parameters."""
        return self.headers.get_content_type() if "Content-Type" in self.headers else ""

    def text(self) -> str:
        """The start of the body as one line, for a message."""
        with self.body:
            return " ".join(self.body.read(2000).decode(errors="replace").split())[:300]


class _Watch:
    """Ends an exchange from outside: nothing else reaches a thread that waits for a server's next byte."""

    def __init__(self, order: Order) -> None:
        self._end = time.monotonic() + order.seconds
        self._order = order
        self._socket: socket.socket | None = None
        self._done = threading.Event()
        self.expired = self.cancelled = False
        threading.Thread(target=self._run, daemon=True, name="ce-graph exchange").start()

    @property
    def left(self) -> float:
        return max(0.001, self._end - time.monotonic())

    @property
    def ended(self) -> bool:
        """Whether the exchange is to end now."""
        return self.expired or self.cancelled

    def over(self, connected: socket.socket | None) -> None:
        self._socket = connected

    def stop(self) -> None:
        self._done.set()

    def _run(self) -> None:
        while not self._done.wait(SLICE if self._order.cancel or self.ended else self.left):
            self.cancelled = self._order.cancel is not None and self._order.cancel.is_set()
            self.expired = time.monotonic() >= self._end
            connected = self._socket
            if self.ended and connected is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)  # TLS's own would disturb the reading thread


class Exchange:
    """Connections to one server, kept open between requests; safe to call from many threads."""

    def __init__(self, url: str) -> None:
        """Take the scheme, host, port and credentials of a URL.

        Raises:
            UsageError: it is no http(s) URL.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError as error:
            raise UsageError(f"{url!r}: {error}") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"{url!r} is no http(s) URL")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, port or (443 if self._secure else 80)
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._tls = ssl.create_default_context() if self._secure else None
        self._credentials: dict[str, str] = {}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._credentials["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"

    def ask(self, order: Order) -> Received:
        """Send a request and take the whole response.

        Raises:
            QueryTimeout, QueryCancelled: it took too long, or whoever asked has gone.
            LimitError: the body is larger than the cap.
            EndpointError: the server cannot be reached, redirects elsewhere, or ends the body before its end.
        """
        watch = _Watch(order)
        url = order.url
        try:
            for _ in range(_MOST_REDIRECTS):
                received = self._once(order, url, watch)
                if received.status not in _REDIRECTS:
                    return received
                received.body.close()
                url = self._next(received)
            raise EndpointError("the endpoint redirects in circles")
        except (OSError, http.client.HTTPException) as error:
            if watch.cancelled:
                check(order.cancel)
            if watch.expired or isinstance(error, TimeoutError):
                raise QueryTimeout(f"the endpoint did not answer within {order.seconds:g} s") from error
            raise EndpointError(f"the endpoint did not answer: {error or type(error).__name__}") from error
        finally:
            watch.stop()

    def close(self) -> None:
        """Close the connections that are not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _once(self, order: Order, url: str, watch: _Watch) -> Received:
        with self._lock:
            connection = self._idle.pop() if self._idle and order.repeatable else None
        if connection is not None:
            try:
                return self._over(connection, order, url, watch)
            except (http.client.RemoteDisconnected, ConnectionError):
                if watch.ended:
                    raise
        return self._over(self._connect(watch), order, url, watch)

    def _connect(self, watch: _Watch) -> http.client.HTTPConnection:
        seconds = min(_CONNECT_SECONDS, watch.left)
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)

    def _over(self, connection: http.client.HTTPConnection, order: Order, url: str, watch: _Watch) -> Received:
        parts = urlsplit(url)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        whole = False
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(None)  # from here on the watch ends what takes too long
            watch.over(connection.sock)
            connection.request(
                order.method,
                target,
                order.body or None,
                {"Accept-Encoding": "identity", **self._credentials, **order.headers},
            )
            response = connection.getresponse()
            sized = bool(response.chunked) or response.length is not None
            received = self._take(response, order, sized=sized)
            if watch.ended:  # a body that ends with the connection looks whole
                received.body.close()
                raise ConnectionAbortedError
            whole = sized and not response.will_close
            return received
        finally:
            watch.over(None)
            if whole and not watch.ended:
                with self._lock:
                    self._idle.append(connection)
            else:
                connection.close()

    def _take(self, response: http.client.HTTPResponse, order: Order, *, sized: bool) -> Received:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise EndpointError("the endpoint compressed its answer without being asked to")
        body: IO[bytes] = io.BytesIO()
        length = 0
        try:
            for piece in _pieces(response, order.most_bytes):
                if length <= SPOOL < length + len(piece):
                    body = _into_file(body)
                length += len(piece)
                body.write(piece)
            body.seek(0)
        except BaseException:
            body.close()
            raise
        return Received(response.status, response.headers, body, length, sized)

    def _next(self, received: Received) -> str:
        """Where a redirect leads, if that is the same server."""
        location = received.headers.get("Location", "")
        parts = urlsplit(location)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        same = (parts.scheme == "https") == self._secure and parts.hostname == self._host and port == self._port
        if parts.netloc and not same:
            raise EndpointError(f"the endpoint redirects to {parts.netloc}, which is not followed")
        if not location.startswith(("/", "http")) or location.startswith("//"):
            raise EndpointError("the endpoint redirects to nowhere")
        return location


def _into_file(body: IO[bytes]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - belongs to whoever asked
    body.seek(0)
    shutil.copyfileobj(body, file)
    return file


def _pieces(response: http.client.HTTPResponse, most_bytes: int) -> Iterator[bytes]:
    length = 0
    while piece := response.read(_PIECE):
        length += len(piece)
        if length > most_bytes:
            raise LimitError(f"the answer is larger than {most_bytes} bytes", limit="bytes")
        yield piece
    if response.length:  # a read that meets the end early says nothing
        raise http.client.IncompleteRead(b"", response.length)
