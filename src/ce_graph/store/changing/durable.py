"""The folder of a store that takes updates: which generation counts, and how the next one comes to.

    DIR/current        names the generation that counts; replaced in one step
    DIR/g-N-XXXX/      a generation: a RocksDB store that nobody writes any more
    DIR/live-XXXX/     where the next one is made; worthless once its process has ended
    DIR/lock           held by the server while it runs
    DIR/publish.lock   held while ``current`` is replaced

A change counts from the moment ``current`` names its generation, and all of it was flushed to the disk before. Whatever
is killed, and whenever, ``current`` names a generation that is whole. The files of generations are shared as hard
links, for RocksDB never changes a file that holds data.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import fcntl
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ce_graph.errors import BusyError, StorageError, UsageError

_LOG = logging.getLogger(__name__)
_CURRENT = "current"
_VERSION = 1
_ABANDONED = 3600.0
"""Seconds after which a folder that a backup or a restore works in is taken for left behind."""


@dataclasses.dataclass(frozen=True, slots=True)
class Current:
    """The generation that counts: the store's identity, a number that only grows, and the folder."""

    store: str
    number: int
    folder: str
    union: str | None = None
    """The graph of the union (see ``merging``); ``""`` when it needs none, ``None`` when that is not known."""

    @property
    def generation(self) -> str:
        """What names the generation to the outside; the same after a restart."""
        return f"{self.store}-{self.number}"


class StoreFolder:
    """The files of one store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._current_file = str(path / _CURRENT)
        self._lock: IO[str] | None = None

    def lock(self) -> None:
        """Keep other servers out, and remove what earlier ones have left behind.

        Raises:
            UsageError: another server has the store open, or the folder holds something else.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            others = [
                item.name for item in self.path.iterdir() if not item.name.startswith(("live-", "lock", "publish"))
            ]
            if others and not (self.path / _CURRENT).is_file():
                raise UsageError(f"{self.path} is neither empty nor a store; it has {min(others)}")
            lock = (self.path / "lock").open("w")
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise UsageError(f"{self.path} is open in another server") from error
        except OSError as error:
            lock.close()
            raise StorageError(f"{self.path} cannot be locked: {error.strerror}") from error
        self._lock = lock
        try:
            self._clean()
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror}") from error

    def unlock(self) -> None:
        """Let others in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def mark(self) -> tuple[int, int]:
        """What changes whenever ``current`` is replaced, at the price of one look at the folder."""
        found = os.stat(self._current_file)  # noqa: PTH116 - on the way of every query
        return found.st_ino, found.st_mtime_ns

    def current(self) -> Current | None:
        """The generation that counts; ``None`` when there has been none yet.

        Raises:
            StorageError: the file cannot be understood.
        """
        try:
            found = json.loads((self.path / _CURRENT).read_text())
            if found["version"] != _VERSION:
                raise StorageError(f"{self.path} was written by a newer version of ce-graph")
            return Current(found["store"], found["number"], found["folder"], found.get("union"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{self.path / _CURRENT} cannot be read: {error}") from error

    def folder(self, current: Current) -> Path:
        """Where a generation is."""
        return self.path / current.folder

    def new_generation(self, before: Current | None) -> Path:
        """A name for the folder of the next generation."""
        return self.path / f"g-{before.number + 1 if before else 1}-{secrets.token_hex(4)}"

    def new_live(self, before: Current | None) -> Path:
        """A folder that a writer can open: a copy of a generation, or a new one."""
        live = self.path / f"live-{secrets.token_hex(4)}"
        if before is not None:
            share(self.folder(before), live)
        return live

    def publish(
        self, before: Current | None, folder: Path, union: str | None, *, made_in: Path | None = None
    ) -> Current:
        """Make a generation the one that counts, durably; ``made_in`` is renamed to ``folder`` first.

        What is in the folder must be on the disk already.

        Raises:
            BusyError: another process has made another one current meanwhile.
            OSError: it could not be written; the one before counts.
        """
        with self._publishing():
            if self.current() != before:
                raise BusyError("the store was restored from a backup meanwhile; nothing was changed", retry_after=1)
            if made_in is not None:
                made_in.rename(folder)
            number = before.number + 1 if before else 1
            after = Current(before.store if before else secrets.token_hex(4), number, folder.name, union)
            new = self.path / f"{_CURRENT}.new"
            with new.open("w") as stream:
                json.dump({"version": _VERSION, **dataclasses.asdict(after)}, stream)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self.path / _CURRENT)
            sync(self.path)
            return after

    def _clean(self) -> None:
        """Remove what earlier servers have left behind; not what a backup or a restore may be at just now."""
        with self._publishing():
            current = self.current()
            for item in self.path.iterdir():
                if not item.is_dir() or (current is not None and item.name == current.folder):
                    continue
                old = time.time() - item.stat().st_mtime > _ABANDONED
                if item.name.startswith(("live-", "g-")) or (item.name.startswith("read-") and old):
                    remove(item)

    @contextlib.contextmanager
    def _publishing(self) -> Iterator[None]:
        with (self.path / "publish.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def sync(path: Path) -> None:
    """See that a file, or the entries of a folder, are on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def remove(folder: Path) -> None:
    """Remove a folder that does not count, if it is there. What resists is told in the log, and left to the next start.

    Whoever calls has an error of its own to tell, or has done what it was asked for.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        _LOG.warning("%s takes space and could not be removed: %s", folder, error)


def share(source: Path, target: Path) -> None:
    """A copy of a generation that another process may open: data files as links, the few others copied."""
    target.mkdir()
    try:
        for item in source.iterdir():
            if item.suffix == ".sst":
                _link(item, target / item.name)
            else:
                shutil.copyfile(item, target / item.name)
    except BaseException:
        remove(target)
        raise


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP}:
            raise
        shutil.copyfile(source, target)
