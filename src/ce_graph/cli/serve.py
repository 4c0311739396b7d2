"""``ce-graph serve``: the dataset over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [default: 8080]")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder with a dataset.nq; by default the shipped data, built when missing or stale.",
)
@click.option("--store", type=click.Path(path_type=Path), help="Folder of a store that keeps updates; made when new.")
@click.option("--empty", is_flag=True, default=None, help="Start a new store with nothing in it instead of the data.")
@click.option("--engine", metavar="URL", help="SPARQL endpoint that answers instead of this machine.")
@click.option("--engine-update", metavar="URL", help="That endpoint's updates; without it, it is only read.")
@click.option("--engine-graphs", metavar="URL", help="That endpoint's Graph Store Protocol.")
@click.option(
    "--default-graph",
    type=click.Choice(["union", "own"]),
    help="What a query asks that names no graph: all graphs, or the default graph alone.  [default: union]",
)
@click.option(
    "--boundaries",
    type=click.Path(path_type=Path, dir_okay=False),
    help="GeoJSON file with the boundaries of places, for the map.",
)
def command(**options: Any) -> None:
    """Serve the dataset: SPARQL, documents and pages, until Ctrl-C or SIGTERM.

    Updates need a token in CE_GRAPH_UPDATE_TOKEN, and --store to be kept.
    """
    from ce_graph.settings import load
    from ce_graph.web import opening
    from ce_graph.web.server.port import free_port

    settings = load(options)
    free_port(settings.host, settings.port)
    with ThreadPoolExecutor(max_workers=1) as pool:
        # It takes a second; what fails is told below.
        for module in ("ce_graph.web.app", "ce_graph.web.server.serving"):
            pool.submit(import_module, module)
        engine, what = opening.open_data(settings)
    try:
        from ce_graph.overview import boundaries
        from ce_graph.web.app import create_app
        from ce_graph.web.server import serving
        from ce_graph.web.service import KEY

        app = create_app(settings, engine)
        if settings.boundaries is not None:
            boundaries.read(settings.boundaries)  # what is wrong with it is told now, not when the map is looked at
        if (quads := engine.quads) is None:
            size = app.extensions[KEY].asker.ask("size")
            quads = int(size[0]["quads"].value) if size and "quads" in size[0] else 0

        def listening(address: str) -> None:
            click.echo(f"ce-graph: serving {quads:,} statements of {what} at {address} (Ctrl-C stops)", err=True)

        serving.run(app, settings, listening)
    finally:
        engine.close()
    click.echo("ce-graph: stopped", err=True)
