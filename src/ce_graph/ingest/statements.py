"""Turns rows into statements in N-Triples syntax, each with the column it comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ce_graph.ingest.columns import expand, full, virtual_columns_of
from ce_graph.ingest.derived import DERIVED
from ce_graph.ingest.tables import Row, Table
from ce_graph.settings import VOCABULARY

_INSTANCE = tuple(VOCABULARY + part for part in ("id/", "graph/", "dataset/"))


def rebase(iri: str, base: str) -> str:
    """An IRI of the default instance as one of the instance at ``base``; the vocabulary's IRIs stay."""
    return base + iri[len(VOCABULARY) :] if base != VOCABULARY and iri.startswith(_INSTANCE) else iri


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A quad in N-Triples syntax; ``column`` is ``""`` where it follows from the row as a whole."""

    subject: str
    predicate: str
    object: str
    graph: str
    column: str = ""

    def line(self) -> str:
        """The quad as a line of N-Quads."""
        return f"{self.subject} {self.predicate} {self.object} {self.graph} .\n"


class Mapper:
    """What the metadata of one table make of its rows."""

    def __init__(self, table: Table, tables: dict[str, Table], base: str) -> None:
        self._table, self._tables, self._base = table, tables, base
        self._graphs: dict[str, str] = {}
        self._predicates = {name: f"<{column.property}>" for name, column in table.columns.items()}
        self._virtual = [(f"<{property_}>", template) for property_, template in virtual_columns_of(_schema(table))]
        self._derive = DERIVED[table.name](tables) if table.name in DERIVED else _nothing
        self._links = {key.column: self._subjects_by(key.resource, key.referenced) for key in table.foreign_keys}

    def _subjects_by(self, resource: str, column: str) -> dict[str, str]:
        """What a foreign key leads to: the subject of the row that has a value in the referenced column."""
        table = self._tables.get(resource) or self._tables[_beside(self._table.name, resource)]
        return {value: self._subject(table, row) for value, row in table.keys(column).items()}

    def _subject(self, table: Table, row: Row) -> str:
        return f"<{rebase(expand(table.about, _first(row)), self._base)}>"

    def subject(self, row: Row) -> str:
        """What the row is about."""
        return self._subject(self._table, row)

    def statements(self, row: Row) -> Iterator[Statement]:
        """Every statement that the row makes."""
        subject, graph = self.subject(row), self._graph(row)
        for name, values in row.values.items():
            column = self._table.columns[name]
            if not column.property:
                continue
            links = None if column.value_template else self._links.get(name)
            for value in values:
                object_ = column.object_of(value) if links is None else links.get(value)
                if object_ is not None:
                    yield Statement(subject, self._predicates[name], self._rebased(object_), graph, name)
        for predicate, template in self._virtual:
            yield Statement(subject, predicate, f"<{rebase(full(expand(template, _first(row))), self._base)}>", graph)
        for property_, derived, column_name in self._derive(row):
            yield Statement(subject, f"<{property_}>", derived, graph, column_name)

    def _graph(self, row: Row) -> str:
        key = row.one("source") if "{source}" in self._table.graph else ""
        if key not in self._graphs:
            self._graphs[key] = f"<{rebase(expand(self._table.graph, {'source': key}), self._base)}>"
        return self._graphs[key]

    def _rebased(self, term: str) -> str:
        return f"<{rebase(term[1:-1], self._base)}>" if term.startswith("<") else term

    def missing_keys(self, row: Row) -> Iterator[tuple[str, str, str, list[str]]]:
        """Cells whose foreign key leads nowhere: column, value, resource and the values there are."""
        for key in self._table.foreign_keys:
            links = self._links[key.column]
            for value in row.values.get(key.column, ()):
                if value not in links:
                    yield key.column, value, key.resource, list(links)


def _nothing(_row: Row) -> Iterator[tuple[str, str, str]]:
    return iter(())


def _schema(table: Table) -> dict[str, object]:
    schema: dict[str, object] = table.metadata["tableSchema"]
    return schema


def _first(row: Row) -> dict[str, str]:
    return {name: values[0] for name, values in row.values.items()}


def _beside(name: str, resource: str) -> str:
    folder, slash, _ = name.rpartition("/")
    return folder + slash + resource
