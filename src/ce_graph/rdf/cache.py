"""Keeps encoded sources by their content, so that a file that has not changed is not read again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ce_graph.rdf.dictionary import Dictionary
from ce_graph.rdf.encode import Encoded, join, reading

if TYPE_CHECKING:
    from ce_graph.rdf.sources import Source

_VERSION = 2
"""Raise it when the encoding changes."""
LARGEST = 2 * 1024 * 1024 * 1024
"""Bytes that the folder may hold; what was not used for longest is removed first."""


class Cache:
    """A folder of encoded sources. What cannot be read there, or written, is done without."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        """The folder is made when the first source is saved; it keeps ``largest`` bytes, or the last source alone."""
        self._folder = folder
        self._largest = largest

    def _file(self, source: Source) -> Path:
        digest = hashlib.blake2b(f"{_VERSION} {source.format.name} {source.base}\n".encode(), digest_size=20)
        with reading(source):
            if source.path is not None and source.data is None:
                with source.path.open("rb") as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
            else:
                digest.update(source.data or b"")
        return self._folder / f"{digest.hexdigest()}.columns"

    def load(self, source: Source) -> list[Encoded] | None:
        """The encoded source, or ``None`` when it is not here."""
        try:
            found = self._file(source)
            os.utime(found)
            with found.open("rb") as file:
                rows, text, length, first, second, slots, rest = (np.load(file, allow_pickle=False) for _ in range(7))
                prefixes, key = json.loads(rest.tobytes())
                table = Dictionary.of_hashes(first, second, slots, tuple(key))
                return [Encoded(rows, text.tobytes(), length, prefixes, table)]
        except (OSError, ValueError, EOFError):
            return None

    def save(self, source: Source, parts: list[Encoded]) -> Encoded:
        """Keep a source that was read; it comes back as one part."""
        whole = join(parts)
        table = whole.table
        if table is None or table.size != len(whole.length):
            table = Dictionary()
            table.add(*whole.hashes(0, table.key))
        with contextlib.suppress(OSError):
            target = self._file(source)
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    for array in (whole.rows, np.frombuffer(whole.text, np.uint8), whole.length, *table.hashes()):
                        np.save(file, array)
                    np.save(file, table.slots)
                    np.save(file, np.frombuffer(json.dumps([whole.prefixes, table.key]).encode(), np.uint8))
                Path(name).replace(target)
                self._prune(target)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        return whole

    def _prune(self, kept: Path) -> None:
        """Remove what was not used for longest, until the rest is no more than the folder may hold."""
        files = [(file.stat(), file) for file in self._folder.glob("*.columns") if file != kept]
        size = kept.stat().st_size + sum(stat.st_size for stat, _ in files)
        for stat, file in sorted(files, key=lambda each: (each[0].st_mtime_ns, each[1].name)):
            if size <= self._largest:
                return
            file.unlink(missing_ok=True)
            size -= stat.st_size
