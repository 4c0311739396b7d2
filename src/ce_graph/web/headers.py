"""The headers of every answer: who may read it, what it may load, how long it is good for, what it varies by."""

from __future__ import annotations

import functools
import hashlib
import re
from typing import TYPE_CHECKING

from werkzeug.http import parse_etags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Profile, ETag, Link, Location, Retry-After, X-Row-Count",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST, QUERY, PUT, DELETE",
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Accept-Profile, Authorization, Content-Type, If-Match, If-None-Match"
    ),
    "Access-Control-Max-Age": "86400",
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_CHANGING = re.compile(r"\b(RAND|NOW|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)


def complete(response: Response) -> Response:
    """Add to an answer what every answer has, without overwriting what a view has said."""
    for name, value in (CORS | SECURITY).items():
        response.headers.setdefault(name, value)
    if (response.mimetype or "").startswith("text/html"):
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    else:
        response.headers.setdefault("Content-Security-Policy", DATA_POLICY)
    response.headers.setdefault("Cache-Control", "no-cache" if "ETag" in response.headers else "no-store")
    return response


def vary(response: Response, *names: str) -> None:
    """Say that the answer depends on some request headers."""
    response.vary.update(names)


@functools.lru_cache(maxsize=32)
def changes(query: str) -> bool:
    """Whether a query may answer differently on the same data (the time, a random number, a fresh name)."""
    return _CHANGING.search(query) is not None


def etag(generation: str, representation: Iterable[str]) -> str:
    """The tag of a representation of one generation of the data.

    Weak: the same solutions may come in another order after a restart, and blank nodes under other names.
    """
    digest = hashlib.sha256("\x00".join((generation, *representation)).encode("utf-8", "surrogatepass"))
    return f'W/"{digest.hexdigest()[:32]}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether a client that sends this header is not to be sent the representation, which exists.

    ``*`` stands for any; whoever does not know yet that there is one has to see first: ``wants_none``.
    """
    if not if_none_match:
        return False
    if wants_none(if_none_match):
        return True
    return if_none_match == tag or parse_etags(if_none_match).contains_weak(tag.removeprefix("W/").strip('"'))


def wants_none(if_none_match: str | None) -> bool:
    """Whether the header is ``*``: nothing is to be sent if there is anything to send (RFC 9110, 13.1.2)."""
    return if_none_match is not None and if_none_match.strip() == "*"
