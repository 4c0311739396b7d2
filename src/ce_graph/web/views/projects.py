"""``/projects``: the projects as a timeline and a table, by theme, status, actor, place, programme and year."""

from __future__ import annotations

from flask import Blueprint, Response

from ce_graph.overview.projects import choices, projects
from ce_graph.web.i18n import gettext, wording
from ce_graph.web.service import service
from ce_graph.web.viewing import Field, chosen, criteria, named, places, respond

view = Blueprint("projects", __name__)


@view.get("/projects")
def page() -> Response:
    """The projects that fit all criteria."""
    asked = ("theme", "status", "actor", "place", "programme", "year")
    return respond("projects", lambda: projects(service().region.records(), wording(), **criteria(*asked)), _fields)


def _fields() -> list[Field]:
    records = service().region.records()
    known = records.keep("project choices", lambda: choices(records))
    return [
        chosen("theme", gettext("Theme"), [("", gettext("all themes")), *named(records, known["theme"])]),
        chosen("status", gettext("Status"), [("", gettext("any")), *named(records, known["status"])]),
        chosen("actor", gettext("Actor"), [("", gettext("all actors")), *named(records, known["actor"])]),
        chosen("place", gettext("Place"), [("", gettext("all places")), *places(records, known["place"])]),
        chosen(
            "programme", gettext("Programme"), [("", gettext("all programmes")), *named(records, known["programme"])]
        ),
        Field("year", gettext("Running in the year"), criteria("year").get("year", "")),
    ]
