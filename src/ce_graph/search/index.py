"""The index: names in SQLite's full-text search, made once for each generation of the data, in a file of its own."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import threading
import weakref
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.search.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ce_graph.search.entries import Entry

WEIGHTS = {"project": 0, "actor": 0, "place": 0, "facility": 1, "indicator": 1, "programme": 1, "code": 2, "term": 3}
"""What comes first of things that match alike; kinds that are not named come last."""
_OTHER_WEIGHT = 4
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, name TEXT, language TEXT, main INTEGER, folded TEXT);
CREATE VIRTUAL TABLE found USING fts5(folded, content='entry', content_rowid='id', prefix='1 2 3');
CREATE TABLE word (word TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE piece USING fts5(word, tokenize='trigram', detail=none);
"""


class Index:
    """A finished index; safe to read from many threads, each with a connection of its own."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Make the index; its file is removed with the object."""
        handle = tempfile.NamedTemporaryFile(prefix="ce-graph-search-", suffix=".sqlite", delete=False)  # noqa: SIM115
        handle.close()
        self._path = Path(handle.name)
        self._free: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._finalizer = weakref.finalize(self, _remove, self._path, self._free)
        try:
            self.size = _fill(self._path, entries)
        except BaseException:
            self._finalizer()
            raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile."""
        with self._lock:
            connection = self._free.pop() if self._free else None
        if connection is None:
            connection = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            with self._lock:
                if self._finalizer.alive:
                    self._free.append(connection)
                else:
                    connection.close()

    def close(self) -> None:
        """Remove the file; who is reading goes on to the end of what is being read."""
        self._finalizer()


def _fill(path: Path, entries: Iterable[Entry]) -> int:
    """Write the entries in the order of their weight, so that a look at the first matches is a look at the best."""
    ordered = sorted(entries, key=_weight)
    counts: Counter[str] = Counter()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(_SCHEMA)
        rows = []
        for number, entry in enumerate(ordered, start=1):
            folded = fold(entry.name)
            counts.update(set(folded.split()))
            rows.append((number, entry.iri, entry.kind, entry.name, entry.language, entry.main, folded))
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("INSERT INTO found(found) VALUES ('rebuild')")
        connection.executemany("INSERT INTO word VALUES (?, ?)", sorted(counts.items()))
        long = [(word,) for word in sorted(counts) if len(word) > 3]
        connection.executemany("INSERT INTO piece(word) VALUES (?)", long)
        connection.execute("CREATE INDEX by_folded ON entry(folded, id)")
        connection.execute("CREATE INDEX by_iri ON entry(iri)")
        connection.commit()
    return len(ordered)


def _weight(entry: Entry) -> tuple[int, bool, int, str, str, str]:
    weight = WEIGHTS.get(entry.kind, _OTHER_WEIGHT)
    return weight, not entry.main, len(entry.name), entry.iri, entry.name, entry.language


def _remove(path: Path, connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
    path.unlink(missing_ok=True)
