"""The dataset as a whole: its description for machines, its dumps, and what crawlers ask for."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from ce_graph.errors import NotFoundError
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.documents import catalogue
from ce_graph.web.documents.statements import order, prefixes
from ce_graph.web.links import here
from ce_graph.web.server.bodies import FileBody
from ce_graph.web.service import service
from ce_graph.wording import say

view = Blueprint("dataset", __name__)

_OFFERS = (*negotiate.GRAPH_OFFERS, negotiate.PAGE)
_VIEWS = ("/projects", "/funding", "/flows", "/potential", "/indicators", "/matches", "/disagreements", "/strengths",
          "/gaps", "/data", "/about")  # fmt: skip
"""Pages that are not about one thing."""
_IN_A_MAP = 40_000
"""Addresses in one file of the site map; 50,000 are allowed."""


@view.get("/.well-known/void")
def well_known() -> BaseResponse:
    """The dataset in VoID and DCAT; people are led to its page."""
    offer = negotiate.asked(request.args.getlist("format"), request.headers.get("Accept"), _OFFERS)
    dataset = _dataset()
    if offer.format is None:
        response = redirect(here(service().addresses.page(dataset) or "/"), 303)
        headers.vary(response, "Accept")
        return response
    wanted = offer.format

    def make() -> Response:
        base, made = service().settings.base, service().dumps.made()
        found = sorted(
            {
                *catalogue.void(base, dataset, made.statistics, list(made.files.values())),
                *catalogue.dcat(base, dataset, list(made.files.values()), changed()),
                *_stated(),
            },
            key=order,
        )
        body = ox.serialize(found, format=wanted.rdf, prefixes=prefixes(found))
        return Response(body, content_type=offer.content_type)

    response = conditional.answer(make, "void", offer.media_type)
    headers.vary(response, "Accept")
    return response


@view.get("/dumps/<name>")
def dump(name: str) -> Response:
    """The whole dataset as a file."""
    dataset, _, extension = name.partition(".")
    if dataset != _dataset().rpartition("/")[2]:
        raise NotFoundError(say("There is no dump of %(dataset)s here.", dataset=repr(dataset)))
    found = service().dumps.made().files.get(extension)
    tag = found.sha256 if found else ""

    def make() -> Response:
        dump, file = service().dumps.open(extension)
        content_type = "application/gzip" if dump.packed else negotiate.Offer(dump.format.media_type).content_type
        response = Response(FileBody(file, dump.size), content_type=content_type, direct_passthrough=True)
        response.headers["Content-Length"] = str(dump.size)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Repr-Digest"] = f"sha-256=:{_base64(dump.sha256)}:"
        return response

    return conditional.answer(make, "dump", extension, tag)


@view.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read: all but the answers to queries."""
    root = _root()
    lines = ["User-agent: *", "Disallow: /sparql?", "Disallow: /search?", "Allow: /", f"Sitemap: {root}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@view.get("/sitemap.xml")
def sitemap() -> Response:
    """Where the parts of the site map are."""

    def make() -> Response:
        parts = range(1, -(-len(_pages()) // _IN_A_MAP) + 1)
        day = service().changes.last().date().isoformat()
        entries = [
            f"<sitemap><loc>{escape(_root())}/sitemap/{number}.xml</loc><lastmod>{day}</lastmod></sitemap>"
            for number in parts
        ]
        return _xml("sitemapindex", entries)

    return conditional.answer(make, "sitemap", request.host_url)


@view.get("/sitemap/<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """A part of the site map."""

    def make() -> Response:
        found = _pages()[_IN_A_MAP * (number - 1) : _IN_A_MAP * number] if number > 0 else []
        if not found:
            raise NotFoundError(say("The site map has no part %(number)s.", number=number))
        return _xml("urlset", [f"<url><loc>{escape(_root() + path)}</loc></url>" for path in found])

    return conditional.answer(make, "sitemap", request.host_url, str(number))


def changed() -> str:
    """The time of the data as ``xsd:dateTime`` writes it."""
    return service().changes.last().isoformat().replace("+00:00", "Z")


def described(iri: str) -> set[ox.Triple]:
    """What the service adds to the description of a dataset or of the catalogue."""
    dataset = service().dataset()
    if dataset is None or iri not in (dataset, service().settings.base + catalogue.CATALOGUE):
        return set()
    dumps = list(service().dumps.made().files.values())
    return {*catalogue.dcat(service().settings.base, dataset, dumps, changed()), *_stated()}


def _dataset() -> str:
    found = service().dataset()
    if found is None:
        raise NotFoundError(say("The data do not describe themselves: there is no dcat:Dataset in them."))
    return found


def _stated() -> list[ox.Triple]:
    """What the data say of the catalogue and what is in it."""
    rows = service().asker.ask("catalogue")
    return [ox.Triple(row["subject"], row["property"], row["value"]) for row in rows if "subject" in row]  # type: ignore[arg-type]


def _pages() -> list[str]:
    """The addresses of all pages that are worth finding, in order."""
    addresses = service().addresses
    rows = service().asker.ask(
        "subjects", base=ox.Literal(addresses.base), codes=ox.Literal(addresses.iri("code/x")[:-1])
    )
    paths = {addresses.page(row["thing"].value) for row in rows if "thing" in row}
    fixed = ["/", "/ontology", "/shapes", "/questions", *_VIEWS]
    return fixed + sorted(here(path).partition("?")[0] for path in paths if path and path not in fixed)


def _root() -> str:
    return request.host_url.rstrip("/") + request.script_root


def _xml(name: str, entries: list[str]) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Response(body + "\n".join(entries) + f"\n</{name}>\n", content_type="application/xml; charset=utf-8")


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
