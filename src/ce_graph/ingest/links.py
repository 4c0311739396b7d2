"""Finds cells that refer to what is not there, and suggests what may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.documents import terms
from ce_graph.ingest.statements import Mapper
from ce_graph.ingest.tables import Row, Table
from ce_graph.rdf.namespaces import CODE, RDF

_TYPE = f"<{RDF.type}>"


def missing(tables: dict[str, Table], mappers: dict[str, Mapper]) -> Iterator[Refusal]:
    """Foreign keys of the metadata that lead nowhere."""
    for name, table in tables.items():
        for row in table.rows:
            for column, value, resource, known in mappers[name].missing_keys(row):
                cell = table.cell(row, column, value)
                yield Refusal(table.file, f"{value!r} is not in {resource}", _hint(value, known), row.line, cell)


def dangling(
    lines: Iterable[str], origins: dict[str, list[tuple[Table, Row, str]]], documented: list[str], base: str
) -> Iterator[Refusal]:
    """Statements about, or pointing to, an entity or a code of this instance that nothing describes."""
    ours = (f"<{base}id/", f"<{CODE}")
    defined = {line.split(" ", 1)[0] for line in (*lines, *documented) if line.split(" ", 2)[1] == _TYPE}
    seen: set[tuple[str, int, str]] = set()
    for line, stated in origins.items():
        for term in terms(line):
            if term in defined or not term.startswith(ours):
                continue
            for table, row, column in stated:
                if (table.file, row.line, term) not in seen:
                    seen.add((table.file, row.line, term))
                    yield _unknown(table, row, column or table.primary_key[0], term, defined)
    for line in documented:
        for term in terms(line):
            if term.startswith(ours) and term not in defined:
                yield Refusal("hand-modelled data", f"nothing describes {term}", _similar(term, defined))


def _unknown(table: Table, row: Row, column: str, term: str, defined: set[str]) -> Refusal:
    kind, _, name = term[1:-1].rpartition("/")
    reason = f"nothing is known as {name!r} among {kind.rpartition('/')[2]!r}"
    return Refusal(table.file, reason, _similar(term, defined), row.line, table.cell(row, column))


def _similar(term: str, defined: set[str]) -> str:
    prefix, _, name = term[1:-1].rpartition("/")
    names = [other[len(prefix) + 2 : -1] for other in defined if other.startswith(f"<{prefix}/")]
    return _hint(name, sorted(names))


def _hint(value: str, known: list[str]) -> str:
    near = difflib.get_close_matches(value, known, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(map(repr, near)) + "?"
    some = ", ".join(known[:12])
    return f"known are {some}" + (" …" if len(known) > 12 else "") if known else ""
