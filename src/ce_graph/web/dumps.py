"""The whole dataset as files: N-Quads, TriG and Turtle, plain and packed, made once for each generation of the data."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import hashlib
import shutil
import tempfile
import threading
import weakref
import zlib
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.errors import NotFoundError
from ce_graph.rdf.formats import GRAPHS, Format
from ce_graph.rdf.namespaces import PREFIXES, RDF
from ce_graph.web.once import OncePerGeneration
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.store.engine import Engine
    from ce_graph.web.asking import Asker

FORMATS = tuple(item for name in ("nquads", "trig", "turtle") for item in GRAPHS if item.name == name)
_NTRIPLES = next(item for item in GRAPHS if item.name == "ntriples")
_BUCKETS = 64
"""Files that the triples are sorted into by subject, so that only a part of them is in memory at a time."""
_SORTED = 64 * 1024 * 1024
"""Graphs up to this many bytes are written in order, so that equal data make equal files."""
_TYPE = f"<{RDF.type}>".encode()


@dataclasses.dataclass(frozen=True, slots=True)
class Dump:
    """One file of the whole dataset."""

    format: Format
    packed: bool
    path: Path
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The extension that its address ends with."""
        return self.format.extension + (".gz" if self.packed else "")


@dataclasses.dataclass(slots=True)
class Statistics:
    """What there is: counted over the union of the graphs, where a triple counts once whoever says it."""

    graphs: dict[str, int] = dataclasses.field(default_factory=dict)
    triples: int = 0
    subjects: int = 0
    classes: Counter[str] = dataclasses.field(default_factory=Counter)
    """Class → things of it."""
    properties: Counter[str] = dataclasses.field(default_factory=Counter)
    """Property → triples with it."""
    property_subjects: Counter[str] = dataclasses.field(default_factory=Counter)
    """Property → things that have it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """The dumps of one generation, by the end of their addresses."""

    files: dict[str, Dump]
    statistics: Statistics


class Dumps:
    """The dumps of an engine's data; safe to use from many threads."""

    def __init__(self, engine: Engine, asker: Asker) -> None:
        """Nothing is made until it is asked for."""
        self._engine, self._asker = engine, asker
        self._lock = threading.Lock()
        self._once = OncePerGeneration(engine, self._make)
        self._folders: list[Path] = []
        weakref.finalize(self, _remove, self._folders)

    def made(self, patience: float | None = None) -> Made:
        """The dumps of the present generation; ``patience`` is how many seconds to wait for them.

        Raises:
            BusyError: they are being made, and that takes longer.
        """
        return self._once.get(patience)

    def open(self, name: str, patience: float | None = None) -> tuple[Dump, IO[bytes]]:
        """A dump by the end of its address (``nq.gz``), open.

        Raises:
            NotFoundError: there is none of that name.
            BusyError: see ``made``.
        """
        found = self.made(patience).files.get(name)
        if found is None:
            known = ", ".join(f".{item.extension} and .{item.extension}.gz" for item in FORMATS)
            raise NotFoundError(say("There is no dump .%(name)s here; there are %(known)s.", name=name, known=known))
        return found, found.path.open("rb")

    def close(self) -> None:
        """Remove the files."""
        with self._lock:
            _remove(self._folders)

    def _make(self) -> Made:
        folder = Path(tempfile.mkdtemp(prefix="ce-graph-dumps-"))
        statistics = Statistics()
        try:
            paths = {item.name: folder / f"dump.{item.extension}" for item in FORMATS}
            with tempfile.TemporaryDirectory(dir=folder) as buckets:
                self._write_quads(paths["nquads"], Path(buckets), statistics)
                triples = _triples(Path(buckets), statistics)
                ox.serialize(triples, paths["turtle"], format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
            quads = ox.parse(path=paths["nquads"], format=ox.RdfFormat.N_QUADS)
            ox.serialize(quads, paths["trig"], format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
            files = {
                dump.name: dump
                for item in FORMATS
                for dump in (_dump(item, paths[item.name]), _dump(item, _pack(paths[item.name]), packed=True))
            }
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            _remove(self._folders)
            self._folders.append(folder)
        return Made(files, statistics)

    def _write_quads(self, target: Path, buckets: Path, statistics: Statistics) -> None:
        names = sorted(row["graph"].value for row in self._asker.ask("graphs") if "graph" in row)
        with target.open("wb") as out, contextlib.ExitStack() as stack:
            sorted_into = [stack.enter_context((buckets / str(number)).open("wb")) for number in range(_BUCKETS)]
            for graph in (None, *names):
                answer = self._engine.read_graph(graph, _NTRIPLES.media_type)
                with answer.body as body:
                    lines = sorted(body) if answer.length <= _SORTED else body
                    name = f"<{graph}> .\n".encode() if graph else b".\n"
                    count = 0
                    for line in lines:
                        if line.endswith(b" .\n"):
                            out.write(line[:-2] + name)
                            sorted_into[zlib.crc32(line.partition(b" ")[0]) % _BUCKETS].write(line)
                            count += 1
                if graph:
                    statistics.graphs[graph] = count


def _remove(folders: list[Path]) -> None:
    """Remove the files; who is reading one goes on reading it."""
    while folders:
        shutil.rmtree(folders.pop(), ignore_errors=True)


def _triples(buckets: Path, statistics: Statistics) -> Iterator[ox.Triple]:
    """The triples of all graphs, each once, those of a subject together; counted on the way."""
    for number in range(_BUCKETS):
        with (buckets / str(number)).open("rb") as file:
            lines = sorted(set(file))
        _count(lines, statistics)
        for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple


def _count(lines: list[bytes], statistics: Statistics) -> None:
    before: tuple[bytes, bytes] = (b"", b"")
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        statistics.triples += 1
        name = predicate[1:-1].decode()
        statistics.properties[name] += 1
        if subject != before[0]:
            statistics.subjects += 1
        if (subject, predicate) != before:
            statistics.property_subjects[name] += 1
        if predicate == _TYPE and rest.startswith(b"<"):
            statistics.classes[rest[1:-4].decode()] += 1
        before = (subject, predicate)


def _pack(path: Path) -> Path:
    target = path.with_name(path.name + ".gz")
    with path.open("rb") as plain, target.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as packed:
        shutil.copyfileobj(plain, packed, 1024 * 1024)
    return target


def _dump(item: Format, path: Path, *, packed: bool = False) -> Dump:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Dump(item, packed, path, path.stat().st_size, digest)
