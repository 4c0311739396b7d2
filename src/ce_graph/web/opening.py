"""Finds the data that an instance serves and opens an engine over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from ce_graph.settings import Settings
    from ce_graph.store.engine import Engine

DATASET = "dataset.nq"


def folder(settings: Settings) -> Path:
    """The folder of the data: the one that is named, else the shipped data, built when missing or stale."""
    if settings.data is not None:
        return settings.data
    from ce_graph.ingest import build

    return build.current(settings)


def dataset(settings: Settings) -> Path:
    """The file of the data.

    Raises:
        UsageError: the folder has none.
    """
    place = folder(settings)
    file = place / DATASET
    if not file.is_file():
        what = "is no folder" if not place.is_dir() else f"has no {DATASET}"
        raise UsageError(f"{place} {what}; name the folder of a build, or run 'ce-graph build' first")
    return file


def open_data(settings: Settings) -> Engine:
    """An engine over the data that the settings name."""
    return open_file(settings, dataset(settings))


def open_file(settings: Settings, file: Path) -> Engine:  # noqa: ARG001
    """An engine over an N-Quads file."""
    from ce_graph.store.opening import open_engine

    return open_engine(file)
