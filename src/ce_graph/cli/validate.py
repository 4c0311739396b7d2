"""``ce-graph validate``: data against shapes, with places, report formats and exit codes for continuous integration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_graph.check.outcome import Outcome
    from ce_graph.rdf.formats import Format

_REPORTS = ("text", "json", "turtle", "sarif", "junit", "github", "html")
_SYNTAXES = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld")
_COULD_NOT_RUN = 4


class _Command(click.Command):
    """A command whose faults of use end with 4: 2 means here that the data cannot be read."""

    def make_context(self, *args: Any, **given: Any) -> click.Context:
        try:
            return super().make_context(*args, **given)
        except click.UsageError as error:
            error.exit_code = _COULD_NOT_RUN  # type: ignore[misc]  # click reads it from the instance
            raise


@click.command("validate", cls=_Command)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--shapes",
    multiple=True,
    metavar="PATH",
    help="Shapes to check against, a file or a folder; may be repeated. Default: the shipped ones.",
)
@click.option(
    "--context",
    multiple=True,
    metavar="PATH",
    help="Data that shapes may look things up in, but that is not reported on; may be repeated."
    " Default: the shipped dataset, when the shapes are the shipped ones.",
)
@click.option("--no-context", is_flag=True, help="Check PATH alone.")
@click.option(
    "--format",
    "form",
    metavar="FORMAT",
    help=f"Report on standard output: {', '.join(_REPORTS)}. Default: text. With - as PATH,"
    f" {', '.join(_SYNTAXES[1:])} say what standard input holds.",
)
@click.option(
    "--input-format", type=click.Choice(_SYNTAXES), help="What - and files of unknown extension hold. Default: guessed."
)
@click.option(
    "--table",
    metavar="NAME",
    help="Table, such as flows, that a CSV or XLSX file has new rows for. Default: the one that has its headings.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a report to a file as well; may be repeated."
    " FORMAT can be left out for .json, .ttl, .sarif, .xml, .html and .txt.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("violation", "warning", "info")),
    default="violation",
    show_default=True,
    help="The mildest severity that makes the exit code 1.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Fail as well when a shape matched no node, a constraint is not supported, a sh: term is misspelt"
    " or a class is nowhere.",
)
@click.option(
    "--baseline", type=click.Path(dir_okay=False, path_type=Path), help="File of known findings; only others fail."
)
@click.option("--write-baseline", is_flag=True, help="Write all findings of this run to the --baseline file.")
@click.option(
    "--no-reviewed",
    is_flag=True,
    help="Report the findings as well that the reviewed-findings.csv of a data folder lists with reasons.",
)
@click.option("--base", metavar="IRI", help="Base of relative IRIs. Default: each file's own file:// IRI.")
@click.option(
    "--lang",
    type=click.Choice(("en", "fi", "sv")),
    default="en",
    show_default=True,
    help="Language of messages and labels.",
)
@click.option(
    "--engine",
    type=click.Choice(("columns", "pyshacl")),
    default="columns",
    show_default=True,
    help="pyshacl is slow, but carries out SHACL rules and functions.",
)
@click.option(
    "--max",
    "first",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="Findings shown of each shape in text; 0 for all.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="N",
    help="Findings kept of each constraint; more are counted, and 0 keeps all. Default: 20,000, all with a baseline.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps what was read; a file that has not changed is then read several times faster.",
)
@click.option("--profile", is_flag=True, help="Show the time that each step and each shape took.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing when all is well.")
@click.option("--color/--no-color", "colour", default=None, help="Colours in text. Default: on a terminal.")
def command(**options: Any) -> None:
    """Check data against shapes (SHACL) and say where each fault stands.

    PATH is Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, a table (CSV, XLSX), a folder of any of these, or -
    for standard input. Without PATH the shipped data are checked.

    \b
    Exit code: 0 the data conform
               1 findings at or above --fail-on, or nothing was checked
               2 data cannot be read
               3 shapes cannot be read, or are wrong
               4 the check could not be run
    """
    from ce_graph.cli import refusals
    from ce_graph.errors import CeGraphError, UsageError

    try:
        with refusals.told(options["lang"]):
            code = _run(**options)
    except UsageError as error:
        click.echo(f"ce-graph: {error}", err=True)
        sys.exit(_COULD_NOT_RUN)
    except (CeGraphError, BrokenPipeError, click.ClickException):
        raise
    except Exception as error:  # an exit code of 1 would say that the data were checked
        import traceback

        traceback.print_exc()
        click.echo(f"ce-graph: a fault of ce-graph itself, please report it: {type(error).__name__}: {error}", err=True)
        sys.exit(_COULD_NOT_RUN)
    sys.exit(code)


def _run(*, paths: tuple[str, ...], form: str | None, outputs: tuple[str, ...], **options: Any) -> int:
    from ce_graph.check.validation import validate
    from ce_graph.errors import UsageError
    from ce_graph.report import render
    from ce_graph.settings import load

    form, syntax = _formats(form, options["input_format"], paths)
    files = [_output(text) for text in outputs]
    if options["write_baseline"] and options["baseline"] is None:
        raise UsageError("--write-baseline needs --baseline FILE, the file to write")
    context = () if options["no_context"] else options["context"] or None
    outcome = validate(
        list(paths) or None,
        shapes=list(options["shapes"]) or None,
        context=context,
        base=options["base"],
        syntax=syntax,
        stdin=_stdin() if "-" in paths else None,
        engine=options["engine"],
        fail_on=options["fail_on"],
        strict=options["strict"],
        baseline=None if options["write_baseline"] else options["baseline"],
        reviewed=not options["no_reviewed"],
        instance=load().base,
        table=options["table"],
        cache=options["cache"],
        limit=0 if options["write_baseline"] else options["limit"],
        fingerprints=options["write_baseline"] or bool({"json", "sarif"} & {form, *(name for name, _ in files)}),
        progress=_progress(quiet=options["quiet"]),
    )
    shown = {"language": options["lang"], "profile": options["profile"], "quiet": options["quiet"]}
    for name, path in files:
        _write(path, render(outcome, name, **{**shown, "first": 0}))
    click.echo(render(outcome, form, **shown, first=options["first"], colour=_colour(options["colour"])), nl=False)
    if "github" in (form, *(name for name, _ in files)):
        _summarise(outcome, {**shown, "first": options["first"]})
    if options["write_baseline"]:
        return _write_baseline(options["baseline"], outcome, options["lang"])
    return outcome.exit_code


def _formats(form: str | None, syntax: str | None, paths: tuple[str, ...]) -> tuple[str, Format | None]:
    """The format of the report, and the syntax of what has none by its extension."""
    from ce_graph.errors import UsageError
    from ce_graph.rdf.formats import GRAPHS

    if form in _SYNTAXES and form not in _REPORTS and "-" in paths:
        form, syntax = None, syntax or form
    if form is not None and form not in _REPORTS:
        raise UsageError(f"--format {form}: unknown; reports come as {', '.join(_REPORTS)}")
    return form or "text", next((item for item in GRAPHS if item.name == syntax), None)


def _output(text: str) -> tuple[str, Path]:
    from ce_graph.errors import UsageError
    from ce_graph.report import by_extension

    name, equals, file = text.partition("=")
    if not equals:
        file = text
        name = by_extension(Path(text).suffix.lstrip(".")) or ""
    if name not in _REPORTS:
        raise UsageError(f"--output {text}: say FORMAT=FILE, with FORMAT one of {', '.join(_REPORTS)}")
    path = Path(file)
    if not file or path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"--output {text}: {file or 'no file'} cannot be written; the folder must exist")
    return name, path


def _stdin() -> bytes:
    from ce_graph.check.files import read_stream

    return read_stream(sys.stdin.buffer)


def _colour(wanted: bool | None) -> bool:
    import os

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") if wanted is None else wanted


def _progress(*, quiet: bool) -> Callable[[str], None] | None:
    """Steps on a terminal, from the second second on."""
    import time

    begin = time.monotonic()

    def say(step: str) -> None:
        if time.monotonic() - begin > 1:
            click.echo(f"{step} …", err=True)

    return say if sys.stderr.isatty() and not quiet else None


def _write(path: Path, text: str) -> None:
    from ce_graph.errors import UsageError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _summarise(outcome: Outcome, shown: dict[str, Any]) -> None:
    """Append the summary of a step on GitHub."""
    import os

    from ce_graph.report.github import summary
    from ce_graph.report.view import View

    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if target:
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(summary(View(outcome, **shown)))


def _write_baseline(path: Path, outcome: Outcome, language: str) -> int:
    from ce_graph.check import baseline
    from ce_graph.report.view import View

    if outcome.exit_code > 1:
        click.echo("ce-graph: no baseline was written, because the check could not be made", err=True)
        return outcome.exit_code
    view = View(outcome, language)
    known = [(item.fingerprint, _described(view, item.finding.focus, item.finding.shape)) for item in outcome.results]
    known += [(item.fingerprint, item.notice.code) for item in outcome.failing_notices]
    baseline.write(path, known)
    click.echo(f"{path}: findings known from now on: {len(known)}", err=True)
    return 0


def _described(view: Any, focus: Any, shape: Any) -> str:
    return f"{view.term(focus)}: {view.shape(shape)}"
