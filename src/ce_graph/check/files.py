"""Finds the files to check, opens each, and says in plain words why one cannot be read."""

from __future__ import annotations

import dataclasses
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ce_graph.check.files_faults import BINARY, COMPRESSED, WIDE, fault, first_bytes
from ce_graph.check.notices import Notice, notice
from ce_graph.check.positions import Position
from ce_graph.errors import UsageError
from ce_graph.rdf.formats import GRAPHS, Format, of_file
from ce_graph.rdf.sources import Source

STDIN = "-"
METADATA = "-metadata.json"
_IN_FOLDERS = ("ttl", "turtle", "trig", "nt", "nq", "rdf", "owl", "jsonld")
"""Extensions taken from folders; ``.json`` and ``.xml`` may be anything there and are taken when named."""
_LARGEST_STREAM = 1 << 30
_BOM = b"\xef\xbb\xbf"


@dataclasses.dataclass(slots=True)
class Inputs:
    """What is to be checked: RDF sources, tables (data folders, table folders, CSV files), and what cannot be read."""

    sources: list[Source] = dataclasses.field(default_factory=list)
    tables: list[Path] = dataclasses.field(default_factory=list)
    notices: list[Notice] = dataclasses.field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Whether every file could be opened."""
        return not any(item.severity == "violation" for item in self.notices)


def collect(
    given: Iterable[str | Path | bytes | Source],
    *,
    base: str | None = None,
    syntax: Format | None = None,
    stdin: bytes | None = None,
    tables: bool = True,
    besides: Iterable[Path] = (),
) -> Inputs:
    """The inputs behind what was named: files, folders (all below them, links followed once), ``-`` for ``stdin``.

    Bytes and sources are taken as they are. ``syntax`` says how to read standard input, and files whose extension does
    not. Files come in the order of the paths, those of a folder by name. ``tables`` tells whether CSV files are taken.
    ``besides`` are files that a folder's are not taken for: its shapes, when those are given as such.
    """
    inputs = Inputs()
    seen: set[str] = set()
    others = set(map(os.path.realpath, besides))
    for item in given:
        if isinstance(item, Source):
            _add_source(inputs, item)
            continue
        if isinstance(item, bytes) or str(item) == STDIN:
            data, name = (item, "<data>") if isinstance(item, bytes) else (stdin or b"", "<stdin>")
            _add_bytes(inputs, data, name, syntax, base or f"{Path.cwd().as_uri()}/{name[1:-1]}")
            continue
        path = Path(item)
        before = len(inputs.sources), len(inputs.tables), len(inputs.notices)
        for found in _files(path, inputs, tables=tables):
            real = os.path.realpath(found)  # which a link that leads to itself does not trouble
            if real not in seen and (found == path or real not in others):
                seen.add(real)
                _add(inputs, found, syntax, base, named=found == path)
        if before == (len(inputs.sources), len(inputs.tables), len(inputs.notices)) and path.is_dir():
            inputs.notices.append(notice("no-files", "violation", Position(str(path)), known=", ".join(_IN_FOLDERS)))
    return inputs


def _files(path: Path, inputs: Inputs, *, tables: bool) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from _walk(path, inputs, set(), tables=tables)


def _walk(folder: Path, inputs: Inputs, above: set[tuple[int, int]], *, tables: bool) -> Iterator[Path]:
    """All files of a folder that are taken; a folder of tables as a whole."""
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        inputs.notices.append(_os_error(folder, error))
        return
    here = (status.st_dev, status.st_ino)
    if here in above:
        return  # a link that leads back: everything below has been seen
    if tables and _is_tables(folder, entries):
        inputs.tables.append(folder)
        return
    above.add(here)
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith(".") or entry.name == "node_modules":
            continue
        if path.is_dir():
            yield from _walk(path, inputs, above, tables=tables)
        elif path.suffix.lower().lstrip(".") in _IN_FOLDERS:
            yield path


def _is_tables(folder: Path, entries: Sequence[os.DirEntry[str]]) -> bool:
    names = {entry.name for entry in entries}
    if "tables" in names and any((folder / "tables").glob("*" + METADATA)):
        return True
    return any(name.endswith(METADATA) for name in names)


def _add(inputs: Inputs, path: Path, syntax: Format | None, base: str | None, *, named: bool) -> None:
    try:
        status = path.stat()
        if named and path.suffix.lower() in (".csv", ".xlsx"):
            inputs.tables.append(path)
            return
        if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
            inputs.notices.append(unreadable(str(path), "device"))
            return
        if stat.S_ISREG(status.st_mode):
            _add_file(inputs, path, syntax, base, status.st_size)
            return
        with path.open("rb") as stream:  # a pipe, such as the shell's <(command)
            _add_bytes(inputs, read_stream(stream), str(path), syntax, base or path.absolute().as_uri())
    except OSError as error:
        inputs.notices.append(_os_error(path, error))


def _add_file(inputs: Inputs, path: Path, syntax: Format | None, base: str | None, size: int) -> None:
    try:
        form = of_file(path)
    except UsageError:
        if syntax is None:
            inputs.notices.append(unreadable(str(path), "extension", known=", ".join(_IN_FOLDERS)))
            return
        form = syntax
    head = first_bytes(path)
    if (problem := _encoding(str(path), head, size)) is not None:
        inputs.notices.append(problem)
        if problem.severity == "violation":
            return
    base = base or path.resolve().as_uri()
    # The parsers of Turtle and its kin refuse a byte order mark, which editors on Windows write.
    data = path.read_bytes().removeprefix(_BOM) if head.startswith(_BOM) or not size else None
    source = Source(str(path), form, None if data is not None else path, data, base)
    inputs.sources.append(source)


def _add_source(inputs: Inputs, source: Source) -> None:
    if source.data is not None:
        _add_bytes(inputs, source.data, source.name, source.format, source.base)
    elif source.path is not None:
        _add(inputs, source.path, source.format, source.base, named=False)


def _add_bytes(inputs: Inputs, data: bytes, name: str, syntax: Format | None, base: str | None) -> None:
    if (problem := _encoding(name, data[:8192], len(data))) is not None:
        inputs.notices.append(problem)
        if problem.severity == "violation":
            return
    data = data.removeprefix(_BOM)
    source = Source(name, syntax or guess(data), None, data, base)
    inputs.sources.append(source)


def near(path: Path) -> Path:
    """A path as seen from the current folder, when it is below that."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def guess(data: bytes) -> Format:
    """The format of a text, from how it begins; TriG, which includes Turtle and N-Triples, when nothing else fits."""
    by_name = {form.name: form for form in GRAPHS}
    head = data[:4096].lstrip()
    if head.startswith((b"{", b"[")) and head[1:].lstrip()[:1] in (b'"', b"{", b"}", b"["):
        return by_name["jsonld"]
    if head.startswith((b"<?xml", b"<!--", b"<!DOCTYPE", b"<rdf:")):
        return by_name["rdfxml"]
    first = next((line for line in head.splitlines() if line.strip() and not line.lstrip().startswith(b"#")), b"")
    ending = first.rsplit(b" ", 2)
    four = (
        len(ending) == 3
        and ending[2] == b"."
        and ending[1].startswith((b"<", b"_:"))
        and first.startswith((b"<", b"_:"))
    )
    if four and first.count(b" ") > 3 and b'"' not in ending[1] and (b'"' in first or first.count(b" ") == 4):
        return by_name["nquads"]
    return by_name["trig"]


def read_stream(stream: object) -> bytes:
    """Everything of a stream of bytes, up to a limit that keeps the machine alive.

    Raises:
        UsageError: there is more.
    """
    data: bytes = stream.read(_LARGEST_STREAM + 1)  # type: ignore[attr-defined]
    if len(data) > _LARGEST_STREAM:
        raise UsageError("more than 1 GiB on standard input or in a pipe; write it to a file and name the file")
    return data


def unreadable(name: str, why: str, line: int = 0, column: int = 0, **values: Any) -> Notice:
    """The notice that a file cannot be read; ``why`` chooses the wording."""
    return notice("unreadable", "violation", Position(name, line, column), why=why, **values)


def _encoding(name: str, head: bytes, size: int) -> Notice | None:
    if not size:
        return notice("empty-file", "warning", Position(name))
    if head.startswith(WIDE):
        return unreadable(name, "utf16")
    if head.startswith(COMPRESSED):
        return unreadable(name, "compressed")
    if BINARY.search(head):
        return unreadable(name, "binary")
    return None


def _os_error(path: Path, error: OSError) -> Notice:
    why = {FileNotFoundError: "missing", PermissionError: "permission"}.get(type(error), "system")
    return unreadable(str(path), why, said=error.strerror or str(error))


def faults(sources: Sequence[Source]) -> list[Notice]:
    """Why sources cannot be parsed: one notice each, with its position; those that can be parsed have none."""
    return [found for source in sources if (found := fault(source)) is not None]
