"""The routes, one concern a file; the registry of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ce_graph.web.views import (
    about,
    dataset,
    documents,
    flows,
    graphs,
    indicators,
    listings,
    maps,
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
    validate,
    vocabulary,
)

if TYPE_CHECKING:
    from flask import Blueprint

VIEWS: tuple[Blueprint, ...] = (
    listings.view,
    about.view,
    things.view,
    dataset.view,
    documents.view,
    vocabulary.view,
    questions.view,
    projects.view,
    region.view,
    quality.view,
    maps.view,
    flows.view,
    potential.view,
    indicators.view,
    search.view,
    sparql.view,
    update.view,
    validate.view,
    graphs.view,
    operations.view,
)
