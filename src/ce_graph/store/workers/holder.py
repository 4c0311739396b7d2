"""A process with a single thread that has the data, in memory or as a folder, and forks workers that answer from it.

Started as ``python -m ce_graph.store.workers.holder NUMBER PARENT``: the file number of its channel and its parent's
process number. It must not be a fork of the server, whose other threads may hold locks at that moment; its own forks
take milliseconds and share its memory.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from ce_graph.store.changing import changes, merging
from ce_graph.store.workers import confine, evaluate, wire
from ce_graph.store.workers.apart import subjects_apart
from ce_graph.store.workers.view import View
from ce_graph.store.workers.wire import Header

_NO = 3
"""What a child ends with that was asked something."""


class _Holder:
    """What the process has: a store in memory, or the folder of one on disk that each worker opens by itself."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._store: ox.Store | None = None
        self._own_default: ox.Store | None = None
        """The triples of the default graph, when the one in the store is the union of all."""
        self._folder = ""
        self._union: str | None = None
        """The graph of the union; ``""``: no two graphs state one triple; ``None``: it is not known whether they do."""
        self._workers: set[int] = set()
        self._ended: dict[int, int] = {}

    def run(self) -> None:
        """Carry out what the channel asks for, until it is closed, and collect workers that have ended."""
        ended = _told_of_children()
        while True:
            ready, _, _ = select.select((self._channel, ended), (), ())
            if ended in ready:
                ended.recv(4096)
                self._reap(os.WNOHANG)
            if self._channel not in ready:
                continue
            try:
                header, body, files = wire.receive(self._channel)
            except wire.Gone:
                return
            sent: list[int] = []
            try:
                reply, sent = self._carry_out(header, body, files)
            except Exception as error:
                reply = evaluate.refusal(error)
            with contextlib.suppress(wire.Gone):
                wire.send(self._channel, reply, files=sent)
            for number in (*files, *sent):
                os.close(number)

    def _carry_out(self, header: Header, body: bytearray, files: list[int]) -> tuple[Header, list[int]]:
        match header["op"]:
            case "load":
                self._union = header["union"]
                return self._load(Path(header["path"]), merge=header["merge"]), []
            case "fill":
                return self._fill(Path(header["path"]), header["folder"], header["union"]), []
            case "open":
                self._folder, self._union = header["folder"], header["union"]
                return {}, []
            case "read":
                self._union = header["union"]
                return self._read(header["folder"]), []
            case "fork":
                return self._fork(header, *files)
            case "ended":
                return self._how_ended(header["pid"]), []
            case _:
                assert self._store is not None
                changes.apply(self._store, header, body)
                self._union = header["becomes"]
                if self._union and not header["union"]:
                    merging.build(self._store, self._union)
                return {}, []

    def _load(self, path: Path, *, merge: bool) -> Header:
        """Read an N-Quads file into memory."""
        self._store = ox.Store()
        looking = _child(lambda: os._exit(0 if subjects_apart(path) else _NO)) if merge else None  # meanwhile
        try:
            self._store.load(
                path=path, format=ox.RdfFormat.N_QUADS
            )  # as fast as bulk_load, which needs twice the memory
        except BaseException:
            if looking is not None:
                os.kill(looking, signal.SIGKILL)
                os.waitpid(looking, 0)
            raise
        quads = len(self._store)
        if looking is not None:
            self._union = ""
            if self._ends_with(looking) != 0 and merging.stated_twice(self._store):
                self._merge(self._store)
        elif self._union:
            merging.build(self._store, self._union)
        gc.freeze()
        return {"quads": quads}

    def _merge(self, store: ox.Store) -> None:
        """Make the default graph the union of all graphs: nothing has to be hidden from queries then."""
        self._own_default = ox.Store()
        self._own_default.extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")

    def _fill(self, path: Path, folder: str, union: str | None) -> Header:
        """Read an N-Quads file into a new store on disk; by a child, for a store on disk starts threads.

        The graph of the union gets the given name if it is needed; the reply says whether it is.
        """

        def fill() -> None:
            store = ox.Store(folder)
            store.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
            if union is not None and not subjects_apart(path) and merging.stated_twice(store):
                merging.build(store, union)
            store.flush()

        def named() -> None:
            if not ox.Store.read_only(folder).contains_named_graph(ox.NamedNode(str(union))):
                os._exit(_NO)

        self._wait_for(_child(fill), f"{path} could not be loaded into {folder}")
        if union is not None and self._ends_with(_child(named)) == _NO:
            union = ""
        self._folder, self._union = folder, union
        return {"union": union}

    def _read(self, folder: str) -> Header:
        """Take a store on disk into memory; a child opens it and writes its quads into a pipe."""
        reading, writing = os.pipe()

        def dump() -> None:
            with os.fdopen(writing, "wb", buffering=1 << 20) as stream:  # a path would be flushed, which a pipe refuses
                ox.Store.read_only(folder).dump(stream, ox.RdfFormat.N_QUADS)

        child = _child(dump)
        os.close(writing)
        self._store = ox.Store()
        try:
            with os.fdopen(reading, "rb") as stream:
                self._store.bulk_load(stream, ox.RdfFormat.N_QUADS, lenient=True)
        finally:
            self._wait_for(child, f"{folder} could not be read")
        gc.freeze()
        hidden = self._union and sum(
            1 for _ in self._store.quads_for_pattern(None, None, None, ox.NamedNode(self._union))
        )
        return {"quads": len(self._store) - (hidden or 0)}

    def _fork(self, header: Header, channel: int, errors: int) -> tuple[Header, list[int]]:
        def work() -> None:
            self._channel.close()
            os.dup2(errors, 2)
            confine.with_deep_stack(lambda: self._serve(channel, header))

        child = _child(work)
        self._workers.add(child)
        return {"pid": child}, [os.pidfd_open(child)] if hasattr(os, "pidfd_open") else []

    def _serve(self, channel: int, header: Header) -> None:
        if not header["network"]:
            confine.give_up_network()
        store = self._store if self._store is not None else ox.Store.read_only(self._folder)
        confine.cap_memory(header["memory"])
        distinct = self._union == "" and self._own_default is None
        view = View(store, self._own_default, self._union or "", distinct)
        evaluate.serve(socket.socket(fileno=channel), view)

    def _how_ended(self, pid: int) -> Header:
        """The signal that ended a worker whose channel is closed, so that it has ended or is about to."""
        self._reap(0, pid)
        return {"signal": self._ended.get(pid)}

    def _reap(self, options: int, only: int | None = None) -> None:
        for pid in tuple(self._workers) if only is None else (only,):
            with contextlib.suppress(ChildProcessError):
                found, status = os.waitpid(pid, options)
                if found:
                    self._workers.discard(pid)
                    self._ended[pid] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        while len(self._ended) > 256:
            self._ended.pop(next(iter(self._ended)))

    def _wait_for(self, child: int, message: str) -> None:
        if self._ends_with(child) != 0:
            raise evaluate.Refused("storage", message)

    def _ends_with(self, child: int) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _told_of_children() -> socket.socket:
    """Has a byte to read whenever a child has ended: a handler would not be run by a process about to wait."""
    told, tells = socket.socketpair()
    tells.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(tells.detach(), warn_on_full_buffer=False)
    return told


def _child(work: Callable[[], None]) -> int:
    """Fork a process that does the work and ends; it ends with its parent as well."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        confine.end_with_parent(parent)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        work()
        code = 0
    except Exception as error:
        sys.stderr.write(f"ce-graph: {error}\n")
    finally:
        os._exit(code)


def main() -> None:
    """Entry point of the process."""
    confine.end_with_parent(int(sys.argv[2]))
    confine.ignore_stop_signals()
    _Holder(socket.socket(fileno=int(sys.argv[1]))).run()
    os._exit(0)  # to free millions of quads one by one would take as long as to load them


if __name__ == "__main__":
    main()
