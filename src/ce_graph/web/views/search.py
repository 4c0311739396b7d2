"""``/search``: things by their names, as a page and as JSON; suggestions while typing, for browsers and programs."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from ce_graph.query.labels import Labels, labels_of
from ce_graph.rdf.formats import Format
from ce_graph.search.folding import LONGEST
from ce_graph.search.match import Found, search, suggest
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.i18n import gettext, mark
from ce_graph.web.links import here
from ce_graph.web.paging import page_number
from ce_graph.web.presentation import KINDS
from ce_graph.web.service import service

view = Blueprint("search", __name__)

PAGE_SIZE = 30
_JSON = Format("json", "application/json", "json")
_OFFERS = (negotiate.PAGE, *negotiate.offers((_JSON,)))
_OTHER_KINDS = {
    "code": mark("Codes"),
    "graph": mark("Sources"),
    "term": mark("Terms of the ontology"),
    "dataset": mark("Datasets"),
}


@view.get("/search")
def page() -> Response:
    """What fits a text."""
    offer = negotiate.asked(request.args.getlist("format"), request.headers.get("Accept"), _OFFERS)
    text, kind, number = _asked(), request.args.get("kind") or None, page_number()

    def find() -> Found:
        return search(service().searching.index(), text, g.language, kind)

    if offer.format is not None:
        response = conditional.answer(
            lambda: _json(find(), number, offer.content_type), "search", request.full_path, g.language
        )
        headers.vary(response, "Accept", "Accept-Language")
        return response

    def make() -> str:
        found = find()
        hits = found.hits[PAGE_SIZE * (number - 1) : PAGE_SIZE * number]
        labels = _labels([hit.iri for hit in hits])
        return render_template(
            "search.html",
            text=text,
            kind=kind,
            found=found,
            hits=hits,
            labels=labels,
            kinds=[(name, kind_title(name), count) for name, count in found.kinds.items()],
            total=sum(found.kinds.values()),
            kind_title=kind_title,
            page=number,
            more=len(found.hits) > PAGE_SIZE * number,
        )

    return conditional.page(make, "Accept")


@view.get("/search/suggest")
def suggestions() -> Response:
    """The names that fit what is being typed, as browsers' search boxes understand them (OpenSearch)."""
    text = _asked()

    def make() -> Response:
        hits = suggest(service().searching.index(), text, g.language)
        root = request.host_url.rstrip("/")
        addresses = [root + here(service().addresses.page(hit.iri) or "/") for hit in hits]
        told = [text, [hit.name for hit in hits], [kind_title(hit.kind) for hit in hits], addresses]
        return Response(json.dumps(told, ensure_ascii=False) + "\n", content_type="application/x-suggestions+json")

    response = conditional.answer(make, "suggest", request.host_url, request.full_path, g.language)
    headers.vary(response, "Accept-Language")
    return response


@view.get("/opensearch.xml")
def described() -> Response:
    """How a browser searches here."""
    root = escape(request.host_url.rstrip("/") + request.script_root)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>ce-graph</ShortName><Description>{escape(gettext('Circular economy of a region'))}</Description>"
        f'<Url type="text/html" template="{root}/search?q={{searchTerms}}"/>'
        f'<Url type="application/x-suggestions+json" template="{root}/search/suggest?q={{searchTerms}}"/>'
        "</OpenSearchDescription>\n"
    )
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


def kind_title(kind: str) -> str:
    """What things of a kind are called."""
    named = KINDS | _OTHER_KINDS
    return gettext(named[kind]) if kind in named else kind


def _asked() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def _labels(iris: list[str]) -> Labels:
    return labels_of(map(ox.NamedNode, iris), g.language, service().asker.run)


def _json(found: Found, number: int, content_type: str) -> Response:
    hits = found.hits[PAGE_SIZE * (number - 1) : PAGE_SIZE * number]
    told = {
        "hits": [
            {"iri": hit.iri, "kind": hit.kind, "name": hit.name, "language": hit.language or None} for hit in hits
        ],
        "kinds": found.kinds,
        "over": found.over,
        "instead": " ".join(found.instead) or None,
        "page": number,
        "more": len(found.hits) > PAGE_SIZE * number,
    }
    return Response(json.dumps(told, ensure_ascii=False, indent=2) + "\n", content_type=content_type)
