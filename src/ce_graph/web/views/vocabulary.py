"""The documents of the vocabulary: the ontology and its terms, the shapes one by one and together."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template

from ce_graph.errors import NotFoundError
from ce_graph.web import conditional, signposting
from ce_graph.web.addresses import term
from ce_graph.web.descriptions import describe
from ce_graph.web.i18n import gettext, preference
from ce_graph.web.ontology import terms
from ce_graph.web.service import service
from ce_graph.web.views.documents import choose
from ce_graph.web.views.things import negotiated

view = Blueprint("vocabulary", __name__)


@view.get("/ontology")
def ontology() -> Response:
    """The ontology: all its terms on one page, or as data."""
    offer = choose()
    iri = service().addresses.iri("ontology")
    if offer.format is not None:
        return negotiated((iri,), offer.format)

    def make() -> str:
        described = describe(service().asker, iri, g.language)
        listed = terms(service().asker, preference(g.language))
        if not listed:
            raise NotFoundError(gettext("There is no ontology in this store."))
        return render_template(
            "ontology.html",
            iri=iri,
            canonical=signposting.canonical(iri),
            described=described,
            terms=listed,
            formats=signposting.formats(iri),
        )

    response = conditional.page(make, "Accept", "Accept-Profile")
    response.headers["Link"] = signposting.of_page(iri)
    return response


@view.get("/ontology/<name>")
def ontology_term(name: str) -> Response:
    """One term of the ontology."""
    iri = term("ontology", name)
    offer = choose()
    if offer.format is not None:
        return negotiated((iri,), offer.format)
    return ontology()


@view.get("/shapes")
def shapes() -> Response:
    """The shapes as data."""
    return negotiated((term("shapes", ""),), choose().format or signposting.FORMATS[0])
