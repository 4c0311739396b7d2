"""Reads hand-modelled RDF and the ontology into their graphs."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ce_graph import resources
from ce_graph.ingest.cells import Refusal
from ce_graph.ingest.iris import rebase
from ce_graph.rdf.formats import of_file
from ce_graph.settings import VOCABULARY
from ce_graph.wording import say


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """An RDF file with what it says, as lines of N-Quads."""

    path: Path
    lines: list[str]
    shipped: bool = False
    """Whether it belongs to the ontology, which may speak of code lists that an instance does not have."""

    def line_of(self, term: str) -> int | None:
        """The first line of the file in which an IRI (N-Triples syntax) seems to be written, by its last part."""
        name = re.compile(r"[/:#]" + re.escape(re.split(r"[/#]", term[1:-1])[-1]) + r"(?![\w-])")
        with self.path.open(encoding="utf-8") as stream:
            return next((number for number, line in enumerate(stream, start=1) if name.search(line)), None)


def read_all(data: Path | None, base: str) -> tuple[list[Document], list[Refusal]]:
    """The hand-modelled files of a data folder, if there is one, and the ontology, and what cannot be read."""
    documents: list[Document] = []
    refusals: list[Refusal] = []
    for folder, patterns, name in (
        (data, ("*.ttl", "*.trig"), "curated"),
        (resources.ontology(), ("*.ttl",), "ontology"),
    ):
        for path in sorted(path for pattern in patterns if folder for path in folder.glob(pattern)):
            found, refusal = read(path, f"<{rebase(VOCABULARY + 'graph/' + name, base)}>", base)
            documents.append(Document(path, found, shipped=name == "ontology"))
            refusals += [refusal] if refusal else []
    return documents, refusals


def read(path: Path, graph: str, base: str) -> tuple[list[str], Refusal | None]:
    """The N-Quads lines of an RDF file; triples outside a named graph stand in ``graph`` (N-Triples syntax).

    Blank nodes get labels that depend only on the file's name and on what is said about them. Relative IRIs are an
    error: what they meant would depend on where the file is.
    """
    try:
        data = ox.Dataset(ox.parse(path.read_bytes(), format=of_file(path).rdf))
    except SyntaxError as error:
        relative = "No scheme found" in str(error.msg)
        hint = say("write the IRI in full or with a prefix: a relative one depends on the folder") if relative else ""
        return [], Refusal(str(path), str(error.msg), hint, error.lineno, unreadable=True)
    except OSError as error:
        return [], Refusal(str(path), say("cannot be read: %(why)s", why=error.strerror), unreadable=True)
    except ValueError as error:
        return [], Refusal(str(path), str(error), unreadable=True)
    data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    own = "_:" + hashlib.sha256(path.name.encode()).hexdigest()[:8]
    return [_line(quad, graph, base, own) for quad in data], None


def _line(quad: ox.Quad, graph: str, base: str, own: str) -> str:
    parts = [_term(term, base, own) for term in (quad.subject, quad.predicate, quad.object)]
    named = graph if isinstance(quad.graph_name, ox.DefaultGraph) else _term(quad.graph_name, base, own)
    return " ".join([*parts, named, ".\n"])


def _term(term: object, base: str, own: str) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<{rebase(term.value, base)}>"
    return own + term.value if isinstance(term, ox.BlankNode) else str(term)


def terms(line: str) -> Iterator[str]:
    """The IRIs of a line, in N-Triples syntax, literals left out."""
    subject, predicate, rest = line.split(" ", 2)
    yield subject
    yield predicate
    if rest.startswith("<"):
        yield rest.split(" ", 1)[0]
