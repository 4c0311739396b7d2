"""The start page, and the list of all things of a kind."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template

from ce_graph.errors import NotFoundError
from ce_graph.query.labels import labels_of
from ce_graph.rdf.namespaces import ONTOLOGY
from ce_graph.web import conditional
from ce_graph.web.i18n import gettext
from ce_graph.web.paging import page_number
from ce_graph.web.presentation import KINDS, kind_name, with_prefixes
from ce_graph.web.service import service

view = Blueprint("listings", __name__)

PAGE_SIZE = 100
_COUNTED = {
    "project": "Project",
    "actor": "Actor",
    "flow": "Flow",
    "facility": "Facility",
    "observation": "Observation",
}
EXAMPLE = """SELECT ?project ?name ?end ?source WHERE {
  GRAPH ?source { ?project ce:endDateStated ?end }
  ?project skos:prefLabel ?name
}
ORDER BY ?name"""


@view.get("/")
def start() -> Response:
    """What this is, how much there is of it, and what to do next."""

    def make() -> str:
        asker = service().asker
        classes = [ox.NamedNode(ONTOLOGY + name) for name in _COUNTED.values()]
        counted = {row["class"].value: int(row["count"].value) for row in asker.ask("counts", classes=classes)}
        counts = [(kind, counted.get(ONTOLOGY + name, 0)) for kind, name in _COUNTED.items()]
        size = asker.ask("size")
        quads = int(size[0]["quads"].value) if size and "quads" in size[0] else 0
        return render_template(
            "start.html", kinds=KINDS, counts=counts, quads=quads, example=EXAMPLE, example_query=with_prefixes(EXAMPLE)
        )

    return conditional.page(make)


@view.get("/doc/<kind>")
def listing(kind: str) -> Response:
    """All things of a kind, by name."""
    number = page_number()

    def make() -> str:
        asker = service().asker
        found = asker.ask(
            "listed",
            prefix=ox.Literal(service().addresses.iri(f"id/{kind}/")),
            language=ox.Literal(g.language),
            limit=PAGE_SIZE + 1,
            offset=PAGE_SIZE * (number - 1),
        )
        rows = [row for row in found if "thing" in row][:PAGE_SIZE]
        if not rows:
            raise NotFoundError(gettext("There is nothing of the kind “%(kind)s” here.", kind=kind))
        iris = {row[name].value for row in rows for name in ("thing", "class") if name in row}
        labels = labels_of(map(ox.NamedNode, iris), g.language, asker.run)
        return render_template(
            "listing.html",
            title=kind_name(kind),
            rows=rows,
            labels=labels,
            page=number,
            more=len(found) > PAGE_SIZE,
        )

    return conditional.page(make)
