"""``ce-graph doctor``: is everything there that the service needs, and if not, what to do."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

if TYPE_CHECKING:
    from ce_graph.settings import Settings

Finding: TypeAlias = tuple[str, str]
"""``ok``, ``warn`` or ``fail``, and what was found."""

_PACKAGES = ("pyoxigraph", "granian", "flask", "rdflib", "click")
_SHORT = 16


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq that would be served.")
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the store that would be served.")
@click.option("--host", help="Address that would be listened on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port that would be listened on.")
def command(data: Path | None, store: Path | None, host: str | None, port: int | None) -> None:
    """Check that the service could start here: versions, build, store, address, token.

    Changes nothing. The exit code is 1 when something is missing, else 0.
    """
    from ce_graph.settings import load

    settings = load({"data": data, "store": store, "host": host, "port": port})
    failed = False
    for name, check in _CHECKS.items():
        for level, told in check(settings):
            failed |= level == "fail"
            click.echo(f"{level:<5} {name:<8} {told}")
    if failed:
        sys.exit(1)


def _versions(_settings: Settings) -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    from ce_graph import __version__

    yield "ok", f"ce-graph {__version__}, Python {platform.python_version()} on {platform.system()}"
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield "fail", f"{package} is not installed; install ce-graph again"
    yield "ok", ", ".join(found)


def _build(settings: Settings) -> Iterator[Finding]:
    """Whether the dataset is there, and made of the present tables."""
    if settings.empty:
        yield "ok", "not needed: the store starts empty"
        return
    if settings.data is not None:
        file = settings.data / "dataset.nq"
        if file.is_file():
            yield "ok", f"{file}, {file.stat().st_size:,} bytes"
        else:
            yield "fail", f"{file} is not there; name the folder of a build"
        return
    from ce_graph import resources
    from ce_graph.ingest import build

    file, report = settings.build / build.DATASET, settings.build / build.REPORT
    if not file.is_file():
        yield "warn", f"{file} is not there yet; 'ce-graph serve' makes it, or 'ce-graph build' now"
        return
    try:
        inputs = json.loads(report.read_text(encoding="utf-8")).get("inputs")
    except (OSError, ValueError):
        inputs = None
    if inputs == build.fingerprint(resources.data(), settings.base):
        yield "ok", f"{file} is up to date"
    else:
        yield "warn", f"{file} is older than the tables; 'ce-graph serve' makes it anew, or 'ce-graph build' now"


def _store(settings: Settings) -> Iterator[Finding]:
    """Whether an engine opens over the data and answers."""
    from ce_graph.errors import CeGraphError
    from ce_graph.web import opening
    from ce_graph.web.asking import Asker
    from ce_graph.web.queries.results import Results

    file = (settings.data or settings.build) / opening.DATASET
    known_store = settings.store is not None and settings.store.is_dir()
    if not settings.empty and not known_store and not file.is_file():
        yield "warn", "not opened: there is no dataset yet"
        return
    if settings.store is not None and not known_store:
        yield "ok", f"{settings.store} is new; it is made when the service starts"
        return
    try:
        engine, what = opening.open_data(settings)
        try:
            size = Asker(Results(engine, 0)).ask("size")
        finally:
            engine.close()
    except CeGraphError as error:
        yield "fail", str(error)
        return
    quads = int(size[0]["quads"].value) if size and "quads" in size[0] else 0
    yield "ok", f"{what} opens, with {quads:,} statements"


def _address(settings: Settings) -> Iterator[Finding]:
    from ce_graph.errors import UsageError
    from ce_graph.web.server.port import free_port

    try:
        host, port = free_port(settings.host, settings.port)
    except UsageError as error:
        yield "fail", str(error)
        return
    yield "ok", f"{host} port {port} is free"


def _token(settings: Settings) -> Iterator[Finding]:
    if not settings.update_token:
        yield "ok", "read-only: CE_GRAPH_UPDATE_TOKEN is not set"
    elif len(settings.update_token) < _SHORT:
        yield (
            "warn",
            f"CE_GRAPH_UPDATE_TOKEN has fewer than {_SHORT} characters: all that protects the data",
        )
    elif settings.store is None and not settings.empty:
        yield "warn", "CE_GRAPH_UPDATE_TOKEN is set, but without --store nothing can be written"
    else:
        yield "ok", "updates with the token of CE_GRAPH_UPDATE_TOKEN"


_CHECKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "versions": _versions,
    "build": _build,
    "store": _store,
    "address": _address,
    "token": _token,
}
