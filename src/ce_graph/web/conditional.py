"""Answers that depend on the data alone carry a tag; who has the answer already gets 304, and no query runs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import Response, g, request

from ce_graph import __version__
from ce_graph.query.answers import today
from ce_graph.web import headers
from ce_graph.web.service import service

if TYPE_CHECKING:
    from collections.abc import Callable


def answer(make: Callable[[], Response], *representation: str, daily: bool = False) -> Response:
    """The answer that ``make`` gives, tagged and dated; or 304 without making it.

    The generation is read first: a change meanwhile gives new content an old tag, never old content a new one. What
    is ``daily`` depends on the day as well, such as which projects are running, and changes at midnight (UTC).
    """
    day = today()
    found = tag(*representation, *([day.isoformat()] if daily else []))
    if found is None:
        return make()
    changed = service().changes.last()
    if daily:
        changed = max(changed, dt.datetime.combine(day, dt.time(), dt.UTC))
    response = Response(status=304) if _has(found, changed) else make()
    if response.status_code == 200 and _wants_none():
        response.close()
        response = Response(status=304)
    if response.status_code in (200, 304):
        response.headers["ETag"] = found
        response.last_modified = changed
    return response


def _has(found: str, changed: dt.datetime) -> bool:
    """Whether the client has what ``found`` is the tag of; the date counts only where it sends no tag."""
    if request.method not in ("GET", "HEAD"):
        return False
    if "If-None-Match" in request.headers:
        return not _wants_none() and headers.matches(request.headers["If-None-Match"], found)
    since = request.if_modified_since
    return since is not None and changed <= since


def _wants_none() -> bool:
    """Whether any representation will do as proof; that there is one is known once it is made."""
    return request.method in ("GET", "HEAD") and headers.wants_none(request.headers.get("If-None-Match"))


def tag(*representation: str) -> str | None:
    """The tag of a representation of the present generation; ``None`` when the engine knows no generation."""
    generation = service().engine.generation
    return headers.etag(generation, (__version__, *representation)) if generation else None


def page(make: Callable[[], str], *varies: str, daily: bool = False) -> Response:
    """An HTML page, tagged by its address and language; ``varies`` names the headers that chose it besides."""

    def respond() -> Response:
        return Response(make(), content_type="text/html; charset=utf-8")

    response = answer(respond, "page", request.host, request.script_root, request.full_path, g.language, daily=daily)
    headers.vary(response, "Accept-Language", *varies)
    return response
