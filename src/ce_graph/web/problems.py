"""What a client gets when something is wrong: a page for a person, ``application/problem+json`` for a program."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from ce_graph.errors import CeGraphError
from ce_graph.query.labels import Labels, labels_of
from ce_graph.web import headers
from ce_graph.web.i18n import gettext, language, mark
from ce_graph.web.negotiate import PROBLEM, prefers_page
from ce_graph.web.queries.answering import extra_fields, failed, phrase
from ce_graph.web.responses import of_made
from ce_graph.wording import told

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG = logging.getLogger(__name__)
_ADVICE = {
    400: mark("The request cannot be understood as it is. Correct it and send it again."),
    401: mark("This needs the token of the service, sent as “Authorization: Bearer …”."),
    403: mark("The service does not do this."),
    404: mark("There is nothing at this address. Perhaps a letter is missing, or the thing goes by another name."),
    410: mark("There was something at this address, and it has been withdrawn."),
    405: mark("This address does not take that kind of request."),
    406: mark("Ask for another format: none of those asked for can be produced here."),
    413: mark("That is more than the service takes or gives at once. Ask for less."),
    415: mark("The service does not read that kind of content."),
    429: mark("You have several queries running already. Wait until one of them has ended."),
    503: mark("The service is busy. Try again in a moment."),
    504: mark("The query took longer than it may. Ask for less: fewer joins, a LIMIT, a narrower pattern."),
}


def install(app: Flask) -> None:
    """Answer every error of the application here."""
    app.register_error_handler(CeGraphError, from_error)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(Exception, from_fault)


def from_error(error: CeGraphError) -> Response:
    """The answer to an error that we foresaw."""
    near = list(getattr(error, "near", ()))
    if not prefers_page(request.headers.get("Accept")) and not near:
        return of_made(failed(error))
    place: dict[str, object] = {name: getattr(error, name, None) for name in ("line", "column")}
    if near:
        place["suggestions"] = near
    response = problem(error.status, told(error, language()), place)
    for name, value in extra_fields(error):
        response.headers[name] = value
    return response


def from_http(error: HTTPException) -> Response:
    """The answer to an error of the framework's: an unknown route, a wrong method."""
    found = error.get_response()
    if error.code is None or error.code < 400:
        return Response(found.get_data(), status=found.status_code, headers=found.headers)  # a redirect
    detail = "" if error.code == 404 else (error.description or "")
    response = problem(error.code, detail)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in found.headers:
            response.headers[name] = found.headers[name]
    return response


def from_fault(error: Exception) -> Response:
    """The answer to a fault of ours: told to the log, not to the client."""
    _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, gettext("The service failed at this. The fault is in its log."))


def problem(status: int, detail: str, extra: Mapping[str, object] | None = None) -> Response:
    """One problem, in the form that the client likes."""
    title = phrase(status)
    if prefers_page(request.headers.get("Accept")):
        advice = gettext(_ADVICE[status]) if status in _ADVICE else ""
        page = render_template(
            "problem.html",
            status=status,
            title=title,
            detail=detail,
            advice=advice,
            labels=_names((extra or {}).get("suggestions")),
            **(extra or {}),
        )
        response = Response(page, status=status, content_type="text/html; charset=utf-8")
        headers.vary(response, "Accept", "Accept-Language")
    else:
        told = {"type": "about:blank", "title": title, "status": status, "detail": detail or None, **(extra or {})}
        text = json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)
        response = Response(text + "\n", status=status, content_type=PROBLEM)
        headers.vary(response, "Accept", "Accept-Language")
    response.headers["Cache-Control"] = "no-store"
    return response


def _names(iris: object) -> Labels:
    """The names of the suggested things."""
    from ce_graph.web.service import service

    if not isinstance(iris, list) or not iris:
        return Labels({})
    return labels_of(map(ox.NamedNode, iris), language(), service().asker.run)
