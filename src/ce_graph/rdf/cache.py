"""Keeps encoded sources by their content, so that a file that has not changed is not read again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ce_graph.rdf.encode import Encoded, join, reading

if TYPE_CHECKING:
    from ce_graph.rdf.sources import Source

_VERSION = 1
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
        return self._folder / f"{digest.hexdigest()}.npz"

    def load(self, source: Source) -> list[Encoded] | None:
        """The encoded source, or ``None`` when it is not here."""
        try:
            with self._file(source).open("rb") as file, np.load(file, allow_pickle=False) as found:
                prefixes = json.loads(found["prefixes"].tobytes())
                return [Encoded(found["rows"], found["text"].tobytes(), found["length"], prefixes)]
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def save(self, source: Source, parts: list[Encoded]) -> Encoded:
        """Keep a source that was read; it comes back as one part."""
        whole = join(parts)
        with contextlib.suppress(OSError):
            target = self._file(source)
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(
                        file,
                        rows=whole.rows,
                        text=np.frombuffer(whole.text, np.uint8),
                        length=whole.length,
                        prefixes=np.frombuffer(json.dumps(whole.prefixes).encode(), np.uint8),
                    )
                Path(name).replace(target)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        return whole
