"""The views that need little asking: funding, matches, disagreements, strengths, and what is not known."""

from __future__ import annotations

from flask import Blueprint, Response, g

from ce_graph.overview.disagreements import disagreements
from ce_graph.overview.funding import choices as money
from ce_graph.overview.funding import funding
from ce_graph.overview.gaps import gaps
from ce_graph.overview.matches import matches
from ce_graph.overview.pairing import actors, materials
from ce_graph.overview.strengths import strengths
from ce_graph.web.i18n import gettext, wording
from ce_graph.web.queries import questions
from ce_graph.web.service import service
from ce_graph.web.viewing import Field, chosen, criteria, named, respond

view = Blueprint("region", __name__)


@view.get("/funding")
def funded() -> Response:
    """Who funds whom: shares known and unknown, programmes and their applications."""
    asked = ("funder", "project", "theme", "programme")
    return respond("funding", lambda: funding(service().region.records(), wording(), **criteria(*asked)), _money)


@view.get("/matches")
def matched() -> Response:
    """Offers and needs that fit, and those that nearly do."""
    asked = ("material", "actor", "within")
    return respond("matches", lambda: matches(service().region.records(), wording(), **criteria(*asked)), _sides)


@view.get("/disagreements")
def disputed() -> Response:
    """Where sources disagree: a page, a table, or RDF."""
    question = questions.questions().find("disagreements")
    return respond(
        "disagreements",
        lambda: disagreements(service().region.records(), wording()),
        triples=lambda: questions.graph(service(), question, {}, str(g.language)),
    )


@view.get("/strengths")
def named_strengths() -> Response:
    """Strengths, barriers and potentials that people named."""
    return respond("strengths", lambda: strengths(service().region.records(), wording()))


@view.get("/gaps")
def missing() -> Response:
    """What is not known."""
    return respond("gaps", lambda: gaps(service().region.records(), wording()))


def _money() -> list[Field]:
    records = service().region.records()
    known = records.keep("funding choices", lambda: money(records))
    return [
        chosen("funder", gettext("Funder"), [("", gettext("all funders")), *named(records, known["funder"])]),
        chosen("project", gettext("Project"), [("", gettext("all projects")), *named(records, known["project"])]),
        chosen("theme", gettext("Theme"), [("", gettext("all themes")), *named(records, known["theme"])]),
        chosen(
            "programme", gettext("Programme"), [("", gettext("all programmes")), *named(records, known["programme"])]
        ),
    ]


def _sides() -> list[Field]:
    records = service().region.records()
    known = records.keep("pairing choices", lambda: (materials(records), actors(records)))
    return [
        chosen("material", gettext("Material"), [("", gettext("all materials")), *named(records, known[0])]),
        chosen("actor", gettext("Actor"), [("", gettext("all actors")), *named(records, known[1])]),
        Field("within", gettext("Largest distance in km"), criteria("within").get("within", "")),
    ]
