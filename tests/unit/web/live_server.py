"""A real server on a free port, in a process of its own, for tests that speak HTTP."""

from __future__ import annotations

import dataclasses
import http.client
import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "a-token-for-the-tests"
_SECONDS = 30
_SERVE = [sys.executable, "-c", "from ce_graph.cli import main; main()", "serve", "--port", "0"]


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def content_type(self) -> str:
        return self.headers.get_content_type()


class LiveServer:
    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self.process = process
        self.address = address
        parts = urlsplit(address)
        self.host, self.port = str(parts.hostname), int(parts.port or 0)

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=_SECONDS)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and not any(name.lower() == "content-length" for name in headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[LiveServer]:
    """``ce-graph serve`` over a folder."""
    with _started([*_SERVE, "--data", str(data)], environment) as server:
        yield server


@contextmanager
def serving_nothing(default_graph: str = "own", **environment: str) -> Iterator[LiveServer]:
    """A server over an empty store."""
    command = [*_SERVE, "--empty", "--default-graph", default_graph]
    with _started(command, environment) as server:
        yield server


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[LiveServer]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("CE_GRAPH_")} | environment
    process = subprocess.Popen(command, env=given, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    server = None
    try:
        server = LiveServer(process, _address(process))
        yield server
    finally:
        if server is not None:
            server.stop()
        else:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()


def _address(process: subprocess.Popen[bytes]) -> str:
    """The address on the line that says where the server listens."""
    assert process.stderr is not None
    said = b""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        ready, _, _ = select.select([process.stderr], [], [], 1.0)
        chunk = os.read(process.stderr.fileno(), 65536) if ready else b""
        said += chunk
        if found := re.search(rb"https?://\S+", said):
            return found.group().decode()
        if ready and not chunk:
            break
    raise AssertionError(f"the server did not start: {said.decode()}")
