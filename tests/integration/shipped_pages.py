"""An application over the shipped data in the test's own process, built once for all tests that ask for it."""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path

from ce_graph import resources
from ce_graph.ingest import build
from ce_graph.settings import VOCABULARY, Settings
from ce_graph.web.app import create_app
from ce_graph.web.views import quality

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "web"))

from memory_engine import MemoryEngine


@functools.cache
def folder() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(prefix="ce-graph-tests-")
    build.write(build.read(resources.data(), VOCABULARY), Path(made.name))
    return made


@functools.cache
def engine() -> MemoryEngine:
    return MemoryEngine(Path(folder().name) / build.DATASET)


@functools.cache
def app():
    quality._WAIT = 300.0  # a test wants the findings, not the page that says that they are being looked for
    return create_app(Settings(access_log=False, data=Path(folder().name)), engine())
