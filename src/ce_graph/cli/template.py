"""``ce-graph template``: an empty table that someone with a spreadsheet program can fill in."""

from __future__ import annotations

from pathlib import Path

import click

from ce_graph.cli import refusals


@click.command("template")
@click.argument("table")
@click.option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File to write: .xlsx or .csv.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Data folder with tables/.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@refusals.in_language
def command(table: str, out: Path | None, data: Path | None, force: bool, lang: str) -> None:
    """Write an empty TABLE (such as flows) with a description of its columns and its lists of codes.

    The XLSX file has a sheet to fill in, a sheet that explains each column, and a sheet for each list of codes; its
    rows go into the table with ce-graph import.
    """
    from ce_graph import resources
    from ce_graph.errors import UsageError
    from ce_graph.ingest.templates import write_template
    from ce_graph.wording import Wording, say

    target = out or Path(table.rpartition("/")[2] + ".xlsx")
    with refusals.told(lang):
        if target.exists() and not force:
            said = say("%(file)s is there already; give another name with --out, or --force", file=target)
            raise UsageError(said)
        write_template(table, data or resources.data(), target, lang)
    more = f" --data {data}" if data else ""
    then = f"ce-graph import {target} --table {table}{more}"
    click.echo(Wording(lang).gettext("%(file)s: fill it in, then run %(command)s", file=target, command=then))
