"""Answers one query for a program, without a web framework: the same for the front door and for the view behind it."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ce_graph.errors import CeGraphError, QueryError
from ce_graph.store.engine import Question, carry_out
from ce_graph.store.text.guard import Inspection, inspect
from ce_graph.web import headers, negotiate
from ce_graph.web.queries import protocol
from ce_graph.web.server.bodies import FileBody, body_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ce_graph.store.engine import Answer
    from ce_graph.web.negotiate import Offer
    from ce_graph.web.queries.protocol import QueryCall
    from ce_graph.web.queries.results import Key
    from ce_graph.web.service import Service

Fields: TypeAlias = list[tuple[str, str]]
_T = TypeVar("_T")
Steps: TypeAlias = "Generator[Question, Answer, _T]"
"""A computation that asks the engine on its way; who runs it may wait for the answer or do other things."""

OFFERS = {
    "select": (*negotiate.TABLE_OFFERS, negotiate.PAGE),
    "ask": (*negotiate.TRUTH_OFFERS, negotiate.PAGE),
    "construct": (*negotiate.GRAPH_OFFERS, negotiate.PAGE),
    "describe": (*negotiate.GRAPH_OFFERS, negotiate.PAGE),
}
"""What each form of query can be answered as."""

_OUTCOMES = {422: "capped", 429: "busy", 499: "cancelled", 503: "busy", 504: "timeout"}
_ALWAYS: Fields = [
    ("Vary", "Accept"),
    ("Accept-Query", f"{protocol.QUERY}, {protocol.FORM}"),
    *headers.CORS.items(),
    *headers.SECURITY.items(),
    ("Content-Security-Policy", headers.DATA_POLICY),
]
_PHRASES = {item.value: item.phrase for item in HTTPStatus} | {499: "Client Closed Request"}


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A query with all that its answer depends on besides the data."""

    call: QueryCall
    inspection: Inspection
    offer: Offer
    client: str
    cancel: threading.Event | None = None
    if_none_match: str | None = None
    tagged: bool = True
    """Whether the method allows an entity tag."""


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """A response that is ready to be sent; ``key`` is where the result cache has its body."""

    status: int
    fields: Fields
    body: bytes | FileBody
    outcome: str
    tag: str | None = None
    key: Key | None = None


def read(text: str) -> Inspection:
    """What the tokens of a query say.

    Raises:
        QueryError: it is an update, or neither.
    """
    inspection = inspect(text)
    if inspection.form == "update":
        raise QueryError("This is an update; /sparql takes queries, /update takes updates.")
    return inspection


def choose(call: QueryCall, inspection: Inspection, accept: str | None) -> Offer:
    """The format to answer in: the one that ``format=`` names, else by the Accept header."""
    return negotiate.by_name(call.formats, OFFERS[inspection.form]) or _chosen(accept, inspection.form)


@functools.lru_cache(maxsize=512)
def _chosen(accept: str | None, form: str) -> Offer:
    return negotiate.choose(accept, OFFERS[form])


def answer(service: Service, asked: Asked) -> Made:
    """The response to a query in a format of RDF or of results; 304 without asking the engine."""
    return carry_out(answering(service, asked), service.engine)


def answering(service: Service, asked: Asked) -> Steps[Made]:
    """The steps of ``answer``: ask the engine on their way, if at all."""
    text, offer = asked.call.text or "", asked.offer
    assert offer.format is not None
    tagged = asked.tagged and not headers.changes(text)
    named = (text, repr(asked.call.dataset), offer.media_type)
    generation = service.engine.generation if tagged else ""
    tag = headers.etag(generation, named) if generation else None
    any_will_do = headers.wants_none(asked.if_none_match)
    if tag is not None and not any_will_do and headers.matches(asked.if_none_match, tag):
        return _unchanged(tag)
    found, remembered = yield from _asking(
        service, asked.call, asked.inspection, offer.format.media_type, asked.client, asked.cancel
    )
    if tag is not None and found.generation != generation:
        tag = headers.etag(found.generation, named) if found.generation else None
    if tag is not None and any_will_do:
        found.body.close()
        return _unchanged(tag)
    fields = [("Content-Type", offer.content_type), ("Content-Length", str(found.length))]
    fields.append(("ETag", tag) if tag else ("Cache-Control", "no-store"))
    if tag:
        fields.append(("Cache-Control", "no-cache"))
    if asked.call.formats:  # asked for by a link or a button: a file to keep
        fields.append(("Content-Disposition", f'attachment; filename="answer.{offer.format.extension}"'))
    if found.rows is not None:
        fields.append(("X-Row-Count", str(found.rows)))
    kept = found.generation and not headers.changes(text)
    key = (_text(service, text), asked.call.dataset, offer.format.media_type, found.generation) if kept else None
    outcome = "remembered" if remembered else "answered"
    return Made(200, fields + _ALWAYS, body_of(found), outcome, tag, key)


def _unchanged(tag: str) -> Made:
    return Made(304, [("ETag", tag), ("Cache-Control", "no-cache"), *_ALWAYS], b"", "remembered", tag)


def ask(
    service: Service,
    call: QueryCall,
    inspection: Inspection,
    media_type: str,
    client: str,
    cancel: threading.Event | None,
) -> tuple[Answer, bool]:
    """The engine's answer to a query, counted and limited; and whether it had been remembered."""
    return carry_out(_asking(service, call, inspection, media_type, client, cancel), service.engine)


def _asking(
    service: Service,
    call: QueryCall,
    inspection: Inspection,
    media_type: str,
    client: str,
    cancel: threading.Event | None,
) -> Steps[tuple[Answer, bool]]:
    text = call.text or ""
    question = Question(_text(service, text), media_type, call.dataset, call.seconds, cancel)
    as_sent = protocol.places_as_sent(text, service.settings.base)
    with counted(service, inspection.form) as outcome, service.gate.enter(client), as_sent:
        found, remembered = yield from service.results.asking(question, keep=not headers.changes(text))
        if remembered:
            outcome.append("remembered")
    return found, remembered


@contextlib.contextmanager
def counted(service: Service, form: str) -> Iterator[list[str]]:
    """Count a query by how it ended; what is put in the list is the outcome, when it ended well."""
    started = time.perf_counter()
    outcome: list[str] = []
    try:
        yield outcome
    except CeGraphError as error:
        outcome[:] = [outcome_of(error)]
        raise
    except Exception:
        outcome[:] = ["failed"]
        raise
    finally:
        service.metrics.query(form, outcome[0] if outcome else "answered", time.perf_counter() - started)


def outcome_of(error: CeGraphError) -> str:
    """How a query with this error ended, in a word."""
    return _OUTCOMES.get(error.status, "refused" if error.status < 500 else "failed")


def failed(error: CeGraphError) -> Made:
    """The response that tells a program of an error."""
    told: dict[str, object] = {"type": "about:blank", "title": phrase(error.status), "status": error.status}
    if detail := str(error):
        told["detail"] = detail
    for name in ("line", "column", "limit"):
        if (value := getattr(error, name, None)) is not None:
            told[name] = value
    body = (json.dumps(told, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    fields = [("Content-Type", negotiate.PROBLEM), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    fields += _ALWAYS + list(extra_fields(error))
    return Made(error.status, fields, body, outcome_of(error))


def extra_fields(error: CeGraphError) -> Iterator[tuple[str, str]]:
    """The header fields that go with an error: when to try again, what to identify oneself with."""
    retry_after = getattr(error, "retry_after", 1 if error.status in (429, 503) else None)
    if retry_after is not None:
        yield "Retry-After", str(max(1, round(float(retry_after))))
    yield from getattr(error, "headers", {}).items()


def phrase(status: int) -> str:
    """What a status is called."""
    return _PHRASES.get(status, "Error")


def _text(service: Service, text: str) -> str:
    return protocol.with_base(text, service.settings.base)
