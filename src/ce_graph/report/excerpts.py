"""The lines of the files that findings point to, so that a report can show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ce_graph.rdf.positions import Lines, read
from ce_graph.rdf.sources import Source

if TYPE_CHECKING:
    from ce_graph.check.positions import Position

_MOST_FILES = 200
_LONGEST = 64 << 20


class Excerpts:
    """Reads lines of the checked files; a file is read once, and only when one of its lines is asked for."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """``sources`` are needed for what came by another way than a file."""
        self._sources = {source.name: source for source in sources}
        self._lines: dict[str, Lines | None] = {}

    def around(self, position: Position, before: int = 1, after: int = 1) -> list[tuple[int, str]]:
        """Number and text of the line of a place and of those around it; nothing when they cannot be had."""
        lines = self._of(position.file)
        if lines is None or not 0 < position.line <= len(lines):
            return []
        begin, end = max(1, position.line - before), min(len(lines), position.line + after)
        return [(number, lines.text(number)) for number in range(begin, end + 1)]

    def _of(self, name: str) -> Lines | None:
        if name not in self._lines:
            self._lines[name] = self._read(name) if len(self._lines) < _MOST_FILES else None
        return self._lines[name]

    def _read(self, name: str) -> Lines | None:
        from pathlib import Path

        source = self._sources.get(name)
        path = Path(name) if source is None or source.data is None else None
        try:
            if path is not None:
                if path.suffix.lower() == ".xlsx" or not path.is_file() or path.stat().st_size > _LONGEST:
                    return None
                return Lines(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
            return Lines(read(source)) if source is not None else None
        except OSError:
            return None
