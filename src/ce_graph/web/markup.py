"""How pages show terms: an IRI as a link by its name, a literal as the reader writes it, both with their language.

Written in Python and not as macros, since a page has hundreds of terms and a macro takes several times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from markupsafe import Markup, escape

from ce_graph.overview.view import Date, Text
from ce_graph.query.labels import compact
from ce_graph.rdf.namespaces import XSD
from ce_graph.web import i18n
from ce_graph.web.documents.sections import SHORT
from ce_graph.web.links import page_of
from ce_graph.web.presentation import DATES, datatype_of, date, readable, title_of

if TYPE_CHECKING:
    from flask import Flask

    from ce_graph.query.labels import Label, Labels
    from ce_graph.web.asking import Row, Term

_LONGEST = 400
"""Characters of a text that are shown without being asked for."""
_DATES = {str(XSD) + name for name in DATES}


def said(text: str, tag: str | None) -> Markup:
    """A text by itself; when it is not in the reader's language, its language stands beside it (see ``style.css``)."""
    other = f' lang="{escape(tag)}"' if tag and tag != i18n.language() else ""
    return Markup(f"<bdi{other}>{escape(text)}</bdi>")  # noqa: S704 - both are escaped


def name(label: Label) -> Markup:
    """A name."""
    return said(label.text, label.language)


def literal(term: ox.Literal) -> Markup:
    """A text of the vocabulary."""
    return said(term.value, term.language)


def link(iri: str, labels: Labels) -> Markup:
    """A thing by its name, leading to its page."""
    shown, address = name(title_of(iri, labels)), page_of(iri)
    return Markup(f'<a href="{escape(address)}">{shown}</a>') if address else shown  # noqa: S704 - both are escaped


def value(term: Term, labels: Labels) -> Markup:
    """A value of a statement, with its language or datatype; a long text can be opened."""
    if isinstance(term, ox.NamedNode):
        return link(term.value, labels)
    if not isinstance(term, ox.Literal):
        return Markup("<em>{}</em>").format(i18n.gettext("a thing without a name of its own"))
    tag = Markup(' lang="{}"').format(term.language) if term.language else ""
    whole = Markup("<span{}><bdi>{}</bdi></span>").format(tag, _readable(term))
    if len(term.value) > _LONGEST:
        whole = Markup("<details><summary>{}…</summary>{}</details>").format(term.value[:120], whole)
    kind = term.language or datatype_of(term)
    return whole + Markup(' <small class="kind">{}</small>').format(kind) if kind else whole


def cell(row: Row, column: str, labels: Labels) -> Markup | str:
    """A place in a table about a thing; amounts that no source gives are told from those that are not asked about."""
    term = row.get(column)
    if term is None:
        unknown = column == "amount" and "known" in row
        return Markup('<span class="unknown">–</span>') if unknown else ""  # noqa: RUF001
    if column == "known":
        if term.value in ("true", "1"):
            return i18n.gettext("known")
        return Markup('<strong class="unknown">{}</strong>').format(i18n.gettext("unknown"))
    if isinstance(term, ox.Literal):
        return said(term.value, term.language) if term.language else Markup("<bdi>{}</bdi>").format(_readable(term))
    if isinstance(term, ox.NamedNode) and column in SHORT:
        return Markup('<a href="{}">{}</a>').format(page_of(term.value), compact(term.value))
    return link(term.value, labels) if isinstance(term, ox.NamedNode) else ""


def written(cell: str) -> Markup | str:
    """A text in a table of a view: a date as the reader writes it, another language's text with its language."""
    if isinstance(cell, Date):
        return time(cell)
    return said(cell, cell.language) if isinstance(cell, Text) else cell


def time(iso: str) -> Markup | str:
    """A day or a month as the reader writes it; what is in no calendar stays as it is."""
    shown = date(iso)
    return Markup('<time datetime="{}">{}</time>').format(iso, shown) if shown != iso else iso


def _readable(term: ox.Literal) -> Markup | str:
    return time(term.value) if term.datatype.value in _DATES else readable(term)


def install(app: Flask) -> None:
    """Give the templates these functions."""
    app.jinja_env.globals.update(
        said=said, name=name, literal=literal, link=link, value=value, cell=cell, written=written
    )
