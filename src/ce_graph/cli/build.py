"""``ce-graph build``: tables and hand-modelled files into one dataset, with a report."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ce_graph.cli import refusals


@click.command("build")
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to (setting: build).")
@click.option("--base", help="Base IRI of the instance's own entities and graphs (setting: base).")
@click.option("--skip-refused", is_flag=True, help="Write the dataset without the refused rows; the report names them.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing when all is well.")
@refusals.in_language
def command(data: Path | None, out: Path | None, base: str | None, skip_refused: bool, quiet: bool, lang: str) -> None:
    """Turn the tables and the hand-modelled files of DATA (default: the shipped data) into one dataset.

    Writes dataset.nq and report.json. Every refused row is named with file, line, column and cell; as long as there is
    one, nothing is written and the exit code is 1, unless --skip-refused is given. The same input gives the same bytes.
    """
    from ce_graph import resources
    from ce_graph.ingest import build
    from ce_graph.settings import load
    from ce_graph.wording import Wording

    settings = load({"build": out, "base": base})
    source = data or resources.data()
    with refusals.told(lang):
        built = build.read(source, settings.base)
        refusals.show(built.refusals, lang)
        written = built.complete or skip_refused
        if written:
            if built.complete:
                built.report["inputs"] = build.fingerprint(source, settings.base)
            build.write(built, settings.build)
    if not quiet or not built.complete:
        say = Wording(lang).gettext
        counted = say(
            "%(rows)s rows read, %(refused)s refused, %(quads)s quads",
            rows=built.report["rows"],
            refused=built.report["refused"],
            quads=len(built.lines),
        )
        then = f" → {settings.build / build.DATASET}" if written else say("; nothing written")
        click.echo(counted + then, err=not built.complete)
    if not written:
        sys.exit(1)
