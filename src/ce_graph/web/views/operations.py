"""What the people and machines that run the service ask it: alive, ready, how is it going."""

from __future__ import annotations

from flask import Blueprint, Response

from ce_graph.errors import BusyError
from ce_graph.web import metrics
from ce_graph.web.service import service

view = Blueprint("operations", __name__)

_SECONDS = 2.0
"""In which a ready service answers the simplest query."""


@view.get("/health")
def health() -> Response:
    """The process answers; says nothing about the data."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@view.get("/ready")
def ready() -> Response:
    """The engine answers, and the service is not about to stop: send requests here."""
    if service().draining.is_set():
        raise BusyError("The service is about to stop.", retry_after=5)
    service().engine.query("ASK {}", "application/sparql-results+json", seconds=_SECONDS).body.close()
    return Response("ready\n", content_type="text/plain; charset=utf-8")


@view.get("/metrics")
def prometheus() -> Response:
    """Counts and times for Prometheus."""
    return Response(service().metrics.text(), content_type=metrics.CONTENT_TYPE)
