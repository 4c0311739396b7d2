"""What a view of the region consists of, before it becomes a page, a file or a chapter of a report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Self, TypeAlias


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A thing of the graph, by the name that the reader knows it by."""

    iri: str
    text: str


class Date(str):
    """A day or a month as ISO 8601 writes it: files have it so, pages as the reader's language writes it."""

    __slots__ = ()


class Text(str):
    """A text in a language of its own, which need not be the reader's."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """The text; ``language`` is its tag."""
        made = super().__new__(cls, text)
        made.language = language
        return made


Cell: TypeAlias = "str | int | Decimal | bool | Link | Sequence[Link] | None"
"""What stands in one place of a table; ``None`` where nothing is known."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its heading for the reader, and the unit of its numbers (``""``: none)."""

    name: str
    title: str
    unit: str = ""
    numeric: bool = False
    linked: bool = False
    """Whether its cells are links: a file has the IRI under the name, and the text under ``{name}_label``."""
    detail: bool = False
    """Whether only files have it: pages, the report and text leave it out."""


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as many in each row as there are columns."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""

    @property
    def brief(self) -> Table:
        """The table without the columns that only files have."""
        kept = [place for place, column in enumerate(self.columns) if not column.detail]
        if len(kept) == len(self.columns):
            return self
        rows = [[row[place] for place in kept] for row in self.rows]
        return Table([self.columns[place] for place in kept], rows, self.caption)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a view: what it says, its picture, the table of its numbers, and where to go on from."""

    name: str
    """Stable and unique in its view: the anchor on the page, and the name of the file that has its table."""
    title: str
    lead: str = ""
    table: Table | None = None
    picture: str = ""
    """SVG that says in ``title`` and ``desc`` what it shows; ``""``: no picture."""
    notes: Sequence[str] = ()
    """What was left out, not added up, or has to be known to read the numbers."""
    query: str = ""
    """A complete SPARQL query that gives the statements behind the numbers."""
    sources: Sequence[Link] = ()
    """The source documents behind the numbers."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view of the region in the reader's language."""

    name: str
    title: str
    lead: str
    parts: Sequence[Part]
    meant: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What was chosen, as understood: the criterion's heading → its name."""
