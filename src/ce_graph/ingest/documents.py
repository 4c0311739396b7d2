"""Reads hand-modelled RDF and the ontology into their graphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ce_graph import resources
from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.statements import rebase
from ce_graph.rdf.formats import of_file
from ce_graph.settings import VOCABULARY


def read_all(data: Path, base: str) -> tuple[list[str], list[Refusal]]:
    """The lines of the hand-modelled files of a data folder and of the ontology, and what cannot be read."""
    lines: list[str] = []
    refusals: list[Refusal] = []
    for folder, patterns, name in (
        (data, ("*.ttl", "*.trig"), "curated"),
        (resources.ontology(), ("*.ttl",), "ontology"),
    ):
        for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
            found, refusal = read(path, f"<{rebase(VOCABULARY + 'graph/' + name, base)}>", base)
            lines += found
            refusals += [refusal] if refusal else []
    return lines, refusals


def read(path: Path, graph: str, base: str) -> tuple[list[str], Refusal | None]:
    """The N-Quads lines of an RDF file; triples outside a named graph stand in ``graph`` (N-Triples syntax).

    Blank nodes get labels that depend only on what is said about them.
    """
    format_ = of_file(path).rdf
    try:
        data = ox.Dataset(ox.parse(path.read_bytes(), format=format_, base_iri=path.resolve().as_uri()))
    except SyntaxError as error:
        return [], Refusal(str(path), str(error.msg), line=error.lineno)
    except (OSError, ValueError) as error:
        return [], Refusal(str(path), str(error))
    data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [_line(quad, graph, base) for quad in data], None


def _line(quad: ox.Quad, graph: str, base: str) -> str:
    parts = [_term(term, base) for term in (quad.subject, quad.predicate, quad.object)]
    named = graph if isinstance(quad.graph_name, ox.DefaultGraph) else _term(quad.graph_name, base)
    return " ".join([*parts, named, ".\n"])


def _term(term: object, base: str) -> str:
    return f"<{rebase(term.value, base)}>" if isinstance(term, ox.NamedNode) else str(term)


def terms(line: str) -> Iterator[str]:
    """The IRIs of a line, in N-Triples syntax, literals left out."""
    subject, predicate, rest = line.split(" ", 2)
    yield subject
    yield predicate
    if rest.startswith("<"):
        yield rest.split(" ", 1)[0]
