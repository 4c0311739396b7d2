"""The same validation by pyshacl: the reference for the tests, and the way to rules, functions and SPARQL targets."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ce_graph.check.findings import Checked, Finding, LeftOut, Report
from ce_graph.check.paths import read_path
from ce_graph.check.plan import level_of
from ce_graph.check.results import in_order
from ce_graph.check.shapes import SH, ShapesGraph
from ce_graph.check.sparql.lexical import from_rdflib, to_rdflib
from ce_graph.check.targets import target_nodes
from ce_graph.errors import ShapesError

if TYPE_CHECKING:
    from ce_graph.check.findings import Severity, Term
    from ce_graph.rdf.columns import Columns


def validate(data: Columns, shapes: ShapesGraph, *, limit: int | None = None) -> Report:
    """Check ``data`` against ``shapes`` with pyshacl, advanced features included.

    pyshacl does not say how many focus nodes a shape had: ``Checked.focus_nodes`` is the number of those with findings.

    Raises:
        ShapesError: pyshacl cannot use the shapes.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError

    begin = time.perf_counter()
    data_graph, shapes_graph = _data_graph(data), _graph(shapes.triples())
    try:
        _, report, text = pyshacl.validate(
            data_graph, shacl_graph=shapes_graph, advanced=True, inplace=True, do_owl_imports=False
        )
    except (ReportableRuntimeError, NotImplementedError, RecursionError) as error:
        raise ShapesError(f"pyshacl: {getattr(error, 'message', None) or error}") from error
    if not hasattr(report, "triples"):
        raise ShapesError(f"pyshacl: {getattr(report, 'message', text)}")
    results = _results(report)
    (head,) = results.subjects_of(
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", ox.NamedNode(SH + "ValidationReport")
    )
    found = in_order(_finding(results, shapes, node) for node in results.values(head, "result"))
    seconds = time.perf_counter() - begin
    kept, left_out = _limited(found, limit)
    return Report(
        conforms=not found,
        findings=kept,
        checked=tuple(_checked(shapes, found, seconds)),
        total=len(found),
        engine="pyshacl",
        left_out=left_out,
    )


def _graph(triples: Any) -> Any:
    import rdflib

    graph = rdflib.Graph()
    for triple in triples:
        graph.add(tuple(to_rdflib(term) for term in triple))
    return graph


def _data_graph(data: Columns) -> Any:
    terms = data.terms
    columns = (data.subjects, data.predicates, data.objects)
    return _graph(tuple(map(terms.term, row)) for row in zip(*(column.tolist() for column in columns), strict=True))


def _results(report: Any) -> ShapesGraph:
    return ShapesGraph(ox.Triple(*(from_rdflib(term) for term in triple)) for triple in report)  # type: ignore[arg-type]


def _finding(results: ShapesGraph, shapes: ShapesGraph, node: Term) -> Finding:
    path = results.value(node, "resultPath")
    shape = results.value(node, "sourceShape")
    severity = results.value(node, "resultSeverity")
    component = results.value(node, "sourceConstraintComponent")
    focus = results.value(node, "focusNode")
    if (
        focus is None
        or shape is None
        or not isinstance(severity, ox.NamedNode)
        or not isinstance(component, ox.NamedNode)
    ):
        raise ShapesError("pyshacl: a result without focus node, shape, severity or component")
    messages = tuple(value for value in results.values(node, "resultMessage") if isinstance(value, ox.Literal))
    return Finding(
        focus=focus,
        path=None if path is None else read_path(results, path).text(),
        path_node=path if isinstance(path, ox.NamedNode) else shapes.value(shape, "path") or path,
        value=results.value(node, "value"),
        shape=shape,
        component=component.value,
        severity=level_of(severity),
        severity_node=severity,
        messages=messages,
        details=tuple(in_order(_finding(results, shapes, inner) for inner in results.values(node, "detail"))),
        constraint=results.value(node, "sourceConstraint"),
        own_message=bool(shapes.values(shape, "message")),
    )


def _limited(found: list[Finding], limit: int | None) -> tuple[tuple[Finding, ...], tuple[LeftOut, ...]]:
    """The first findings of each constraint, and how many are left out."""
    if limit is None:
        return tuple(found), ()
    number: Counter[tuple[Term, str, Term | None, Severity]] = Counter()
    kept = []
    for finding in found:
        key = (finding.shape, finding.component, finding.constraint, finding.severity)
        number[key] += 1
        if number[key] <= limit:
            kept.append(finding)
    return tuple(kept), tuple(LeftOut(key[0], key[3], many - limit) for key, many in number.items() if many > limit)


def _checked(shapes: ShapesGraph, found: list[Finding], seconds: float) -> list[Checked]:
    """Findings by shape with targets; those of nested shapes are counted for the shape that has the property shape."""
    owners: dict[Term, Term] = {}
    targeted = target_nodes(shapes)
    for node in targeted:
        todo: list[Term] = [node]
        while todo:
            inner = todo.pop()
            if inner not in owners:
                owners[inner] = node
                todo += shapes.values(inner, "property")
    counts = Counter(owners.get(finding.shape) for finding in found)
    nodes: dict[Term | None, set[Term]] = {}
    for finding in found:
        nodes.setdefault(owners.get(finding.shape), set()).add(finding.focus)
    share = seconds / max(1, len(targeted))
    return [Checked(node, len(nodes.get(node, ())), counts[node], share) for node in targeted]
