"""The one table of formats: media type, file extension and what the parser or serialiser calls it."""

from __future__ import annotations

import dataclasses
from pathlib import PurePath

import pyoxigraph as ox

from ce_graph.errors import UsageError


@dataclasses.dataclass(frozen=True, slots=True)
class Format:
    """A serialisation; ``media_type`` is the one answered with, ``aliases`` are understood as well."""

    name: str
    media_type: str
    extension: str
    aliases: tuple[str, ...] = ()
    rdf: ox.RdfFormat | None = None
    results: ox.QueryResultsFormat | None = None
    datasets: bool = False
    """Whether it can hold named graphs."""


GRAPHS: tuple[Format, ...] = (
    Format("turtle", "text/turtle", "ttl", ("application/x-turtle",), rdf=ox.RdfFormat.TURTLE),
    Format("jsonld", "application/ld+json", "jsonld", rdf=ox.RdfFormat.JSON_LD, datasets=True),
    Format("ntriples", "application/n-triples", "nt", rdf=ox.RdfFormat.N_TRIPLES),
    Format("rdfxml", "application/rdf+xml", "rdf", rdf=ox.RdfFormat.RDF_XML),
    Format("trig", "application/trig", "trig", ("application/x-trig",), rdf=ox.RdfFormat.TRIG, datasets=True),
    Format("nquads", "application/n-quads", "nq", rdf=ox.RdfFormat.N_QUADS, datasets=True),
)
"""Formats for graphs and datasets; the first is the default."""

RESULTS: tuple[Format, ...] = (
    Format(
        "json", "application/sparql-results+json", "json", ("application/json",), results=ox.QueryResultsFormat.JSON
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        "xml",
        ("application/xml", "text/xml"),
        results=ox.QueryResultsFormat.XML,
    ),
    Format("csv", "text/csv", "csv", results=ox.QueryResultsFormat.CSV),
    Format("tsv", "text/tab-separated-values", "tsv", results=ox.QueryResultsFormat.TSV),
)
"""Formats for the solutions of SELECT; ASK has the first two only. The first is the default."""

_EXTENSIONS = {format_.extension: format_ for format_ in GRAPHS} | {
    "turtle": GRAPHS[0],
    "json": GRAPHS[1],
    "xml": GRAPHS[3],
    "owl": GRAPHS[3],
}


def by_media_type(media_type: str, formats: tuple[Format, ...]) -> Format | None:
    """The format of a media type (parameters ignored), or ``None``."""
    bare = media_type.partition(";")[0].strip().lower()
    return next((item for item in formats if bare == item.media_type or bare in item.aliases), None)


def of_file(path: PurePath) -> Format:
    """The RDF format that a file's extension stands for.

    Raises:
        UsageError: the extension belongs to no RDF format.
    """
    found = _EXTENSIONS.get(path.suffix.lower().lstrip("."))
    if found is None:
        known = ", ".join(f".{name}" for name in _EXTENSIONS)
        raise UsageError(f"{path}: not an RDF file by its extension; known are {known}")
    return found
