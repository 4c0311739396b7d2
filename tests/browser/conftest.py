"""Debian's Chromium, driven by Playwright, before a real server with the shipped data."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "unit" / "web"))

from live_server import LiveServer, serving  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for the tests of a module, each with contexts of its own.

    Not for the session: Playwright's event loop would go on in this thread under all tests that follow.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(shipped_folder: Path) -> Iterator[LiveServer]:
    with serving(shipped_folder, CE_GRAPH_ACCESS_LOG="off", CE_GRAPH_CLIENT_QUERIES="50") as started:
        yield started


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that finds what keeps people out."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in frontend/)")
    return AXE.read_text(encoding="utf-8")
