"""What can be found: the things of the graph with all their names."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.query import running
from ce_graph.settings import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.query.running import Run, Solution

_NAMES = Path(__file__).parent / "names.rq"
MAIN = ("prefLabel", "title", "label", "name")
"""Local names of the properties whose values are names to show; others only help to find."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One name of a thing; ``kind`` is the part of its IRI that says what it is (``actor``, ``code/ewc``)."""

    iri: str
    kind: str
    name: str
    language: str
    main: bool


def entries(run: Run, base: str) -> Iterator[Entry]:
    """The names of all things of an instance, of the code lists and of the ontology."""
    for row in _rows(run):
        thing, name, by = row.get("thing"), row.get("name"), row.get("property")
        if not (isinstance(thing, ox.NamedNode) and isinstance(name, ox.Literal) and isinstance(by, ox.NamedNode)):
            continue
        kind = kind_of(thing.value, base)
        if kind is not None and name.value.strip():
            main = by.value.replace("#", "/").rpartition("/")[2] in MAIN
            yield Entry(thing.value, kind, name.value.strip()[:300], name.language or "", main)


def _rows(run: Run) -> Iterator[Solution]:
    for part in running.parts(_NAMES.read_text(encoding="utf-8")):
        rows = running.solutions(run, part)
        yield from rows
        if len(rows) < running.AT_ONCE:
            return


def kind_of(iri: str, base: str) -> str | None:
    """What an IRI names, by its path; ``None`` when it has no page here."""
    for start in (base, VOCABULARY):
        if iri.startswith(start):
            parts = iri[len(start) :].split("/")
            break
    else:
        return None
    if parts[0] == "id":
        return parts[1] if len(parts) > 2 else None
    if parts[0] == "code":
        return "code" if len(parts) > 1 else None
    if parts[0].startswith("ontology#"):
        return "term"
    return parts[0] if parts[0] in ("graph", "dataset") and len(parts) > 1 else None
