"""Reports of a validation: one writer a format, registered by name."""

from __future__ import annotations

import dataclasses
import importlib
from typing import TYPE_CHECKING

from ce_graph.errors import UsageError

if TYPE_CHECKING:
    from ce_graph.check.outcome import Outcome
    from ce_graph.report.view import View


@dataclasses.dataclass(frozen=True, slots=True)
class Writer:
    """A format: its media type, the file extension that stands for it, and the module whose ``write`` makes it."""

    name: str
    media_type: str
    extension: str
    module: str


WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        Writer("text", "text/plain", "txt", "terminal"),
        Writer("json", "application/json", "json", "record"),
        Writer("turtle", "text/turtle", "ttl", "shacl"),
        Writer("sarif", "application/sarif+json", "sarif", "sarif"),
        Writer("junit", "application/junit+xml", "xml", "junit"),
        Writer("github", "text/plain", "", "github"),
        Writer("html", "text/html", "html", "page"),
    )
}
"""Report formats by name."""


def render(outcome: Outcome, name: str = "text", **options: object) -> str:
    """An outcome as a report; ``options`` are those of :class:`ce_graph.report.view.View`.

    Raises:
        UsageError: there is no such format.
    """
    from ce_graph.report.view import View

    if name not in WRITERS:
        raise UsageError(f"unknown report format {name!r}; known are {', '.join(WRITERS)}")
    view: View = View(outcome, **options)  # type: ignore[arg-type]
    text: str = importlib.import_module(f"ce_graph.report.{WRITERS[name].module}").write(view)
    return text


def by_extension(extension: str) -> str | None:
    """The format that a file's extension stands for (without the dot), or ``None``."""
    return next(
        (writer.name for writer in WRITERS.values() if writer.extension and writer.extension == extension), None
    )
