"""Tells the user in their language what was refused: each fault on its own line, what only follows as a number."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ce_graph.ingest.cells import Refusal

in_language = click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of messages."
)
"""The option for the language of a command's messages."""

or_all = click.option(
    "--all", "everything", is_flag=True, help="Name as well what only refers to something that was refused."
)
"""The option to list what is otherwise counted."""


@contextlib.contextmanager
def told(language: str) -> Iterator[None]:
    """Let errors of the user's speak the language."""
    from ce_graph.errors import CeGraphError
    from ce_graph.wording import speak

    try:
        yield
    except CeGraphError as error:
        speak(error, language)
        raise


def show(refusals: Sequence[Refusal], language: str, *, everything: bool) -> None:
    """Print the faults on standard error, and of what only follows from them the number, or everything."""
    from ce_graph.wording import Wording

    faults = [refusal for refusal in refusals if everything or not refusal.follows]
    for refusal in faults:
        click.echo(refusal.told(language), err=True)
    if more := len(refusals) - len(faults):
        said = Wording(language).ngettext(
            "%(n)s more row or statement only refers to what was refused above; --all names it",
            "%(n)s more rows or statements only refer to what was refused above; --all names them",
            more,
        )
        click.echo(said, err=True)
