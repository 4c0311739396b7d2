"""Addresses inside pages: relative to where the server is mounted, and in the language that was asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask import g, request

from ce_graph.web.i18n import LANGUAGES

if TYPE_CHECKING:
    from flask import Flask

_STYLE = Path(__file__).parent / "static" / "style.css"


def here(path: str, **parameters: object) -> str:
    """The address of a path on this server; keeps ``?lang=`` when the reader has chosen one."""
    path, mark, fragment = path.partition("#")
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and "lang" not in parameters:
        parameters["lang"] = wanted
    given = {name: value for name, value in parameters.items() if value is not None}
    address = request.script_root + quote(path, safe="/:@!$&'()*+,;=~%")
    return address + (f"?{urlencode(given, doseq=True)}" if given else "") + mark + fragment


def page_of(iri: str, *, local: bool = False) -> str | None:
    """The address of the page about an IRI: on this server, else the IRI itself when a browser can follow it.

    ``local`` asks for pages of this server only.
    """
    from ce_graph.web.service import service

    path = service().addresses.page(iri)
    if path is not None:
        return here(path)
    return iri if iri.startswith(("http://", "https://")) and not local else None


def same_page(language: str) -> str:
    """The address of the page that is being shown, in another language."""
    parameters: dict[str, object] = {name: request.args.getlist(name) for name in request.args if name != "lang"}
    return here(request.path, **parameters, lang=language)


def install(app: Flask) -> None:
    """Give the templates these functions, and what every page shows."""
    style = hashlib.sha256(_STYLE.read_bytes()).hexdigest()[:10]
    app.jinja_env.globals.update(here=here, page_of=page_of, same_page=same_page, languages=LANGUAGES)
    app.jinja_env.globals["style"] = lambda: f"{request.script_root}/static/style.css?v={style}"
    app.context_processor(lambda: {"language": g.get("language", "en")})
