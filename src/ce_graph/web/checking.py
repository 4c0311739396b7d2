"""Checks the data that are served, once for each generation, in a process of its own while pages are answered."""

from __future__ import annotations

import dataclasses
import json
import logging
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_graph.errors import CeGraphError
from ce_graph.overview.quality import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_graph.store.engine import Engine
    from ce_graph.web.dumps import Dumps

_LOG = logging.getLogger(__name__)
_SECONDS = 600
"""After so long a check is given up."""
_LARGEST = 2 * 1024**3
"""Bytes of N-Quads up to which data are checked beside the service that answers on them."""
_COMMAND = ("-m", "ce_graph.web.checking_process")


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """The findings in one generation by language, or why there are none to show."""

    generation: str
    findings: Mapping[str, Sequence[Finding]] = dataclasses.field(default_factory=dict)
    fault: str = ""


class Checking:
    """Validations of one engine's generations; safe to use from many threads."""

    def __init__(self, engine: Engine, dumps: Dumps) -> None:
        """Nothing is checked until it is asked for."""
        self._engine, self._dumps = engine, dumps
        self._lock = threading.Lock()
        self._checked: Checked | None = None
        self._running: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def found(self, wait: float = 0.0) -> Checked | None:
        """The findings in the present generation; ``None`` while they are being looked for.

        ``wait`` is how many seconds to wait for them. A fault is told once: who asks after that has the data checked
        anew.
        """
        generation = self._engine.generation
        with self._lock:
            known = self._checked
            if known is not None and known.generation == generation:
                if known.fault:
                    self._checked = None
                return known
            thread = self._running
            if thread is None:
                thread = self._running = threading.Thread(target=self._check, args=(generation,), daemon=True)
                thread.start()
        if wait:
            thread.join(wait)
            return self.found() if not thread.is_alive() else None
        return None

    def close(self) -> None:
        """End a check that is going on."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _check(self, generation: str) -> None:
        try:
            found = Checked(generation, self._validate())
        except (CeGraphError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            found = Checked(generation, fault=str(error))
        with self._lock:
            self._checked, self._running = found, None

    def _validate(self) -> dict[str, list[Finding]]:
        with tempfile.TemporaryDirectory(prefix="ce-graph-check-") as folder:
            file, report = Path(folder) / "dataset.nq", Path(folder) / "report.json"
            dump, stream = self._dumps.open("nq", patience=_SECONDS)
            if dump.size > _LARGEST:
                stream.close()
                raise ValueError(
                    f"the data have {dump.size} bytes as N-Quads, more than the {_LARGEST} that are checked here;"
                    " run ce-graph validate on the dump"
                )
            with stream, file.open("wb") as out:
                while part := stream.read(1024 * 1024):
                    out.write(part)
            command = [sys.executable, *_COMMAND, str(file), str(report)]
            with self._lock:
                # Our own program on a file of our own making.
                self._process = subprocess.Popen(  # noqa: S603
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
            try:
                _, said = self._process.communicate(timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
                raise
            finally:
                with self._lock:
                    self._process = None
            if not report.is_file():
                whole = said.decode(errors="replace").strip()
                _LOG.error("the data could not be checked: %s", whole)
                raise ValueError(whole.rpartition("\n")[2] or "the validation gave no report")
            told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return {
            language: [
                Finding(severity, shape, focus, value, message)
                for (severity, shape, focus, value), message in zip(told["rows"], messages, strict=True)
            ]
            for language, messages in told["messages"].items()
        }
