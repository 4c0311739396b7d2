"""Reads the model's tables out of a dataset: from an N-Quads file or by any callable that answers SPARQL."""

from ce_graph.query.records.flows import compositions, flow_table, lists, processes
from ce_graph.query.records.measures import (
    breaks,
    decisions,
    facts,
    funding_shares,
    observations,
    participations,
    projects,
)
from ce_graph.query.records.reading import Reader, from_answers, from_file, names

__all__ = [
    "Reader",
    "breaks",
    "compositions",
    "decisions",
    "facts",
    "flow_table",
    "from_answers",
    "from_file",
    "funding_shares",
    "lists",
    "names",
    "observations",
    "participations",
    "processes",
    "projects",
]
