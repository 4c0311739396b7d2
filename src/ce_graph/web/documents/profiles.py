"""The views of a thing's data, by content negotiation by profile: as it is, in schema.org's words, in SKOS's words."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from flask import request

from ce_graph.errors import NotAcceptableError
from ce_graph.rdf.namespaces import ONTOLOGY, SKOS
from ce_graph.web.documents import schema_org, skos_view
from ce_graph.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyoxigraph as ox

    from ce_graph.web.documents.statements import Statements


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """A view: its short name (``_profile=``), its IRI (``Accept-Profile``), and what makes it."""

    name: str
    iri: str
    view: Callable[[Statements], tuple[ox.Quad, ...]]


PROFILES = (
    Profile("plain", ONTOLOGY.removesuffix("#"), lambda found: found.quads),
    Profile("schema", schema_org.NAMESPACE, schema_org.view),
    Profile("skos", str(SKOS).removesuffix("#"), skos_view.view),
)
"""The first is the default."""
_RANGE = re.compile(r"<([^>]*)>\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*(?:,|$)")


def wanted() -> Profile:
    """The profile that the request asks for: by ``_profile``, else by ``Accept-Profile``, else the plain one.

    Raises:
        NotAcceptableError: it asks for others only.
    """
    named = request.args.get("_profile", "").strip()
    if named:
        found = [item for item in PROFILES if named.lower() in (item.name, item.iri.lower())]
        return found[0] if found else _refuse(named)
    header = request.headers.get("Accept-Profile")
    if not header:
        return PROFILES[0]
    liked = {iri.rstrip("#"): float(quality or 1) for iri, quality in _RANGE.findall(header)}
    best = max(PROFILES, key=lambda item: liked.get(item.iri.rstrip("#"), 0.0))
    return best if liked.get(best.iri.rstrip("#"), 0.0) > 0 else _refuse(header)


def asked(profile: Profile) -> str | None:
    """The value of ``_profile`` that addresses carry on: none for the default."""
    return None if profile is PROFILES[0] else profile.name


def _refuse(named: str) -> Profile:
    known = ", ".join(f"{item.name} <{item.iri}>" for item in PROFILES)
    raise NotAcceptableError(
        say("There is no view %(named)s of the data here; there are %(known)s.", named=repr(named[:200]), known=known)
    )
