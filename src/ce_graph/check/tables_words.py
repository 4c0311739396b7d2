"""What a table calls what RDF has IRIs for: properties by their columns, things by their keys, lists by tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from ce_graph.ingest.tables import Table


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The words of one table; IRIs are written in full."""

    columns: Mapping[str, str]
    """By property, and by ``property@language``: the heading of its column, or of its columns with ``/`` between."""
    things: Mapping[str, str]
    """By the beginning of the IRIs of its things: the table that has them."""
    names: Mapping[str, str]
    """By scheme of codes: the table that has the codes; by IRI of a thing that is not made of its key: the key."""

    def of(self, iri: str) -> str:
        """The key of a thing or the table of a scheme; ``""`` where tables have no word for it."""
        if iri in self.names:
            return self.names[iri]
        begin = iri[: iri.rfind("/") + 1]
        return unquote(iri[len(begin) :]) if begin in self.things else ""


def words(table: Table, tables: Iterable[Table], base: str, headings: Mapping[str, str] | None = None) -> Words:
    """The words of one of an instance's tables; ``headings`` are those of a file that differ from the names."""
    from ce_graph.ingest.derived import scheme_of
    from ce_graph.ingest.iris import rebase

    columns: dict[str, list[str]] = {}
    for name, column in table.columns.items():
        if column.property:
            for key in (column.property, *([f"{column.property}@{column.lang}"] if column.lang else [])):
                columns.setdefault(key, []).append((headings or {}).get(name, name))
    every = list(tables)
    by_name = {other.name: other for other in every}
    keys = {
        other.about.expand(row.first(other.about.names)): row.one(key.referenced)
        for key in table.foreign_keys
        if not (other := by_name[key.table]).about.prefix
        for row in other.rows
    }
    return Words(
        columns={property_: "/".join(names) for property_, names in columns.items()},
        things={rebase(other.about.prefix, base): other.short for other in every if other.about.prefix},
        names={scheme: other.short for other in every if (scheme := scheme_of(other))} | keys,
    )
