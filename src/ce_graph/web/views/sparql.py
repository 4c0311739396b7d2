"""``/sparql``: queries by the SPARQL 1.1 Protocol, the service description, and the form for people."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, request

from ce_graph.errors import CeGraphError, QueryError
from ce_graph.store.guard import Inspection, inspect
from ce_graph.web import bodies, conditional, headers, negotiate, protocol, query_page, service_description
from ce_graph.web.links import here
from ce_graph.web.service import service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ce_graph.store.engine import Answer
    from ce_graph.web.negotiate import Offer
    from ce_graph.web.protocol import QueryCall

import contextlib

view = Blueprint("sparql", __name__)

_OFFERS = {
    "select": (*negotiate.TABLE_OFFERS, negotiate.PAGE),
    "ask": (*negotiate.TRUTH_OFFERS, negotiate.PAGE),
    "construct": (*negotiate.GRAPH_OFFERS, negotiate.PAGE),
    "describe": (*negotiate.GRAPH_OFFERS, negotiate.PAGE),
}


@view.route("/sparql", methods=["GET", "HEAD", "POST", "QUERY"])
def sparql() -> Response:
    """Answer a query; without one, describe the service, or show the form to a person."""
    try:
        call = protocol.read_query(request, service().engine.limits.query_bytes)
        if call.text is None:
            return _describe(call)
        inspection = _inspect(call.text)
        offer = _offer(call, (_OFFERS[inspection.form]))
        if offer.format is None:
            return _page(call, inspection)
        return _answer(call, inspection, offer)
    except CeGraphError as error:
        if request.method in ("GET", "POST") and negotiate.prefers_page(request.headers.get("Accept")):
            return _failed_page(error)
        raise


def ask(call: QueryCall, inspection: Inspection, media_type: str) -> tuple[Answer, bool]:
    """The answer to a query in a format, counted and limited; and whether it had been remembered."""
    text = call.text or ""
    with counted(inspection.form) as outcome, service().gate.enter(request.remote_addr or ""):
        answer, remembered = service().results.query(
            text,
            media_type,
            dataset=call.dataset,
            seconds=call.seconds,
            cancel=request.environ.get("ce_graph.cancel"),
            keep=not headers.changes(text),
        )
        if remembered:
            outcome.append("remembered")
    return answer, remembered


@contextlib.contextmanager
def counted(form: str) -> Iterator[list[str]]:
    """Count a query by how it ended; what is put in the list is the outcome, when it ended well."""
    started = time.perf_counter()
    outcome: list[str] = []
    try:
        yield outcome
    except CeGraphError as error:
        outcome[:] = [_OUTCOMES.get(error.status, "failed")]
        raise
    except Exception:
        outcome[:] = ["failed"]
        raise
    finally:
        ended = outcome[0] if outcome else "answered"
        service().metrics.queries.labels(form, ended).inc()
        service().metrics.seconds.observe(time.perf_counter() - started)
        g.outcome = ended


_OUTCOMES = {400: "refused", 403: "refused", 406: "refused", 413: "refused", 422: "capped", 429: "busy", 499: "cancelled", 503: "busy", 504: "timeout"}


def _inspect(text: str) -> Inspection:
    inspection = inspect(text)
    if inspection.form == "update":
        raise QueryError("This is an update; /sparql takes queries, /update takes updates.")
    return inspection


def _offer(call: QueryCall, offered: tuple[Offer, ...]) -> Offer:
    if call.format is not None:
        return negotiate.by_name(call.format, offered)
    return negotiate.choose(request.headers.get("Accept"), offered)


def _answer(call: QueryCall, inspection: Inspection, offer: Offer) -> Response:
    assert call.text is not None
    assert offer.format is not None
    safe = request.method != "POST"
    tagged = safe and not headers.changes(call.text)
    named = [call.text, repr(call.dataset), offer.media_type]
    if tagged and (generation := service().engine.generation):
        tag = headers.etag(generation, named)
        if headers.matches(request.headers.get("If-None-Match"), tag):
            response = Response(status=304)
            return _finish(response, tag)
    answer, _ = ask(call, inspection, offer.format.media_type)
    response = bodies.respond(answer, offer.content_type)
    tag = headers.etag(answer.generation, named) if tagged and answer.generation else None
    if tag and request.method == "GET":
        # Once the headers are complete, the front door may answer this same request by itself.
        g.remember = (call.text, call.dataset, offer.format.media_type, answer.generation)
    return _finish(response, tag)


def _finish(response: Response, tag: str | None) -> Response:
    headers.vary(response, "Accept")
    if tag is not None:
        response.headers["ETag"] = tag
    response.headers["Accept-Query"] = f"{protocol.QUERY}, {protocol.FORM}"
    return response


def _describe(call: QueryCall) -> Response:
    """The service description to a program, the empty form to a person."""
    offer = _offer(call, (*negotiate.GRAPH_OFFERS, negotiate.PAGE))
    if offer.format is None:
        response = conditional.page(query_page.empty, "Accept")
    else:
        wanted = offer.format

        def make() -> Response:
            return Response(service_description.write(service(), _endpoint(), wanted), content_type=offer.content_type)

        response = conditional.answer(make, "service", _endpoint(), offer.media_type)
        headers.vary(response, "Accept")
    response.headers["Link"] = f'<{here("/sparql", format="turtle")}>; rel="describedby"; type="text/turtle"'
    response.headers["Accept-Query"] = f"{protocol.QUERY}, {protocol.FORM}"
    return response


def _endpoint() -> str:
    return f"{request.host_url.rstrip('/')}{request.script_root}/sparql"


def _page(call: QueryCall, inspection: Inspection) -> Response:
    media_type = query_page.media_type(inspection.form)
    answer, _ = ask(call, inspection, media_type)
    response = Response(query_page.result(call, inspection.form, answer.read()), content_type="text/html; charset=utf-8")
    headers.vary(response, "Accept", "Accept-Language")
    return response


def _failed_page(error: CeGraphError) -> Response:
    from ce_graph.web.problems import from_error

    response = from_error(error)
    if error.status < 500 or error.status in (503, 504):
        response.set_data(query_page.failed(error))
    return response
