"""Starts the processes of the engine, talks to them and ends them."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future

from ce_graph.store.workers import wire
from ce_graph.store.workers.wire import Gone, Header


class Launcher:
    """A thread that starts processes.

    The system ends a child when the thread that started it ends (see ``confine.end_with_parent``), so that thread must
    live as long as the children do: a request's thread does not.
    """

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[list[str], int, Future[subprocess.Popen[bytes]]] | None] = (
            queue.SimpleQueue()
        )
        self._children: weakref.WeakSet[Child] = weakref.WeakSet()
        self._thread = threading.Thread(target=self._run, name="ce-graph launcher", daemon=True)
        self._thread.start()

    def start(self, module: str) -> Child:
        """Run a module of the package as a process that has one end of a channel."""
        ours, theirs = socket.socketpair()
        done: Future[subprocess.Popen[bytes]] = Future()
        command = [sys.executable, "-P", "-m", module, str(theirs.fileno()), str(os.getpid())]
        self._orders.put((command, theirs.fileno(), done))
        try:
            child = Child(done.result(), ours)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._children.add(child)
        return child

    def close(self) -> None:
        """End whatever still runs, and the thread."""
        for child in tuple(self._children):
            child.kill()
        self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            command, number, done = order
            try:
                done.set_result(
                    subprocess.Popen(  # noqa: S603 - our own interpreter and module
                        command,
                        pass_fds=(number,),
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        env={**os.environ, "RUST_BACKTRACE": "0"},
                        process_group=0,
                    )
                )
            except BaseException as error:
                done.set_exception(error)


class Child:
    """A process at the other end of a channel; one call at a time."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket) -> None:
        self._process, self._channel = process, channel
        self._gone = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs and answers; it has closed its channel before the system reports its end."""
        return not self._gone and self._process.poll() is None

    def ended_by(self) -> int | None:
        """The signal that ended the process, once it has ended; ``None`` when it ended by itself."""
        code = self._process.wait()
        return -code if code < 0 else None

    def call(
        self, header: Header, body: bytes = b"", files: Sequence[int] = (), *, seconds: float | None = None
    ) -> tuple[Header, list[int]]:
        """Send a message and wait for its reply and the files with it.

        Raises:
            Gone: the process has ended.
            TimeoutError: no reply in time; the process is killed, for nobody knows what it has done.
        """
        with self._lock:
            try:
                wire.send(self._channel, header, body, files)
                answered = readable(self._channel, seconds)
                reply, _, received = wire.receive(self._channel) if answered else ({}, b"", [])
            except (Gone, OSError) as error:
                self._gone = True
                raise Gone from error
            if not answered:
                self._process.kill()
                self._process.wait()
                raise TimeoutError
            return reply, received

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        with self._lock:  # a call that waits ends now; not before may its channel's number be given to another file
            self._channel.close()

    def close(self) -> None:
        """Tell the process to end and see that it does."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with self._lock:
            self._channel.close()


def readable(channel: socket.socket, seconds: float | None) -> bool:
    """Wait until there is something to read, or the end; whether there is."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    return bool(poll.poll(None if seconds is None else max(0.0, seconds) * 1000))
