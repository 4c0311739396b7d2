"""Takes in a contributor's rows: checks every one of them as the build would, then adds all of them or none."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import difflib
import os
import shutil
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from ce_graph.errors import DataError, StorageError, UsageError
from ce_graph.ingest import documents
from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.memory import no_collection
from ce_graph.ingest.records import add_rows, read_folder
from ce_graph.ingest.sheets import contributed
from ce_graph.ingest.stated import link
from ce_graph.ingest.tables import Row, Table
from ce_graph.settings import VOCABULARY
from ce_graph.wording import say


def find(tables: dict[str, Table], name: str) -> Table:
    """The table of a name such as ``flows`` or ``codes/unit``.

    Raises:
        UsageError: there is none.
    """
    if name + ".csv" not in tables:
        raise unknown(name, tables.values())
    return tables[name + ".csv"]


def unknown(name: str, tables: Iterable[Table]) -> UsageError:
    """That there is no table of a name, with those that there are."""
    names = sorted(table.short for table in tables)
    if near := difflib.get_close_matches(name.removesuffix(".csv").lower(), names, n=1):
        return UsageError(
            say("there is no table %(name)s; did you mean %(near)s?", name=repr(name), near=repr(near[0]))
        )
    known = ", ".join(names)
    return UsageError(say("there is no table %(name)s; there are %(known)s", name=repr(name), known=known))


def contribute(path: Path, name: str, data: Path, *, dry_run: bool = False) -> tuple[int, list[Refusal]]:
    """Add the rows of ``path`` to the table ``name`` of a data folder: all of them, or none when anything is wrong.

    Returns the number of rows read and what is wrong with them.

    Raises:
        DataError: the tables of the folder have faults of their own, or the file cannot be read.
        StorageError: the table cannot be written.
        UsageError: there is no such table, or the file is neither CSV nor XLSX.
    """
    if not (data / "tables").is_dir():
        raise DataError(say("%(folder)s: no folder 'tables' here", folder=data))
    with _alone(data / "tables"), no_collection(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="openpyxl")  # of styles and extensions, which do not matter here
        tables, theirs = read_folder(data / "tables")
        documented, refused = documents.read_all(data, VOCABULARY)
        table = find(tables, name)
        new = dataclasses.replace(table, rows=[], refused=[], broken=False)
        layout, records = contributed(path, table)
        ours = list(add_rows(new, records, layout, taken=table.rows))
        if not ours and not new.rows:
            ours = [Refusal(str(path), say("there is no row below the header"), say("fill in at least one row"))]
        added = list(new.rows)
        table.rows += new.rows
        table.refused += new.refused
        _, lacking = link(tables, documented, VOCABULARY, lines=False)
        theirs += [*refused, *(refusal for refusal in lacking if refusal.file != layout.file)]
        ours += [refusal for refusal in lacking if refusal.file == layout.file]
        if theirs:
            said = say("the data of %(folder)s have faults of their own; mend them first:\n%(fault)s",
                       folder=data, fault=theirs[0])  # fmt: skip
            raise DataError(said)
        if not ours and not dry_run:
            _append(table, added)
        return new.read, ours


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one import at a time work on a folder; the others wait until it has ended, however it ends."""
    try:
        import fcntl
    except ImportError:  # a system without such locks
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            said = say("%(file)s: cannot be locked: %(why)s", file=folder, why=error.strerror)
            raise StorageError(said) from error
        yield


def _append(table: Table, rows: list[Row]) -> None:
    """Add rows to the table's file, which is replaced as a whole; what stands in it stays as it is, byte for byte."""
    target = table.path.resolve()  # a linked file is replaced where it is, not by a copy in place of the link
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(target, partial)
        shutil.copymode(target, partial)
        with partial.open("rb+") as stream:
            ending = "\r\n" if stream.readline().endswith(b"\r\n") else "\n"
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(ending.encode())
        with partial.open("a", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator=ending).writerows(
                [(column.separator or ";").join(row.all(name)) for name, column in table.columns.items()]
                for row in rows
            )
        partial.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise StorageError(say("%(file)s: cannot be written: %(why)s", file=table.path, why=error.strerror)) from error
