"""Where workers come from: a holder process that has one generation of the data, in memory or on disk."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from ce_graph.errors import StorageError
from ce_graph.store.changing.durable import remove
from ce_graph.store.workers.processes import Child, Launcher
from ce_graph.store.workers.wire import Gone, Header


class Worker:
    """A process that answers one query at a time; ``generation`` names the data that it sees."""

    def __init__(self, source: Source, generation: str, pid: int, handle: int | None, channel: socket.socket) -> None:
        self.source, self.generation, self.channel = source, generation, channel
        self._pid, self._handle = pid, handle

    def kill(self) -> None:
        """End the process at once; its holder collects it."""
        with contextlib.suppress(OSError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            else:
                os.kill(self._pid, signal.SIGKILL)
        self.close()

    def yield_to_others(self) -> None:
        """Have the system wake those first that have just begun; it still gets its share."""
        if hasattr(os, "sched_setscheduler"):
            with contextlib.suppress(OSError):
                os.sched_setscheduler(self._pid, os.SCHED_BATCH, os.sched_param(0))

    def computed(self) -> float:
        """Seconds of processor time that the process has had; endless where the system does not say."""
        with contextlib.suppress(OSError):
            return time.clock_gettime(~self._pid << 3 | 2)  # the clock of another process, as Linux numbers them
        return math.inf

    def close(self) -> None:
        """Let the process end once it has nothing to do."""
        self.channel.close()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        self.source.give_back(self)

    def last_words(self) -> tuple[int | None, str]:
        """How a worker ended whose channel is closed: the signal, and what it wrote on its error stream."""
        return self.source.how_ended(self._pid), self.source.errors_of(self)


class Source:
    """A holder and the workers that came from it; closes itself when it is retired and the last worker is back."""

    def __init__(self, launcher: Launcher, generation: str) -> None:
        self._holder: Child = launcher.start("ce_graph.store.workers.holder")
        self._lock = threading.Lock()
        self._workers: dict[Worker, IO[bytes]] = {}
        self._retired = False
        self._drops: list[tuple[str, Path]] = []
        """Folders to remove once no worker of that generation is left."""
        self._ended = False
        self.generation = generation
        self.quads: int | None = None
        self.in_memory = False

    @property
    def alive(self) -> bool:
        """Whether the holder runs and takes orders."""
        return not self._retired and self._holder.alive

    @property
    def pid(self) -> int:
        """The number of the holder's process."""
        return self._holder.pid

    def load(self, path: Path, union: str | None = None, *, merge: bool = False) -> None:
        """Have an N-Quads file in memory.

        Either ``merge``, and its default graph becomes the union of all if two graphs state one triple; or ``union``
        says what is known, as in ``open``.
        """
        self.quads = self._order({"op": "load", "path": str(path), "union": union, "merge": merge})["quads"]
        self.in_memory = True

    def fill(self, path: Path, folder: Path, union: str | None) -> str | None:
        """Make a store on disk of an N-Quads file and answer from there; ``union`` as in ``open`` if it is needed."""
        found: str | None = self._order({"op": "fill", "path": str(path), "folder": str(folder), "union": union})[
            "union"
        ]
        return found

    def open(self, folder: Path, union: str | None) -> None:
        """Answer from a store on disk that nobody writes.

        ``union`` is the name of its graph of the union; ``""`` when it needs none, ``None`` when that is not known.
        """
        self._order({"op": "open", "folder": str(folder), "union": union})

    def read(self, folder: Path, union: str | None) -> None:
        """Have a store on disk in memory; ``union`` as in ``open``."""
        self.quads = self._order({"op": "read", "folder": str(folder), "union": union})["quads"]
        self.in_memory = True

    def apply(self, change: tuple[Header, bytes], generation: str, seconds: float) -> None:
        """Carry out a change on the data in memory; workers from now on see the new generation.

        Raises:
            StorageError: it was not carried out; the source is of no use any more.
        """
        with self._lock:
            try:
                reply, _ = self._holder.call(*change, seconds=seconds)
            except (Gone, TimeoutError) as error:
                raise StorageError("the process with the data in memory has ended") from error
            if "error" in reply:
                raise StorageError(reply["message"])
            self.generation = generation

    def fork(self, memory: int, *, network: bool = False) -> Worker:
        """A new worker.

        Raises:
            Gone: the holder has ended.
        """
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        order = {"op": "fork", "memory": memory, "network": network}
        try:
            with self._lock:
                reply, files = self._holder.call(order, files=(theirs.fileno(), errors.fileno()))
                worker = Worker(self, self.generation, _good(reply)["pid"], files[0] if files else None, ours)
                self._workers[worker] = errors
                return worker
        except BaseException:
            ours.close()
            errors.close()
            raise
        finally:
            theirs.close()

    def give_back(self, worker: Worker) -> None:
        """A worker has ended or is about to."""
        with self._lock:
            errors = self._workers.pop(worker, None)
        if errors is not None:
            errors.close()
            self._sweep()

    def how_ended(self, pid: int) -> int | None:
        """The signal that ended a worker; ``None`` when unknown."""
        with contextlib.suppress(Gone, TimeoutError):
            found: int | None = self._holder.call({"op": "ended", "pid": pid}, seconds=5.0)[0].get("signal")
            return found
        return None

    def errors_of(self, worker: Worker) -> str:
        """The last of what a worker wrote on its error stream."""
        stream = self._workers.get(worker)
        if stream is None:
            return ""
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - 4096))
        return stream.read().decode(errors="replace")

    def move(self, folder: Path, union: str | None, generation: str, drop: Path) -> None:
        """Answer from the next generation on disk, and remove the folder of the one before when it is not used."""
        with self._lock:  # a worker that is forked in between would not be counted for the folder that it opens
            self.open(folder, union)
            self._drops.append((self.generation, drop))
            self.generation = generation
        self._sweep()

    def retire(self, drop: Path | None = None) -> None:
        """Fork no more; once the last worker is back, end the holder and remove the folder that it answered from."""
        with self._lock:
            if drop is not None:
                self._drops.append((self.generation, drop))
            self._retired = True
        self._sweep()

    def _sweep(self) -> None:
        with self._lock:
            in_use = {worker.generation for worker in self._workers}
            unused = [folder for generation, folder in self._drops if generation not in in_use]
            self._drops = [(generation, folder) for generation, folder in self._drops if generation in in_use]
            done = self._retired and not self._workers and not self._ended
            self._ended = self._ended or done
        if done:
            self._holder.close()
        for folder in unused:
            remove(folder)

    def _order(self, header: Header) -> Header:
        try:
            reply, _ = self._holder.call(header)
        except Gone as error:
            raise StorageError("the process that reads the data has ended; is there enough memory?") from error
        return _good(reply)


def _good(reply: Header) -> Header:
    if "error" in reply:
        raise StorageError(f"the data cannot be read: {reply['message']}")
    return reply
