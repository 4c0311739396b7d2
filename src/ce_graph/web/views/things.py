"""Things and their data: the redirect from a thing to the document that is wanted, and the data in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from ce_graph.errors import NotFoundError
from ce_graph.rdf.formats import GRAPHS, Format
from ce_graph.rdf.namespaces import RDF
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.documents import profiles, signposting, vocabulary_files
from ce_graph.web.documents.existence import absent, resolve
from ce_graph.web.documents.signposting import FORMATS
from ce_graph.web.documents.statements import Statements, collect, order, serialize
from ce_graph.web.links import here
from ce_graph.web.paging import page_number
from ce_graph.web.responses import of_answer
from ce_graph.web.service import service
from ce_graph.web.views.dataset import described
from ce_graph.wording import say

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse


view = Blueprint("things", __name__)

OFFERS = (negotiate.PAGE, *negotiate.offers(FORMATS))
_TYPE = ox.NamedNode(str(RDF.type))
_NTRIPLES = next(item for item in GRAPHS if item.name == "ntriples")
_WITH_GRAPHS = ("trig", "nquads", "csv")


@view.get("/id/<kind>/<path:slug>")
def thing(kind: str, slug: str) -> BaseResponse:
    """A thing is not a document: see the document about it, in the format and the words that are wanted."""
    profile = profiles.wanted()
    plain = profile is profiles.PROFILES[0]
    offer = negotiate.choose(request.headers.get("Accept"), OFFERS if plain else OFFERS[1:])
    iri = resolve(service().addresses.readings(f"id/{kind}/{slug}"))
    path = service().addresses.page(iri) if offer.format is None else None
    path = path or service().addresses.data(iri, offer.format.extension if offer.format else "ttl") or ""
    response = redirect(here(path, _profile=profiles.asked(profile)), 303)
    headers.vary(response, "Accept", "Accept-Profile")
    response.headers["Link"] = signposting.of_thing(iri)
    response.headers["Cache-Control"] = "no-cache"
    return response


@view.get("/id/<kind>")
def things(kind: str) -> BaseResponse:
    """The things of a kind: see the list of them."""
    return redirect(here(f"/doc/{kind}"), 303)


@view.get("/graph")
def sources() -> BaseResponse:
    """The named graphs: people are led to the list of the sources, programs to the description of the dataset."""
    offer = negotiate.choose(request.headers.get("Accept"), (negotiate.PAGE, *negotiate.GRAPH_OFFERS))
    response = redirect(here("/.well-known/void" if offer.format else "/data"), 303)
    headers.vary(response, "Accept")
    return response


@view.get("/data/<path:name>")
def data(name: str) -> Response:
    """The data about a thing in the format of the extension."""
    path, _, extension = name.rpartition(".")
    found = next((item for item in FORMATS if item.extension == extension), None)
    if found is None:
        known = ", ".join(f".{item.extension}" for item in FORMATS)
        raise NotFoundError(
            say("There is no data format .%(extension)s here; there are %(known)s.", extension=extension, known=known)
        )
    readings = service().addresses.of_data(path)
    response = document(readings[0] if vocabulary_files.has(readings[0]) else resolve(readings), found)
    headers.vary(response, "Accept-Profile")
    return response


def negotiated(readings: tuple[str, ...], wanted: Format) -> Response:
    """The data about a resource at its own address."""
    response = document(readings[0] if vocabulary_files.has(readings[0]) else resolve(readings), wanted)
    headers.vary(response, "Accept", "Accept-Profile")
    return response


def document(iri: str, wanted: Format) -> Response:
    """The data about an IRI in a format, as the wanted profile shows them."""
    number, profile = page_number(), profiles.wanted()
    content_type = negotiate.Offer(wanted.media_type).content_type
    whole = whole_graph(iri) if profile is profiles.PROFILES[0] else None

    def make() -> Response:
        if whole is not None:
            return _graph(whole, wanted, content_type)
        found = _statements(iri, number)
        response = Response(serialize(profile.view(found), wanted), content_type=content_type)
        further = []
        if found.more:
            further.append((here(request.path, page=number + 1, _profile=profiles.asked(profile)), "next"))
        if number > 1:
            further.append((here(request.path, page=number - 1, _profile=profiles.asked(profile)), "prev"))
        response.headers["Link"] = signposting.of_data(iri, _types(found), profile, further)
        return response

    response = conditional.answer(make, "data", iri, wanted.name, profile.name, str(number))
    response.headers["Content-Profile"] = f"<{profile.iri}>"
    if "Link" not in response.headers:
        response.headers["Link"] = signposting.of_data(iri, (), profile)
    return response


def whole_graph(iri: str) -> str | None:
    """The graph that an IRI stands for as a whole: a named graph, or the ontology's."""
    addresses = service().addresses
    if iri == addresses.iri("ontology"):
        return addresses.graph("ontology")
    return iri if iri.startswith(addresses.graph("")) else None


def _statements(iri: str, number: int) -> Statements:
    if vocabulary_files.has(iri):
        return Statements(iri, vocabulary_files.about(iri), more=False)
    found = collect(service().asker, iri, number)
    if not found.quads:
        raise absent(iri)
    added = described(iri)
    if added:
        quads = {*found.quads, *(ox.Quad(one.subject, one.predicate, one.object) for one in added)}
        return Statements(iri, tuple(sorted(quads, key=order)), found.more)
    return found


def _graph(graph: str, wanted: Format, content_type: str) -> Response:
    """All of a named graph; formats that can tell say which graph it is."""
    if wanted.name not in _WITH_GRAPHS:
        return of_answer(service().engine.read_graph(graph, wanted.media_type), content_type)
    answer = service().engine.read_graph(graph, _NTRIPLES.media_type)
    name = ox.NamedNode(graph)
    with answer.body as body:
        quads = [
            ox.Quad(quad.subject, quad.predicate, quad.object, name)
            for quad in ox.parse(body.read(), format=ox.RdfFormat.N_TRIPLES)
        ]
    return Response(serialize(sorted(quads, key=order), wanted), content_type=content_type)


def _types(found: Statements) -> tuple[str, ...]:
    thing = ox.NamedNode(found.iri)
    return tuple(
        quad.object.value
        for quad in found.quads
        if quad.subject == thing and quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode)
    )
