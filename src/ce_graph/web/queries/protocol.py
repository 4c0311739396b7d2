"""Reads a request by the SPARQL 1.1 Protocol: the query or update, its dataset, and what is wrong with it."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import math
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox
from werkzeug.http import parse_options_header

from ce_graph.errors import CeGraphError, QueryError, TooLargeError
from ce_graph.store.engine import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Request

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_MAX_PARAMETERS = 2000
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`]*>")


class MediaTypeError(CeGraphError):
    """The body is of a kind that is not read here."""

    status = 415


@dataclasses.dataclass(frozen=True, slots=True)
class QueryCall:
    """A query as it was asked: its text (``None``: no query at all), its dataset, and what may come with it."""

    text: str | None
    dataset: Dataset
    seconds: float | None
    """The client's own deadline."""
    formats: tuple[str, ...]
    """What ``format=`` names, for links that cannot set a header."""


@dataclasses.dataclass(frozen=True, slots=True)
class UpdateCall:
    """An update as it was asked."""

    text: str
    using: Dataset


def read_query(request: Request, limit: int) -> QueryCall:
    """The query operation in a request.

    Raises:
        QueryError: parameters that do not fit together, or bytes that are not UTF-8.
        MediaTypeError: a body that is neither a form nor a query.
        TooLargeError: the query is longer than ``limit`` bytes.
    """
    in_address = parameters(request.query_string)
    direct, in_body = _body(request, QUERY, limit)
    return query_call([*in_address, *in_body], limit, direct=direct, needed=request.method in ("POST", "QUERY"))


def query_call(
    given: list[tuple[str, str]], limit: int, *, direct: str | None = None, needed: bool = False
) -> QueryCall:
    """The query in parameters, or beside them as a ``direct`` body; ``needed``: there must be one.

    Raises:
        QueryError: parameters that do not fit together.
        TooLargeError: the query is longer than ``limit`` bytes.
    """
    fields = _Fields(given)
    fields.refuse("update", "An update goes to /update, with POST; /sparql takes queries.")
    for name in ("using-graph-uri", "using-named-graph-uri"):
        fields.refuse(name, f"{name} belongs to an update; a query takes default-graph-uri and named-graph-uri.")
    text = fields.one("query")
    if direct is not None:
        if text is not None:
            raise QueryError("There are two queries, one in the address and one in the body; send one.")
        text = direct
    if text is None and needed:
        raise QueryError(
            "There is no query in the body: send a form with query=…, or the query itself as " + QUERY + "."
        )
    _limit(text, limit)
    dataset = Dataset(fields.iris("default-graph-uri"), fields.iris("named-graph-uri"))
    return QueryCall(text, dataset, _seconds(fields.one("timeout")), fields.all("format"))


def read_update(request: Request, limit: int) -> UpdateCall:
    """The update operation in a request.

    Raises:
        QueryError: parameters that do not fit together, or bytes that are not UTF-8.
        MediaTypeError: a body that is neither a form nor an update.
        TooLargeError: the update is longer than ``limit`` bytes.
    """
    in_address = parameters(request.query_string)
    direct, in_body = _body(request, UPDATE, limit)
    if any(name == "update" for name, _ in in_address):
        raise QueryError("An update must be in the body, not in the address.")
    fields = _Fields([*in_address, *in_body])
    fields.refuse("query", "A query goes to /sparql; /update takes updates.")
    for name in ("default-graph-uri", "named-graph-uri"):
        fields.refuse(name, f"{name} belongs to a query; an update takes using-graph-uri and using-named-graph-uri.")
    text = fields.one("update") if direct is None else direct
    if text is None:
        raise QueryError(
            "There is no update in the body: send a form with update=…, or the update itself as " + UPDATE + "."
        )
    _limit(text, limit)
    return UpdateCall(text, Dataset(fields.iris("using-graph-uri"), fields.iris("using-named-graph-uri")))


class _Fields:
    """The parameters of a request, by name, each as often as it was sent."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def one(self, name: str) -> str | None:
        found = self._values.get(name)
        if found is None:
            return None
        if len(found) > 1:
            raise QueryError(f"There are {len(found)} parameters {name}; send one.")
        return found[0]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self._values.get(name, ()))

    def iris(self, name: str) -> tuple[str, ...] | None:
        found = self._values.get(name)
        if found is None:
            return None
        for value in found:
            require_iri(name, value)
        return tuple(dict.fromkeys(found))

    def refuse(self, name: str, why: str) -> None:
        if name in self._values:
            raise QueryError(why)


def _body(request: Request, direct_type: str, limit: int) -> tuple[str | None, list[tuple[str, str]]]:
    """The text of a direct body, or the fields of a form; neither for a method that has no body."""
    if request.method not in ("POST", "QUERY"):
        return None, []
    content_type = _content_type(request.headers.get("Content-Type", ""), direct_type)
    return _content(read_body(request, _most(content_type, limit)), content_type)


def posted_query(content_type: str, address: bytes, body: bytes, limit: int) -> QueryCall:
    """The query operation in a POST request whose body has been read; ``address``: the query in the address.

    Raises:
        QueryError, MediaTypeError, TooLargeError: see ``read_query``.
    """
    in_address = parameters(address)
    kind = _content_type(content_type, QUERY)
    if len(body) > (most := _most(kind, limit)):
        raise TooLargeError(f"The body may have {most} bytes; this one has {len(body)}.")
    direct, in_body = _content(body, kind)
    return query_call([*in_address, *in_body], limit, direct=direct, needed=True)


@functools.lru_cache(maxsize=64)
def _content_type(header: str, direct_type: str) -> str:
    """The media type of a body that is read here."""
    content_type, options = parse_options_header(header)
    charset = options.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeError(f"The body must be UTF-8, not {charset[:40]}.")
    if content_type not in (FORM, direct_type):
        told = content_type[:80] or "a body without Content-Type"
        raise MediaTypeError(f"This takes {FORM} or {direct_type}, not {told}.")
    return content_type


def _most(content_type: str, limit: int) -> int:
    # A form spends up to three bytes on each byte of the query, and holds other parameters besides.
    return limit * 3 + 65536 if content_type == FORM else limit


def _content(data: bytes, content_type: str) -> tuple[str | None, list[tuple[str, str]]]:
    if content_type == FORM:
        return None, parameters(data)
    return _decode(data, "The body").removeprefix("\ufeff"), []


def read_body(request: Request, limit: int) -> bytes:
    """The body of a request, whole.

    Raises:
        TooLargeError: it is longer than ``limit`` bytes.
    """
    if request.content_length is not None and request.content_length > limit:
        raise TooLargeError(f"The body may have {limit} bytes; this one has {request.content_length}.")
    data = request.stream.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(f"The body may have {limit} bytes; this one has more.")
    if request.content_length is not None and len(data) < request.content_length:
        raise QueryError("The body ended early.")
    return data


def parameters(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters in an address or a form, decoded; their bytes must be UTF-8.

    Raises:
        QueryError: they are not, or there are far too many.
    """
    pairs = [part for part in encoded.split(b"&") if part]
    if len(pairs) > _MAX_PARAMETERS:
        raise QueryError(f"There are more than {_MAX_PARAMETERS} parameters.")
    split = (part.replace(b"+", b" ").partition(b"=") for part in pairs)
    return [
        (_decode(_unquoted(name), "A parameter's name"), _decode(_unquoted(value), "A parameter"))
        for name, _, value in split
    ]


def _unquoted(encoded: bytes) -> bytes:
    return unquote_to_bytes(encoded) if b"%" in encoded else encoded


def with_base(text: str, base: str) -> str:
    """A query or update whose relative IRIs are those of the service's base; its own ``BASE`` comes later and wins.

    The declaration stands before the first line, and only where something looks like a relative IRI; see
    ``places_as_sent`` for the columns of that line.
    """
    return f"BASE <{base}> {text}" if _RELATIVE.search(text) else text


@contextlib.contextmanager
def places_as_sent(text: str, base: str) -> Iterator[None]:
    """While ``with_base`` of a text is asked: errors name the line and column of the text itself.

    Raises:
        QueryError: the one raised inside, with its place put right.
    """
    try:
        yield
    except QueryError as error:
        more = len(with_base(text, base)) - len(text)
        if not more or error.line != 1 or error.column is None:
            raise
        column = max(1, error.column - more)
        message = re.sub(rf"(\bline 1, column |\b1:){error.column}\b", rf"\g<1>{column}", str(error))
        raise QueryError(message, line=1, column=column) from error


def require_iri(name: str, value: str) -> None:
    """See that a parameter is an absolute IRI.

    Raises:
        QueryError: it is not.
    """
    try:
        ox.NamedNode(value)
    except ValueError as error:
        raise QueryError(f"{name} must be an absolute IRI, not {value[:100]!r}.") from error


def _decode(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError(f"{what} is not UTF-8 (at byte {error.start}).") from error


def _limit(text: str | None, limit: int) -> None:
    if text is not None and len(text) > limit // 4 and (size := len(text.encode())) > limit:
        raise TooLargeError(f"The text may have {limit} bytes; this one has {size}.")


def _seconds(raw: str | None) -> float | None:
    if raw is None:
        return None
    try:
        seconds = float(raw)
    except ValueError:
        seconds = math.nan
    if not (seconds > 0 and math.isfinite(seconds)):
        raise QueryError(f"timeout must be a number of seconds above 0, not {raw[:40]!r}.")
    return seconds
