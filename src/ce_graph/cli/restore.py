"""``ce-graph restore``: the state of a backup as the next one of a store, also while it is served."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the store; by default CE_GRAPH_STORE.")
def command(source: Path, store: Path | None) -> None:
    """Make the state of the backup SOURCE the next one of a store; a service that has it open goes on with it.

    The store is made where there is none. What was written since the backup is no longer in it: take a backup first.
    """
    from ce_graph.cli.stores import store_folder
    from ce_graph.store.changing.copies import restore

    made = restore(store_folder(store, new=True), source)
    click.echo(f"the store goes on with generation {made.generation}", err=True)
