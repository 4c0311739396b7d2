"""Reads shapes for mistakes that make them check less than their author meant, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from ce_graph.check.lint import bounds, sparql, targets, terms
from ce_graph.check.lint.statements import OWL, RDF, SH, Statement, Statements
from ce_graph.check.notices import NOT_LISTED, Notice, notice
from ce_graph.check.positions import Position

if TYPE_CHECKING:
    from ce_graph.check.findings import Report, Severity
    from ce_graph.rdf.columns import Columns

__all__ = ["Remark", "Statements", "about_data", "about_shapes", "placed", "wrong"]


class Remark(NamedTuple):
    """A notice before its place is looked up: the statement it is about, and which part of that."""

    code: str
    severity: Severity
    statement: Statement
    part: str
    values: Mapping[str, object]


def about_shapes(statements: Statements) -> Iterator[Remark]:
    """Everything that the shapes alone show to be wrong."""
    for item, part, term, likely in terms.misspelt(statements):
        yield Remark("misspelt-term", "warning", item, part, {"term": term, "likely": likely})
    for item, said, line, column in sparql.broken(statements):
        yield Remark("broken-sparql", "violation", item, "object", {"said": said, "line": line, "column": column})
    for one, two in bounds.contradictions(statements):
        values = {"one": _said(one), "two": _said(two)}
        yield Remark("contradiction", "warning", two, "predicate", values)
    for item in targets.without_target(statements):
        yield Remark("no-target", "warning", item, "subject", {})
    for item in _foreign_imports(statements):
        yield Remark("import-not-read", "warning", item, "object", {"iri": item.object.value})  # type: ignore[union-attr]


def about_data(statements: Statements, data: Columns, report: Report, *, own: bool = True) -> Iterator[Remark]:
    """Shapes that matched no node, classes that the data never mentions, parts and findings that were left out.

    ``own`` tells whether whoever checks wrote the shapes; that others' do not apply to the data is no surprise.
    """
    level: Severity = "warning" if own else "info"
    lost: set[object] = set()
    for item, declared in targets.absent_classes(statements, data):
        name = item.subject if item.predicate == RDF + "type" else item.object
        part = "subject" if item.predicate == RDF + "type" else "object"
        code = "class-only-in-shapes" if declared else "class-nowhere"
        yield Remark(code, level, item, part, {"class": getattr(name, "value", ""), "use": _short(item.predicate)})
        if item.predicate != SH + "class" and _only_target(statements, item):
            lost.add(item.subject)
    for checked in report.checked:
        said = statements.of(checked.shape)
        if not checked.focus_nodes and said and checked.shape not in lost:
            yield Remark("unmatched-shape", level, said[0], "subject", {})
    for missing in report.unsupported:
        said = statements.of(missing.shape)
        use = statements.of(missing.shape, SH + missing.feature.removeprefix("sh:")) or said
        if use:
            code = "needs-pyshacl" if missing.advanced else "unsupported"
            yield Remark(code, "warning", use[0], "predicate", {"feature": missing.feature})
    for left_out in report.left_out:
        said = statements.of(left_out.shape)
        yield Remark(NOT_LISTED, left_out.severity, said[0], "subject", {"count": left_out.number})


def wrong(statements: Statements, said: str) -> Notice:
    """The notice that the shapes cannot be carried out, at the shape that the message names first."""
    for iri in re.findall(r"<([^<> ]+)>", said):
        if found := statements.of(ox.NamedNode(iri)):
            position = statements.positions(found[:1], "subject").get(found[0])
            return notice("wrong-shapes", "violation", position, said=said)
    only = statements.sources[0].name if len(statements.sources) == 1 else ""
    return notice("wrong-shapes", "violation", Position(only) if only else None, said=said)


def placed(remarks: Iterable[Remark], statements: Statements) -> list[Notice]:
    """Notices with their positions; files are scanned only when there are remarks."""
    items = list(remarks)
    found = {
        part: statements.positions((item.statement for item in items if item.part == part), part)
        for part in {item.part for item in items}
    }
    return [
        notice(item.code, item.severity, found[item.part].get(item.statement), item.statement.subject, **item.values)
        for item in items
    ]


def _only_target(statements: Statements, item: Statement) -> bool:
    wanted = [said for said in statements.of(item.subject) if _is_target(said)]
    return len(wanted) <= 1


def _is_target(item: Statement) -> bool:
    return item.predicate.startswith(SH) and item.predicate[len(SH) :] in targets.TARGETS


def _foreign_imports(statements: Statements) -> Iterator[Statement]:
    here = {item.subject for item in statements}
    for item in statements:
        if item.predicate == OWL + "imports" and item.object not in here and hasattr(item.object, "value"):
            yield item


def _said(item: Statement) -> str:
    value = getattr(item.object, "value", "[…]")
    return f"{_short(item.predicate)} {_short(value)}"


def _short(iri: str) -> str:
    for prefix, namespace in (("sh", SH), ("rdf", RDF), ("xsd", "http://www.w3.org/2001/XMLSchema#")):
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
