"""``/questions``: stored questions as plain HTTP, with parameters, and the document that describes them for tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from ce_graph.errors import CeGraphError, UsageError
from ce_graph.query.columns import heading
from ce_graph.query.labels import Labels
from ce_graph.query.tables import as_csv, as_json
from ce_graph.query.texts import text_in
from ce_graph.rdf.formats import GRAPHS, Format
from ce_graph.settings import VOCABULARY
from ce_graph.web import conditional, headers, negotiate, openapi
from ce_graph.web.documents.names import names_of
from ce_graph.web.documents.statements import prefixes
from ce_graph.web.links import here
from ce_graph.web.queries import questions as asking
from ce_graph.web.service import service
from ce_graph.wording import say, told

if TYPE_CHECKING:
    from ce_graph.query.answers import Answer
    from ce_graph.query.questions import Question

view = Blueprint("questions", __name__)

_JSON = Format("json", "application/json", "json")
_CSV = Format("csv", "text/csv", "csv")
_LISTED = (negotiate.PAGE, *negotiate.offers((_JSON, *GRAPHS)))
_TABLES = (negotiate.PAGE, *negotiate.offers((_JSON, _CSV)))
_ALL = (*_TABLES, *negotiate.GRAPH_OFFERS)
_SHOWN = 80
_OWN = {"lang", "format"}


@view.get("/questions")
def listed() -> Response:
    """All questions: a page, JSON, or RDF with the queries."""
    offer = _choose(_LISTED)
    if offer.format is None:
        return conditional.page(
            lambda: render_template(
                "questions.html",
                groups=asking.grouped(),
                text_in=text_in,
                shipped=service().settings.base == VOCABULARY,  # of another instance's data nothing is known here
            ),
            "Accept",
        )
    endpoint = f"{request.host_url.rstrip('/')}{request.script_root}/sparql"
    wanted, language = offer.format, str(g.language)

    def make() -> Response:
        if wanted is _JSON:
            described = [_told(one, language) for one in asking.questions()]
            return Response(json.dumps(described, ensure_ascii=False, indent=2) + "\n", content_type=offer.content_type)
        triples = list(asking.described(service(), endpoint))
        body = ox.serialize(triples, format=wanted.rdf, prefixes=prefixes(triples))
        return Response(body, content_type=offer.content_type)

    response = conditional.answer(make, "questions", endpoint, offer.media_type, language)
    headers.vary(response, "Accept", "Accept-Language")
    return response


@view.get("/questions/<name>")
def question(name: str) -> Response:
    """The answer to a question: on a page with its form, as a table, or as RDF where it has such an answer."""
    bare, _, extension = name.rpartition(".")
    found = asking.questions().find(bare or name)
    offered = _ALL if found.graph is not None else _TABLES
    named = negotiate.by_name([extension], offered[1:]) if bare else None
    offer = named or _choose(offered)
    given = _given()
    if offer.format is None:
        return _page(found, given)
    _require_once()
    wanted, language = offer.format, str(g.language)

    def make() -> Response:
        if wanted.rdf is not None:
            triples = asking.graph(service(), found, given, language)
            body: str | bytes | None = ox.serialize(triples, format=wanted.rdf, prefixes=prefixes(triples))
        else:
            answer = asking.answer(service(), found, given, language)
            body = as_json(answer, language) if wanted is _JSON else as_csv(answer)
        return Response(body, content_type=offer.content_type)

    parts = (found.name, json.dumps(given, sort_keys=True), offer.media_type, language)
    response = conditional.answer(make, "question", *parts, daily=True)
    headers.vary(response, "Accept", "Accept-Language")
    return response


@view.get("/openapi.json")
@view.get("/openapi.yaml")
def described() -> Response:
    """The OpenAPI description of the service: the questions with their parameters, and the rest of the interface."""
    yaml = request.path.endswith(".yaml")  # JSON is YAML as well
    body = json.dumps(openapi.document(request.host_url.rstrip("/") + request.script_root), indent=2) + "\n"
    content_type = "application/yaml" if yaml else "application/json"
    return conditional.answer(
        lambda: Response(body, content_type=content_type), "openapi", request.host_url, request.path
    )


def _choose(offered: tuple[negotiate.Offer, ...]) -> negotiate.Offer:
    return negotiate.asked(request.args.getlist("format"), request.headers.get("Accept"), offered)


def _given() -> dict[str, str]:
    """The parameters as they are given, of one that is given several times the first; see ``_require_once``."""
    return {name: value for name, value in request.args.items() if name not in _OWN}


def _require_once() -> None:
    for name, values in request.args.lists():
        if name not in _OWN and len(values) > 1:
            raise UsageError(say("%(name)s is given %(times)s times; give it once", name=name, times=len(values)))


def _page(found: Question, given: dict[str, str]) -> Response:
    language = str(g.language)
    asked = {name: value for name, value in given.items() if value}
    shown = {
        "question": found,
        "title": text_in(found.title, language),
        "description": text_in(found.description, language),
        "shown": _SHOWN,
        "heading": lambda name: heading(name, language),
        "formats": [
            (offer.format, here(f"/questions/{found.name}.{offer.format.extension}", **asked))
            for offer in (_ALL if found.graph is not None else _TABLES)
            if offer.format is not None and offer.media_type == offer.format.media_type
        ],
    }

    def make() -> str:
        _require_once()
        answer = asking.answer(service(), found, given, language)
        fields = asking.fields(service(), found, given, language)
        labels = _names(answer, language)
        return render_template("question.html", answer=answer, labels=labels, fields=fields, **shown)

    try:
        return conditional.page(make, "Accept", daily=True)
    except CeGraphError as error:
        if error.status not in (400, 404):
            raise
        known = {parameter.name for parameter in found.parameters}
        fields = asking.fields(
            service(), found, {name: value for name, value in given.items() if name in known}, language
        )
        page = render_template("question.html", error=told(error, language), fields=fields, **shown)
        response = Response(page, status=error.status, content_type="text/html; charset=utf-8")
        headers.vary(response, "Accept", "Accept-Language")
        return response


def _names(answer: Answer, language: str) -> Labels:
    """The names of what a page shows, also of flows and outcomes, which have none of their own."""
    shown = {term for row in answer.rows[:_SHOWN] for term in row.values() if isinstance(term, ox.NamedNode)}
    nameless = [term for term in sorted(shown, key=str) if not answer.labels.label(term.value).known]
    return Labels({**answer.labels.found, **names_of(nameless, language, service().asker).found})


def _told(one: Question, language: str) -> dict[str, object]:
    return {
        "number": one.number,
        "name": one.name,
        "title": text_in(one.title, language),
        "description": text_in(one.description, language),
        "address": here(f"/questions/{one.name}"),
        "parameters": [
            {
                "name": item.name,
                "type": item.type,
                "title": text_in(item.label, language),
                "default": item.default,
                "required": item.required,
            }
            for item in one.parameters
        ],
    }
