"""Finds the data that an instance serves and opens an engine over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from ce_graph.settings import Settings
    from ce_graph.store.engine import Engine, Limits

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


def open_data(settings: Settings) -> tuple[Engine, str]:
    """The engine that the settings ask for, and what it serves, in words."""
    from ce_graph.store.opening import open_endpoint, open_engine

    kept = limits(settings)
    union = settings.default_graph == "union"
    if settings.engine is not None:
        if settings.data or settings.store or settings.empty:
            raise UsageError("an engine elsewhere has its own data: give it, or data, store and empty, not both")
        engine = open_endpoint(
            settings.engine,
            update_url=settings.engine_update,
            graphs_url=settings.engine_graphs,
            limits=kept,
            union_default=union,
        )
        return engine, settings.engine
    if settings.empty:
        place = f"the store {settings.store}" if settings.store else "an empty store that is gone when the service ends"
        return open_engine(limits=kept, union_default=union, store=settings.store), place
    file = dataset(settings)
    if settings.store is not None:
        return open_engine(file, limits=kept, union_default=union, store=settings.store), f"the store {settings.store}"
    return open_engine(file, limits=kept, union_default=union), str(file)


def limits(settings: Settings) -> Limits:
    """What one query may take, by the settings."""
    from ce_graph.store.engine import Limits

    return Limits(
        seconds=settings.query_seconds,
        rows=settings.query_rows,
        result_bytes=settings.result_bytes,
        worker_memory=settings.worker_memory,
        workers=settings.workers,
        waiting=settings.waiting,
        query_bytes=settings.query_bytes,
        update_bytes=settings.update_bytes,
        update_seconds=settings.update_seconds,
        memory=settings.memory,
        services=tuple(settings.services.split()),
    )
