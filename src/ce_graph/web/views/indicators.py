"""``/indicators``: published values beside computed ones, targets beside what was reached, breaks in the series."""

from __future__ import annotations

from flask import Blueprint, Response

from ce_graph.overview.indicators import indicators, measured
from ce_graph.overview.view import View
from ce_graph.web.i18n import gettext, wording
from ce_graph.web.service import service
from ce_graph.web.viewing import Field, chosen, criteria, named, places, respond

view = Blueprint("indicators", __name__)


@view.get("/indicators")
def page() -> Response:
    """The indicators of a place, or one indicator everywhere."""
    return respond(
        "indicators",
        lambda: _indicators(**criteria("region", "indicator")),
        _fields,
    )


def _indicators(region: str = "", indicator: str = "") -> View:
    return indicators(service().region.records(), wording(), region, indicator)


def _fields() -> list[Field]:
    records = service().region.records()
    known = measured(records)
    everywhere, every = [("", gettext("all regions"))], [("", gettext("all indicators"))]
    return [
        chosen("region", gettext("Region"), everywhere + places(records, {region for _, region in known})),
        chosen("indicator", gettext("Indicator"), every + named(records, {indicator for indicator, _ in known})),
    ]
