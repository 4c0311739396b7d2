"""Answers with a view of the region: a page with its form, all of it as JSON, a part as CSV or SVG."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Response, g, render_template, request
from markupsafe import Markup

from ce_graph.errors import CeGraphError, NotFoundError
from ce_graph.model.names import short
from ce_graph.overview.view import Table
from ce_graph.overview.writing import as_csv, as_json, text_of
from ce_graph.rdf.formats import Format
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.documents.statements import prefixes
from ce_graph.web.i18n import gettext, wording
from ce_graph.web.links import here
from ce_graph.web.service import service
from ce_graph.wording import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ce_graph.overview import Link, Part, Records, View
    from ce_graph.overview.view import Cell

JSON = Format("json", "application/json", "json")
CSV = Format("csv", "text/csv", "csv")
SVG = Format("svg", "image/svg+xml", "svg")
_SHOWN_ROWS = 80
"""Rows of one table on a page."""
_OFFERS = (negotiate.PAGE, *negotiate.offers((JSON, CSV, SVG)))


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A criterion as the form of a view shows it; with ``options`` (value, name) a list to choose from."""

    name: str
    label: str
    value: str = ""
    options: Sequence[tuple[str, str]] = ()


def respond(
    name: str,
    make: Callable[[], View],
    fields: Callable[[], Sequence[Field]] = tuple,
    triples: Callable[[], list[ox.Triple]] | None = None,
    template: str = "view.html",
    shown: Callable[[], Mapping[str, object]] = dict,
) -> Response:
    """A view in the format that is asked for; on a page bad criteria are told above the form.

    With ``triples`` it is offered as RDF as well. ``template`` extends ``view.html``; ``shown`` is what it shows
    besides.

    ``make`` and ``fields`` are called only when the client has not got the answer already. ``part=`` names the part
    whose table or picture is wanted; without it, the first that has one.
    """
    offers = _OFFERS if triples is None else (*_OFFERS, *negotiate.GRAPH_OFFERS)
    offer = negotiate.asked(request.args.getlist("format"), request.headers.get("Accept"), offers)
    if offer.format is not None:
        wanted = offer.format

        def body() -> str | bytes | None:
            if wanted.rdf is None or triples is None:
                return _written(make(), wanted)
            found = triples()
            return ox.serialize(found, format=wanted.rdf, prefixes=prefixes(found))

        response = conditional.answer(
            lambda: Response(body(), content_type=offer.content_type),
            name,
            request.full_path,
            offer.media_type,
            str(g.language),
            daily=True,
        )
        headers.vary(response, "Accept", "Accept-Language")
        return response
    try:
        return conditional.page(lambda: _page(template, fields(), make(), shown()), "Accept", daily=True)
    except CeGraphError as error:
        if error.status not in (400, 404):
            raise
        said = told(error, str(g.language))
        page = render_template(template, view=None, error=said, fields=fields(), action=request.path)
        response = Response(page, status=error.status, content_type="text/html; charset=utf-8")
        headers.vary(response, "Accept", "Accept-Language")
        return response


def criteria(*names: str) -> dict[str, str]:
    """The criteria that the address gives a value for."""
    return {name: value for name in names if (value := request.args.get(name, "").strip())}


def chosen(name: str, label: str, options: Sequence[tuple[str, str]], default: str = "") -> Field:
    """A list to choose from, with what the address gives as its choice; a value that is not listed is kept."""
    value = request.args.get(name, "").strip() or default
    known = [short for short, _ in options]
    wanted = next((short for short in known if value in (short, short.rpartition("/")[2])), value)
    extra = [] if wanted in known else [(value, value)]
    return Field(name, label, wanted, [*options, *extra])


def places(records: Records, among: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Places to choose from, by short name, in the order of their names; with ``among`` those that hold one of them."""
    tree = records.lists.trees["region"]
    listed = {above for place in among for above in (place, *tree.above(place))} if among is not None else None
    return named(records, (place for place in records.places if listed is None or place in listed))


def named(records: Records, iris: Iterable[str]) -> list[tuple[str, str]]:
    """Things to choose from, by short name, in the order of their names."""
    names = ((short(iri), records.names.label(iri, str(g.language))) for iri in iris)
    return sorted(names, key=lambda each: (each[1].casefold(), each[0]))


def beginning(table: Table) -> Table:
    """What a page has of a table: its first rows, and of its columns those that say something in one of them."""
    brief = table.brief
    rows = brief.rows[:_SHOWN_ROWS]
    kept = [place for place in range(len(brief.columns)) if place == 0 or any(_says(row[place]) for row in rows)]
    cells = [[row[place] for place in kept] for row in rows]
    return Table([brief.columns[place] for place in kept], cells, brief.caption)


def _says(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, Sequence) and len(cell) == 0)


def _page(template: str, fields: Sequence[Field], view: View, shown: Mapping[str, object]) -> str:
    said = wording()
    return render_template(
        template,
        view=view,
        fields=fields,
        action=request.path,
        download=_download,
        beginning=beginning,
        drawn=Markup,  # the drawings escape what they are given
        text_of=lambda cell: text_of(cell, said),
        foreign=_foreign,
        **shown,
    )


def _foreign(link: Link) -> str:
    """The language of a thing's name where there is none in the reader's."""
    names = service().region.records().names
    tag = names.foreign(link.iri, str(g.language))
    return tag if tag and names.labels[link.iri][tag] == link.text else ""


def _download(part: Part, format_name: str) -> str:
    asked = {name: value for name, value in request.args.items() if name not in ("lang", "format", "part") and value}
    return here(request.path, **asked, part=part.name, format=format_name)


def _written(view: View, wanted: Format) -> str:
    if wanted is JSON:
        return as_json(view)
    having = [part for part in view.parts if (part.picture if wanted is SVG else part.table is not None)]
    name = request.args.get("part") or (having[0].name if having else "")
    for part in having:
        if part.name == name:
            return part.picture if wanted is SVG or part.table is None else as_csv(part.table)
    known = ", ".join(part.name for part in having) or "–"  # noqa: RUF001
    message = gettext("There is no part “%(part)s” in this format; there is %(known)s.", part=name, known=known)
    raise NotFoundError(message)
