"""``/update``: SPARQL 1.1 Update for the bearer of the token; where no token is set there is no such address."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from ce_graph.errors import QueryError
from ce_graph.store.text.guard import inspect
from ce_graph.web.queries import protocol, tokens
from ce_graph.web.queries.answering import counted
from ce_graph.web.service import service

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
    inspection = inspect(call.text)
    if inspection.form != "update":
        raise QueryError("This is a query; /update takes updates, /sparql takes queries.")
    if call.using.given and (inspection.from_graphs or inspection.with_graphs):
        raise QueryError("The dataset is named twice: by using-… parameters, and by USING or WITH in the update.")
    base = service().settings.base
    with counted(service(), "update"), protocol.places_as_sent(call.text, base):
        service().engine.update(protocol.with_base(call.text, base), using=call.using)
    return Response(status=204)
