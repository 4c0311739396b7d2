"""``ce-graph serve``: the dataset over HTTP."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [default: 8080]")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder with a dataset.nq; by default the shipped data, built when missing or stale.",
)
def command(host: str | None, port: int | None, data: Path | None) -> None:
    """Serve the dataset: SPARQL, documents and pages, until Ctrl-C or SIGTERM."""
    from ce_graph.settings import load
    from ce_graph.web import opening, serving
    from ce_graph.web.app import create_app
    from ce_graph.web.service import KEY

    settings = load({"host": host, "port": port, "data": data})
    file = opening.dataset(settings)
    serving.free_port(settings.host, settings.port)
    app = create_app(settings, opening.open_file(settings, file))
    size = app.extensions[KEY].asker.ask("size")
    quads = int(size[0]["quads"].value)

    def listening(address: str) -> None:
        click.echo(f"ce-graph: serving {quads:,} statements of {file} at {address} (Ctrl-C stops)", err=True)

    serving.run(app, settings, listening)
    click.echo("ce-graph: stopped", err=True)
