"""The documents of the vocabulary: the ontology and its terms, the shapes one by one and together, the code lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from ce_graph.errors import NotFoundError
from ce_graph.query.labels import labels_of
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.addresses import term
from ce_graph.web.documents import rules, signposting, vocabulary_files
from ce_graph.web.documents.existence import absent
from ce_graph.web.documents.ontology import terms
from ce_graph.web.documents.statements import of_schemes, serialize
from ce_graph.web.i18n import gettext, preference
from ce_graph.web.service import service
from ce_graph.web.views.documents import choose, page_about
from ce_graph.web.views.things import OFFERS, negotiated

if TYPE_CHECKING:
    from ce_graph.rdf.formats import Format

view = Blueprint("vocabulary", __name__)

_VARIES = ("Accept", "Accept-Profile")


@view.get("/ontology")
def ontology() -> Response:
    """The ontology: all its terms on one page, or as data."""
    offer = choose()
    iri = term("ontology", "")
    if offer.format is not None:
        return negotiated((iri,), offer.format)

    def make() -> str:
        listed = terms(service().asker, preference(g.language))
        if not listed:
            raise NotFoundError(gettext("There is no ontology in this store."))
        return render_template(
            "ontology.html",
            iri=iri,
            canonical=signposting.canonical(iri),
            terms=listed,
            formats=signposting.formats(iri),
        )

    return _linked(conditional.page(make, *_VARIES), iri)


@view.get("/ontology/<path:name>")
def ontology_term(name: str) -> Response:
    """One term of the ontology, or the ontology in one of its versions."""
    iri = term("ontology", name)
    if iri == term("ontology", ""):
        return ontology()
    offer = choose()
    return page_about((iri,), *_VARIES) if offer.format is None else negotiated((iri,), offer.format)


@view.get("/shapes")
def shapes() -> Response:
    """The quality rules: a page in words, or the shapes as data."""
    offer = choose()
    iri = vocabulary_files.DOCUMENT
    if offer.format is not None:
        return negotiated((iri,), offer.format)

    def make() -> str:
        found = rules.rules()
        targets = {target for rule in found for target in rule.targets}
        return render_template(
            "shapes.html",
            iri=iri,
            canonical=signposting.canonical(iri),
            rules=found,
            labels=labels_of(_nodes(targets), g.language, service().asker.run),
            formats=signposting.formats(iri),
            languages_wanted=preference(g.language),
            in_language=rules.in_language,
        )

    return _linked(conditional.page(make, *_VARIES), iri)


@view.get("/shapes/<name>")
def shape(name: str) -> Response:
    """One shape: the rule in words, what it is about, and its source."""
    iri = term("shapes", name)
    if iri == vocabulary_files.DOCUMENT:
        return shapes()
    offer = choose()
    if offer.format is not None:
        return negotiated((iri,), offer.format)
    rule = rules.find(name)
    if rule is None:
        raise absent(iri)

    def make() -> str:
        named = {*rule.targets, *rule.terms}
        return render_template(
            "shape.html",
            rule=rule,
            source=rules.source(name),
            canonical=signposting.canonical(iri),
            labels=labels_of(_nodes(named), g.language, service().asker.run),
            formats=signposting.formats(iri),
            languages_wanted=preference(g.language),
            in_language=rules.in_language,
        )

    return _linked(conditional.page(make, *_VARIES), iri)


@view.get("/code")
def code_lists() -> Response:
    """All code lists: a page, or what is said of them as data."""
    offer = negotiate.choose(request.headers.get("Accept"), OFFERS)
    if offer.format is not None:
        return _code_lists(offer.format)

    def make() -> str:
        rows = [row for row in service().asker.ask("schemes") if "scheme" in row]
        labels = labels_of([row["scheme"] for row in rows], g.language, service().asker.run)
        return render_template("code_lists.html", rows=rows, labels=labels)

    return conditional.page(make, "Accept")


def _code_lists(wanted: Format) -> Response:
    content_type = negotiate.Offer(wanted.media_type).content_type

    def make() -> Response:
        return Response(serialize(of_schemes(service().asker), wanted), content_type=content_type)

    response = conditional.answer(make, "code lists", wanted.name)
    headers.vary(response, "Accept")
    return response


def _linked(response: Response, iri: str) -> Response:
    if response.status_code == 200:
        response.headers["Link"] = signposting.of_page(iri)
    return response


def _nodes(iris: set[str]) -> list[ox.NamedNode]:
    return [ox.NamedNode(iri) for iri in iris]
