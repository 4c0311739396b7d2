"""What refers to a thing: grouped by the property, the first ones of each group, or one group page by page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.errors import NotFoundError
from ce_graph.rdf.namespaces import DCTERMS, PROV, RDF
from ce_graph.web.asking import fill, text
from ce_graph.wording import say

if TYPE_CHECKING:
    from ce_graph.web.asking import Asker

FIRST = 10
"""References of a group that a page shows."""
PAGE_SIZE = 50
"""References on a page about one group."""
COUNTED = 10_000
"""Statements that are counted; more than that is “over”."""
_GROUPS = 40
_SILENT = {str(PROV.wasDerivedFrom), str(DCTERMS.source), str(RDF.first)}
"""What a source is referred to by everything with, which its page tells in its own tables; and members of RDF lists."""


@dataclasses.dataclass(frozen=True, slots=True)
class References:
    """The things that refer by one property; ``more`` when there are further ones than those shown."""

    property: str
    count: int
    subjects: tuple[str, ...]
    more: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Incoming:
    """All groups; ``over`` when counting has stopped before the end."""

    groups: tuple[References, ...]
    over: bool


def many(asker: Asker, iri: str) -> bool:
    """Whether more refers to a thing than is worth putting in order."""
    rows = asker.ask("reference-counts", object=ox.NamedNode(iri), limit=COUNTED)
    return sum(int(row["count"].value) for row in rows if "count" in row) >= COUNTED


def incoming(asker: Asker, iri: str, via: str | None = None, page: int = 1) -> Incoming:
    """What refers to a thing, by all properties or by one; two queries, however much it is.

    Raises:
        NotFoundError: nothing refers to it by that one, or not so many pages of things.
    """
    thing = ox.NamedNode(iri)
    rows = asker.ask("reference-counts", object=thing, limit=COUNTED)
    counts = {row["property"].value: int(row["count"].value) for row in rows if "property" in row}
    over = sum(counts.values()) >= COUNTED
    if via is None:
        wanted = [name for name in counts if name not in _SILENT][:_GROUPS]
    else:
        wanted = [via] if via in counts or (over and _is_iri(via)) else []
    shown = PAGE_SIZE if via else FIRST
    parts = [_part(name, thing, shown, page if via else 1, ordered=not over) for name in wanted]
    found: dict[str, list[str]] = {}
    if parts:
        for row in asker.rows("SELECT * WHERE {\n" + "\nUNION\n".join(f"{{ {part} }}" for part in parts) + "\n}"):
            found.setdefault(row["property"].value, []).append(_name(row["subject"]))
    if via is not None and via not in found:
        raise NotFoundError(say("No page %(page)s of what refers to this by %(property)s.", page=page, property=via))
    return Incoming(
        tuple(
            References(name, counts.get(name, COUNTED), tuple(subjects[:shown]), len(subjects) > shown)
            for name in wanted
            if (subjects := found.get(name))
        ),
        over,
    )


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _part(via: str, thing: ox.NamedNode, shown: int, page: int, *, ordered: bool) -> str:
    """The query for one group; a group past counting stays in the store's own order, which costs nothing."""
    body = text("references") if ordered else text("references").replace("ORDER BY ?subject ", "")
    return fill(body, {"via": ox.NamedNode(via), "object": thing, "limit": shown + 1, "offset": shown * (page - 1)})


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
