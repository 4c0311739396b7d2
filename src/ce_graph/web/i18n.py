"""The language of the pages: which one a request gets, and the texts of that language for views and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_skeleton
from flask import g, has_request_context
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ce_graph.query.foreign import FOREIGN
from ce_graph.wording import DEFAULT, LANGUAGES, Wording, mark, translations

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from decimal import Decimal

    from jinja2 import Environment

__all__ = ["DEFAULT", "LANGUAGES", "choose", "date", "foreign_names", "gettext", "install", "language", "mark", "month",
           "ngettext", "number", "preference", "wording"]  # fmt: skip


def choose(accept_language: str | None, wanted: str | None = None) -> str:
    """The language of an answer: the one named by ``?lang=``, else by the header, else English."""
    if wanted in LANGUAGES:
        return str(wanted)
    header = parse_accept_header(accept_language, LanguageAccept)
    return (
        header.best_match([DEFAULT, *(code for code in LANGUAGES if code != DEFAULT)]) or DEFAULT if header else DEFAULT
    )


def preference(language: str) -> list[str]:
    """All languages, the wanted one first: what a label is looked for in."""
    return [language, *(code for code in ("en", "fi", "sv") if code != language)]


def language() -> str:
    """The language of the request that is being answered; English outside of one."""
    return str(g.get("language", DEFAULT)) if has_request_context() else DEFAULT


def wording() -> Wording:
    """The texts of the language of the request."""
    return Wording(language())


def gettext(message: str, **values: object) -> str:
    """A text in the language of the request; ``%(name)s`` in it is replaced."""
    return wording().gettext(message, **values)


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """A text about ``n`` things in the language of the request."""
    return wording().ngettext(one, many, n, **values)


def number(value: float | Decimal) -> str:
    """A number as the reader's language writes it, with all its decimals."""
    return wording().number(value)


def date(day: dt.date) -> str:
    """A day as the reader's language writes it."""
    return wording().date(day)


def month(day: dt.date) -> str:
    """The month that a day is in, as the reader's language writes it."""
    return format_skeleton("yMMMM", day, locale=language())


def install(environment: Environment) -> None:
    """Give the templates ``_``, ``{% trans %}`` and ``|number``."""
    environment.add_extension("jinja2.ext.i18n")
    install_callables = environment.install_gettext_callables  # type: ignore[attr-defined]
    install_callables(
        lambda message: translations(language()).ugettext(message),
        lambda one, many, n: translations(language()).ungettext(one, many, n),
        newstyle=True,
    )
    environment.filters["number"] = number
    environment.filters["date"] = date


def foreign_names() -> Mapping[str, str]:
    """Names of well-known properties and classes of other vocabularies, which the graph does not label itself."""
    return FOREIGN
