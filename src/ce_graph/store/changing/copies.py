"""Backup and restore of the folder of a store, while a server may have it open."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

import pyoxigraph as ox

from ce_graph.errors import BusyError, StorageError, UsageError
from ce_graph.store.changing.durable import Current, StoreFolder, remove, share, sync


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
        raise StorageError(f"the backup could not be written: {error.strerror or error}") from error
    finally:
        remove(unfinished)  # not there any more when all went well
        remove(held)
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
        raise UsageError(f"{source} is no backup: it has no file 'current'")
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
        except BusyError:
            continue  # an update came in between: the next round begins from its generation
        except (OSError, RuntimeError) as error:  # the latter is how a store is refused that is not whole
            raise StorageError(f"the backup could not be restored: {error}") from error
        finally:
            remove(unfinished)  # not there any more when it was published
    raise StorageError(f"{store} changes too fast to be restored; stop the writing first")


def _check(folder: Path) -> None:
    """See that a store opens and its quads can be read."""
    opened = ox.Store.read_only(str(folder))
    for _ in opened.named_graphs():
        pass
    len(opened)
