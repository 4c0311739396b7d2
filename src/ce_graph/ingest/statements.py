"""Turns rows into statements in N-Triples syntax, each with the column it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ce_graph.ingest.derived import DERIVED, concept
from ce_graph.ingest.iris import Template, rebase
from ce_graph.ingest.tables import Row, Table

Statement: TypeAlias = tuple[str, str, str]
"""Predicate, object and column; the column is ``""`` where the row as a whole states it."""


class Mapper:
    """What the metadata of one table make of its rows."""

    def __init__(self, table: Table, tables: dict[str, Table], base: str) -> None:
        self._table, self._base = table, base
        self._graphs: dict[tuple[str, ...], str] = {}
        self._given = [
            (name, place, f"<{column.property}>")
            for place, (name, column) in enumerate(table.columns.items())
            if column.property
        ]
        self._virtual = [(f"<{property_}>", template) for property_, template in table.virtual]
        self._links = {
            key.column: self._subjects(tables[key.table], key.referenced)
            for key in table.foreign_keys
            if table.columns[key.column].property and not table.columns[key.column].template
        }
        self._derive = [make(tables) for make in (DERIVED.get(table.name), concept(table)) if make is not None]

    def _subjects(self, table: Table, column: str) -> dict[str, str]:
        """What a foreign key leads to: the subject of the row that has a value in the referenced column."""
        return {value: self._iri(table.about, row) for value, row in table.by(column).items()}

    def _iri(self, template: Template, row: Row) -> str:
        return f"<{rebase(template.expand(row.first(template.names)), self._base)}>"

    def subject(self, row: Row) -> str:
        """What the row is about."""
        return self._iri(self._table.about, row)

    def graph(self, row: Row) -> str:
        """The graph that the row stands in."""
        template = self._table.graph
        key = tuple(map(row.one, template.names))
        if key not in self._graphs:
            self._graphs[key] = self._iri(template, row)
        return self._graphs[key]

    def statements(self, row: Row) -> Iterator[Statement]:
        """Everything that the row says about its subject."""
        for name, place, predicate in self._given:
            links = self._links.get(name)
            for value in row.cells[place]:
                object_ = self._table.columns[name].term(value) if links is None else links.get(value)
                if object_ is not None:
                    yield predicate, self._rebased(object_), name
        for predicate, template in self._virtual:
            if all(map(row.one, template.names)):
                yield predicate, self._iri(template, row), ""
        for derive in self._derive:
            for property_, object_, name in derive(row):
                yield f"<{property_}>", object_, name

    def columns_of(self, predicate: str, language: str = "") -> list[str]:
        """The columns whose cells state a property (N-Triples syntax), in a language when one is given."""
        columns = self._table.columns
        return [name for name, _, said in self._given if said == predicate and language in ("", columns[name].lang)]

    def _rebased(self, term: str) -> str:
        return f"<{rebase(term[1:-1], self._base)}>" if term.startswith("<") else term
