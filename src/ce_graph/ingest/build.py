"""Builds one dataset, deterministic to the byte, from tables, hand-modelled files and the ontology."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections import Counter
from pathlib import Path

import ce_graph
from ce_graph import resources
from ce_graph.errors import DataError, UsageError
from ce_graph.ingest import documents
from ce_graph.ingest.cells import Cell, Refusal
from ce_graph.ingest.inference import infer
from ce_graph.ingest.links import dangling, missing
from ce_graph.ingest.schemes import scheme_statements
from ce_graph.ingest.statements import Mapper, rebase
from ce_graph.ingest.tables import Row, Table, read_folder
from ce_graph.rdf.namespaces import CODE
from ce_graph.settings import VOCABULARY, Settings

DATASET = "dataset.nq"
REPORT = "report.json"
_GRAPHS = VOCABULARY + "graph/"

Origin = tuple[Table, Row, str]
"""The table, the row and the column (``""`` for the row as a whole) that a statement comes from."""


@dataclasses.dataclass
class Built:
    """A dataset as sorted N-Quads lines, with the report and where each statement comes from."""

    lines: list[str]
    report: dict[str, object]
    refusals: list[Refusal]
    origins: dict[str, list[Origin]]
    """Line → what states it; only lines from tables."""
    _index: dict[str, list[Origin]] = dataclasses.field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether no row and no file was refused."""
        return not self.refusals

    def cells_of(self, subject: str, predicate: str | None = None, object_: str | None = None) -> list[Cell]:
        """The cells that state something, the terms in N-Triples syntax; ``None`` stands for anything."""
        if not self._index:
            for line, origins in self.origins.items():
                s, p, rest = line.split(" ", 2)
                for key in (s, f"{s} {p}", f"{s} {p} {rest.rsplit(' ', 2)[0]}"):
                    self._index.setdefault(key, []).extend(origins)
        key = " ".join(term for term in (subject, predicate, object_) if term is not None)
        found = {
            table.cell(row, column or next(iter(table.columns))) for table, row, column in self._index.get(key, [])
        }
        return sorted(found, key=lambda cell: (cell.file, cell.line, cell.column_number))


def read(data: Path, base: str = VOCABULARY, *, inference: bool = True) -> Built:
    """The dataset of a data folder; refused rows are left out of the lines and listed in ``refusals``.

    Raises:
        DataError: the folder has no tables, or a table's metadata cannot be used.
    """
    if not (data / "tables").is_dir():
        raise DataError(f"{data}: no folder 'tables' here")
    tables, refusals = read_folder(data / "tables")
    documented, refused = documents.read_all(data, base)
    refusals += refused
    while True:
        lines, origins, mappers = state(tables, base)
        found = [*missing(tables, mappers), *dangling(lines, origins, documented, base)]
        if not found:
            break
        refusals += found
        _drop(tables, found)
    made = {table.file: 0 for table in tables.values()}
    for stated in origins.values():
        for table, _, _ in stated:
            made[table.file] += 1
    lines.update(dict.fromkeys(documented))
    if inference:
        entities = (base + "id/", CODE)
        lines.update(dict.fromkeys(infer(lines, entities, f"<{rebase(_GRAPHS + 'inferred', base)}>")))
    ordered = sorted(lines)
    return Built(ordered, _report(tables, refusals, made, ordered, base), refusals, origins)


def state(tables: dict[str, Table], base: str) -> tuple[dict[str, None], dict[str, list[Origin]], dict[str, Mapper]]:
    """The lines that tables make, in the order of their rows, what states each, and the mappers used."""
    lines: dict[str, None] = {}
    origins: dict[str, list[Origin]] = {}
    mappers = {name: Mapper(table, tables, base) for name, table in tables.items()}
    for name, table in tables.items():
        for row in table.rows:
            for statement in mappers[name].statements(row):
                origins.setdefault(statement.line(), []).append((table, row, statement.column))
        lines.update(dict.fromkeys(statement.line() for statement in scheme_statements(table, mappers[name])))
    lines.update(dict.fromkeys(origins))
    return lines, origins, mappers


def _drop(tables: dict[str, Table], refusals: list[Refusal]) -> None:
    bad = {(refusal.file, refusal.line) for refusal in refusals}
    for table in tables.values():
        table.rows = [row for row in table.rows if (table.file, row.line) not in bad]


def _report(
    tables: dict[str, Table], refusals: list[Refusal], made: dict[str, int], lines: list[str], base: str
) -> dict[str, object]:
    graphs = Counter(line.rsplit(" ", 2)[1][1:-1] for line in lines)
    return {
        "version": ce_graph.__version__,
        "base": base,
        "complete": not refusals,
        "rows": sum(table.read for table in tables.values()),
        "quads": len(lines),
        "tables": [
            {
                "table": name,
                "rows": table.read,
                "refused": table.read - len(table.rows),
                "triples": made[table.file],
            }
            for name, table in sorted(tables.items())
        ],
        "graphs": dict(sorted(graphs.items())),
        "refusals": [refusal.as_dict() for refusal in refusals],
    }


def write(built: Built, folder: Path) -> None:
    """Write the dataset and its report; each file appears whole or not at all.

    Raises:
        UsageError: the folder cannot be written.
    """
    text = "".join(built.lines).encode()
    report = built.report | {"sha256": hashlib.sha256(text).hexdigest()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (
            (DATASET, text),
            (REPORT, json.dumps(report, ensure_ascii=False, indent=2).encode() + b"\n"),
        ):
            partial = folder / f".{name}.{os.getpid()}"
            partial.write_bytes(content)
            partial.replace(folder / name)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from error


def fingerprint(data: Path, base: str) -> str:
    """A digest of everything that decides what the build makes of a data folder."""
    seen = hashlib.sha256(f"{ce_graph.__version__}\n{base}\n".encode())
    for root in (data, resources.ontology()):
        for path in sorted(path for path in root.rglob("*") if path.suffix in (".csv", ".json", ".ttl", ".trig")):
            seen.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def current(settings: Settings) -> Path:
    """The folder of the shipped data's build; builds when there is none or its inputs have changed.

    Raises:
        DataError: a row was refused; the message has the first ones.
    """
    data = resources.data()
    folder = settings.build
    inputs = fingerprint(data, settings.base)
    if not (folder / DATASET).is_file() or _inputs(folder) != inputs:
        built = read(data, settings.base)
        if not built.complete:
            said = "\n".join(map(str, built.refusals[:10]))
            raise DataError(f"{len(built.refusals)} refused:\n{said}")
        built.report["inputs"] = inputs
        write(built, folder)
    return folder


def _inputs(folder: Path) -> str:
    try:
        return str(json.loads((folder / REPORT).read_text(encoding="utf-8")).get("inputs", ""))
    except (OSError, ValueError):
        return ""
