"""Tables as data to be checked: read through the ingest, with the cell behind every statement."""

from __future__ import annotations

import dataclasses
import functools
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ce_graph.check.files import METADATA
from ce_graph.check.notices import REFUSED, Notice, notice
from ce_graph.check.positions import Position
from ce_graph.check.tables_cells import Cells, about
from ce_graph.check.tables_words import words
from ce_graph.errors import DataError
from ce_graph.rdf.formats import GRAPHS
from ce_graph.rdf.sources import Source, of_bytes

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding
    from ce_graph.check.lint import Statements
    from ce_graph.check.positions_paths import Pattern
    from ce_graph.check.tables_words import Words
    from ce_graph.ingest.build import Built
    from ce_graph.ingest.cells import Cell, Refusal

_NQUADS = next(form for form in GRAPHS if form.name == "nquads")


@dataclasses.dataclass(slots=True)
class Tables:
    """What tables state: the sources, the notices about cells that say nothing, and the cell of a statement."""

    sources: list[Source] = dataclasses.field(default_factory=list)
    notices: list[Notice] = dataclasses.field(default_factory=list)
    cells: list[Cells] = dataclasses.field(default_factory=list)
    words: dict[str, Words] = dataclasses.field(default_factory=dict)
    """What each file calls what RDF has IRIs for."""
    only: set[str] = dataclasses.field(default_factory=set)
    """When single CSV files were asked for: these, and only findings in them count."""
    documents: list[Path] = dataclasses.field(default_factory=list)
    """Hand-modelled files that were read along with tables."""
    folders: dict[Path, bool] = dataclasses.field(default_factory=dict)
    """Data folders that tables are of, and whether findings in all of their tables count."""

    def locator(self, statements: Statements) -> Callable[[Finding, Sequence[Pattern]], Position | None]:
        """Finds the cell of a finding of the shapes that the statements describe."""
        asked = functools.cache(functools.partial(about, statements))

        def find(finding: Finding, ways: Sequence[Pattern]) -> Position | None:
            found = (cells.of(finding, ways, asked(finding.shape)) for cells in self.cells)
            return next(filter(None, found), None)

        return find


def read(paths: Sequence[Path], base: str, table: str | None = None) -> Tables:
    """Read data folders, folders of tables, CSV and XLSX files.

    A CSV file that stands among tables is checked together with them; another file is taken for new rows of the
    shipped table of the name ``table``, or else of the one that its headings belong to.

    Raises:
        UsageError: there is no table of that name.
    """
    tables = Tables()
    roots: dict[Path, set[str] | None] = {}
    for path in paths:
        root = _root(path)
        if root is None:
            _read_contribution(path, base, table, tables)
        elif path.is_dir():
            roots[root] = None
        elif (names := roots.setdefault(root, set())) is not None:
            names.add(path.name)
    for root, names in roots.items():
        _read_root(root, names, base, tables)
    return tables


def _root(path: Path) -> Path | None:
    """The folder of tables that a path is, or is in; ``None`` for a CSV file without metadata."""
    if path.is_dir():
        return path / "tables" if any((path / "tables").glob("*" + METADATA)) else path
    if not path.with_name(path.stem + METADATA).is_file():
        return None
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - links are not followed
    while any(folder.parent.glob("*" + METADATA)):
        folder = folder.parent
    return _named_like(path, folder)


def _named_like(given: Path, path: Path) -> Path:
    """An absolute path as the user would name it, who has given another one."""
    return path if given.is_absolute() else Path(os.path.relpath(path))


def _read_root(root: Path, names: set[str] | None, base: str, tables: Tables) -> None:
    from ce_graph.ingest import build

    whole = Path(os.path.abspath(root))  # noqa: PTH100 - links are not followed, so that names stay the user's
    data = _named_like(root, whole.parent) if whole.name == "tables" else None
    try:
        built = build.read_tables(root, base) if data is None else build.read(data, base)
    except DataError as error:
        tables.notices.append(notice("unreadable", "violation", Position(str(root)), why="tables", said=error))
        return
    _take(built, str(root), names, tables)
    if data is not None:
        tables.folders[data] = names is None
        tables.documents += sorted(path for form in ("*.ttl", "*.trig") for path in data.glob(form))


def _take(built: Built, name: str, names: set[str] | None, tables: Tables) -> None:
    data = "".join(built.lines).encode()
    tables.sources.append(of_bytes(data, _NQUADS, name))
    tables.notices += [
        _refused(refusal) for refusal in built.refusals if names is None or Path(refusal.file).name in names
    ]
    if names is not None:
        tables.only |= names

    def place(cell: Cell) -> Position | None:
        return _position(cell) if names is None or Path(cell.file).name in names else None

    tables.cells.append(Cells(built, place))
    for table in built.tables.values():
        tables.words[str(table.path)] = words(table, built.tables.values(), built.base)


def _position(cell: Cell) -> Position:
    return Position(
        cell.file, cell.line, 0, cell.row,
        column_name=cell.column, heading=cell.heading, cell=cell.value, cell_name=cell.name,
    )  # fmt: skip


def _refused(refusal: Refusal) -> Notice:
    where = _position(refusal.cell) if refusal.cell else Position(refusal.file, refusal.line or 0)
    if refusal.unreadable:
        return notice("unreadable", "violation", where, why="table", said=refusal.reason, hint=refusal.hint)
    return notice(REFUSED, "violation", where, said=refusal.reason, hint=refusal.hint)


def _read_contribution(path: Path, base: str, table: str | None, tables: Tables) -> None:
    """New rows for a shipped table, checked together with everything that ships."""
    from ce_graph.check.tables_overlay import fitting, overlay, shipped
    from ce_graph.ingest import build
    from ce_graph.ingest.cells import Refusal

    try:
        found = fitting(path, table)
        if isinstance(found, Refusal):
            tables.notices.append(_refused(found))
            return
        if found is None:
            known = ", ".join(f"{name}.csv" for name in shipped() if not name.startswith("codes/"))
            said = notice("unreadable", "violation", Position(str(path), 1), why="no-metadata", known=known)
            tables.notices.append(said)
            return
        with tempfile.TemporaryDirectory() as folder:
            made = overlay(path, found, Path(folder))
            built = build.read(Path(folder), base)
    except DataError as error:
        tables.notices.append(notice("unreadable", "violation", Position(str(path)), why="tables", said=error))
        return
    tables.sources.append(of_bytes("".join(built.lines).encode(), _NQUADS, str(path)))
    tables.only.add(path.name)
    ours = [made.moved_refusal(refusal) for refusal in built.refusals if made.has(refusal)]
    tables.notices += map(_refused, sorted((*made.refusals, *ours), key=lambda refusal: refusal.place))

    def place(cell: Cell) -> Position | None:
        return _position(made.moved(cell)) if made.has(cell) else None

    tables.cells.append(Cells(built, place))
    tables.words[str(path)] = words(found, built.tables.values(), built.base, made.layout.headings)
