"""What all tables together state, and which of their rows cannot be taken because they refer to nothing."""

from __future__ import annotations

import dataclasses

from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.documents import Document, terms
from ce_graph.ingest.iris import rebase
from ce_graph.ingest.links import TYPE, lacking_keys, ours, unlinked
from ce_graph.ingest.schemes import scheme_statements
from ce_graph.ingest.statements import Mapper
from ce_graph.ingest.tables import Table
from ce_graph.settings import VOCABULARY


@dataclasses.dataclass
class Stated:
    """What tables state: the lines, how many statements each table makes, what is described and what is needed."""

    lines: set[str]
    made: dict[str, int]
    described: set[str]
    needed: set[str]


def link(
    tables: dict[str, Table], documented: list[Document], base: str, *, lines: bool = True
) -> tuple[Stated, list[Refusal]]:
    """What the tables state, once the rows that refer to nothing are taken out of them; says which and why.

    Without ``lines`` the rows are only checked.
    """
    mappers = _mappers(tables, base)
    stated = _state(tables, mappers, base, lines=lines)
    said = [line for document in documented for line in document.lines]
    described = stated.described | {line.split(" ", 1)[0] for line in said if line.split(" ", 2)[1] == TYPE}
    own = [line for document in documented if not document.shipped for line in document.lines]
    needed = stated.needed | {term for line in own for term in terms(line)}
    lacking = {term for term in needed - described if term.startswith(ours(base))}
    if not lacking and not lacking_keys(tables):
        return stated, []
    refusals = unlinked(tables, mappers, documented, base)
    return _state(tables, _mappers(tables, base), base, lines=lines), refusals


def _state(tables: dict[str, Table], mappers: dict[str, Mapper], base: str, *, lines: bool) -> Stated:
    stated = Stated(set(), dict.fromkeys(tables, 0), set(), set())
    entities, codes = ours(base), f"<{rebase(VOCABULARY + 'graph/codes', base)}>"
    for name, table in tables.items():
        mapper = mappers[name]
        for row in table.rows:
            subject, graph = mapper.subject(row), mapper.graph(row)
            stated.needed.add(subject)
            for predicate, object_, _ in mapper.statements(row):
                stated.made[name] += 1
                if lines:
                    stated.lines.add(f"{subject} {predicate} {object_} {graph} .\n")
                if predicate == TYPE:
                    stated.described.add(subject)
                elif object_.startswith(entities):
                    stated.needed.add(object_)
        for statement in scheme_statements(table):
            stated.lines.add(" ".join([*statement, codes, ".\n"]))
            if statement[1] == TYPE:
                stated.described.add(statement[0])
    return stated


def _mappers(tables: dict[str, Table], base: str) -> dict[str, Mapper]:
    return {name: Mapper(table, tables, base) for name, table in tables.items()}
