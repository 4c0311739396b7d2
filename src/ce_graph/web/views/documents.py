"""The documents about things: the redirect from a thing to them, the page, the data in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.urls import iri_to_uri

from ce_graph.errors import NotFoundError
from ce_graph.rdf.formats import GRAPHS, Format
from ce_graph.web import conditional, headers, negotiate, schema_org
from ce_graph.web.descriptions import Description, describe
from ce_graph.web.i18n import gettext, preference
from ce_graph.web.links import here
from ce_graph.web.ontology import terms
from ce_graph.web.paging import page_number
from ce_graph.web.responses import of_answer
from ce_graph.web.service import service
from ce_graph.web.statements import PAGE_SIZE, collect, serialize

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

view = Blueprint("documents", __name__)

_OFFERS = (negotiate.PAGE, *negotiate.GRAPH_OFFERS)


@view.get("/id/<kind>/<path:slug>")
def thing(kind: str, slug: str) -> BaseResponse:
    """A thing is not a document: see the document about it, in the format that is wanted."""
    offer = negotiate.choose(request.headers.get("Accept"), _OFFERS)
    path = f"/doc/{kind}/{slug}" if offer.format is None else f"/data/{kind}/{slug}.{offer.format.extension}"
    response = redirect(here(path), 303)
    headers.vary(response, "Accept")
    response.headers["Cache-Control"] = "no-cache"
    return response


@view.get("/doc/<kind>/<path:slug>")
def page(kind: str, slug: str) -> Response:
    """The page about a thing."""
    return _page(service().addresses.iri(f"id/{kind}/{slug}"))


@view.get("/data/<path:name>")
def data(name: str) -> Response:
    """The data about a thing in the format of the extension."""
    path, _, extension = name.rpartition(".")
    found = next((item for item in GRAPHS if item.extension == extension), None)
    if found is None:
        known = ", ".join(f".{item.extension}" for item in GRAPHS)
        raise NotFoundError(f"There is no data format .{extension} here; there are {known}.")
    return _data(service().addresses.of_data(path), found)


@view.get("/ontology")
def ontology() -> Response:
    """The ontology: all its terms on one page, or as data."""
    offer = negotiate.choose(request.headers.get("Accept"), _OFFERS)
    iri = service().addresses.iri("ontology")
    if offer.format is not None:
        return _negotiated(_data(iri, offer.format))

    def make() -> str:
        described = describe(service().asker, iri, g.language)
        listed = terms(service().asker, preference(g.language))
        if not listed:
            raise NotFoundError(gettext("There is no ontology in this store."))
        return render_template("ontology.html", iri=iri, described=described, terms=listed, formats=_formats(iri))

    return conditional.page(make, "Accept")


@view.get("/code/<scheme>")
@view.get("/code/<scheme>/<path:notation>")
@view.get("/graph/<path:name>")
def dereferenced(scheme: str = "", notation: str = "", name: str = "") -> Response:
    """A code list, a code or a named graph: the page or the data at its own address."""
    path = f"graph/{name}" if name else f"code/{scheme}/{notation}" if notation else f"code/{scheme}"
    offer = negotiate.choose(request.headers.get("Accept"), _OFFERS)
    iri = service().addresses.iri(path)
    if offer.format is None:
        return _page(iri, "Accept")
    return _negotiated(_data(iri, offer.format))


def _negotiated(response: Response) -> Response:
    headers.vary(response, "Accept")
    return response


def _page(iri: str, *varies: str) -> Response:
    number = page_number()

    def make() -> str:
        found = describe(service().asker, iri, g.language, number)
        _require(found)
        return render_template(
            "description.html",
            found=found,
            formats=_formats(iri),
            linked=schema_org.describe(found, request.base_url),
            kind=_kind(iri),
        )

    response = conditional.page(make, *varies)
    data_path = service().addresses.data(iri, "ttl")
    if data_path and response.status_code in (200, 304):
        response.headers["Link"] = ", ".join(
            [f'<{here(path)}>; rel="alternate"; type="{item.media_type}"' for item, path in _formats(iri)]
            + [f'<{iri_to_uri(iri)}>; rel="describes"', f'<{here(data_path)}>; rel="describedby"; type="text/turtle"']
        )
    return response


def _require(found: Description) -> None:
    if not found.known:
        raise NotFoundError(gettext("The graph says nothing about %(iri)s.", iri=found.iri))


def _data(iri: str, wanted: Format) -> Response:
    number = page_number()
    content_type = negotiate.Offer(wanted.media_type).content_type
    whole_graph = _whole_graph(iri)

    def make() -> Response:
        if whole_graph is not None:
            return of_answer(service().engine.read_graph(whole_graph, wanted.media_type), content_type)
        found = collect(service().asker, iri, number)
        if not found.quads:
            raise NotFoundError(gettext("The graph says nothing about %(iri)s.", iri=iri))
        response = Response(serialize(found.quads, wanted), content_type=content_type)
        links = []
        if found.more:
            links.append(f'<{here(request.path, page=number + 1)}>; rel="next"')
            response.headers["X-Page-Size"] = str(PAGE_SIZE)
        if number > 1:
            links.append(f'<{here(request.path, page=number - 1)}>; rel="prev"')
        if links:
            response.headers["Link"] = ", ".join(links)
        return response

    return conditional.answer(make, "data", iri, wanted.name, str(number))


def _whole_graph(iri: str) -> str | None:
    """The graph that an IRI stands for as a whole: a named graph, or the ontology's."""
    addresses = service().addresses
    if iri == addresses.iri("ontology"):
        return addresses.graph("ontology")
    return iri if iri.startswith(addresses.graph("")) else None


def _formats(iri: str) -> list[tuple[Format, str]]:
    addresses = service().addresses
    return [(item, path) for item in GRAPHS if (path := addresses.data(iri, item.extension)) is not None]


def _kind(iri: str) -> str | None:
    """The kind of an entity, whose list the page leads back to."""
    path = service().addresses.path(iri) or ""
    parts = path.split("/")
    return parts[1] if parts[0] == "id" and len(parts) > 2 else None
