"""Which store a command is about."""

from __future__ import annotations

from pathlib import Path


def store_folder(given: Path | None, *, new: bool = False) -> Path:
    """The folder of a store: the one that is named, else that of the settings.

    Raises:
        UsageError: none is named, or there is none and it is not to be ``new``.
    """
    from ce_graph.errors import UsageError
    from ce_graph.settings import load

    folder = given or load().store
    if folder is None:
        raise UsageError("name the folder of the store: --store DIR, or CE_GRAPH_STORE")
    if not new and not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name that of a store (ce-graph serve --store DIR)")
    return folder
