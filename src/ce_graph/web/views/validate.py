"""``/validate``: a file or a text checked against shapes, as a report or on a page; nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, render_template, request

from ce_graph.errors import CeGraphError
from ce_graph.rdf.formats import GRAPHS, Format
from ce_graph.web import conditional, headers, negotiate
from ce_graph.web.i18n import gettext, language, mark
from ce_graph.web.problems import from_error, problem
from ce_graph.web.service import KEY, service
from ce_graph.web.validation import KINDS, Call, Validations, read_call
from ce_graph.wording import speak

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

view = Blueprint("validate", __name__)
_VALIDATIONS = "ce_graph.validations"
_REPORTS = (
    Format("json", "application/json", "json"),
    Format("text", "text/plain", "txt"),
    Format("sarif", "application/sarif+json", "sarif"),
    Format("junit", "application/junit+xml", "xml", aliases=("application/xml",)),
)
_OFFERS = (*negotiate.offers(_REPORTS[:3]), *(negotiate.Offer(item.media_type, item) for item in GRAPHS),
           *negotiate.offers(_REPORTS[3:]), negotiate.PAGE)  # fmt: skip
_DOWNLOADS = {"json": "JSON", "text": mark("Text"), "turtle": "Turtle", "sarif": "SARIF", "junit": "JUnit"}
_LONGEST_SHOWN = 48 * 1024
"""Characters of a text that the page gives back in its form."""


@view.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_VALIDATIONS] = Validations(state.app.extensions[KEY].settings)


@view.get("/validate")
def form() -> Response:
    """The form."""
    response = conditional.page(lambda: _page(None), "Accept")
    response.headers["Accept-Post"] = ", ".join(["multipart/form-data", *(item.media_type for item in GRAPHS)])
    return response


@view.post("/validate")
def validate() -> Response:
    """The report on what was sent: 200 whether or not the data conform, ``X-Conforms`` tells."""
    offer: negotiate.Offer | None = None
    call: Call | None = None
    try:
        offer = negotiate.named(request.args.getlist("format"), _OFFERS)
        call = read_call(request, service().settings.validate_bytes)
        offer = negotiate.named(request.form.getlist("format"), _OFFERS) or offer
        offer = offer or negotiate.choose(request.headers.get("Accept"), _OFFERS)
        with service().gate.enter(request.remote_addr or ""):
            name = offer.format.name if offer.format else "html"
            told = _validations().run(call, name, language(), request.environ.get("ce_graph.cancel"))
    except CeGraphError as error:
        speak(error, language())
        response = from_error(error)
        if response.mimetype == negotiate.HTML:
            response.set_data(_page(call, error=str(error)))
        return response
    return _answer(offer, call, told)


def _validations() -> Validations:
    return cast("Validations", current_app.extensions[_VALIDATIONS])


def _answer(offer: negotiate.Offer, call: Call, told: dict[str, Any]) -> Response:
    if offer.format is None:
        page = _page(call, report=told.get("page"), error=told.get("detail", ""))
        response = Response(page, status=told["status"], content_type="text/html; charset=utf-8")
    elif told["status"] != 200:
        faults = told.get("faults") or [{"detail": told.get("detail", "")}]
        first = {name: value for name, value in faults[0].items() if value and name != "detail"}
        return problem(told["status"], faults[0]["detail"], {**first, "faults": faults} if first else None)
    else:
        response = Response(told["report"], content_type=offer.content_type)
        if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
            name = f"report.{offer.format.extension}"
            response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if "conforms" in told:
        response.headers["X-Conforms"] = "true" if told["conforms"] else "false"
    headers.vary(response, "Accept", "Accept-Language")
    return response


def _page(call: Call | None, *, report: dict[str, Any] | None = None, error: str = "") -> str:
    from ce_graph.check.tables_overlay import shipped

    return render_template(
        "validate.html",
        report=report,
        error=error,
        text=_given(call),
        shapes=_decoded(call.shapes[0].data) if call and len(call.shapes) == 1 else "",
        chosen={
            "syntax": call.data[0].kind if call and len(call.data) == 1 else "",
            "table": (call.table if call else None) or "",
            "fail_on": call.fail_on if call else "violation",
        },
        kinds=KINDS,
        tables=sorted(shipped()),
        downloads={name: gettext(title) for name, title in _DOWNLOADS.items()},
        largest=service().settings.validate_bytes // (1024 * 1024),
    )


def _given(call: Call | None) -> str:
    """The text that was sent, for the form to send again; ``""`` when it is long, or no text."""
    return _decoded(call.data[0].data) if call and len(call.data) == 1 and call.data[0].kind != "xlsx" else ""


def _decoded(data: bytes) -> str:
    if len(data) > _LONGEST_SHOWN or b"\x00" in data:
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
