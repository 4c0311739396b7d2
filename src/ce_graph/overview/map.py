"""The map: which places have how many projects, actors and facilities, and how much their facilities can take."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from ce_graph.draw import map as drawing
from ce_graph.errors import NotFoundError
from ce_graph.overview.projects import known as known_projects
from ce_graph.overview.view import Column, Link, Part, Table, View
from ce_graph.query import records as reading
from ce_graph.query.records.measures import many_each
from ce_graph.query.records.reading import instances, ontology
from ce_graph.wording import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ce_graph.draw.map import Ring
    from ce_graph.overview.records import Records
    from ce_graph.query.records import Reader
    from ce_graph.wording import Wording

SHOWN = {
    "projects": mark("projects"),
    "actors": mark("actors"),
    "facilities": mark("facilities"),
    "capacity": mark("capacity of facilities"),
}
"""What the size of a circle can stand for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """What is in a place; ``point`` is latitude and longitude, ``None`` where no source gives one."""

    iri: str
    point: tuple[float, float] | None
    projects: int
    actors: int
    facilities: int
    capacity: Decimal
    """Tonnes a year that its facilities can take, as far as stated."""


def places(records: Records) -> list[Place]:
    """The places with anything in them."""
    return records.keep("map", lambda: _places(records))


def _places(records: Records) -> list[Place]:
    located = records.read(_located)
    points = records.read(reading.points)
    facilities = records.read(reading.facilities)
    projects: dict[str, int] = {}
    for project in records.read(known_projects):
        for place in project.places:
            projects[place] = projects.get(place, 0) + 1
    found = []
    for place in records.places:
        here = [one for one in facilities if one.place == place]
        one = Place(
            place,
            points.get(place),
            projects.get(place, 0),
            located.get(place, 0),
            len(here),
            sum((max(facility.capacities, default=Decimal(0)) for facility in here), Decimal(0)),
        )
        if one.projects or one.actors or one.facilities:
            found.append(one)
    return found


def _located(reader: Reader) -> dict[str, int]:
    """Place → actors there."""
    actors = set(reader.texts(instances(reader, ontology("Actor"))))
    found: dict[str, int] = {}
    for actor, where in many_each(reader, ontology("location")).items():
        if actor in actors:
            for place in where:
                found[place] = found.get(place, 0) + 1
    return found


def map_(records: Records, wording: Wording, size: str = "", boundaries: Mapping[str, Sequence[Ring]] | None = None,
         address: Callable[[str], str] = str) -> View:  # fmt: skip
    """The map of what ``size`` names (by default projects); ``address`` tells where a click on a place leads.

    Raises:
        NotFoundError: there is no such number to show.
    """
    say, names = wording.gettext, records.names
    size = size or "projects"
    if size not in SHOWN:
        raise NotFoundError(say("A map shows %(known)s, not %(size)s.", known=", ".join(SHOWN), size=size))
    found = sorted(places(records), key=lambda one: (-getattr(one, size), names.label(one.iri, wording.language)))
    unit = " t/a" if size == "capacity" else ""

    def said(one: Place) -> str:
        return f"{names.label(one.iri, wording.language)}: {wording.number(getattr(one, size))}{unit}"

    marks = [
        drawing.Mark(names.label(one.iri, wording.language), *one.point, Decimal(getattr(one, size)), said(one),
                     address(one.iri))
        for one in found
        if one.point is not None
    ]  # fmt: skip
    by_place = {one.iri: one for one in found}
    areas = [
        drawing.Area(
            names.label(place, wording.language),
            rings,
            Decimal(getattr(by_place[place], size)) if place in by_place else None,
            said(by_place[place]) if place in by_place else names.label(place, wording.language),
            address(place),
        )
        for place, rings in (boundaries or {}).items()
    ]
    title = say("Map: %(what)s by place", what=say(SHOWN[size]))
    columns = (
        Column("place", say("place"), linked=True),
        Column("projects", say("projects"), numeric=True),
        Column("actors", say("actors"), numeric=True),
        Column("facilities", say("facilities"), numeric=True),
        Column("capacity", say("capacity of facilities"), "t/a", numeric=True),
        Column("latitude", say("latitude"), numeric=True),
        Column("longitude", say("longitude"), numeric=True),
    )
    rows = [
        (
            Link(one.iri, names.label(one.iri, wording.language)), one.projects, one.actors, one.facilities,
            one.capacity or None, *(map(Decimal, map(str, one.point)) if one.point else (None, None)),
        )
        for one in found
    ]  # fmt: skip
    nowhere = [names.label(one.iri, wording.language) for one in found if one.point is None]
    notes = [say("A project counts in each place that an actor of it is in.")]
    if nowhere:
        notes.append(say("No source gives a point for: %(places)s.", places=", ".join(sorted(nowhere))))
    part = Part(
        name="places",
        title=title,
        table=Table(columns, rows),
        picture=drawing.draw(
            marks, title, areas=areas, around=[one for one in marks if not one.value], language=wording.language
        ),
        notes=notes,
        query=(resources.files("ce_graph.overview") / "map.rq").read_text(encoding="utf-8"),
    )
    lead = say("Where the projects, actors and facilities of the data are. A circle's area stands for the number.")
    return View(name="map", title=say("Map"), lead=lead, parts=(part,), meant={})


def as_geojson(records: Records, wording: Wording) -> str:
    """The places as GeoJSON points with their numbers; places without a point have no geometry."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": one.iri,
            "geometry": None if one.point is None else {"type": "Point", "coordinates": [one.point[1], one.point[0]]},
            "properties": {
                "name": records.names.label(one.iri, wording.language),
                "projects": one.projects,
                "actors": one.actors,
                "facilities": one.facilities,
                "capacity": float(one.capacity),
            },
        }
        for one in places(records)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"


def keys(records: Records) -> dict[str, str]:
    """Codes and names of the places of the data, as ``boundaries.of_places`` looks for them."""
    from ce_graph.model.names import slug

    found: dict[str, str] = {}
    for place in records.places:
        for name in records.names.labels.get(place, {}).values():
            found.setdefault(slug(name), place)
    for place, code in records.read(_codes):
        found[slug(code)] = place
    return found


def _codes(reader: Reader) -> list[tuple[str, str]]:
    return [
        (place, code)
        for name in ("municipalityCode", "nutsCode")
        for place, several in many_each(reader, ontology(name)).items()
        for code in several
    ]
