"""The start page, and the list of all things of a kind."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from ce_graph.errors import CeGraphError, NotFoundError
from ce_graph.query.labels import labels_of
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.documents.names import names_of
from ce_graph.web.i18n import gettext, ngettext
from ce_graph.web.paging import page_number
from ce_graph.web.presentation import kind_name, own_first, with_prefixes
from ce_graph.web.service import service
from ce_graph.web.sizes import COUNTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.web.sizes import Sizes

view = Blueprint("listings", __name__)

PAGE_SIZE = 100
_SORTED = 5000
"""As many things of a kind are listed by name; more come as they are in the data."""
_PATIENCE = 3.0
"""Seconds that the start page waits for its numbers."""
EXAMPLE = """SELECT ?project ?name ?end ?source WHERE {
  GRAPH ?source { ?project ce:endDateStated ?end }
  ?project skos:prefLabel ?name
}
ORDER BY ?name"""


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A way into the graph: where it leads, what is found there, how much there is."""

    path: str
    title: str
    text: str
    counts: Sequence[str]


@view.get("/")
def start() -> Response:
    """What this is, how much there is of it, and what to do next."""
    try:
        sizes = service().sizes.get(_PATIENCE)
    except CeGraphError:  # so much that it is still being counted: no page to keep
        response = Response(_start(None), content_type="text/html; charset=utf-8")
        headers.vary(response, "Accept-Language")
        return response
    return conditional.page(lambda: _start(sizes))


def _start(sizes: Sizes | None) -> str:
    asker = service().asker
    regions = [row["region"] for row in asker.ask("instance-region") if "region" in row]
    labels = labels_of([region for region in regions if isinstance(region, ox.NamedNode)], g.language, asker.run)
    return render_template(
        "start.html",
        region=labels.label(regions[0].value).text if regions else "",
        cards=_cards(sizes),
        quads=sizes.quads if sizes else 0,
        example_query=with_prefixes(EXAMPLE),
    )


def _cards(sizes: Sizes | None) -> list[Card]:
    """The ways in; without sizes, without numbers."""
    numbers = sizes.things if sizes else dict.fromkeys(COUNTED, 0)
    projects, actors, flows = numbers["Project"], numbers["Actor"], numbers["Flow"]
    shares, programmes = numbers["FundingShare"], numbers["FundingProgramme"]
    facilities, observations, indicators = numbers["Facility"], numbers["Observation"], numbers["Indicator"]
    cards = [
        Card(
            "/projects",
            gettext("Who does what with whom"),
            gettext("Projects with their partners, their time and their money."),
            [
                ngettext("%(n)s project", "%(n)s projects", projects),
                ngettext("%(n)s actor", "%(n)s actors", actors),
            ],
        ),
        Card(
            "/funding",
            gettext("Who pays for it"),
            gettext("Funders, their shares known and unknown, and what became of applications."),
            [
                ngettext("%(n)s funding share", "%(n)s funding shares", shares),
                ngettext("%(n)s programme", "%(n)s programmes", programmes),
            ],
        ),
        Card(
            "/flows",
            gettext("What flows where"),
            gettext("Materials and waste, from where to where, and how they are treated."),
            [
                ngettext("%(n)s flow", "%(n)s flows", flows),
                ngettext("%(n)s facility", "%(n)s facilities", facilities),
            ],
        ),
        Card(
            "/indicators",
            gettext("How circular it is"),
            gettext("Recycling rates, waste per inhabitant and more, published and computed."),
            [
                ngettext("%(n)s measure", "%(n)s measures", indicators),
                ngettext("%(n)s value", "%(n)s values", observations),
            ],
        ),
    ]
    return [card if sizes else dataclasses.replace(card, counts=()) for card in cards]


@view.get("/doc/<kind>")
def listing(kind: str) -> Response:
    """All things of a kind, by name unless there are very many; a page only."""
    negotiate.choose(request.headers.get("Accept"), (negotiate.PAGE,))
    number = page_number()

    def make() -> str:
        asker = service().asker
        prefix = ox.Literal(service().addresses.iri(f"id/{kind}/"))
        few = int(asker.ask("listed-size", prefix=prefix, most=_SORTED + 1)[0]["count"].value) <= _SORTED
        found = asker.ask(
            "listed" if few else "listed-many",
            prefix=prefix,
            language=ox.Literal(g.language),
            limit=PAGE_SIZE + 1,
            offset=PAGE_SIZE * (number - 1),
        )
        rows = [row for row in found if "thing" in row][:PAGE_SIZE]
        if not rows:
            raise NotFoundError(gettext("There is nothing of the kind “%(kind)s” here.", kind=kind))
        classes = {
            row["thing"].value: own_first(sorted(row["classes"].value.split())) if "classes" in row else []
            for row in rows
        }
        iris = {*classes, *(class_ for several in classes.values() for class_ in several)}
        return render_template(
            "listing.html",
            title=kind_name(kind),
            classes=classes,
            labels=names_of(map(ox.NamedNode, iris), g.language, asker),
            page=number,
            more=len(found) > PAGE_SIZE,
            in_order=few,
        )

    return conditional.page(make, "Accept")
