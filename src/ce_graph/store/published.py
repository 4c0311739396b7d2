"""The engine over a built dataset that does not change."""

from __future__ import annotations

import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ce_graph.errors import DataError
from ce_graph.store.changing.merging import new_name
from ce_graph.store.embedded import EmbeddedEngine
from ce_graph.store.engine import Limits
from ce_graph.store.workers.sources import Source

MEMORY_PER_BYTE = 2.5
"""Bytes of memory that one byte of N-Quads takes, rounded up; see docs/decisions/0005."""


class PublishedEngine(EmbeddedEngine):
    """Answers from an N-Quads file: in memory when it fits, else from a store on disk that is made of it once."""

    def __init__(self, path: Path, *, limits: Limits, union_default: bool) -> None:
        """Load the file; returns when it can answer.

        Raises:
            DataError: there is no such file.
            StorageError: it cannot be read as N-Quads.
        """
        super().__init__(limits=limits, union_default=union_default)
        self._path = path
        self._generation = ""
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._union: str | None = None
        try:
            with path.open("rb") as stream, ThreadPoolExecutor(max_workers=1) as pool:
                checksum = pool.submit(hashlib.file_digest, stream, "sha256")  # meanwhile, in another process
                self._source = self._start()
                self._generation = self._source.generation = checksum.result().hexdigest()[:16]
        except OSError as error:
            self.close()
            raise DataError(f"{path}: {error.strerror}") from error
        except BaseException:
            self.close()
            raise
        self._pool.use(self._source)
        self._pool.warm()

    @property
    def generation(self) -> str:
        """The start of the file's checksum."""
        return self._generation

    @property
    def in_memory(self) -> bool:
        """Whether the data are in memory."""
        return self._source.in_memory

    def close(self) -> None:
        """See ``Engine.close``."""
        super().close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def _start(self) -> Source:
        source = Source(self._launcher, self._generation)
        try:
            if self._path.stat().st_size * MEMORY_PER_BYTE <= self.limits.memory:
                source.load(self._path, merge=self.union_default)
            elif self._scratch is not None:
                source.open(Path(self._scratch.name) / "store", self._union)
            else:
                self._scratch = tempfile.TemporaryDirectory(prefix="ce-graph-", dir=self._path.parent)
                name = new_name() if self.union_default else None
                self._union = source.fill(self._path, Path(self._scratch.name) / "store", name)
        except BaseException:
            source.retire()
            raise
        return source

    def _replace_dead_source(self) -> None:
        if self._source.alive:
            return
        self._source.retire()
        self._source = self._start()
        self._pool.use(self._source)
