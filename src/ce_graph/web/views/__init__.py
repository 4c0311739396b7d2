"""The routes, one concern a file; the registry of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.web.views import (
    dataset,
    documents,
    flows,
    graphs,
    indicators,
    listings,
    operations,
    potential,
    projects,
    quality,
    questions,
    region,
    search,
    sparql,
    things,
    update,
    vocabulary,
)

if TYPE_CHECKING:
    from flask import Blueprint

VIEWS: tuple[Blueprint, ...] = (
    listings.view,
    things.view,
    dataset.view,
    documents.view,
    vocabulary.view,
    questions.view,
    projects.view,
    region.view,
    quality.view,
    flows.view,
    potential.view,
    indicators.view,
    search.view,
    sparql.view,
    update.view,
    graphs.view,
    operations.view,
)
