"""Where RDF is read from: a file, or bytes that came in by another way (standard input, a request)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from ce_graph.rdf.formats import Format, of_file


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """One document: its name in messages, its format, and either the path or the bytes."""

    name: str
    format: Format
    path: Path | None = None
    data: bytes | None = None
    base: str | None = None
    """Base IRI; ``None``: relative IRIs are an error."""

    @property
    def size(self) -> int:
        """Bytes of the source, 0 when that cannot be known beforehand."""
        if self.data is not None or self.path is None:
            return len(self.data or b"")
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def of_path(path: Path, base: str | None = None) -> Source:
    """The source of a file; its format is that of its extension, its base the file's own ``file://`` IRI.

    Raises:
        UsageError: the extension belongs to no RDF format.
    """
    return Source(str(path), of_file(path), path=path, base=base or path.resolve().as_uri())


def of_bytes(data: bytes, format: Format, name: str, base: str | None = None) -> Source:  # noqa: A002
    """The source of bytes in memory."""
    return Source(name, format, data=data, base=base)
