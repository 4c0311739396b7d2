"""``/sparql``: queries by the SPARQL 1.1 Protocol, the service description, and the form for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, g, request

from ce_graph.errors import CeGraphError
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.links import here, same_page
from ce_graph.web.problems import from_error
from ce_graph.web.queries import answering, completion, protocol, query_page, service_description
from ce_graph.web.responses import of_made
from ce_graph.web.service import service

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from ce_graph.store.text.guard import Inspection
    from ce_graph.web.queries.protocol import QueryCall

view = Blueprint("sparql", __name__)
_COMPLETION = "ce_graph.completion"


@view.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_COMPLETION] = completion.Completion()


@view.route("/sparql", methods=["GET", "HEAD", "POST", "QUERY"])
def sparql() -> Response:
    """Answer a query; without one, describe the service, or show the form to a person."""
    try:
        call = protocol.read_query(request, service().engine.limits.query_bytes)
        if call.text is None:
            return _describe(call)
        inspection = answering.read(call.text)
        offer = answering.choose(call, inspection, request.headers.get("Accept"))
        if offer.format is None:
            return _page(call, inspection)
    except CeGraphError as error:
        return _failed(error)
    asked = answering.Asked(
        call,
        inspection,
        offer,
        client=request.remote_addr or "",
        cancel=request.environ.get("ce_graph.cancel"),
        if_none_match=request.headers.get("If-None-Match"),
        tagged=request.method != "POST",
    )
    made = answering.answer(service(), asked)
    g.outcome = made.outcome
    return of_made(made)


@view.get("/sparql/terms")
def terms() -> Response:
    """The prefixes, classes and properties that a query can use, as JSON: what the editor completes from."""
    found: completion.Completion = current_app.extensions[_COMPLETION]

    def make() -> Response:
        body = completion.document(found.terms(service()), service(), g.language)
        return Response(completion.write(body), content_type="application/json")

    response = conditional.answer(make, "completion", g.language)
    headers.vary(response, "Accept-Language")
    return response


def _describe(call: QueryCall) -> Response:
    """The service description to a program, the empty form or an example to a person."""
    offered = (*negotiate.GRAPH_OFFERS, negotiate.PAGE)
    offer = negotiate.by_name(call.formats, offered) or negotiate.choose(request.headers.get("Accept"), offered)
    if offer.format is None:
        if name := request.args.get("example"):
            return _example(name)
        response = conditional.page(query_page.empty, "Accept")
        response.headers["Content-Security-Policy"] = query_page.policy()
    else:
        wanted, endpoint = offer.format, f"{request.host_url.rstrip('/')}{request.script_root}/sparql"

        def make() -> Response:
            return Response(service_description.write(service(), endpoint, wanted), content_type=offer.content_type)

        response = conditional.answer(make, "service", endpoint, offer.media_type)
        headers.vary(response, "Accept")
    response.headers["Link"] = f'<{here("/sparql", format="turtle")}>; rel="describedby"; type="text/turtle"'
    response.headers["Accept-Query"] = f"{protocol.QUERY}, {protocol.FORM}"
    return response


def _example(name: str) -> Response:
    """To the page with a stored question's query, whose address has the query in it."""
    response = Response(status=303, headers={"Location": here("/sparql", query=query_page.example(name))})
    headers.vary(response, "Accept", "Accept-Language")
    return response


def _page(call: QueryCall, inspection: Inspection) -> Response:
    """The answer as a page, at an address that names its language once.

    The buttons of the languages send the form of the answer, which names the present language too, after theirs.
    """
    if request.method in ("GET", "HEAD") and len(request.args.getlist("lang")) > 1:
        response = Response(status=303, headers={"Location": same_page(request.args["lang"])})
        headers.vary(response, "Accept", "Accept-Language")
        return response
    media_type = query_page.media_type(inspection.form)
    client, cancel = request.remote_addr or "", request.environ.get("ce_graph.cancel")
    answer, _ = answering.ask(service(), call, inspection, media_type, client, cancel)
    page = query_page.result(call, inspection.form, answer.read())
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = query_page.policy()
    headers.vary(response, "Accept", "Accept-Language")
    return response


def _failed(error: CeGraphError) -> Response:
    """What is wrong: for a person, beside the form that still holds the query."""
    g.outcome = answering.outcome_of(error)
    response = from_error(error)
    if response.mimetype == negotiate.HTML:
        response.set_data(query_page.failed(error))
        response.headers["Content-Security-Policy"] = query_page.policy()
    return response
