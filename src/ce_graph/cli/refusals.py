"""Tells the user what was refused: each fault on its own line, what only follows from one as a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ce_graph.ingest.cells import Refusal


def show(refusals: Sequence[Refusal]) -> None:
    """Print the faults on standard error."""
    faults = [refusal for refusal in refusals if not refusal.follows]
    for refusal in faults:
        click.echo(str(refusal), err=True)
    if more := len(refusals) - len(faults):
        click.echo(f"{more} more: rows that refer to what was refused above", err=True)
