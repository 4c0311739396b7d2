from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ce_graph.web.queries.answering import Made
from ce_graph.web.server.bodies import FileBody
from ce_graph.web.server.bridge import Bridge, Prompt
from ce_graph.web.server.environment import environment


class Headers:
    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return list(self.pairs)


class Scope:
    proto = "http"
    http_version = "1.1"
    client = "192.0.2.7:4711"
    server = "127.0.0.1:8080"
    scheme = "http"

    def __init__(self, method: str = "GET", path: str = "/", *headers: tuple[str, str], query: str = "") -> None:
        self.method, self.path, self.query_string = method, path, query
        self.headers = Headers(*headers)


class Protocol:
    """Plays granian's part."""

    def __init__(self, *chunks: bytes, delay: float = 0, broken: bool = False, leaves: bool = False) -> None:
        self.chunks = [*chunks, *([b""] if broken else []), b""]
        self.delay, self.leaves = delay, leaves
        self.sent: list[Any] = []

    def __aiter__(self) -> Protocol:
        return self

    async def __anext__(self) -> bytes:
        if not self.chunks:
            raise StopAsyncIteration
        await asyncio.sleep(self.delay)
        return self.chunks.pop(0)

    async def client_disconnect(self) -> None:
        if not self.leaves:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.sent.append((status, dict(headers), body))

    def response_str(self, status: int, headers: Any, body: str) -> None:
        self.sent.append((status, dict(headers), body))

    def response_empty(self, status: int, headers: Any) -> None:
        self.sent.append((status, dict(headers), b""))

    def response_file(self, status: int, headers: Any, file: str) -> None:
        with Path(file).open("rb") as opened:
            self.sent.append((status, dict(headers), opened.read()))


def complete(work: Coroutine[Any, Any, Any]) -> Any:
    """Carry out a coroutine in a thread: in this one, a browser that is driven has an event loop of its own."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, work).result()


def run(application: Any, scope: Scope, protocol: Protocol, **options: Any) -> Any:
    given = {"threads": 4, "body_bytes": lambda _path: 1000, "body_seconds": 5.0} | options

    async def once() -> None:
        bridge = Bridge(application, **given)
        watching = asyncio.create_task(bridge.watch())
        try:
            await bridge.__rsgi__(scope, protocol)
        finally:
            watching.cancel()
            bridge.close()

    complete(once())
    return protocol.sent[0]


def echo(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("X-Body", str(environ.get("ce_graph.body")))])
    return [environ["wsgi.input"].read()]


def test_a_body_arrives_whole() -> None:
    assert run(echo, Scope("POST"), Protocol(b"ab", b"c")) == (200, {"X-Body": "None"}, b"abc")


def test_a_body_that_breaks_off_is_told() -> None:
    assert run(echo, Scope("POST"), Protocol(b"ab", broken=True))[1] == {"X-Body": "broken"}
    assert run(echo, Scope("POST", "/", ("content-length", "5")), Protocol(b"ab"))[1] == {"X-Body": "broken"}


def test_a_slow_body_is_told() -> None:
    assert run(echo, Scope("POST"), Protocol(b"a", delay=30), body_seconds=0.05)[1] == {"X-Body": "slow"}


def test_no_more_is_read_than_is_taken() -> None:
    protocol = Protocol(*[b"x" * 600] * 100)
    _, _, body = run(echo, Scope("POST"), protocol)
    assert 1000 < len(body) <= 1200
    protocol = Protocol(b"x")
    assert run(echo, Scope("POST", "/", ("content-length", "5000")), protocol)[2] == b""
    assert len(protocol.chunks) == 2


def test_a_client_that_leaves_cancels() -> None:
    ended = []

    def wait(environ: Any, start_response: Any) -> list[bytes]:
        ended.append(environ["ce_graph.cancel"].wait(20))
        start_response("499 Gone", [])
        return [b""]

    run(wait, Scope(), Protocol(leaves=True))
    assert ended == [True]


def test_a_file_is_sent_as_one_and_closed() -> None:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the bridge closes it
    file.write(b"y" * 100)
    file.seek(0)

    def big(environ: Any, start_response: Any) -> FileBody:
        start_response("200 OK", [("Content-Length", "100")])
        return FileBody(file, 100)

    assert run(big, Scope(), Protocol())[2] == b"y" * 100
    assert run(big, Scope("HEAD"), Protocol())[2] == b""
    assert file.closed


def test_a_request_without_a_body_needs_no_event_loop() -> None:
    async def once() -> tuple[bool, bool, Any]:
        bridge = Bridge(echo, threads=2, body_bytes=lambda _path: 10, body_seconds=1)
        protocol, ended = Protocol(), threading.Event()
        taken = bridge.take(Scope("GET"), protocol, ended.set)
        left = bridge.take(Scope("POST"), Protocol(), ended.set)
        await asyncio.to_thread(ended.wait, 20)
        bridge.close()
        return taken, left, protocol.sent[0]

    assert complete(once()) == (True, False, (200, {"X-Body": "None"}, b""))


def test_a_failing_application_is_answered_for() -> None:
    def fail(environ: Any, start_response: Any) -> list[bytes]:
        raise RuntimeError("secret")

    status, _, body = run(fail, Scope(), Protocol())
    assert status == 500
    assert "secret" not in body


def test_when_all_places_are_taken_the_next_is_told_at_once() -> None:
    release = threading.Event()

    def wait(environ: Any, start_response: Any) -> list[bytes]:
        release.wait(20)
        start_response("200 OK", [])
        return [b"done"]

    async def two() -> list[Any]:
        bridge = Bridge(wait, threads=1, body_bytes=lambda _path: 10, body_seconds=1)
        first, second = Protocol(), Protocol()
        running = asyncio.create_task(bridge.__rsgi__(Scope(), first))
        await asyncio.sleep(0)
        await bridge.__rsgi__(Scope(), second)
        assert not await bridge.idle(0.01)
        release.set()
        await running
        assert await bridge.idle(1)
        bridge.close()
        return [first.sent[0], second.sent[0]]

    first, second = complete(two())
    assert first[2] == b"done"
    assert second[0] == 503
    assert second[1]["retry-after"] == "1"


def test_headers_of_one_name_are_joined_and_underscores_cannot_pose_as_hyphens() -> None:
    environ = environment(
        Scope(
            "GET",
            "/päivä",
            ("accept", "text/csv"),
            ("accept", "text/turtle;q=0.5"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x_forwarded_for", "127.0.0.1"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("content-type", "text/plain"),
            query="q=ä",
        )
    )
    assert environ["HTTP_ACCEPT"] == "text/csv, text/turtle;q=0.5"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/päivä"
    assert environ["QUERY_STRING"].encode("latin-1").decode() == "q=ä"
    assert (environ["REMOTE_ADDR"], environ["SERVER_PORT"]) == ("192.0.2.7", "8080")


def prompt_of(start: Any) -> Prompt:
    return Prompt("/quick", lambda work: work(), start)


def test_who_answers_promptly_is_asked_first_for_its_path_alone() -> None:
    asked = []

    def start(environ: Any, send: Any) -> bool:
        asked.append((environ["REQUEST_METHOD"], environ["wsgi.input"].read(), environ["ce_graph.cancel"].is_set()))
        threading.Timer(0.01, send, [Made(200, [("X-Prompt", "yes")], b"at once", "answered")]).start()
        return True

    assert run(echo, Scope("POST", "/quick"), Protocol(b"ab"), prompt=prompt_of(start))[1:] == (
        {"X-Prompt": "yes"},
        b"at once",
    )
    assert run(echo, Scope("POST", "/other"), Protocol(b"ab"), prompt=prompt_of(start))[2] == b"ab"
    assert asked == [("POST", b"ab", False)]


def test_what_is_left_or_fails_there_takes_the_usual_way() -> None:
    def leave(environ: Any, send: Any) -> bool:
        return False

    def fail(environ: Any, send: Any) -> bool:
        raise RuntimeError

    for start in (leave, fail):
        assert run(echo, Scope("POST", "/quick"), Protocol(b"ab"), prompt=prompt_of(start))[2] == b"ab"


def test_a_request_without_a_body_is_answered_promptly_too_and_then_runs_no_more() -> None:
    def start(environ: Any, send: Any) -> bool:
        send(Made(404, [], b"", "refused"))
        return True

    async def once() -> tuple[bool, bool, Any]:
        bridge = Bridge(echo, threads=1, body_bytes=lambda _path: 10, body_seconds=1, prompt=prompt_of(start))
        protocol, ended = Protocol(), threading.Event()
        assert bridge.take(Scope("GET", "/quick"), protocol, ended.set)
        idle = await bridge.idle(1)
        bridge.close()
        return ended.is_set(), idle, protocol.sent[0]

    assert complete(once()) == (True, True, (404, {}, b""))
