"""``/map``: projects, actors and facilities by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from ce_graph.overview.boundaries import of_places
from ce_graph.overview.map import SHOWN, as_geojson, keys, map_
from ce_graph.web import conditional, headers
from ce_graph.web.i18n import gettext, language, wording
from ce_graph.web.links import page_of
from ce_graph.web.service import service
from ce_graph.web.viewing import Field, chosen, criteria, respond

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ce_graph.draw.map import Ring

view = Blueprint("map", __name__)


@view.get("/map")
def page() -> Response:
    """Circles on a map, over boundaries where the instance has some."""
    return respond(
        "map",
        lambda: map_(
            service().region.records(), wording(), **criteria("size"),
            boundaries=_boundaries(), address=lambda iri: page_of(iri) or "",
        ),
        _fields,
    )  # fmt: skip


@view.get("/map.geojson")
def points() -> Response:
    """The same as GeoJSON."""
    response = conditional.answer(
        lambda: Response(as_geojson(service().region.records(), wording()), content_type="application/geo+json"),
        "geojson",
        language(),
    )
    headers.vary(response, "Accept-Language")
    return response


def _fields() -> list[Field]:
    return [
        chosen(
            "size", gettext("Size of the circles"), [(name, gettext(what)) for name, what in SHOWN.items()], "projects"
        )
    ]


def _boundaries() -> Mapping[str, Sequence[Ring]]:
    file = service().settings.boundaries
    if file is None:
        return {}
    records = service().region.records()
    return records.keep(("boundaries", file), lambda: of_places(file, keys(records))[0])
