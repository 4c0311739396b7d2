"""Reads the model's tables out of a dataset: from an N-Quads file or by any callable that answers SPARQL."""

from ce_graph.query.records.flows import compositions, flow_table, lists, processes
from ce_graph.query.records.measures import (
    breaks,
    capacities,
    decisions,
    definitions,
    facts,
    funding_shares,
    interim_operations,
    last_read,
    observations,
    outcomes,
    participations,
    projects,
    theme_materials,
    theme_tree,
)
from ce_graph.query.records.parties import entries, facilities, matching_trees, points
from ce_graph.query.records.reading import Reader, from_answers, from_file, names

__all__ = [
    "Reader",
    "breaks",
    "capacities",
    "compositions",
    "decisions",
    "definitions",
    "entries",
    "facilities",
    "facts",
    "flow_table",
    "from_answers",
    "from_file",
    "funding_shares",
    "interim_operations",
    "last_read",
    "lists",
    "matching_trees",
    "names",
    "observations",
    "outcomes",
    "participations",
    "points",
    "processes",
    "projects",
    "theme_materials",
    "theme_tree",
]
