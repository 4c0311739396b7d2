"""Builds one dataset, deterministic to the byte, from tables, hand-modelled files and the ontology."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ce_graph
from ce_graph import resources
from ce_graph.errors import DataError, StorageError
from ce_graph.ingest import documents
from ce_graph.ingest.cells import Cell, Refusal
from ce_graph.ingest.inference import infer
from ce_graph.ingest.iris import rebase
from ce_graph.ingest.links import ours
from ce_graph.ingest.memory import no_collection
from ce_graph.ingest.records import read_folder
from ce_graph.ingest.stated import link
from ce_graph.ingest.statements import Mapper
from ce_graph.ingest.tables import Row, Table
from ce_graph.settings import VOCABULARY, Settings
from ce_graph.wording import say

DATASET = "dataset.nq"
REPORT = "report.json"
_INPUTS = (".csv", ".json", ".py", ".trig", ".ttl")


@dataclasses.dataclass
class Built:
    """A dataset as sorted N-Quads lines, with the report and where each statement comes from."""

    lines: list[str]
    report: dict[str, Any]
    refusals: list[Refusal]
    tables: dict[str, Table]
    base: str
    _rows: dict[str, list[tuple[Mapper, Row]]] = dataclasses.field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether no row and no file was refused."""
        return not self.refusals

    def cells_of(self, subject: str, predicate: str | None = None, object_: str | None = None) -> list[Cell]:
        """The cells that state something, the terms in N-Triples syntax; ``None`` stands for anything."""
        return _sorted(
            row.cell(column or next(iter(row.layout.places)))
            for mapper, row in self._rows_of(subject)
            for said, object_said, column in mapper.statements(row)
            if predicate in (None, said) and object_ in (None, object_said)
        )

    def cells_for(self, subject: str, predicate: str, language: str = "") -> list[Cell]:
        """The cells that could state a property about something (in a language), empty ones included.

        Terms are in N-Triples syntax.
        """
        return _sorted(
            row.cell(name) for mapper, row in self._rows_of(subject) for name in mapper.columns_of(predicate, language)
        )

    def _rows_of(self, subject: str) -> list[tuple[Mapper, Row]]:
        if not self._rows:
            for table in self.tables.values():
                mapper = Mapper(table, self.tables, self.base)
                for row in table.rows:
                    self._rows.setdefault(mapper.subject(row), []).append((mapper, row))
        return self._rows.get(subject, [])


def _sorted(cells: Iterable[Cell]) -> list[Cell]:
    return sorted(set(cells), key=lambda cell: (cell.file, cell.line, cell.column_number))


def read(data: Path, base: str = VOCABULARY, *, inference: bool = True) -> Built:
    """The dataset of a data folder; refused rows are left out of the lines and listed in ``refusals``.

    Raises:
        DataError: the folder has no tables, or a table's metadata cannot be used.
    """
    if not (data / "tables").is_dir():
        raise DataError(say("%(folder)s: no folder 'tables' here", folder=data))
    return _read(data / "tables", data, base, inference=inference)


def read_tables(folder: Path, base: str = VOCABULARY) -> Built:
    """The dataset of a folder of tables that stand alone, with the ontology.

    Raises:
        DataError: there are no tables, or a table's metadata cannot be used.
    """
    return _read(folder, None, base, inference=True)


def _read(folder: Path, data: Path | None, base: str, *, inference: bool) -> Built:
    with no_collection():
        tables, refusals = read_folder(folder)
        documented, refused = documents.read_all(data, base)
        stated, lacking = link(tables, documented, base)
        refusals += [*refused, *lacking]
        said = [line for document in documented for line in document.lines]
        lines = sorted(stated.lines.union(said))
        if inference:
            lines += sorted(infer(lines, said, ours(base), f"<{rebase(VOCABULARY + 'graph/inferred', base)}>"))
            lines.sort()
        return Built(lines, _report(tables, refusals, stated.made, lines, base), refusals, tables, base)


def _report(
    tables: dict[str, Table], refusals: list[Refusal], made: dict[str, int], lines: list[str], base: str
) -> dict[str, Any]:
    graphs = Counter(line.rsplit(" ", 2)[1][1:-1] for line in lines)
    return {
        "version": ce_graph.__version__,
        "base": base,
        "complete": not refusals,
        "rows": sum(table.read for table in tables.values()),
        "refused": sum(len(table.refused) for table in tables.values()),
        "unread": sorted(
            {str(table.path) for table in tables.values() if table.broken}
            | {refusal.file for refusal in refusals if refusal.unreadable}
        ),
        "quads": len(lines),
        "tables": [
            {"table": name, "rows": table.read, "refused": len(table.refused), "triples": made[name]}
            for name, table in sorted(tables.items())
        ],
        "graphs": dict(sorted(graphs.items())),
        "refusals": [refusal.as_dict() for refusal in refusals],
    }


def write(built: Built, folder: Path) -> None:
    """Write the dataset and its report; each file appears whole or not at all.

    Raises:
        StorageError: the folder cannot be written.
    """
    digest = hashlib.sha256()
    for line in built.lines:
        digest.update(line.encode())
    report = built.report | {"sha256": digest.hexdigest()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / DATASET, built.lines)
        _write(folder / REPORT, [json.dumps(report, ensure_ascii=False, indent=2), "\n"])
    except OSError as error:
        raise StorageError(say("%(file)s: cannot be written: %(why)s", file=folder, why=error.strerror)) from error


def _write(target: Path, pieces: Iterable[str]) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(pieces)
        partial.replace(target)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()  # what a full disk or Ctrl-C left; nothing once it was put in place


def fingerprint(data: Path, base: str) -> str:
    """A digest of everything that decides what the build makes of a data folder, this code included."""
    seen = hashlib.sha256(f"{ce_graph.__version__}\n{base}\n".encode())
    for root in (data, resources.ontology(), Path(__file__).parent):
        for path in sorted(path for path in root.rglob("*") if path.suffix in _INPUTS):
            seen.update(f"{path.relative_to(root).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
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
            faults = "\n".join(map(str, built.refusals[:10]))
            raise DataError(say("%(n)s refused:\n%(faults)s", n=len(built.refusals), faults=faults))
        built.report["inputs"] = inputs
        write(built, folder)
    return folder


def _inputs(folder: Path) -> str:
    try:
        return str(json.loads((folder / REPORT).read_text(encoding="utf-8")).get("inputs", ""))
    except (OSError, ValueError):
        return ""
