"""Parts of views that are the answers to stored questions: the same query, the same columns, the same notes."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph import resources
from ce_graph.errors import NotFoundError, UsageError
from ce_graph.overview.view import Cell, Column, Date, Link, Part, Table, Text
from ce_graph.query.answers import Row, ask, query_text
from ce_graph.query.columns import heading
from ce_graph.query.parameters import Context
from ce_graph.query.questions import load
from ce_graph.query.texts import text_in
from ce_graph.rdf.namespaces import XSD

if TYPE_CHECKING:
    from ce_graph.overview.records import Records
    from ce_graph.query.labels import Labels
    from ce_graph.query.questions import Questions
    from ce_graph.query.running import AnyTerm
    from ce_graph.wording import Wording

_NUMBERS = {str(XSD) + name for name in ("integer", "decimal", "double", "float")}
_DATES = {str(XSD) + name for name in ("date", "gYearMonth")}


@functools.cache
def questions() -> Questions:
    """All stored questions."""
    return load(resources.queries())


def part(
    records: Records, wording: Wording, question: str, given: Mapping[str, str] | None = None, *, title: str = "",
    columns: Sequence[str] = (),
) -> Part:  # fmt: skip
    """The answer to a stored question; ``columns`` chooses some of its columns; rows alike in them are shown once.

    Raises:
        UsageError, NotFoundError: see ``ce_graph.query.answers.ask``.
    """
    asked = questions().find(question)
    answer = ask(asked, given or {}, context(records, wording))
    shown = tuple(columns) or answer.columns
    return Part(
        name=question,
        title=title or text_in(asked.title, wording.language),
        lead=text_in(asked.description, wording.language),
        table=table(answer.rows, shown, answer.labels, wording),
        notes=answer.note.splitlines(),
        query=answer.text,
        sources=sources(answer.rows, answer.labels),
    )


def stored(records: Records, wording: Wording, question: str, given: Mapping[str, str] | None = None) -> str:
    """The query of a stored question, with its values in it; ``""`` where the data have none of the things it needs.

    A place, a material or a default that these data do not have leaves nothing to ask about.
    """
    try:
        return query_text(questions().find(question), given or {}, context(records, wording))
    except (UsageError, NotFoundError):
        return ""


def context(records: Records, wording: Wording) -> Context:
    """Where and for whom a question is asked."""
    return Context(run=records.run, today=records.today, base=records.base, language=wording.language)


def table(rows: Iterable[Row], columns: Sequence[str], labels: Labels, wording: Wording) -> Table:
    """Solutions as a table, in their order, each row once."""
    found: dict[tuple[AnyTerm | None, ...], None] = {}
    for row in rows:
        found.setdefault(tuple(row.get(name) for name in columns))
    cells = [[cell(term, labels) for term in terms] for terms in found]
    numeric = {
        place
        for place in range(len(columns))
        if any(isinstance(row[place], Decimal) for row in cells)
        and all(isinstance(row[place], Decimal | None) for row in cells)
    }
    linked = {place for place in range(len(columns)) if any(isinstance(row[place], Link) for row in cells)}
    heads = [
        Column(name, heading(name, wording.language), numeric=place in numeric, linked=place in linked)
        for place, name in enumerate(columns)
    ]
    return Table(heads, cells)


def cell(term: AnyTerm | None, labels: Labels) -> Cell:
    """A term as a cell: a thing by its name, a number with its digits, a truth value, a date, a text."""
    if isinstance(term, ox.NamedNode):
        return Link(term.value, labels.of(term))
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term)
    if term.datatype.value in _NUMBERS:
        try:
            number = Decimal(term.value)
        except InvalidOperation:
            return term.value
        return number if number.is_finite() else term.value
    if term.datatype.value == str(XSD.boolean):
        return term.value in ("true", "1")
    if term.datatype.value in _DATES:
        return Date(term.value)
    return Text(term.value, term.language) if term.language else term.value


def sources(rows: Iterable[Row], labels: Labels) -> list[Link]:
    """The source documents that the solutions name as ``?source``."""
    found = {term for row in rows if isinstance(term := row.get("source"), ox.NamedNode)}
    return sorted(
        (Link(term.value, labels.of(term)) for term in found), key=lambda link: (link.text.casefold(), link.iri)
    )
