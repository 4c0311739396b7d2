"""What the templates may ask about a term: its name for the reader, its datatype, the name of its kind and format."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import request

from ce_graph.model.names import short
from ce_graph.query.labels import Label, Labels, compact
from ce_graph.rdf.namespaces import GEO, ONTOLOGY, PREFIXES, RDF, XSD
from ce_graph.web import i18n
from ce_graph.web.documents import schema_org
from ce_graph.web.documents.sections import BRIEF, VIEWS, heading
from ce_graph.web.links import here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from ce_graph.rdf.formats import Format

KINDS = {
    "project": i18n.mark("Projects"),
    "actor": i18n.mark("Actors"),
    "flow": i18n.mark("Material flows"),
    "facility": i18n.mark("Facilities"),
    "place": i18n.mark("Places"),
    "programme": i18n.mark("Funding programmes"),
    "event": i18n.mark("Events"),
    "outcome": i18n.mark("Outcomes"),
    "indicator": i18n.mark("Indicators"),
    "observation": i18n.mark("Observations"),
    "participation": i18n.mark("Participations"),
    "funding-share": i18n.mark("Funding shares"),
    "application": i18n.mark("Funding applications"),
    "decision": i18n.mark("Funding decisions"),
    "grant": i18n.mark("Grants"),
    "series-break": i18n.mark("Breaks in series"),
}
"""The kinds of entities that have a name of their own; the first part of their slugs."""

_FORMATS = {
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "ntriples": "N-Triples",
    "rdfxml": "RDF/XML",
    "trig": "TriG",
    "nquads": "N-Quads",
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
}
_TRUTH = {"true": i18n.mark("yes"), "1": i18n.mark("yes"), "false": i18n.mark("no"), "0": i18n.mark("no")}
DATES = ("date", "gYearMonth")
"""The datatypes, of XML Schema, of days and months."""
_PLAIN = {str(RDF.langString), str(GEO.wktLiteral)}


def title_of(iri: str, labels: Labels) -> Label:
    """The name of an IRI for the reader: the graph's, else ours for well-known terms, else made from the IRI."""
    label = labels.label(iri)
    if label.known:
        return label
    foreign = i18n.foreign_names().get(compact(iri))
    return Label(i18n.gettext(foreign), i18n.language()) if foreign else label


def kind_name(kind: str) -> str:
    """The name of a kind of entities."""
    return i18n.gettext(KINDS[kind]) if kind in KINDS else kind


def format_name(item: Format) -> str:
    """What people call a format."""
    return _FORMATS.get(item.name, item.name)


def datatype_of(term: ox.Literal) -> str:
    """The datatype of a literal as a reader sees it; empty where it tells nothing."""
    iri = term.datatype.value
    return "" if iri in _PLAIN or iri.startswith(str(XSD)) else compact(iri)


def readable(term: ox.Literal) -> str:
    """A literal as the reader's language writes it: numbers, dates, yes and no; whatever else as it is."""
    kind = term.datatype.value.removeprefix(str(XSD))
    try:
        if kind in ("decimal", "integer"):
            return i18n.number(Decimal(term.value))
        if kind in DATES:
            return date(term.value)
        if kind == "boolean" and term.value in _TRUTH:
            return i18n.gettext(_TRUTH[term.value])
    except (ArithmeticError, ValueError):
        return term.value
    return term.value


def date(text: str) -> str:
    """A day or a month in ISO 8601 as the reader's language writes it; whatever else as it is."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return i18n.date(dt.date.fromisoformat(text))
        if re.fullmatch(r"\d{4}-\d\d", text):
            return i18n.month(dt.date.fromisoformat(f"{text}-01"))
    except ValueError:  # there is no such day
        return text
    return text


def own_first(types: Sequence[str]) -> Sequence[str]:
    """The classes of a thing that tell most: the ontology's own, else all."""
    return [iri for iri in types if iri.startswith(ONTOLOGY)] or types


def view_of(section: str, iri: str) -> tuple[str, str] | None:
    """The view that tells more about a table of a thing: its address and what it is called."""
    if section not in VIEWS:
        return None
    path, criterion, title = VIEWS[section]
    return here(path, **{criterion: short(iri)}), i18n.gettext(title)


def this_page(number: int) -> str:
    """The address of another page of the list that is being shown."""
    return here(request.path, **_kept("via", "q", "kind", "scheme"), page=number)


def _kept(*names: str) -> dict[str, str]:
    """What of the present address the next page has as well."""
    return {name: value for name in names if (value := request.args.get(name))}


def with_prefixes(query: str) -> str:
    """A query with the declarations of the prefixes that it uses."""
    used = [name for name in PREFIXES if f"{name}:" in query]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + query


def install(app: Flask) -> None:
    """Give the templates these functions."""
    app.jinja_env.filters["own_first"] = own_first
    app.jinja_env.globals.update(
        title_of=title_of,
        kind_name=kind_name,
        format_name=format_name,
        this_page=this_page,
        section_heading=heading,
        own_iri=lambda name: ONTOLOGY + name,
        view_of=view_of,
        brief_columns=BRIEF,
        page_data=schema_org.page,
        is_iri=lambda term: isinstance(term, ox.NamedNode),
    )
