"""``/quality``: what the validator finds in the data that are served."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from ce_graph.overview.quality import quality
from ce_graph.web import i18n
from ce_graph.web.documents import rules
from ce_graph.web.i18n import wording
from ce_graph.web.service import service
from ce_graph.web.viewing import respond

view = Blueprint("quality", __name__)

_WAIT = 3.0
"""Seconds that a reader is kept waiting for the first check of a generation."""
_AGAIN = 4
"""Seconds after which a browser looks again by itself while the data are being checked."""


@view.get("/quality")
def page() -> Response:
    """The findings by rule, by source and one by one; while they are looked for, a page that says so."""
    checked = service().checking.found(_WAIT)
    if checked is None or checked.fault:
        body = render_template("quality_waiting.html", fault=checked.fault if checked else "")
        response = Response(body, status=503, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        if checked is None:
            response.headers["Retry-After"] = response.headers["Refresh"] = str(_AGAIN)
        return response
    findings = checked.findings[i18n.language()]
    return respond("quality", lambda: quality(service().region.records(), wording(), findings, _names()))


def _names() -> dict[str, str]:
    """The names of the shapes in the reader's language."""
    found = {}
    for rule in rules.rules():
        by_language = {name.language: name.value for name in rule.names}
        name = next((by_language[tag] for tag in i18n.preference(i18n.language()) if tag in by_language), rule.local)
        found[rule.iri] = name
    return found
