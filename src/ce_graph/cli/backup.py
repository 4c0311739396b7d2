"""``ce-graph backup``: a copy of a store, taken while it is served."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the store; by default CE_GRAPH_STORE.")
def command(target: Path, store: Path | None) -> None:
    """Copy the present state of a store into the new folder TARGET; the service may go on meanwhile.

    The copy is a store itself: it can be served as it is.
    """
    from ce_graph.cli.stores import store_folder
    from ce_graph.store.changing.copies import backup

    made = backup(store_folder(store), target)
    click.echo(f"{target} has generation {made.generation}", err=True)
