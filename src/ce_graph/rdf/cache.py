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


class Cache:
    """A folder of encoded sources. What cannot be read there, or written, is done without."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when the first source is saved."""
        self._folder = folder

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
            with self._file(source).open("rb") as file:
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
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        return whole
