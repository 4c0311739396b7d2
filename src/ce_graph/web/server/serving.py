"""Runs the application in granian, in this process, until a signal; then no new requests, and the running ones end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.server.embed import Server

from ce_graph.store.engine import Starting
from ce_graph.web.server import lane
from ce_graph.web.server.bridge import Bridge, Prompt
from ce_graph.web.server.port import free_port
from ce_graph.web.service import FRONT, KEY, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIEnvironment

    from flask import Flask

    from ce_graph.settings import Settings
    from ce_graph.web.queries.answering import Made
    from ce_graph.web.server.environment import Scope
    from ce_graph.web.server.front import Front

_FORM = 65536
"""Bytes of a form besides what is sent in it."""
_SPARE_THREADS = 24
"""Threads for requests that wait for no query."""


def run(app: Flask, settings: Settings, listening: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``listening`` is called with the address once requests are taken.

    Raises:
        UsageError: the address cannot be listened on.
    """
    try:
        asyncio.run(_serve(app, app.extensions[KEY], settings, listening))
    finally:
        app.extensions[FRONT].close()
        app.extensions[KEY].dumps.close()
        app.extensions[KEY].checking.close()


def _largest(service: Service, settings: Settings) -> Callable[[str], int]:
    """The most bytes of a body by the path that it is sent to; a form may take three for each of a query."""
    limits = service.engine.limits
    others = max(limits.update_bytes if service.writable else 0, limits.query_bytes) * 3 + _FORM
    checked = settings.validate_bytes + _FORM
    return lambda path: checked if path == "/validate" else others


async def _serve(app: Flask, service: Service, settings: Settings, listening: Callable[[str], None]) -> None:
    host, port = free_port(settings.host, settings.port)
    limits = service.engine.limits
    bridge = Bridge(
        app,
        threads=limits.workers * 2 + limits.waiting + _SPARE_THREADS,
        body_bytes=_largest(service, settings),
        body_seconds=settings.body_seconds,
        prompt=_prompt(app.extensions[FRONT], service, settings.trusted_proxies),
    )
    lane.open_lane(_lane(app.extensions[FRONT], bridge, settings.trusted_proxies))
    server = Server(
        bridge,
        address=host,
        port=port,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        websockets=False,
        log_enabled=False,
        backlog=1024,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopping.wait())
    announcing = asyncio.create_task(_announce(host, port, listening))
    watching = asyncio.create_task(bridge.watch())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    announcing.cancel()
    try:
        if serving.done():
            serving.result()
        else:
            await _drain(server, serving, bridge, service, settings.drain_seconds)
    finally:
        watching.cancel()


async def _announce(host: str, port: int, listening: Callable[[str], None]) -> None:
    """Say where the service is, once it can be reached there."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            break
        await asyncio.sleep(0.01)
    listening(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")


async def _drain(server: Server, serving: asyncio.Task[None], bridge: Bridge, service: Service, seconds: float) -> None:
    """Take no new connections; let what runs finish within its time, then end its queries."""
    service.draining.set()
    server.stop()  # type: ignore[no-untyped-call]
    if not await bridge.idle(seconds):
        sys.stderr.write(f"ce-graph: requests still ran after {seconds:g} s; their queries are ended\n")
        bridge.cancel()
        await bridge.idle(2.0)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(serving, 2.0)  # the last answers leave
    bridge.close()


def _lane(front: Front, bridge: Bridge, proxies: int) -> lane.Answer:
    """The fast lane: what the front door has at hand is sent at once, the rest goes to the bridge's threads."""

    def answer(scope: Scope, protocol: Any, done: Callable[[], object]) -> bool:
        if scope.method != "GET" or scope.path != "/sparql":
            return bridge.take(scope, protocol, done)
        started = time.perf_counter()
        fields, query = scope.headers, scope.query_string
        found = front.ready((query, fields.get("accept")), fields.get("if-none-match"))
        if found is None:
            return bridge.take(scope, protocol, done)
        status, answered, body = found
        if body:
            protocol.response_bytes(status, answered, body)
        else:
            protocol.response_empty(status, answered)
        client = _client(scope.client.rpartition(":")[0], ",".join(fields.get_all("x-forwarded-for")), proxies)
        front.note("GET", "/sparql", query, client, status, len(body), started, "remembered")
        done()
        return True

    return answer


def _prompt(front: Front, service: Service, proxies: int) -> Prompt | None:
    """Short queries of programs, taken in front of the application and of what trusts the proxies for it."""
    if not isinstance(service.engine, Starting):
        return None

    def start(environ: WSGIEnvironment, send: Callable[[Made], None]) -> bool:
        told = environ["REMOTE_ADDR"]
        environ["REMOTE_ADDR"] = _client(told, environ.get("HTTP_X_FORWARDED_FOR", ""), proxies)
        taken = front.start(environ, send)
        if not taken:
            environ["REMOTE_ADDR"] = told
        return taken

    return Prompt("/sparql", service.engine.soon, start)


def _client(address: str, forwarded: str, proxies: int) -> str:
    """Who asks, as the outermost of so many trusted proxies has seen it."""
    named = forwarded.split(",") if proxies and forwarded else []
    return named[-proxies].strip() if len(named) >= proxies > 0 else address
