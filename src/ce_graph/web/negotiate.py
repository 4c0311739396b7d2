"""Which representation a client gets, by its Accept header: quality first, then what it names, then our order."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from ce_graph.errors import NotAcceptableError
from ce_graph.rdf.formats import GRAPHS, RESULTS, Format, by_media_type
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

HTML = "text/html"
PROBLEM = "application/problem+json"


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """A media type that can be produced, and the format behind it (``None``: a page)."""

    media_type: str
    format: Format | None = None

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` to answer with: texts say that they are UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


PAGE = Offer(HTML)


def offers(formats: Sequence[Format]) -> tuple[Offer, ...]:
    """Every media type of some formats: the proper ones in order, then the other names they are known by."""
    proper = [Offer(item.media_type, item) for item in formats]
    other = [Offer(alias, item) for item in formats for alias in item.aliases]
    return tuple(proper + other)


GRAPH_OFFERS = offers(GRAPHS)
TABLE_OFFERS = offers(RESULTS)
TRUTH_OFFERS = offers(RESULTS[:2])


def choose(accept: str | None, offered: Sequence[Offer]) -> Offer:
    """The offer that the header likes best; the first of equals; the first of all when nothing is asked for.

    Of equal qualities, one that is named comes before one that a wildcard covers.

    Parameters of a range other than ``q`` (``;profile=``, ``;charset=``) do not take part.

    Raises:
        NotAcceptableError: the header refuses every offer.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda offer: _liking(ranges, offer.media_type))
    if quality(ranges, best.media_type) <= 0:
        known = ", ".join(dict.fromkeys(offer.media_type for offer in offered))
        raise NotAcceptableError(
            say("Nothing that the Accept header names can be produced here; there is %(known)s.", known=known)
        )
    return best


def quality(ranges: Sequence[tuple[str, float]], media_type: str) -> float:
    """How much the ranges like a media type, 0 to 1: of those that match, the most specific decides."""
    return _liking(ranges, media_type)[0]


def _liking(ranges: Sequence[tuple[str, float]], media_type: str) -> tuple[float, int]:
    """The quality of a media type, and how specific the range is that says so: that breaks ties."""
    kind = media_type.partition("/")[0]
    for specific, pattern in ((2, media_type), (1, f"{kind}/*"), (0, "*/*")):
        found = [value for name, value in ranges if name == pattern]
        if found:
            return max(found), specific
    return 0.0, 0


def prefers_page(accept: str | None) -> bool:
    """Whether a person in a browser asks: a page is named, and liked at least as well as RDF or JSON."""
    ranges = _ranges(accept)
    named = max((value for name, value in ranges if name in (HTML, "application/xhtml+xml")), default=0.0)
    return named > 0 and named >= max(
        quality(ranges, "application/json"), quality(ranges, "text/turtle"), quality(ranges, PROBLEM)
    )


def by_name(names: Sequence[str], offered: Sequence[Offer]) -> Offer | None:
    """The first offer that ``format=`` parameters name: ``csv``, ``html`` or a media type.

    The parameter is not part of the SPARQL protocol, and its clients send values of their own in it: there, unknown
    ones say nothing. Elsewhere see ``asked``.
    """
    for name in names:
        for offer in offered:
            known = {offer.media_type, offer.format.name, offer.format.extension} if offer.format else {HTML, "html"}
            if name in known:
                return offer
    return None


def named(names: Sequence[str], offered: Sequence[Offer]) -> Offer | None:
    """The offer that ``format=`` parameters name; ``None`` where they are empty.

    Raises:
        NotAcceptableError: they name none of the offers.
    """
    given = [name for name in names if name.strip()]
    found = by_name(given, offered)
    if given and found is None:
        known = ", ".join(dict.fromkeys(offer.format.name if offer.format else "html" for offer in offered))
        raise NotAcceptableError(
            say("There is no format “%(name)s” here; there is %(known)s.", name=given[0], known=known)
        )
    return found


def asked(names: Sequence[str], accept: str | None, offered: Sequence[Offer]) -> Offer:
    """The offer that ``format=`` parameters name; where there are none, the one that the header likes best.

    Raises:
        NotAcceptableError: none of the offers is what they ask for.
    """
    return named(names, offered) or choose(accept, offered)


def graph_format(content_type: str | None) -> Format | None:
    """The RDF format of a request's body, or ``None``."""
    return by_media_type(content_type, GRAPHS) if content_type else None


def _ranges(accept: str | None) -> list[tuple[str, float]]:
    if not accept:
        return []
    parsed = parse_accept_header(accept, MIMEAccept)
    return [(name.partition(";")[0].strip().lower(), value) for name, value in parsed if "/" in name]
