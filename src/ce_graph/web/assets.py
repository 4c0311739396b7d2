"""Finds the script and the style sheet of the query page: npm builds them, and they may be missing."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from pathlib import Path

BUILT = Path(__file__).parent / "static" / "build"
SCRIPT, STYLE = "query.js", "query-style.css"


@dataclasses.dataclass(frozen=True, slots=True)
class Assets:
    """The built files, by the paths that they are served at; the version changes with their content."""

    script: str
    style: str


def find(folder: Path = BUILT) -> Assets | None:
    """The built files of a folder; ``None`` unless all are there."""
    files = [folder / name for name in (SCRIPT, STYLE)]
    try:
        versions = [_version(file, file.stat().st_mtime_ns) for file in files]
    except OSError:
        return None
    script, style = (f"/static/build/{file.name}?v={version}" for file, version in zip(files, versions, strict=True))
    return Assets(script, style)


@functools.lru_cache(maxsize=8)
def _version(file: Path, changed: int) -> str:  # noqa: ARG001 - a file that has changed is read again
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]
