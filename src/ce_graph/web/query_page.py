"""The query page: a form and, after it is sent, the answer as a table; all of it made on the server."""

from __future__ import annotations

import dataclasses
import functools
import logging
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import render_template, request

from ce_graph import resources
from ce_graph.errors import CeGraphError
from ce_graph.query.labels import Labels
from ce_graph.query.questions import Question, load
from ce_graph.query.texts import text_in
from ce_graph.rdf.formats import GRAPHS, RESULTS, Format
from ce_graph.web import asking, i18n
from ce_graph.web.presentation import with_prefixes

if TYPE_CHECKING:
    from ce_graph.web.protocol import QueryCall

_LOG = logging.getLogger(__name__)
SHOWN = 1000
"""Rows of a result that are shown; the downloads have all."""
_SHOWN_TEXT = 200_000
_FIRST = """SELECT ?type (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?type }
GROUP BY ?type
ORDER BY DESC(?count)
LIMIT 100"""


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A stored query with its title in the reader's language."""

    title: str
    language: str
    query: str


def media_type(form: str) -> str:
    """What the page asks the engine for: solutions as JSON, graphs as Turtle."""
    return RESULTS[0].media_type if form in ("select", "ask") else GRAPHS[0].media_type


def empty() -> str:
    """The page before a query is sent."""
    return _render(_FIRST)


def result(call: QueryCall, form: str, data: bytes) -> str:
    """The page with the answer to a query."""
    text = call.text or ""
    if form in ("construct", "describe"):
        graph = data.decode("utf-8")
        return _render(text, graph=graph[:_SHOWN_TEXT], cut=len(graph) > _SHOWN_TEXT, downloads=GRAPHS)
    found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return _render(text, truth=bool(found), downloads=RESULTS[:2])
    names = [variable.value for variable in found.variables]
    rows = list(asking.read_rows(data))
    return _render(text, names=names, rows=rows[:SHOWN], count=len(rows), shown=SHOWN, downloads=RESULTS)


def failed(error: CeGraphError) -> str:
    """The page with what was wrong with the query, and the query still in the form."""
    text = request.values.get("query", "")
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    return _render(text, error=str(error), line=line, column=column)


@functools.cache
def _questions() -> tuple[Question, ...]:
    folder = resources.queries()
    try:
        return tuple(load(folder)) if folder.is_dir() else ()
    except CeGraphError:
        _LOG.exception("the stored questions cannot be read; the query page has no examples")
        return ()


def examples() -> list[Example]:
    """The stored questions, titled in the reader's language; their parameters are left open."""
    language = i18n.language()
    return [
        Example(text_in(item.title, language), language if language in item.title else "en", item.body)
        for item in _questions()
    ]


def _render(query: str, *, downloads: tuple[Format, ...] = (), **shown: object) -> str:
    return render_template(
        "sparql.html",
        query=query,
        downloads=downloads,
        examples=examples(),
        labels=Labels({}),
        with_prefixes=with_prefixes,
        **shown,
    )
