"""Keeps encoded sources by their content, so that a file that has not changed is not read again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import mmap
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from ce_graph.rdf.dictionary import Dictionary
from ce_graph.rdf.encode import Encoded, content, join, reading
from ce_graph.rdf.terms import Described, Terms

if TYPE_CHECKING:
    from ce_graph.rdf.sources import Source

_log = logging.getLogger(__name__)

_VERSION = 4
"""Raise it when the encoding changes."""
_ALIGNED = 64
"""Arrays begin at multiples of this."""
LARGEST = 2 * 1024 * 1024 * 1024
"""Bytes that the folder may hold; what was not used for longest is removed first."""


class Cache:
    """A folder of encoded sources. What cannot be read there, or written, is done without and logged."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        """The folder is made when the first source is saved; it keeps ``largest`` bytes, or the last source alone."""
        self._folder = folder
        self._largest = largest
        self._asked: dict[Source, Path] = {}

    def _file(self, source: Source) -> Path:
        digest = hashlib.sha256(f"{_VERSION} {source.format.name} {source.base}\n".encode())
        with reading(source), content(source) as data:
            digest.update(data)
        return self._folder / f"{digest.hexdigest()}.columns"

    def load(self, source: Source) -> list[Encoded] | None:
        """The encoded source, or ``None`` when it is not here."""
        found = self._asked[source] = self._file(source)
        try:
            os.utime(found)
            with found.open("rb") as file:
                # A copy on writing: what is read of it is read when it is used, and nothing is written back.
                return [_unpacked(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("%s: the encoded source cannot be used, and is made anew: %s", found, error)
            return None

    def save(self, source: Source, parts: list[Encoded]) -> Encoded:
        """Keep a source that was read; it comes back as one part."""
        whole = join(parts)
        table = whole.table
        if table is None or table.size != len(whole.length) or not len(table.slots):
            table = Dictionary()
            table.add(*whole.hashes(0, table.key))
        described = Terms(whole.text, whole.length, table).described()
        whole = dataclasses.replace(whole, table=table, described=described)
        try:
            target = self._file(source)
            if self._asked.get(source, target) != target:
                return whole  # it has changed while it was read, so nobody knows what of it this is
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    _pack(file, whole, table, described)
                Path(name).replace(target)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._prune(target)
        except OSError as error:
            _log.warning("%s: the encoded source is not kept: %s", self._folder, error)
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


def _pack(file: BinaryIO, whole: Encoded, table: Dictionary, described: Described) -> None:
    """Write a source: the length of the head, the head as JSON, arrays."""
    first, second = table.hashes()
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "rows": whole.rows, "text": np.frombuffer(whole.text, np.uint8), "length": whole.length,
        "first": first, "second": second, "slots": table.slots,
        "kind": described.kind, "suffix": described.suffix, "value_stop": described.value_stop,
    }  # fmt: skip
    if whole.begins is not None:
        arrays["begins"] = whole.begins
    head = {
        "arrays": {name: (array.dtype.str, array.shape) for name, array in arrays.items()},
        "prefixes": whole.prefixes,
        "key": table.key,
        "endings": described.endings,
    }
    data = json.dumps(head).encode()
    file.write(len(data).to_bytes(8, "little"))
    file.write(data)
    for array in arrays.values():
        file.write(bytes(-file.tell() % _ALIGNED))
        file.write(np.ascontiguousarray(array).data)


def _unpacked(data: mmap.mmap) -> Encoded:
    """A source as :func:`_pack` has written it; ``ValueError`` or the like when it is not whole."""
    at = 8 + int.from_bytes(data[:8], "little")
    head = json.loads(data[8:at])
    found: dict[str, np.ndarray[Any, Any]] = {}
    for name, (kind, shape) in head["arrays"].items():
        at += -at % _ALIGNED
        found[name] = np.ndarray(tuple(shape), np.dtype(kind), data, at)
        at += found[name].nbytes
    if at != len(data):
        raise ValueError("it is not as long as it should be")
    table = Dictionary.of_hashes(found["first"], found["second"], found["slots"], tuple(head["key"]))
    described = Described(found["kind"], found["suffix"], found["value_stop"], head["endings"])
    text = found["text"].tobytes()
    return Encoded(found["rows"], text, found["length"], head["prefixes"], table, described, found.get("begins"))
