"""An application over a small made-up dataset: nothing in it is true."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from ce_graph.settings import Settings
from ce_graph.web.app import create_app

sys.path.insert(0, str(Path(__file__).parent))

from memory_engine import MemoryEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

SAMPLE = Path(__file__).parent / "sample.trig"
TOKEN = "a-token-for-the-tests"


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample as a dataset.nq."""
    folder = tmp_path_factory.mktemp("data")
    quads = ox.parse(path=SAMPLE, format=ox.RdfFormat.TRIG)
    ox.serialize(quads, folder / "dataset.nq", format=ox.RdfFormat.N_QUADS)
    return folder


@pytest.fixture
def engine(data: Path) -> MemoryEngine:
    return MemoryEngine(data / "dataset.nq")


@pytest.fixture
def make_app(engine: MemoryEngine) -> Callable[..., Flask]:
    """Makes applications over the sample, with other settings."""

    def make(**settings: Any) -> Flask:
        return create_app(Settings(**{"access_log": False} | settings), engine)

    return make


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app().test_client()


@pytest.fixture
def writer(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of a writable service; it sends the token only where a test does."""
    return make_app(update_token=TOKEN).test_client()
