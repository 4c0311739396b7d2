"""Encodes sources in another process, which is told by standard input and answers by standard output."""

from __future__ import annotations

import dataclasses
import logging
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox

from ce_graph.errors import CeGraphError
from ce_graph.rdf.dictionary import Dictionary, Process
from ce_graph.rdf.encode import Encoded, encode
from ce_graph.rdf.plain import read_header

if TYPE_CHECKING:
    from ce_graph.rdf.sources import Source

_log = logging.getLogger(__name__)

_LEAD = 4_000_000
"""Bytes that this process reads while the other one starts up."""
_COMMAND = "from ce_graph.rdf.workers import serve; serve()"


@dataclasses.dataclass(frozen=True, slots=True)
class Cut:
    """A place in a file where, it seems, a statement begins."""

    place: int
    header: bytes
    prefixes: dict[str, str]


def split_point(source: Source) -> Cut | None:
    """Where to cut a file in two; ``None`` when its format cannot be cut."""
    form = source.format.rdf
    if source.path is None or form not in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
        return None
    turtle = form == ox.RdfFormat.TURTLE
    size = source.size
    with source.path.open("rb") as file:
        header, prefixes = read_header(file.read(1 << 16)) if turtle else (b"", {})
        middle = min(size // 2 + _LEAD // 2, size * 3 // 4)
        file.seek(middle)
        window = file.read(1 << 20)
    found = window.find(b".\n" if turtle else b"\n")
    if found < 0 or middle < len(header):
        return None
    return Cut(middle + found + (2 if turtle else 1), header, prefixes)


class Worker:
    """Another process that encodes sources, or the end of one."""

    def __init__(self, sources: list[Source], begin: int = 0, header: bytes = b"") -> None:
        """Start it; ``header`` is read before what is at ``begin``."""
        # numpy's linear algebra is not used here, but would start its threads all the same.
        environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", _COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        request = pickle.dumps((Process.key, [_plain(source) for source in sources], begin, header))
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request)
            self._process.stdin.close()
        except BrokenPipeError as error:  # it has ended already; then there are no answers, which is told below
            _log.warning("a process that reads files has not begun: %s", error)

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        with self._process:  # closes its streams and waits for it
            pass

    def answers(self) -> list[list[Encoded]] | None:
        """The parts of each source; ``None`` when something went wrong."""
        with self._process as process:
            assert process.stdout is not None
            try:
                found: list[list[Encoded]] | None = pickle.load(process.stdout)  # noqa: S301 - from our own process
            except (EOFError, pickle.UnpicklingError) as error:
                _log.warning("a process that reads files has ended early, and they are read here: %s", error)
                return None
        return found


def _plain(source: Source) -> tuple[Any, ...]:
    return source.name, source.format.name, source.path, source.data, source.base


def _hashes_only(table: Dictionary | None) -> Dictionary | None:
    return None if table is None else Dictionary.of_hashes(*table.hashes(), np.empty(0, np.int32), table.key)


def serve() -> None:
    """What the other process does."""
    from ce_graph.rdf.formats import GRAPHS
    from ce_graph.rdf.sources import Source

    Process.key, items, begin, header = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    formats = {form.name: form for form in GRAPHS}
    found: list[list[Encoded]] = []
    answer: list[list[Encoded]] | None = found
    try:
        for name, form, path, data, base in items:
            source = Source(name, formats[form], path, data, base)
            parts = encode(source, begin=begin, header=header)
            found.append([dataclasses.replace(part, table=_hashes_only(part.table)) for part in parts])
    except CeGraphError:
        answer = None
    pickle.dump(answer, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
