"""Evaluates queries in a worker process and hands each answer back whole, or says why there is none."""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import resource
import socket
import tempfile
from typing import IO, cast

import pyoxigraph as ox

from ce_graph.rdf.formats import GRAPHS, RESULTS
from ce_graph.store.text.wanted import wanted
from ce_graph.store.workers import rows, wire
from ce_graph.store.workers.view import View
from ce_graph.store.workers.wire import Header

SPOOL = 4 << 20
"""Bytes of an answer that are kept in memory; a longer one goes to a temporary file without a name."""

_RESULTS = {format_.name: format_.results for format_ in RESULTS}
_GRAPHS = {format_.name: format_.rdf for format_ in GRAPHS}
_POSITION = re.compile(r"error at (\d+):(\d+): ", re.IGNORECASE)
_STORAGE = ("IO error", "Corruption", "No space")
"""How RocksDB's messages start when the disk is the reason; their exceptions have no number."""
_DATA_POSITION = re.compile(r"line (\d+)\D+columns? (\d+)")


class Refused(Exception):  # noqa: N818 - travels to the caller as a message, not as a fault
    """There is no answer; ``header`` says why in the terms of ``wire``."""

    def __init__(self, kind: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.header: Header = {"error": kind, "message": message, **more}


class _Spool:
    """What pyoxigraph serialises into: memory first, then a file; never more than the cap."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self.length = 0
        self.pieces: list[bytes] = []
        self.file: IO[bytes] | None = None

    def write(self, data: bytes) -> int:
        self.length += len(data)
        if self.length > self._cap:
            raise Refused("limit", f"the answer is larger than {self._cap} bytes", limit="bytes")
        if self.file is not None:
            self.file.write(data)
        else:
            self.pieces.append(data)
            if self.length > SPOOL:
                # A file by another process's number: closed here once it is sent.
                self.file = tempfile.TemporaryFile()  # noqa: SIM115
                self.file.write(b"".join(self.pieces))
                self.pieces.clear()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what is written is kept until all is there."""

    def count(self, format_name: str) -> int:
        if self.file is None:
            return rows.count(b"".join(self.pieces), format_name)
        self.file.flush()
        with mmap.mmap(self.file.fileno(), 0, prot=mmap.PROT_READ) as whole:
            return rows.count(whole, format_name)


def serve(channel: socket.socket, view: View) -> None:
    """Answer requests until the other side closes the channel."""
    base = _peak()
    while True:
        try:
            header, body, _ = wire.receive(channel)
        except wire.Gone:
            return
        spool = _Spool(header["bytes"])
        try:
            reply = _answer(view, header, body, spool)
            reply["grown"] = _peak() - base
            files = [spool.file.fileno()] if spool.file else []
            if spool.file:
                spool.file.flush()
            _send(channel, reply, b"".join(spool.pieces), files)
        except Exception as error:
            _send(channel, refusal(error), b"", [])
        finally:
            if spool.file:
                spool.file.close()


def _send(channel: socket.socket, header: Header, body: bytes, files: list[int]) -> None:
    with contextlib.suppress(wire.Gone):  # the next receive ends the worker
        wire.send(channel, header, body, files)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _answer(view: View, header: Header, body: bytearray, spool: _Spool) -> Header:
    name, output = header["format"], cast("IO[bytes]", spool)
    if header["op"] == "graph":
        if (there := view.graph(header["graph"])) is None:
            raise Refused("notfound", f"there is no graph <{header['graph']}>")
        store, graph = there
        store.dump(output, _GRAPHS[name], from_graph=graph)
        return {"length": spool.length}
    found = view.query(header, body.decode())
    if isinstance(found, ox.QueryTriples):
        if name not in _GRAPHS:
            raise Refused("format", f"{name} cannot hold the triples of CONSTRUCT and DESCRIBE")
        found.serialize(output, _GRAPHS[name])
        return {"length": spool.length}
    if name not in _RESULTS or (isinstance(found, ox.QueryBoolean) and name in {"csv", "tsv"}):
        raise Refused("format", f"{name} cannot hold the result of this form of query")
    found.serialize(output, _RESULTS[name])
    if isinstance(found, ox.QueryBoolean):
        return {"length": spool.length}
    return {"length": spool.length, "rows": _rows(spool, name, header["rows"])}


def _rows(spool: _Spool, name: str, cap: int) -> int | None:
    """The number of solutions where it may pass the cap or is cheap to count; checks the cap."""
    if spool.length > 1 << 20 and spool.length < cap * rows.fewest_bytes(name):
        return None
    number = spool.count(name)
    if number > cap:
        raise Refused("limit", f"the answer has more than {cap} rows; narrow the query or add a LIMIT", limit="rows")
    return number


def refusal(error: Exception) -> Header:
    """What to tell the caller about an exception."""
    if isinstance(error, Refused):
        return error.header
    if isinstance(error, SyntaxError):
        where = _POSITION.match(str(error)) or _DATA_POSITION.search(str(error))
        message = _readable(str(error))
        if where is None:
            return {"error": "syntax", "message": message}
        return {"error": "syntax", "message": message, "line": int(where[1]), "column": int(where[2])}
    if isinstance(error, MemoryError):
        return {"error": "limit", "message": "the query needs more memory than it may have", "limit": "memory"}
    if isinstance(error, OSError) and error.errno is not None:
        return {"error": "storage", "message": os.strerror(error.errno)}
    if str(error).startswith(_STORAGE):
        return {"error": "storage", "message": str(error)}
    return {"error": "query", "message": str(error) or type(error).__name__}


def _readable(message: str) -> str:
    """The parser's message without its classes of characters, which say nothing to a reader."""
    found = _POSITION.match(message)
    if found is None:
        return message
    return f"line {found[1]}, column {found[2]}: {wanted(message[found.end() :])}"
