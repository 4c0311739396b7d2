"""``/data`` and ``/about``: how to take the data along, and what all of this is."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from ce_graph import __version__
from ce_graph.overview.sources import sources
from ce_graph.rdf.formats import GRAPHS
from ce_graph.web import conditional
from ce_graph.web.documents import catalogue
from ce_graph.web.i18n import date, wording
from ce_graph.web.links import here
from ce_graph.web.service import service
from ce_graph.web.viewing import respond

if TYPE_CHECKING:
    from collections.abc import Mapping

view = Blueprint("about", __name__)


@view.get("/data")
def reuse() -> Response:
    """Dumps with size and checksum, the terms of the sources, and how to ask from other programs."""
    return respond(
        "data", lambda: sources(service().region.records(), wording()), template="data.html", shown=_distributions
    )


@view.get("/about")
def about() -> Response:
    """What this is, how the data come about, what the marks mean, privacy and access."""
    return conditional.page(
        lambda: render_template(
            "about.html",
            version=__version__,
            repository=_repository(),
            logged=service().settings.access_log,
            base=service().settings.base,
        )
    )


def _distributions() -> Mapping[str, object]:
    """The dumps by their addresses on this server, and what the examples of use need."""
    dataset = service().dataset()
    dumps = service().dumps.made().files.values() if dataset else ()
    made = service().changes.last()
    root = request.host_url.rstrip("/") + request.script_root
    return {
        "dataset": dataset,
        "dumps": [(dump, here(f"/{catalogue.dump_path(dataset, dump)}")) for dump in dumps] if dataset else [],
        "formats": GRAPHS,
        "root": root,
        "changed": f"{date(made.date())} {made:%H:%M} UTC",
        "version": __version__,
        "license": catalogue.LICENSE,
    }


def _repository() -> str:
    """The address of the project's repository or home page, as the package states it; ``""`` when it states none."""
    try:
        stated = importlib.metadata.metadata("ce-graph").get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    named = dict(entry.split(", ", 1) for entry in stated if ", " in entry)
    return next((named[name] for name in ("Repository", "Source", "Homepage") if name in named), "")
