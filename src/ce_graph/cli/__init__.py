"""The commands, one file each; a command's module is imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

_COMMANDS = {
    "ask": "Answer a stored question, by its number or name.",
    "backup": "Copy a store, also while it is served.",
    "build": "Turn the tables and the hand-modelled files into one dataset.",
    "doctor": "Check that everything the service needs is there.",
    "flows": "Add up material flows by treatment, year, region and more.",
    "import": "Check a contributor's CSV or XLSX file and add its rows to a table.",
    "indicators": "Show published and computed values of indicators side by side.",
    "match": "Pair offers with needs, and flows with facilities that accept them.",
    "potential": "Rank what could be treated better, with reasons.",
    "query": "Run a SPARQL query on the built dataset or on any endpoint.",
    "report": "Write a report on the region: one HTML file, or Markdown.",
    "restore": "Go on with the state of a backup, also while serving.",
    "serve": "Serve the dataset: SPARQL, documents and pages.",
    "template": "Write an empty table with a description of its columns.",
    "validate": "Check data against the shapes.",
}
"""Command → what it is for. The module is ``ce_graph.cli.NAME`` (``import_`` for ``import``)."""


class _LazyGroup(click.Group):
    """A group that knows its commands' names and purposes without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ce_graph.cli.{cmd_name}{'_' if cmd_name == 'import' else ''}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; Ctrl-C ends with 130, what could not be read or written with 4, both without a trace."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("ce-graph: stopped", err=True)
            ctx.exit(130)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            name = f"{error.filename}: " if error.filename else ""
            click.echo(f"ce-graph: {name}{error.strerror or error}", err=True)
            ctx.exit(4)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from ce_graph import __version__

        click.echo(f"ce-graph {__version__}")
        ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show it.")
def _group() -> None:
    """The circular economy of a region as a knowledge graph: build it, check it, ask it, serve it."""


def main() -> None:
    """Entry point: run a command and turn an error of the user's into one message and an exit code."""
    from ce_graph.errors import CeGraphError

    try:
        _group(prog_name="ce-graph")
    except CeGraphError as error:
        click.echo(f"ce-graph: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`): not a fault; stdout must not be flushed again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
