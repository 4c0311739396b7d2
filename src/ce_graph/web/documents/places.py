"""The map on the page of a thing: where it and what it is linked with are, among the other places of the graph."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from ce_graph.draw import map as drawing
from ce_graph.query.records.parties import point_of
from ce_graph.web.links import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ce_graph.web.asking import Asker, Row
    from ce_graph.web.documents.descriptions import Description
    from ce_graph.web.documents.sections import Section

_AROUND = 60
"""Places that are shown so that a reader knows where the others lie."""
_WIDTH, _RADIUS = 640, 7.0


def around(asker: Asker) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of places of the graph, the first ones when there are very many."""
    return _points(asker.ask("placed", limit=_AROUND))


def draw(found: Description, section: Section, language: str) -> Markup | None:
    """The places of the section as equal circles; ``None`` when none has a point."""
    here = _points(section.rows)
    if not here:
        return None

    def mark(place: str, point: tuple[float, float]) -> drawing.Mark:
        name = found.labels.label(place).text
        return drawing.Mark(name, *point, Decimal(1), name, (page_of(place) or "") if place in here else "")

    picture = drawing.draw(
        [mark(*one) for one in here.items()],
        f"{section.title}: {found.labels.label(found.iri).text}",
        around=[mark(*one) for one in found.around.items() if one[0] not in here],
        language=language,
        width=_WIDTH,
        largest=_RADIUS,
    )
    return Markup(picture)  # noqa: S704 - the drawing escapes what it is given


def _points(rows: Iterable[Row]) -> dict[str, tuple[float, float]]:
    return {
        row["place"].value: point
        for row in rows
        if "place" in row and "point" in row and (point := point_of(row["point"].value)) is not None
    }
