"""``ce-graph build``: tables and hand-modelled files into one dataset, with a report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ce_graph.cli import refusals

if TYPE_CHECKING:
    from ce_graph.ingest.build import Built


@click.command("build")
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option(
    "--out", "-o", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to (setting: build)."
)
@click.option("--base", help="Base IRI of the instance's own entities and graphs (setting: base).")
@click.option("--skip-refused", is_flag=True, help="Write the dataset without the refused rows; the report names them.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing when all is well.")
@refusals.or_all
@refusals.in_language
def command(
    data: Path | None, out: Path | None, base: str | None, skip_refused: bool, quiet: bool, everything: bool, lang: str
) -> None:
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
        refusals.show(built.refusals, lang, everything=everything)
        written = built.complete or skip_refused
        if written:
            if built.complete:
                built.report["inputs"] = build.fingerprint(source, settings.base)
            build.write(built, settings.build)
    if not quiet or not built.complete:
        then = f" → {settings.build / build.DATASET}" if written else Wording(lang).gettext("; nothing written")
        click.echo(_counted(built, lang, written=written) + then, err=not built.complete)
    if not written:
        sys.exit(1)


def _counted(built: Built, lang: str, *, written: bool) -> str:
    """How many rows there were, how many quads became of them, and which files may have more."""
    from ce_graph.wording import Wording

    wording, report = Wording(lang), built.report
    counted = wording.gettext(
        "%(rows)s rows read, %(refused)s refused",
        rows=wording.number(report["rows"]),
        refused=wording.number(report["refused"]),
    )
    if report["unread"]:
        files = ", ".join(report["unread"])
        counted += wording.gettext(" (not counted: what could not be read of %(files)s)", files=files)
    return counted + (wording.gettext(", %(quads)s quads", quads=wording.number(len(built.lines))) if written else "")
