"""The folder of a store that takes updates: which generation counts, how the next one comes to, backup and restore.

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
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from ce_graph.errors import BusyError, StorageError, UsageError

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
        except OSError as error:
            lock.close()
            raise UsageError(f"{self.path} is open in another server") from error
        self._lock = lock
        self._clean()

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
                    shutil.rmtree(item, ignore_errors=True)

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
        shutil.rmtree(target, ignore_errors=True)
        raise


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP}:
            raise
        shutil.copyfile(source, target)


def backup(store: Path, target: Path) -> Current:
    """Copy the generation that counts into a new folder, which is a store itself; a server may run meanwhile.

    Raises:
        UsageError: there is no store, or the target is there already.
        StorageError: it could not be copied.
    """
    if target.exists():
        raise UsageError(f"{target} is there already; name a new folder for the backup")
    held, current = _hold(store)
    unfinished = target.with_name(f"{target.name}.unfinished-{secrets.token_hex(4)}")
    try:
        unfinished.mkdir(parents=True)
        copy = unfinished / current.folder
        copy.mkdir()
        for item in held.iterdir():
            shutil.copyfile(item, copy / item.name)
            sync(copy / item.name)
        sync(copy)
        StoreFolder(unfinished).publish(None, copy, current.union)
        unfinished.rename(target)
        sync(target.parent)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise StorageError(f"the backup could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(held, ignore_errors=True)
    return current


def _hold(store: Path) -> tuple[Path, Current]:
    """Links to the generation that counts, which stay when the server moves on and removes it."""
    folder = StoreFolder(store)
    for _ in range(100):
        current = folder.current()
        if current is None:
            raise UsageError(f"{store} is no store")
        held = store / f"read-{secrets.token_hex(4)}"
        try:
            share(folder.folder(current), held)
        except FileNotFoundError:  # it was replaced and removed at this moment
            continue
        except OSError as error:
            raise StorageError(f"{store}: {error.strerror}") from error
        return held, current
    raise StorageError(f"{store} changes too fast to be copied")


def restore(store: Path, source: Path) -> Current:
    """Make the state of a backup the next generation of a store; a server that has it open moves on to it.

    Raises:
        UsageError: the source is no backup.
        StorageError: it cannot be read whole, or could not be copied.
    """
    backup_folder = StoreFolder(source)
    found = backup_folder.current() if source.is_dir() else None
    if found is None:
        raise UsageError(f"{source} is no backup: it has no file {_CURRENT!r}")
    folder = StoreFolder(store)
    store.mkdir(parents=True, exist_ok=True)
    for _ in range(100):
        before = folder.current()
        target = folder.new_generation(before)
        unfinished = target.with_name(f"read-{target.name}")
        try:
            unfinished.mkdir()
            for item in backup_folder.folder(found).iterdir():
                shutil.copyfile(item, unfinished / item.name)
                sync(unfinished / item.name)
            sync(unfinished)
            _check(unfinished)
            return folder.publish(before, target, found.union, made_in=unfinished)
        except BusyError:  # an update came in between: the next round begins from its generation
            shutil.rmtree(unfinished, ignore_errors=True)
        except (OSError, RuntimeError) as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise StorageError(f"the backup could not be restored: {error}") from error
    raise StorageError(f"{store} changes too fast to be restored; stop the writing first")


def _check(folder: Path) -> None:
    """See that a store opens and its quads can be read."""
    opened = ox.Store.read_only(str(folder))
    for _ in opened.named_graphs():
        pass
    len(opened)
