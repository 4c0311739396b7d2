"""Whether the graph has a thing: which IRI an address means, what has been withdrawn, what it may be instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from ce_graph.errors import CeGraphError, NotFoundError
from ce_graph.web.i18n import gettext, language
from ce_graph.web.presentation import date
from ce_graph.web.service import service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ce_graph.web.asking import Row


class AbsentError(NotFoundError):
    """The graph says nothing about an IRI; ``near`` are IRIs of things with similar names."""

    def __init__(self, message: str, *, iri: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.iri = iri
        self.near = tuple(near)


class WithdrawnError(CeGraphError):
    """There was such a thing, and it has been withdrawn; ``near`` is what stands in its place."""

    exit_code = 2
    status = 410

    def __init__(self, message: str, *, iri: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.iri = iri
        self.near = tuple(near)


def resolve(readings: Sequence[str]) -> str:
    """The first of some IRIs that the graph says something about.

    Raises:
        AbsentError: it says nothing about any of them.
        WithdrawnError: the thing has been withdrawn.
    """
    rows = service().asker.ask("known", things=[ox.NamedNode(iri) for iri in readings])
    known = {row["thing"].value for row in rows if "thing" in row}
    for iri in readings:
        if iri in known:
            _require_valid(iri, [row for row in rows if row["thing"].value == iri])
            return iri
    raise absent(readings[0])


def absent(iri: str) -> AbsentError:
    """The error that says that an IRI is not known, with the things that it may be."""
    return AbsentError(
        gettext("The graph says nothing about %(iri)s.", iri=iri),
        iri=iri,
        near=service().searching.near(iri, language()),
    )


def _require_valid(iri: str, rows: Sequence[Row]) -> None:
    withdrawn = [row for row in rows if "withdrawn" in row]
    if not withdrawn:
        return
    reasons = {
        str(getattr(row["reason"], "language", "") or ""): row["reason"].value for row in withdrawn if "reason" in row
    }
    reason = reasons.get(language()) or reasons.get("en") or next(iter(reasons.values()), "")
    said = gettext("%(iri)s was withdrawn on %(day)s.", iri=iri, day=date(withdrawn[0]["withdrawn"].value[:10]))
    near = sorted({row["instead"].value for row in withdrawn if "instead" in row})
    raise WithdrawnError(f"{said} {reason}".strip(), iri=iri, near=near)
