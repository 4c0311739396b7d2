"""The query page: a form and, after it is sent, the answer as a table; all of it made on the server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import g, render_template, request

from ce_graph.errors import CeGraphError, NotFoundError, UsageError
from ce_graph.query.answers import query_text
from ce_graph.query.labels import Labels, labels_of
from ce_graph.query.texts import text_in
from ce_graph.rdf.formats import GRAPHS, RESULTS, Format
from ce_graph.rdf.namespaces import PREFIXES
from ce_graph.web import asking, assets, headers, i18n
from ce_graph.web.documents.statements import prefixes
from ce_graph.web.i18n import gettext
from ce_graph.web.links import here
from ce_graph.web.paging import page_number
from ce_graph.web.queries import questions
from ce_graph.web.service import service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ce_graph.query.questions import Question
    from ce_graph.web.queries.protocol import QueryCall

_LOG = logging.getLogger(__name__)
ROWS, _CELLS = 100, 500
"""Rows and about as many cells of a result on one page, so that it stays small; the downloads have all."""
_SHOWN_TEXT = 200_000
_FIRST = """SELECT ?type (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?type }
GROUP BY ?type
ORDER BY DESC(?count)
LIMIT 100"""
_KEPT = ("default-graph-uri", "named-graph-uri", "timeout")
"""What belongs to a query besides its text, and goes with it into links and the next query."""
WITH_EDITOR = f"{headers.PAGE_POLICY}; script-src 'self'; connect-src 'self'"
"""The policy of the page when there is an editor: our own script, which may ask this service alone."""


def media_type(form: str) -> str:
    """What the page asks the engine for: solutions as JSON, graphs as Turtle."""
    return RESULTS[0].media_type if form in ("select", "ask") else GRAPHS[0].media_type


def policy() -> str:
    """The content security policy of the page."""
    return WITH_EDITOR if assets.find() else headers.PAGE_POLICY


def empty() -> str:
    """The page before a query is sent."""
    return _render(_FIRST)


def result(call: QueryCall, form: str, data: bytes) -> str:
    """The page with the answer to a query."""
    text = call.text or ""
    if form in ("construct", "describe"):
        graph = _readable(data)
        return _render(text, asked=True, graph=graph[:_SHOWN_TEXT], cut=len(graph) > _SHOWN_TEXT, downloads=GRAPHS)
    found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return _render(text, asked=True, truth=bool(found), downloads=RESULTS[:2])
    names = [variable.value for variable in found.variables]
    rows = list(asking.read_rows(data))
    at_once = min(ROWS, max(10, _CELLS // max(1, len(names))))
    page = min(page_number(), max(1, -(-len(rows) // at_once)))
    shown = rows[(page - 1) * at_once : page * at_once]
    labels = _labels(term for row in shown for term in row.values())
    more = page * at_once < len(rows)
    told = {"names": names, "rows": shown, "count": len(rows), "page": page, "more": more, "labels": labels}
    return _render(text, asked=True, downloads=RESULTS, **told)


def failed(error: CeGraphError) -> str:
    """The page with what was wrong with the query, and the query still in the form."""
    text = request.values.get("query", "")
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    lines = text.splitlines()
    wrong = lines[line - 1].strip()[:200] if line and 0 < line <= len(lines) else ""
    return _render(text, error=str(error), line=line, column=column, wrong=wrong)


def example(name: str) -> str:
    """The query of a stored question, with the defaults of its parameters in it as terms.

    Where the data lack a default, the parameters stay open, so that the query runs on any data.

    Raises:
        NotFoundError: there is no such question.
    """
    question = questions.questions().find(name)
    context = questions.context(service(), g.language)
    try:
        body = query_text(question, {}, context)
    except (NotFoundError, UsageError):
        body = question.body
    return f"# {text_in(question.title, g.language)}\n{body}"


def examples() -> list[tuple[str, list[Question]]]:
    """The stored questions by who asks them; none when they cannot be read."""
    try:
        return questions.grouped()
    except CeGraphError:
        _LOG.exception("the stored questions cannot be read; the query page has no examples")
        return []


def short_name(iri: str) -> str:
    """How a query can name an IRI: by a prefix, relative to the base of the instance, or in full."""
    for name, start in PREFIXES.items():
        rest = iri[len(start) :]
        if rest and iri.startswith(start) and rest.replace("-", "").replace("_", "").isalnum():
            return f"{name}:{rest}"
    base = service().settings.base
    return f"<{iri.removeprefix(base)}>"


def _readable(turtle: bytes) -> str:
    """Turtle with prefixes, unless it is so long that only its beginning is shown."""
    if len(turtle) > _SHOWN_TEXT:
        return turtle.decode("utf-8")
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes(triples)) or b"").decode("utf-8")


def _labels(terms: Iterable[asking.Term]) -> Labels:
    """The names of what a table shows; without them the table is as true."""
    try:
        return labels_of(terms, i18n.language(), service().asker.run)
    except CeGraphError as error:
        _LOG.warning("the names in an answer cannot be had: %s", error)
        return Labels({})


def _kept() -> dict[str, list[str]]:
    return {name: values for name in _KEPT if (values := request.values.getlist(name))}


def _texts() -> Mapping[str, str]:
    """What the script says, in the reader's language."""
    return {
        "query": gettext("Query"),
        "run": gettext("Run"),
        "stop": gettext("Stop"),
        "running": gettext("The query runs."),
        "stopped": gettext("The query was stopped."),
        "failed": gettext("The service did not answer. Try again in a moment."),
        "suggestions": gettext("Suggestions"),
        "line": gettext("Line %(line)s"),
        "wrong": gettext("This is not SPARQL here."),
        "expected": gettext("What could stand here:"),
    }


def _render(query: str, *, asked: bool = False, downloads: tuple[Format, ...] = (), **shown: object) -> str:
    kept = _kept()
    return render_template(
        "sparql.html",
        query=query,
        asked=asked,
        kept=kept,
        # An answer to a GET has its query in its address already.
        permalink=here("/sparql", query=query, **kept) if request.method == "POST" else "",
        downloads=downloads,
        solutions=RESULTS,
        graphs=GRAPHS,
        examples=examples(),
        text_in=text_in,
        short_name=short_name,
        editor=assets.find(),
        texts=_texts(),
        prefixes=PREFIXES,
        **({"labels": Labels({})} | shown),
    )
