"""``/flows``: material flows of a region as a diagram and a table."""

from __future__ import annotations

from flask import Blueprint, Response

from ce_graph.model.names import short
from ce_graph.overview.flows import CHOICES, DEFAULT, flows, stages, years
from ce_graph.web.i18n import gettext, wording
from ce_graph.web.service import service
from ce_graph.web.viewing import Field, chosen, criteria, named, places, respond

view = Blueprint("flows", __name__)


@view.get("/flows")
def page() -> Response:
    """The flows between two or three dimensions."""
    return respond(
        "flows",
        lambda: flows(
            service().region.records(), wording(), **criteria("region", "year", "by", "material", "level", "stage")
        ),
        _fields,
    )


def _fields() -> list[Field]:
    records = service().region.records()
    column = records.flows.columns["region"]
    years_known = [("", gettext("the year with most flows")), ("all", gettext("all years"))]
    common = [("", gettext("treatment, where treatments are shown")), ("all", gettext("all stages"))]
    top = [("", gettext("as stated")), ("1", gettext("main groups")), ("2", gettext("groups"))]
    return [
        chosen("region", gettext("Region"), places(records, column.values), short(records.instance)),
        chosen("year", gettext("Year"), years_known + [(year, year) for year in years(records)]),
        chosen("by", gettext("Between"), [(by, gettext(name)) for by, name in CHOICES.items()], DEFAULT),
        chosen("stage", gettext("Stage"), [*common, *named(records, stages(records))]),
        chosen("level", gettext("Materials"), top),
        Field("material", gettext("Only this material"), criteria("material").get("material", "")),
    ]
