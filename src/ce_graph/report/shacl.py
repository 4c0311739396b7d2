"""The report as SHACL has it: a graph with one ``sh:ValidationReport``, in Turtle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ce_graph.check.notices import NOT_LISTED
from ce_graph.report.paths import path_triples

if TYPE_CHECKING:
    from ce_graph.check.findings import Finding, Term
    from ce_graph.check.outcome import Result
    from ce_graph.report.view import View

SH = "http://www.w3.org/ns/shacl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_COMMENT = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")


def write(view: View) -> str:
    """The report: all findings, those of a baseline too; notices are not part of it, for they are no results.

    That it leaves out results is a comment of the report.
    """
    triples = list(_report(view))
    used = {part.value for triple in triples for part in triple if isinstance(part, ox.NamedNode)}
    prefixes = {"sh": SH} | {
        name: iri
        for name, iri in sorted(view.outcome.prefixes.items())
        if any(item.startswith(iri) for item in used) and iri
    }
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    return (text or b"").decode()


def _report(view: View) -> Iterator[Any]:
    report = ox.BlankNode("report")
    results = view.outcome.results
    yield ox.Triple(report, _TYPE, _sh("ValidationReport"))
    complete = view.outcome.report is not None
    yield ox.Triple(
        report, _sh("conforms"), ox.Literal("true" if complete and not results else "false", datatype=_BOOLEAN)
    )
    for item in view.outcome.notices:
        if item.notice.code == NOT_LISTED and item.notice.subject is not None:
            said = f"{view.shape(item.notice.subject)}: {view.notice(item.notice)}"
            yield ox.Triple(report, _COMMENT, ox.Literal(said, language=view.language))
    numbers = itertools.count(1)
    nodes = [(ox.BlankNode(f"result{next(numbers)}"), result) for result in results]
    for node, _ in nodes:
        yield ox.Triple(report, _sh("result"), node)
    for node, result in nodes:
        yield from _result(node, result, numbers)


def _result(node: ox.BlankNode, item: Result, numbers: Iterator[int]) -> Iterator[Any]:
    finding = item.finding
    yield ox.Triple(node, _TYPE, _sh("ValidationResult"))
    yield ox.Triple(node, _sh("focusNode"), _data(finding.focus))
    yield from _path(node, finding)
    if finding.value is not None:
        yield ox.Triple(node, _sh("value"), _data(finding.value))
    yield ox.Triple(node, _sh("sourceShape"), finding.shape)
    yield ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(finding.component))
    if finding.constraint is not None:
        yield ox.Triple(node, _sh("sourceConstraint"), finding.constraint)
    yield ox.Triple(node, _sh("resultSeverity"), finding.severity_node)
    for message in finding.messages:
        yield ox.Triple(node, _sh("resultMessage"), message)
    inner = [(ox.BlankNode(f"result{next(numbers)}"), cause) for cause in item.details]
    for name, _ in inner:
        yield ox.Triple(node, _sh("detail"), name)
    for name, cause in inner:
        yield from _result(name, cause, numbers)


def _path(node: ox.BlankNode, finding: Finding) -> Iterator[Any]:
    if isinstance(finding.path_node, ox.NamedNode):
        yield ox.Triple(node, _sh("resultPath"), finding.path_node)
    elif finding.path:
        begin, triples = path_triples(finding.path, f"{node.value}path")
        yield ox.Triple(node, _sh("resultPath"), begin)
        yield from triples


def _data(term: Term) -> Term:
    """A term of the data; its blank nodes are kept apart from those of the shapes and of the report."""
    return ox.BlankNode(f"data.{term.value}") if isinstance(term, ox.BlankNode) else term


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)
