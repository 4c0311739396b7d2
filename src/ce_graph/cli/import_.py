"""``ce-graph import``: a contributor's rows into a table, after every one of them has been checked."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ce_graph.cli import refusals


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", required=True, metavar="NAME", help="Table to add to, such as flows.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Data folder with tables/.")
@click.option("--dry-run", is_flag=True, help="Only check; add nothing.")
@refusals.or_all
@refusals.in_language
def command(file: Path, table: str, data: Path | None, dry_run: bool, everything: bool, lang: str) -> None:
    """Check the rows of FILE (.csv or .xlsx) and add them to a table of a data folder (default: the shipped data).

    Headings may be the columns' names or their titles in English, Finnish or Swedish, in any order; columns that are
    not required may be left out. Rows are checked as the build checks them, and added only when all of them are right.
    """
    from ce_graph import resources
    from ce_graph.ingest.contributions import contribute
    from ce_graph.wording import Wording

    wording = Wording(lang)
    with refusals.told(lang):
        rows, refused = contribute(file, table, data or resources.data(), dry_run=dry_run)
    read = wording.ngettext("%(n)s row read", "%(n)s rows read", rows)
    if refused:
        refusals.show(refused, lang, everything=everything)
        click.echo(wording.gettext("%(read)s; nothing added", read=read), err=True)
        sys.exit(1)
    if dry_run:
        click.echo(wording.ngettext("%(n)s row is right", "%(n)s rows are right", rows))
        return
    then = f"ce-graph validate {data}" if data else "ce-graph validate"
    click.echo(
        wording.ngettext(
            "%(n)s row is right and was added to %(table)s; now run %(command)s",
            "%(n)s rows are right and were added to %(table)s; now run %(command)s",
            rows,
            table=table,
            command=then,
        )
    )
