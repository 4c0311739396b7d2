"""Finds cells and files that refer to what is not there, and suggests what may have been meant."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import unquote

from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.columns import shown
from ce_graph.ingest.derived import scheme_of
from ce_graph.ingest.documents import Document, terms
from ce_graph.ingest.iris import rebase
from ce_graph.ingest.statements import Mapper
from ce_graph.ingest.tables import Row, Table
from ce_graph.rdf.namespaces import CODE, RDF
from ce_graph.wording import mark, say

Target: TypeAlias = str | tuple[str, str, str]
"""What is referred to: an IRI in N-Triples syntax, or table, column and value of a foreign key."""

TYPE = f"<{RDF.type}>"
_REFUSED, _UNDESCRIBED = mark("%(value)s was refused itself"), mark("nothing describes %(value)s")
_LABELS = tuple(f"{what}_{language}" for what in ("label", "name") for language in ("en", "fi", "sv"))
"""Columns with names that people know; other values are known by their key alone."""
_SUGGESTED = 100
"""Different names for which near ones are looked up; the search takes time with every name that there is."""


def ours(base: str) -> tuple[str, str]:
    """How the IRIs begin that something of the dataset must describe: the instance's entities, and codes."""
    return f"<{base}id/", f"<{CODE}"


def unlinked(
    tables: dict[str, Table], mappers: dict[str, Mapper], documents: list[Document], base: str
) -> list[Refusal]:
    """Take the rows out of the tables that refer to nothing, and those that refer to them; says why of each."""
    links = _Links(tables, mappers, documents, base)
    refusals = sorted([*links.of_rows(), *links.of_documents(documents)], key=lambda refusal: refusal.place)
    for table in tables.values():
        table.refused += [row for row in table.rows if row in links.dropped]
        table.rows = [row for row in table.rows if row not in links.dropped]
    return refusals


def lacking_keys(tables: dict[str, Table]) -> bool:
    """Whether a foreign key leads nowhere."""
    known = {
        (key.table, key.referenced): {value for row in tables[key.table].rows for value in row.all(key.referenced)}
        for table in tables.values()
        for key in table.foreign_keys
    }
    return any(
        value not in known[key.table, key.referenced]
        for table in tables.values()
        for key in table.foreign_keys
        for row in (*table.rows, *table.refused)
        for value in row.all(key.column)
    )


class _Links:
    """Who refers to what, and who provides it."""

    def __init__(
        self, tables: dict[str, Table], mappers: dict[str, Mapper], documents: list[Document], base: str
    ) -> None:
        self._tables, self._base, self._ours = tables, base, ours(base)
        self._provided: Counter[Target] = Counter()
        self._provides: dict[Row, list[Target]] = {}
        self._users: dict[Target, list[tuple[Row, str, str]]] = defaultdict(list)
        self._lost: set[Target] = set()
        self._broken = tuple(f"<{rebase(t.about.prefix, base)}" for t in tables.values() if t.broken and t.about.prefix)
        self._suggestions: dict[Target, str] = {}
        self.dropped: set[Row] = set()
        self._keys = {(key.table, key.referenced) for table in tables.values() for key in table.foreign_keys}
        for name, table in tables.items():
            for row in table.refused:
                self._lost.update(self._keys_of(name, row), [mappers[name].subject(row)])
                self._use_keys(table, row)
                self.dropped.add(row)
            for row in table.rows:
                self._add(name, row, mappers[name])
            if scheme := scheme_of(table):
                self._provided[f"<{scheme}>"] += 1
        for document in documents:
            self._provided.update(line.split(" ", 1)[0] for line in document.lines if line.split(" ", 2)[1] == TYPE)

    def _keys_of(self, name: str, row: Row) -> list[Target]:
        return [
            (name, column, value)
            for column in self._tables[name].columns
            if (name, column) in self._keys
            for value in row.all(column)
        ]

    def _add(self, name: str, row: Row, mapper: Mapper) -> None:
        table, provides = self._tables[name], self._keys_of(name, row)
        self._use_keys(table, row)
        subject = mapper.subject(row)
        for predicate, object_, column in mapper.statements(row):
            if predicate == TYPE:
                provides.append(subject)
            if object_.startswith(self._ours):
                place = column or table.primary_key[0]
                self._users[object_].append((row, place, _name(object_)))
        if subject.startswith(self._ours):
            self._users[subject].append((row, table.primary_key[0], _name(subject)))
        self._provides[row] = provides
        self._provided.update(provides)

    def _use_keys(self, table: Table, row: Row) -> None:
        for key in table.foreign_keys:
            for value in row.all(key.column):
                self._users[key.table, key.referenced, value].append((row, key.column, value))

    def of_rows(self) -> Iterator[Refusal]:
        """Refuse every row that refers to nothing, then those that refer to the refused ones, and so on."""
        said: set[tuple[Row, str, str]] = set()
        todo = sorted((target for target in self._users if not self._provided[target]), key=_order)
        while todo:
            next_: list[Target] = []
            for target in todo:
                for user in self._users[target]:
                    row, column, value = user
                    follows = self._follows(target)
                    if user in said or (follows and row in self.dropped):
                        continue
                    said.add(user)
                    yield self._refusal(target, row, column, value, follows=follows)
                    if row not in self.dropped:
                        self.dropped.add(row)
                        next_ += self._withdraw(row)
            todo = sorted(set(next_), key=_order)

    def _withdraw(self, row: Row) -> Iterator[Target]:
        for target in self._provides[row]:
            self._provided[target] -= 1
            if not self._provided[target]:
                self._lost.add(target)
                if target in self._users:
                    yield target

    def _follows(self, target: Target) -> bool:
        if isinstance(target, tuple):
            return target in self._lost or self._tables[target[0]].broken
        return target in self._lost or target.startswith(self._broken)

    def _refusal(self, target: Target, row: Row, column: str, value: str, *, follows: bool) -> Refusal:
        cell = row.cell(column, value)
        if follows:
            return Refusal(cell.file, say(_REFUSED, value=shown(value)), "", row.line, cell, follows=True)
        if table := self._table_of(target):
            reason = say("%(value)s is not in %(table)s", value=shown(value), table=table.name)
        else:
            kind = repr(str(target).rsplit("/", 2)[1])
            reason = say("nothing is known as %(value)s among %(kind)s", value=shown(value), kind=kind)
        return Refusal(cell.file, reason, self._suggestion(target), row.line, cell)

    def _table_of(self, target: Target) -> Table | None:
        """The table that would have what is referred to; of several the one with the shortest key."""
        if isinstance(target, tuple):
            return self._tables[target[0]]
        prefix = target[1 : target.rindex("/") + 1]
        found = [table for table in self._tables.values() if rebase(table.about.prefix, self._base) == prefix]
        return min(found, key=lambda table: len(table.primary_key), default=None)

    def of_documents(self, documents: list[Document]) -> Iterator[Refusal]:
        """Refer hand-modelled statements about, or to, what nothing describes."""
        for document in documents:
            if document.shipped:
                continue
            seen: set[str] = set()
            for term in (term for line in sorted(document.lines) for term in terms(line)):
                if term in seen or not term.startswith(self._ours) or self._provided[term]:
                    continue
                seen.add(term)
                follows = self._follows(term)
                said = _REFUSED if follows else _UNDESCRIBED
                hint = "" if follows else self._suggestion(term)
                yield Refusal(str(document.path), say(said, value=term), hint, document.line_of(term), follows=follows)

    def _suggestion(self, target: Target) -> str:
        if target not in self._suggestions:
            if len(self._suggestions) >= _SUGGESTED:
                return ""
            self._suggestions[target] = _suggest(*self._names(target))
        return self._suggestions[target]

    def _names(self, target: Target) -> tuple[str, dict[str, str]]:
        """The name that leads nowhere, and by name and label what there is instead."""
        table = self._table_of(target)
        if isinstance(target, tuple):
            name, rows = target[2], self._tables[target[0]].by(target[1])
        else:
            prefix, name = target[: target.rindex("/") + 1], _name(target)
            there = sorted(
                other[len(prefix) : -1]
                for other, times in self._provided.items()
                if times and isinstance(other, str) and other.startswith(prefix)
            )
            if table is None or len(table.about.names) != 1:
                return name, {key: key for key in there}
            by_key = table.by(table.about.names[0])
            rows = {key: by_key[key] for key in there if key in by_key}
        labels = {row.one(label): key for key, row in rows.items() for label in _LABELS if row.one(label)}
        return name, {key: key for key in rows} | {label: key for label, key in labels.items() if label not in rows}


def _order(target: Target) -> tuple[bool, Target]:
    return isinstance(target, str), target  # foreign keys first: they know the table that is meant


def _name(term: str) -> str:
    return unquote(term[term.rindex("/") + 1 : -1])


def _suggest(value: str, known: dict[str, str]) -> str:
    """What may have been meant by a value; ``known`` has the right values by their names and labels."""
    by_text = {text.casefold(): key for text, key in known.items()}
    near = difflib.get_close_matches(value.strip().casefold(), by_text, n=3, cutoff=0.6)
    if near:
        return say("did you mean %(names)s?", names=_either(list(dict.fromkeys(repr(by_text[text]) for text in near))))
    keys = list(dict.fromkeys(known.values()))
    some = ", ".join(keys[:12])
    some += " …" if len(keys) > 12 else ""
    return say("known are %(names)s", names=some) if keys else say("there is none yet")


def _either(names: list[str]) -> str:
    first, *others = names
    return say("%(first)s or %(others)s", first=first, others=_either(others)) if others else first
