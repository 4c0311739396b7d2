"""Turns what is ready to be sent into a response of the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

from ce_graph.web.server.bodies import FileBody, body_of

if TYPE_CHECKING:
    from ce_graph.store.engine import Answer
    from ce_graph.web.queries.answering import Made


def of_made(made: Made) -> Response:
    """The response of an answered query."""
    return _response(made.body, made.status, Headers(made.fields))


def of_answer(answer: Answer, content_type: str) -> Response:
    """The response that carries an answer of the engine."""
    fields = Headers([("Content-Type", content_type), ("Content-Length", str(answer.length))])
    return _response(body_of(answer), 200, fields)


def _response(body: bytes | FileBody, status: int, fields: Headers) -> Response:
    if isinstance(body, FileBody):
        # Passed through as it is: the server in front knows what to do with it.
        return Response(body, status=status, headers=fields, direct_passthrough=True)
    return Response(body, status=status, headers=fields)
