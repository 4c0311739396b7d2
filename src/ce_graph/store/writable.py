"""The engine over a store that takes updates: each is durable before it is acknowledged, and the next query sees it.

The writer process makes the next generation on disk. Readers follow in one of two ways. The data in memory carry out
the same change, when its outcome depends on nothing but the data and it was quick; workers of the generation before go
on with what they have. Otherwise workers answer from the new generation on disk at once, and the data are read into
memory anew beside them.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

from ce_graph.errors import BodyError, BusyError, QueryError, StorageError, TooLargeError, UnsupportedError
from ce_graph.rdf.formats import GRAPHS, Format, by_media_type
from ce_graph.store.changing import changes, copies, durable
from ce_graph.store.changing.durable import Current, StoreFolder
from ce_graph.store.changing.writing import Writing
from ce_graph.store.embedded import EmbeddedEngine
from ce_graph.store.engine import NO_DATASET, Answer, Dataset, Limits
from ce_graph.store.text.admission import admit_update
from ce_graph.store.text.using import check_iri, with_dataset
from ce_graph.store.workers.lanes import Lane
from ce_graph.store.workers.orders import Request
from ce_graph.store.workers.pool import PATIENCE
from ce_graph.store.workers.sources import Source
from ce_graph.store.workers.wire import Header

_LOG = logging.getLogger(__name__)
MEMORY_PER_BYTE = 2.5
"""Bytes of memory that one byte of a store on disk takes, rounded up; see docs/decisions/0005."""
_AT_ONCE = 0.25
"""Seconds on disk up to which a change is carried out in memory as well; no worker can be started meanwhile."""

Change = tuple[Header, bytes]


class WritableEngine(EmbeddedEngine):
    """Queries and updates over a folder; one server at a time may have it open."""

    writable = True

    def __init__(self, path: Path, *, data: Path | None = None, limits: Limits, union_default: bool) -> None:
        """Open a store, or make one of an N-Quads file or of nothing where there is none; ``data`` counts only then.

        Raises:
            UsageError: the folder is open in another server, or holds something else.
            StorageError: it cannot be read or written.
        """
        super().__init__(limits=limits, union_default=union_default)
        self._folder = StoreFolder(path)
        self._writing = Writing(self._folder, self._launcher, limits, union=union_default)
        self._turn = Lane(1)
        self._pending: list[tuple[Change, str]] | None = None
        """Changes since the generation that is being read into memory; ``None``: they cannot be carried out there."""
        self._reader: threading.Thread | None = None
        self._stopping = threading.Event()
        try:
            self._folder.lock()
            found = self._folder.current()
            self._current = self._writing.with_union(found) if found else self._writing.make_first(data)
            self._mark = self._folder.mark()
            self._source = Source(self._launcher, self._current.generation)
            if not self._fits():
                self._source.open(self._folder.folder(self._current), self._current.union)
            elif found is None and data is not None:
                self._source.load(data, self._current.union)  # the same, and faster than from the store on disk
            else:
                self._source.read(self._folder.folder(self._current), self._current.union)
        except BaseException:
            self.close()
            raise
        self._pool.use(self._source)
        self._pool.warm()

    @property
    def generation(self) -> str:
        """See ``Engine.generation``; goes on after a restart."""
        self._notice()
        return self._current.generation

    @property
    def in_memory(self) -> bool:
        """Whether queries are answered from memory now."""
        return self._source.in_memory

    def update(self, text: str, *, using: Dataset = NO_DATASET) -> str:
        """See ``Engine.update``."""
        found = admit_update(text, self.limits)
        generation, _ = self._change(changes.update(with_dataset(text, using)), steady=found.steady)
        return generation

    def write_graph(self, graph: str | None, data: bytes, media_type: str, *, replace: bool) -> bool:
        """See ``Engine.write_graph``."""
        format_ = by_media_type(media_type, GRAPHS)
        if format_ is None:
            raise UnsupportedError(f"{media_type} is no format for graphs")
        if len(data) > self.limits.update_bytes:
            raise TooLargeError(f"the graph is longer than {self.limits.update_bytes} bytes")
        name = None if graph is None else check_iri(graph)
        change = changes.write(name, data, format_.name, replace=replace)
        try:
            _, report = self._change(change, steady=True)
        except QueryError as error:
            raise BodyError(str(error), line=error.line, column=error.column) from error
        return bool(report["created"])

    def delete_graph(self, graph: str | None) -> None:
        """See ``Engine.delete_graph``."""
        self._change(changes.delete(None if graph is None else check_iri(graph)), steady=True)

    def backup(self, target: Path) -> str:
        """Copy the current generation into a new folder, while serving; returns which one.

        Raises:
            UsageError, StorageError: see ``copies.backup``.
        """
        return copies.backup(self._folder.path, target).generation

    def restore(self, source: Path) -> str:
        """Go on with the state of a backup, while serving; returns the new generation.

        Raises:
            UsageError, StorageError: see ``copies.restore``.
        """
        with self._my_turn(self.limits.update_seconds):
            copies.restore(self._folder.path, source)
            self._adopt()
            return self._current.generation

    def close(self) -> None:
        """See ``Engine.close``."""
        self._stopping.set()
        self._closed = True
        super().close()
        self._writing.discard()
        if self._reader is not None:
            self._reader.join()
        self._folder.unlock()

    def _answer(self, request: Request, format_: Format) -> Answer:
        self._notice()
        return super()._answer(request, format_)

    def _change(self, change: Change, *, steady: bool) -> tuple[str, Header]:
        with self._my_turn(self.limits.update_seconds):
            self._adopt()
            before = self._current
            after, report = self._writing.change(change, before)
            again = steady and report["seconds"] < _AT_ONCE
            header = {**change[0], "union": before.union or None, "becomes": after.union}
            self._follow(before, after, (header, change[1]) if again else None)
            return after.generation, report

    @contextlib.contextmanager
    def _my_turn(self, seconds: float) -> Iterator[None]:
        if self._closed:
            raise BusyError("the service is stopping", retry_after=5)
        if self._turn.waiting >= self.limits.waiting or not self._turn.enter(seconds):
            raise BusyError("too many changes are waiting", retry_after=2)
        try:
            yield
        finally:
            self._turn.leave()

    def _notice(self) -> None:
        """Move on when another process has restored a backup."""
        with contextlib.suppress(FileNotFoundError):  # somebody removed the store: what is open can still be asked
            if self._folder.mark() != self._mark and self._turn.try_enter():
                try:
                    self._adopt()
                finally:
                    self._turn.leave()

    def _adopt(self) -> None:
        """Take what the folder says is current for current."""
        if self._folder.mark() == self._mark:
            return
        found = self._folder.current()
        if found is not None and found != self._current:
            self._writing.discard()
            self._follow(self._current, self._writing.with_union(found), None)

    def _follow(self, before: Current, after: Current, change: Change | None) -> None:
        """Have queries see the new generation; the one before goes when its last query is answered."""
        source, folder = self._source, self._folder.folder(before)
        if self._pending is not None and change is not None:
            self._pending.append((change, after.generation))
        else:
            self._pending = None
        if source.in_memory and source.alive and change is not None:
            with contextlib.suppress(StorageError):  # the data in memory are lost: on from those on disk, as below
                source.apply(change, after.generation, seconds=20 * _AT_ONCE)
                self._moved(source, after)
                durable.remove(folder)
                return
        if not source.in_memory and source.alive:
            source.move(self._folder.folder(after), after.union, after.generation, folder)
            self._moved(source, after)
        else:
            new = Source(self._launcher, after.generation)
            new.open(self._folder.folder(after), after.union)
            self._moved(new, after)
            source.retire(folder)
        self._read_anew()

    def _moved(self, source: Source, after: Current) -> None:
        self._source = source
        self._pool.use(source)
        self._current, self._mark = after, self._folder.mark()

    def _fits(self) -> bool:
        size = sum(item.stat().st_size for item in self._folder.folder(self._current).iterdir())
        return size * MEMORY_PER_BYTE <= self.limits.memory

    def _read_anew(self) -> None:
        """Begin to read the current generation into memory, unless that is under way or it does not fit."""
        if (self._reader is None or not self._reader.is_alive()) and self._fits():
            self._reader = threading.Thread(target=self._keep_reading, name="ce-graph reader", daemon=True)
            self._reader.start()

    def _keep_reading(self) -> None:
        pause = 0.05
        while not self._stopping.wait(pause):
            try:
                if self._read_once():
                    return
            except BusyError:
                pass  # changes take their turns; this one comes again
            except (StorageError, OSError) as error:
                if not self._stopping.is_set():
                    _LOG.warning("the data could not be read into memory and are answered from disk: %s", error)
            pause = min(2 * pause, 5.0)  # changes that cannot be carried out in memory keep coming

    def _read_once(self) -> bool:
        """Read the current generation into memory and the changes since; whether queries are answered from there."""
        with self._my_turn(self.limits.update_seconds):
            if self._source.in_memory:
                return True
            held = self._folder.path / f"read-{secrets.token_hex(4)}"
            durable.share(self._folder.folder(self._current), held)
            union = self._current.union
            source = Source(self._launcher, self._current.generation)
            self._pending = []
        try:
            source.read(held, union)
            with self._my_turn(self.limits.update_seconds):
                pending, self._pending = self._pending, None
                if pending is None:
                    source.retire()
                    return False
                for change, generation in pending:
                    source.apply(change, generation, seconds=20 * _AT_ONCE)
                before = self._source
                self._moved(source, self._current)
                before.retire()
                return True
        except BaseException:
            source.retire()
            raise
        finally:
            durable.remove(held)

    def _replace_dead_source(self) -> None:
        with self._my_turn(PATIENCE):
            if self._source.alive:
                return
            self._source.retire()
            source = Source(self._launcher, self._current.generation)
            source.open(self._folder.folder(self._current), self._current.union)
            self._moved(source, self._current)
            self._read_anew()
