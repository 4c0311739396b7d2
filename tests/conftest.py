"""The shipped data, built once for all tests that look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from ce_graph.ingest.build import Built


@pytest.fixture(scope="session")
def shipped_build() -> Built:
    """The shipped tables and hand-modelled files as the build makes them."""
    from ce_graph import resources
    from ce_graph.ingest import build

    return build.read(resources.data())


@pytest.fixture(scope="session")
def shipped_folder(shipped_build: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped dataset and its report."""
    from ce_graph.ingest import build

    folder = tmp_path_factory.mktemp("shipped")
    build.write(shipped_build, folder)
    return folder


@pytest.fixture(scope="session")
def shipped_store(shipped_folder: Path) -> ox.Store:
    """The shipped dataset in memory; tests only read it."""
    store = ox.Store()
    store.bulk_load(path=str(shipped_folder / "dataset.nq"), format=ox.RdfFormat.N_QUADS)
    return store
