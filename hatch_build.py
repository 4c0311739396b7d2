"""Builds the scripts and styles of the query page with npm, before an archive or an editable installation is made."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "src/ce_graph/web/static/build"
"""Where the built files go: ignored by git, and part of wheel and sdist."""
SWITCH = "CE_GRAPH_NO_FRONTEND"
"""``1``: build without them; ``0``: fail when they cannot be built. Not set: build them when that is possible."""
_STAMP = ".sources.sha256"
_NOT_SOURCES = frozenset(("node_modules",))


class FrontendHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` and the build, unless what is there was built from the same sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Have the built files in place before the builder looks for files."""
        sources, built = Path(self.root, "frontend"), Path(self.root, BUILT)
        if os.environ.get(SWITCH) == "1" or is_current(sources, built):
            return
        try:
            build(sources, built)
        except (OSError, subprocess.CalledProcessError) as error:
            told = f"the editor of the query page is not built ({_reason(error)}); the page works without it"
            if os.environ.get(SWITCH) == "0":
                raise RuntimeError(f"{told}, but {SWITCH}=0 asks for it") from error
            self.app.display_warning(told)


def is_current(sources: Path, built: Path) -> bool:
    """Whether the built files come from these sources, or there are no sources to build them from."""
    stamp = built / _STAMP
    if not sources.is_dir():
        return True
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest(sources)


def build(sources: Path, built: Path) -> None:
    """Build beside the place where the files belong, then put them there at once.

    Raises:
        FileNotFoundError: there is no npm.
        CalledProcessError: npm or the build failed; the output has the reason.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm, of Node 18 or newer, is not installed")
    wanted = digest(sources)
    _run(sources, npm, "ci")
    built.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=sources / "node_modules", prefix=".build-") as made:
        new = Path(made, "new")
        _run(sources, npm, "run", "build", "--", str(new))
        (new / _STAMP).write_text(wanted, encoding="ascii")
        if built.exists():
            built.rename(Path(made, "old"))
        new.rename(built)


def digest(sources: Path) -> str:
    """The fingerprint of all that decides what the build makes."""
    seen = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        if path.is_file() and _NOT_SOURCES.isdisjoint(path.relative_to(sources).parts):
            seen.update(path.relative_to(sources).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 - all of it is ours


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        said = [
            line for line in (error.stderr or error.stdout or "").splitlines() if line.strip() and "log" not in line
        ]
        return f"npm {error.cmd[1]} failed: {said[-1] if said else error.returncode}"
    return str(error)
