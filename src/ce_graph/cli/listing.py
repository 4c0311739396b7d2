"""Rows of an answer as aligned text, CSV or JSON, for the commands that compute on the graph."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ce_graph.model.indicators.statements import Statement
    from ce_graph.overview import Records
    from ce_graph.query.records import Reader


def open_dataset(data: Path | None) -> Reader:
    """The built dataset of a folder, or the shipped data's, built when it is missing or stale.

    Raises:
        UsageError: the folder has no dataset.
    """
    from ce_graph.query import records
    from ce_graph.settings import load
    from ce_graph.web.opening import dataset

    return records.from_file(dataset(load({"data": data})))


def open_records(data: Path | None) -> Records:
    """The same dataset, for the views of the region, which ask queries as well.

    Raises:
        UsageError: the folder has no dataset.
        DataError: the dataset cannot be read.
    """
    import pyoxigraph as ox

    from ce_graph.errors import DataError
    from ce_graph.overview import Records
    from ce_graph.query.records import from_file
    from ce_graph.query.running import on_store
    from ce_graph.settings import load
    from ce_graph.web.opening import dataset

    settings = load({"data": data})
    file = dataset(settings)
    store = ox.Store()
    try:
        store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error
    return Records(from_file(file), on_store(store), settings.base)


def aligned(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[bool]) -> str:
    """Lines of columns; columns of numbers are set to the right."""
    table = [list(headings), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        ).rstrip()
        for cells in table
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"


def comma_separated(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a header, lines ended by line feeds."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return stream.getvalue()


def json_text(value: Any) -> str:
    """JSON for people and programs; decimals are numbers with all their digits."""
    return json.dumps(_jsonable(value), ensure_ascii=False, indent=2) + "\n"


def turtle(statements: Iterable[Statement]) -> str:
    """Computed statements as Turtle."""
    import pyoxigraph as ox

    from ce_graph.rdf.namespaces import PREFIXES

    triples = []
    for found in statements:
        value: ox.Literal | ox.NamedNode = ox.NamedNode(found.object) if not found.datatype else ox.Literal("")
        if found.datatype.startswith("@"):
            value = ox.Literal(found.object, language=found.datatype[1:])
        elif found.datatype:
            value = ox.Literal(found.object, datatype=ox.NamedNode(found.datatype))
        triples.append(ox.Triple(ox.NamedNode(found.subject), ox.NamedNode(found.predicate), value))
    prefixes = {name: PREFIXES[name] for name in ("ce", "prov", "skos", "xsd")}
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def plain(value: Any) -> str:
    """A cell of CSV: decimals without exponent, nothing for ``None``."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        from ce_graph.model.exact import plain as in_digits

        return in_digits(value)
    return str(value)


def _jsonable(value: Any) -> Any:
    if isinstance(value, Decimal):
        whole = int(value)
        return whole if whole == value else float(value)
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value
