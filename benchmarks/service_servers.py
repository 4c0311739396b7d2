"""Starts the servers that the benchmark of the service compares, with the same data, and looks at their memory."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

_HOUR = 3600.0


class Server:
    """A server that has its data."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], port: int, path: str, loaded_in: float) -> None:
        self.name, self.port, self.path = name, port, path
        self.loaded_in = loaded_in
        """Seconds from the start of the process until it can be asked."""
        self._process = process

    def address(self, request: bytes) -> str:
        """The address that a GET request asks for."""
        return f"http://127.0.0.1:{self.port}{request.split()[1].decode()}"

    def memory(self) -> float:
        """Megabytes (10^6) of its processes; pages that several share count once (PSS)."""
        return sum(_pss(number) for number in _family(self._process.pid)) / 1e6


@contextlib.contextmanager
def ce_graph(folder: Path, workers: int | None = None) -> Iterator[Server]:
    """This service on the ``dataset.nq`` of a folder; one client may ask as much as it likes, all data in memory."""
    port = _free_port()
    given = {"CE_GRAPH_CLIENT_QUERIES": "0", "CE_GRAPH_MEMORY": str(64 << 30), "CE_GRAPH_QUERY_SECONDS": "120"}
    if workers:
        given["CE_GRAPH_WORKERS"] = str(workers)
    with (folder / "access.log").open("wb") as log:
        began = time.monotonic()
        command = [sys.executable, "-c", "from ce_graph.cli import main; main()", "serve", "--port", str(port)]
        with _running([*command, "--data", str(folder)], given, log) as process:
            _until_answering(process, f"http://127.0.0.1:{port}/ready")
            yield Server("ce-graph", process, port, "/sparql", time.monotonic() - began)


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """``oxigraph serve`` in memory; the only way to fill it is to send it the data."""
    port = _free_port()
    began = time.monotonic()
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with _running(command, {}, subprocess.DEVNULL) as process:
        _until_answering(process, f"http://127.0.0.1:{port}/")
        with (folder / "dataset.nq").open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            fields = {"Content-Type": "application/n-quads", "Content-Length": str(size)}
            request = urllib.request.Request(f"http://127.0.0.1:{port}/store", content, fields, method="POST")
            urllib.request.urlopen(request, timeout=_HOUR).close()
        yield Server("oxigraph serve", process, port, "/query", time.monotonic() - began)


@contextlib.contextmanager
def rdflib_endpoint(folder: Path, python: str) -> Iterator[Server]:
    """rdflib-endpoint on the same triples, without graph names, which its command does not ask the union of."""
    port = _free_port()
    triples = folder / "dataset.nt"
    with (folder / "dataset.nq").open() as quads, triples.open("w") as out:
        out.writelines(re.sub(r" <[^>]*> \.$", " .", line) for line in quads)
    began = time.monotonic()
    program = str(Path(python).with_name("rdflib-endpoint"))
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), str(triples)]
    with _running(command, {}, subprocess.DEVNULL) as process:
        _until_answering(process, f"http://127.0.0.1:{port}/?query=ASK%7B%7D")
        yield Server("rdflib-endpoint", process, port, "/", time.monotonic() - began)


@contextlib.contextmanager
def _running(command: list[str], settings: dict[str, str], log: object) -> Iterator[subprocess.Popen[bytes]]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("CE_GRAPH_")} | settings
    process = subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=log)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_answering(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + _HOUR
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{process.args} has ended with {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=60).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
    sys.exit(f"{process.args} does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(number: int) -> list[int]:
    """A process and all that come from it."""
    found = [number]
    for parent in found:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _pss(number: int) -> int:
    try:
        text = Path(f"/proc/{number}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
