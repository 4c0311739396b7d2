"""The whole of a validation: what to read, with which engine, and the places of what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ce_graph.check import baseline as baselines
from ce_graph.check import files, lint
from ce_graph.check.baseline import Fingerprints
from ce_graph.check.findings import Finding, Report, Severity
from ce_graph.check.labels import Labels
from ce_graph.check.notices import NOTHING, UNREADABLE, Notice, notice
from ce_graph.check.outcome import Outcome, Remarked
from ce_graph.check.outcome_results import in_order, nameless
from ce_graph.check.positions import Places, Position, locate
from ce_graph.errors import DataError, ShapesError
from ce_graph.rdf.sources import Source
from ce_graph.settings import VOCABULARY

if TYPE_CHECKING:
    from ce_graph.check.lint import Remark, Statements
    from ce_graph.check.reviewed import Reviewed
    from ce_graph.check.tables import Tables
    from ce_graph.rdf.columns import Columns
    from ce_graph.rdf.formats import Format

Input: TypeAlias = str | Path | bytes | Source
"""A file, a folder, bytes of RDF, or a source that says its format and base."""

MOST = 20_000
"""Findings of one constraint that are kept: each takes 2 KB, and nobody reads more."""
_LARGE = 20_000_000
"""From so many bytes on, two processes read faster than one."""


def validate(
    data: Input | Iterable[Input] | None = None,
    *,
    shapes: Input | Iterable[Input] | None = None,
    context: Iterable[Input] | None = None,
    base: str | None = None,
    syntax: Format | None = None,
    stdin: bytes | None = None,
    engine: str = "columns",
    fail_on: Severity = "violation",
    strict: bool = False,
    baseline: Path | None = None,
    reviewed: bool = True,
    instance: str = VOCABULARY,
    table: str | None = None,
    cache: Path | None = None,
    processes: int = 2,
    limit: int | None = None,
    fingerprints: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Check data against shapes; the outcome has typed findings, each with its place.

    ``data`` and ``shapes`` default to what ships with the package. ``context`` is data that the shapes may look things
    up in; only findings about ``data`` are reported. For data checked against the shipped shapes it is the shipped
    dataset, unless it is given (``()`` for none). ``base`` resolves relative IRIs (default: each file's own IRI),
    ``syntax`` says what ``-`` and files of unknown extension hold, ``instance`` is the base of the tables' own IRIs,
    ``table`` the shipped table that a CSV or XLSX file has new rows for (default: the one with its headings).
    ``processes`` is how many may read large files; 1: this one alone. ``limit`` is how many findings of each
    constraint are kept (0: all; default: ``MOST``, all with a baseline); those left out are counted in a notice.
    ``fingerprints`` can be left out when nobody needs them, to save time. ``reviewed``: in a data folder that is
    checked as a whole against the shipped shapes, the findings of its ``reviewed-findings.csv`` are known.

    Files and shapes that cannot be read are notices of the outcome, not exceptions.

    Raises:
        UsageError: the engine is unknown, or the baseline cannot be read.
    """
    known = frozenset() if baseline is None else baselines.read(baseline)
    run = _Run(base, syntax, stdin, engine, instance, table, cache, processes, progress or (lambda _: None))
    if run.read_shapes(None if shapes is None else _several(shapes)):
        run.read_data(None if data is None else _several(data), _context(data, shapes, context))
        if run.data is not None:
            run.check((MOST if baseline is None else None) if limit is None else limit or None)
            if reviewed and shapes is None:
                run.review()
    return run.outcome(fail_on=fail_on, strict=strict, known=known, fingerprints=fingerprints or bool(known))


def _several(given: Input | Iterable[Input]) -> list[Input]:
    return [given] if isinstance(given, str | Path | bytes | Source) else list(given)


def _context(data: object, shapes: object, context: Iterable[Input] | None) -> list[Input] | None:
    """What to look things up in; ``None`` stands for the shipped dataset."""
    if context is not None:
        return list(context)
    return None if data is not None and shapes is None else []


class _Run:
    def __init__(
        self, base: str | None, syntax: Format | None, stdin: bytes | None, engine: str, instance: str,
        table: str | None, cache: Path | None, processes: int, progress: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.base, self.syntax, self.stdin = base, syntax, stdin
        self.engine, self.instance, self.cache, self.progress = engine, instance, cache, progress
        self.table, self.processes = table, processes
        self.own_shapes = True
        self.statements: Statements = lint.Statements(())
        self.shape_notices: list[Notice] = []
        self.notices: list[Notice] = []
        self.sources: list[Source] = []
        self.context: list[Source] = []
        self.tables: Tables | None = None
        self.data: Columns | None = None
        self.triples = 0
        self.report: Report | None = None
        self.places: Places = {}
        self.reviewed: Reviewed | None = None
        self.seconds: dict[str, float] = {}

    # Shapes

    def read_shapes(self, given: list[Input] | None) -> bool:
        """Read and lint the shapes; tells whether they can be used."""
        from ce_graph import resources
        from ce_graph.check.context import with_imports

        begin = time.perf_counter()
        chosen: list[Input] = [files.near(resources.shapes())] if given is None else given
        self.own_shapes = given is not None
        inputs = files.collect(chosen, syntax=self.syntax, tables=False)
        self.shape_notices += inputs.notices
        if inputs.readable:
            try:
                self.statements = with_imports(inputs.sources)
            except (DataError, MemoryError):
                self.shape_notices += files.faults(inputs.sources)
        self._lint()
        self.seconds["shapes"] = time.perf_counter() - begin
        return not any(item.severity == "violation" for item in self.shape_notices)

    def _lint(self) -> None:
        from ce_graph.check.lint.targets import has_target

        if any(item.severity == "violation" for item in self.shape_notices):
            return
        self.shape_notices += lint.placed(lint.about_shapes(self.statements), self.statements)
        if not any(has_target(self.statements, subject) for subject in self.statements.subjects()):
            where = self.statements.sources[0].name if len(self.statements.sources) == 1 else ""
            self.shape_notices.append(notice("no-shapes", "violation", Position(where) if where else None))

    # Data

    def read_data(self, given: list[Input] | None, context: list[Input] | None) -> None:
        """Read the data; ``self.data`` stays ``None`` when something cannot be read."""
        from ce_graph import resources

        begin = time.perf_counter()
        chosen: list[Input] = [files.near(resources.data())] if given is None else given
        besides = [source.path for source in self.statements.sources if source.path]
        inputs = files.collect(chosen, base=self.base, syntax=self.syntax, stdin=self.stdin, besides=besides)
        self.notices += inputs.notices
        self.sources = inputs.sources
        if inputs.tables:
            from ce_graph.check import tables

            self.progress("reading tables")
            self.tables = tables.read(inputs.tables, self.instance, self.table)
            self.notices += self.tables.notices
            context = context or []  # tables bring what they refer to
        if any(item.code in UNREADABLE for item in self.notices):
            self.notices += files.faults(self.sources)
        else:
            self._read_context(context)
            self._read_columns()
        self.seconds["reading"] = time.perf_counter() - begin

    def _read_context(self, given: list[Input] | None) -> None:
        if given is None:
            from ce_graph.check.context import shipped

            self.context = shipped(self.instance)
            return
        inputs = files.collect(given, base=self.base)
        self.notices += inputs.notices
        self.context = inputs.sources

    def _all(self) -> list[Source]:
        return [*self.sources, *(self.tables.sources if self.tables else ()), *self.context]

    def _read_columns(self) -> None:
        from ce_graph.check.context import SHIPPED, imported, imports
        from ce_graph.rdf import columns

        sources = self._all()
        size = sum(source.size for source in sources)
        self.progress(f"reading {len(sources)} files, {size >> 20} MiB")
        try:
            self.data = columns.read(sources, processes=self.processes if size > _LARGE else 1, cache=self.cache)
        except (DataError, MemoryError) as error:
            found = files.faults(sources)
            self.notices += found or [notice("unreadable", "violation", None, why="syntax", said=error)]
            return
        wanted = imports(self.data)
        self.notices += [
            notice("import-not-read", "warning", iri=term.value) for term in wanted if term.value not in SHIPPED
        ]
        if more := imported(wanted, set()):
            self.context += more
            self.data = columns.read(self._all(), cache=self.cache)

    # The check

    def check(self, limit: int | None) -> None:
        """Run the engine, then look for the places of what it found."""
        from ce_graph.check import engine
        from ce_graph.check.context import counted
        from ce_graph.check.shapes import ShapesGraph

        assert self.data is not None
        self.triples = len(self.data)
        begin = time.perf_counter()
        self.progress(f"checking {len(self.data)} triples")
        try:
            self.report = engine.validate(
                self.data, ShapesGraph(self.statements.triples()), engine=self.engine, limit=limit
            )
        except ShapesError as error:
            self.shape_notices.append(lint.wrong(self.statements, str(error)))
            return
        finally:
            self.seconds["checking"] = time.perf_counter() - begin
        if self.engine == "pyshacl":
            self.report = counted(self.report, self.statements, self.data)
        remarks: list[Remark] = list(lint.about_data(self.statements, self.data, self.report, own=self.own_shapes))
        self.shape_notices += lint.placed(remarks, self.statements)
        if not self._looked_at_anything():
            self.notices.append(notice(NOTHING, "violation"))
        if self.report.findings:
            begin = time.perf_counter()
            self.progress(f"looking up the places of {len(self.report.findings)} findings")
            cells = self.tables.locator(self.statements) if self.tables else None
            self.places, unplaced = locate(self.report.findings, self.data, self.sources, cells)
            self.notices += unplaced
            self.seconds["positions"] = time.perf_counter() - begin

    def _looked_at_anything(self) -> bool:
        assert self.report is not None
        if not any(item.focus_nodes for item in self.report.checked):
            return False
        if not self.context or self.tables:
            return True
        from ce_graph.check.context import alone

        self.triples, found = alone(self.statements, self.sources)
        return found

    def review(self) -> None:
        """Look up which findings are known with their reasons; tell of those that are no longer found."""
        from ce_graph.check.reviewed import Reviewed

        if self.tables is not None and self.report is not None:
            self.reviewed = Reviewed(self.tables.folders, self.instance)
            self.notices += self.reviewed.notices(self.report.findings)

    # The outcome

    def outcome(self, *, fail_on: Severity, strict: bool, known: frozenset[str], fingerprints: bool) -> Outcome:
        """Everything that was found, in the order of places."""
        prints = Fingerprints(self.statements, self.data)
        findings = self.report.findings if self.report else ()
        only = Position(self.sources[0].name) if len(self.sources) == 1 and not self.tables else None
        ours = [finding for finding in findings if self._ours(finding)]
        name = prints.of if fingerprints else nameless
        return Outcome(
            report=self.report,
            results=in_order(ours, self.places, only=only, name=name, known=known, reviewed=self.reviewed),
            notices=tuple(
                Remarked(item, print_ := prints.of_notice(item), print_ in known, about)
                for about, items in ((True, self.shape_notices), (False, self.notices))
                for item in items
            ),
            sources=tuple(self.sources),
            tables=tuple(source.name for source in self.tables.sources) if self.tables else (),
            triples=self.triples,
            fail_on=fail_on,
            strict=strict,
            statements=self.statements,
            labels=Labels(self.data),
            words=self.tables.words if self.tables else {},
            reviews=self.reviewed.files if self.reviewed else (),
            prefixes={**self.statements.prefixes, **(self.data.prefixes if self.data is not None else {})},
            seconds=self.seconds,
        )

    def _ours(self, finding: Finding) -> bool:
        """Whether a finding is about the data that was asked for, and not about what was read along with it."""
        return finding in self.places or not (self.context or (self.tables and self.tables.only))
