"""Makes the next generation of a store: a process that can be killed changes a copy, which is then published."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

from ce_graph.errors import CeGraphError, LimitError, NotFoundError, QueryError, QueryTimeout, StorageError
from ce_graph.store.changing.durable import Current, StoreFolder, remove
from ce_graph.store.changing.merging import new_name
from ce_graph.store.engine import Limits
from ce_graph.store.workers.processes import Child, Launcher
from ce_graph.store.workers.replies import error_of
from ce_graph.store.workers.wire import Gone, Header

_PUBLISH_SECONDS = 120.0
"""Time for the disk to take a generation; a disk that needs longer is broken."""


class Writing:
    """The writer process and its copy of the current generation; used by one thread at a time."""

    def __init__(self, folder: StoreFolder, launcher: Launcher, limits: Limits, *, union: bool) -> None:
        """Take what is needed; ``union`` says whether queries ask the union of all graphs."""
        self._folder, self._launcher, self._limits = folder, launcher, limits
        self._with_union = union
        self._writer: Child | None = None
        self._live: Path | None = None
        self._at: Current | None = None
        """The generation that the copy is equal to."""
        self._changed = False
        """Whether a change that was refused may have been carried out in part."""

    @property
    def pid(self) -> int | None:
        """The number of the writer's process, if it runs."""
        return self._writer.pid if self._writer is not None else None

    def make_first(self, data: Path | None) -> Current:
        """Publish the first generation: what an N-Quads file holds, or nothing."""
        try:
            self._open(None)
            if data is None:
                return self._publish(None, "")
            order = {"op": "load", "path": str(data), "look": self._with_union}
            if self._order(order, seconds=None)["apart"]:
                return self._publish(None, "")
            return self._publish(None, self._merged(needed=False) if self._with_union else None)
        except BaseException:
            self.discard()
            raise

    def with_union(self, current: Current) -> Current:
        """The generation, or the next one if it was not known of this one whether it needs a graph of the union."""
        if not self._with_union or current.union is not None:
            return current
        try:
            self.discard()
            self._open(current)
            return self._publish(current, self._merged(needed=False))
        except BaseException:
            self.discard()
            raise

    def change(self, change: tuple[Header, bytes], before: Current) -> tuple[Current, Header]:
        """Carry out a change: the new generation, and the writer's report. Nothing has changed if it raises.

        Raises:
            QueryError, NotFoundError: it cannot be carried out; the message says why.
            QueryTimeout, LimitError: it took too long, or too much memory.
            StorageError: the disk did not take it.
            BusyError: the store was restored at the same moment.
        """
        try:
            if self._writer is None or not self._writer.alive or self._at != before:
                self.discard()
                self._open(before)
            union = before.union if self._with_union or before.union else None
            report = self._order({**change[0], "union": union}, change[1], seconds=self._limits.update_seconds)
            if union == "" and report["twice"]:
                union = self._merged(needed=True)
            return self._publish(before, union), report
        except CeGraphError as error:
            refused = isinstance(error, QueryError | NotFoundError)
            if self._changed or not (refused and self._writer is not None and self._writer.alive):
                self.discard()
            raise
        except OSError as error:
            self.discard()
            raise StorageError(f"the change could not be written: {error.strerror or error}") from error
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """End the writer and forget what it did since the last generation."""
        if self._writer is not None:
            self._writer.kill()
            self._writer = None
        if self._live is not None:
            remove(self._live)
            self._live = None
        self._at = None

    def _open(self, before: Current | None) -> None:
        self._live = self._folder.new_live(before)
        self._writer = self._launcher.start("ce_graph.store.changing.writer")
        self._order(
            {
                "op": "open",
                "folder": str(self._live),
                "memory": self._limits.worker_memory,
                "network": bool(self._limits.services),
            },
            seconds=_PUBLISH_SECONDS,
        )
        self._at = before

    def _merged(self, *, needed: bool) -> str:
        """Have the writer make the graph of the union if that is needed; its name, or ``""``. Takes what it takes."""
        order = {"op": "merge", "union": new_name(), "needed": needed}
        name: str = self._order(order, seconds=None)["union"]
        return name

    def _publish(self, before: Current | None, union: str | None) -> Current:
        new = self._folder.new_generation(before)
        try:
            self._order({"op": "checkpoint", "folder": str(new)}, seconds=_PUBLISH_SECONDS)
            self._at = self._folder.publish(before, new, union)
        except BaseException:
            with contextlib.suppress(CeGraphError):  # who cannot tell what counts removes nothing
                found = self._folder.current()
                if found is None or found.folder != new.name:
                    remove(new)
                    remove(new.with_name(f"{new.name}.tmp"))
            raise
        return self._at

    def _order(self, header: Header, body: bytes = b"", *, seconds: float | None) -> Header:
        assert self._writer is not None
        try:
            reply, _ = self._writer.call(header, body, seconds=seconds)
        except TimeoutError as error:
            raise QueryTimeout(f"the change was ended: it took longer than {seconds:g} s") from error
        except Gone as error:
            raise self._explain() from error
        self._changed = reply.get("changed", False)
        if "error" in reply:
            raise error_of(reply)
        return reply

    def _explain(self) -> CeGraphError:
        assert self._writer is not None
        match self._writer.ended_by():
            case signal.SIGABRT | signal.SIGKILL:
                limit = self._limits.worker_memory >> 20
                return LimitError(f"the change needs more memory than it may have ({limit} MiB)", limit="memory")
            case _:
                return QueryError("the change is too deep or too complex; its process has ended")
