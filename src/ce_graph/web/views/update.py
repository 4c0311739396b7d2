"""``/update``: SPARQL 1.1 Update for the bearer of the token; where no token is set there is no such address."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from ce_graph.errors import QueryError
from ce_graph.store.guard import inspect
from ce_graph.web import protocol, tokens
from ce_graph.web.service import service
from ce_graph.web.views.sparql import counted

view = Blueprint("update", __name__)


@view.route("/update", methods=["GET", "HEAD", "POST"])
def update() -> Response:
    """Carry out an update; when the answer arrives, the next query sees it."""
    if not service().writable:
        raise NotFound
    if request.method != "POST":
        raise MethodNotAllowed(["POST", "OPTIONS"], "An update is sent with POST.")
    tokens.require()
    call = protocol.read_update(request, service().engine.limits.update_bytes)
    if inspect(call.text).form != "update":
        raise QueryError("This is a query; /update takes updates, /sparql takes queries.")
    with counted("update"):
        service().engine.update(call.text, using=call.using)
    return Response(status=204)
