"""``/potential``: what is treated worse than the best treatment seen, ranked, and the themes beside their funding."""

from __future__ import annotations

from flask import Blueprint, Response

from ce_graph.overview.potential import potential
from ce_graph.web.i18n import gettext, wording
from ce_graph.web.service import service
from ce_graph.web.viewing import Field, chosen, criteria, named, places, respond

view = Blueprint("potential", __name__)


@view.get("/potential")
def page() -> Response:
    """The ranked list, of all places or of one, of all materials or of one."""
    return respond(
        "potential",
        lambda: potential(service().region.records(), wording(), **criteria("region", "material", "theme")),
        _fields,
    )


def _fields() -> list[Field]:
    records = service().region.records()
    everywhere = [("", gettext("all regions"))]
    found = records.potentials
    materials = named(records, {one.material for one in found})
    return [
        chosen("region", gettext("Region"), everywhere + places(records, {one.region for one in found})),
        chosen("material", gettext("Material"), [("", gettext("all materials")), *materials]),
        chosen("theme", gettext("Theme"), [("", gettext("all themes")), *named(records, records.themes.parents)]),
    ]
