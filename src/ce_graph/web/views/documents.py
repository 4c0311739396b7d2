"""The pages about things; what is a document itself gives page or data at its own address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from ce_graph.errors import NotFoundError
from ce_graph.query.labels import Labels, labels_of
from ce_graph.rdf.namespaces import SKOS
from ce_graph.search.match import search
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.documents import catalogue, code_lists, pictures, profiles, rules, schema_org, signposting
from ce_graph.web.documents.descriptions import describe
from ce_graph.web.documents.existence import absent, resolve
from ce_graph.web.i18n import gettext, preference
from ce_graph.web.paging import page_number
from ce_graph.web.service import service
from ce_graph.web.viewing import SVG
from ce_graph.web.views.things import OFFERS, negotiated

if TYPE_CHECKING:
    from ce_graph.web.documents.descriptions import Description
    from ce_graph.web.dumps import Dump

view = Blueprint("documents", __name__)


@view.get("/doc/<kind>/<path:slug>")
def page(kind: str, slug: str) -> Response:
    """The page about a thing."""
    return page_about(service().addresses.readings(f"id/{kind}/{slug}"))


@view.get("/code/<path:name>")
@view.get("/graph/<path:name>")
@view.get("/dataset/<path:name>")
def dereferenced(name: str) -> Response:  # noqa: ARG001 - part of the path
    """A code list, a code, a named graph or a dataset: the page or the data at its own address."""
    readings = service().addresses.readings(request.path[1:])
    offer = choose()
    return (
        page_about(readings, "Accept", "Accept-Profile") if offer.format is None else negotiated(readings, offer.format)
    )


def choose() -> negotiate.Offer:
    """What is wanted of a document; views other than the plain one are data, never pages."""
    plain = profiles.wanted() is profiles.PROFILES[0]
    return negotiate.choose(request.headers.get("Accept"), OFFERS if plain else OFFERS[1:])


def page_about(readings: tuple[str, ...], *varies: str) -> Response:
    """The page about the first of some IRIs that the graph knows."""
    number = page_number()
    iri = resolve(readings)
    if request.args.get("format") == "svg":
        return _drawing(iri, request.args.get("part", ""))

    def make() -> str:
        found = describe(service().asker, iri, g.language, number, request.args.get("via") or None)
        if not found.known:
            raise absent(iri)
        g.types = found.types
        files = _files(iri)
        return render_template(
            "description.html",
            found=found,
            canonical=signposting.canonical(iri),
            formats=signposting.formats(iri),
            linked=schema_org.describe(found, signposting.canonical(iri), files),
            kind=_kind(iri),
            pictures=pictures.of(found, g.language),
            files=files,
            codes=_codes(found),
            rules=rules.constraining(iri),
            in_language=rules.in_language,
            languages_wanted=preference(g.language),
            description_query=f"DESCRIBE <{iri}>",
            cited=service().changes.last().date(),
        )

    response = conditional.page(make, *varies)
    if response.status_code == 200:
        response.headers["Link"] = signposting.of_page(iri, g.get("types", ()))
    return response


def _drawing(iri: str, name: str) -> Response:
    """One of the pictures of a page by itself.

    Raises:
        NotFoundError: the page has no such picture.
    """

    def make() -> Response:
        drawn = pictures.of(describe(service().asker, iri, g.language), g.language)
        if name not in drawn:
            known = ", ".join(drawn) or "–"  # noqa: RUF001
            raise NotFoundError(
                gettext("There is no part “%(part)s” in this format; there is %(known)s.", part=name, known=known)
            )
        return Response(drawn[name], content_type=SVG.media_type)

    response = conditional.answer(make, "drawing", request.script_root, iri, name, g.language)
    headers.vary(response, "Accept-Language")
    return response


def _codes(found: Description) -> tuple[code_lists.Tree, Labels] | None:
    """The tree of a code list, with the names of its codes; only what fits, when something is searched for in it."""
    if str(SKOS.ConceptScheme) not in found.types or found.via is not None:
        return None
    only, text = None, request.args.get("q", "").strip()
    if text:
        hits = search(service().searching.index(), text, g.language, "code").hits
        only = [hit.iri for hit in hits if hit.iri.startswith(found.iri + "/")]
    tree = code_lists.tree(service().asker, found.iri, only)
    return tree, labels_of(map(ox.NamedNode, tree.iris()), g.language, service().asker.run)


def _files(iri: str) -> list[tuple[Dump, str]]:
    """The dumps, on the page of the dataset that they hold."""
    dataset = service().dataset()
    if dataset is None or iri != dataset:
        return []
    return [(dump, f"/{catalogue.dump_path(iri, dump)}") for dump in service().dumps.made().files.values()]


def _kind(iri: str) -> str | None:
    """The kind of an entity, whose list the page leads back to."""
    path = service().addresses.path(iri) or ""
    parts = path.split("/")
    return parts[1] if parts[0] == "id" and len(parts) > 2 else None
