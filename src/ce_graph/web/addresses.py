"""Where a resource of the graph is found on this server: public IRIs on one side, local paths on the other."""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import quote

import pyoxigraph as ox

from ce_graph.errors import NotFoundError
from ce_graph.settings import VOCABULARY, Settings

_UNSAFE = re.compile(r"[^A-Za-z0-9/:@!$&'()*+,;=~._\x80-\U0010ffff-]")
"""ASCII that may not stand in the path of an IRI as it is; letters of other scripts may."""


@dataclasses.dataclass(frozen=True, slots=True)
class Addresses:
    """The mapping of one instance: its own base, and the vocabulary's, which every instance explains as well."""

    base: str

    @classmethod
    def of(cls, settings: Settings) -> Addresses:
        """The addresses of an instance."""
        return cls(settings.base)

    def iri(self, path: str) -> str:
        """The public IRI of a resource, from its path below the base (``id/actor/hsy``, ``code/ewc/170101``).

        Raises:
            NotFoundError: no IRI can be made of the path.
        """
        shared = path in ("ontology", "shapes") or path.startswith("code/")
        iri = (VOCABULARY if shared else self.base) + _UNSAFE.sub(lambda found: quote(found.group()), path)
        try:
            return ox.NamedNode(iri).value
        except ValueError as error:
            raise NotFoundError(f"Nothing can have the name {iri!r}.") from error

    def graph(self, name: str) -> str:
        """The IRI of a named graph, from its short name."""
        return self.iri(f"graph/{name}")

    def page(self, iri: str) -> str | None:
        """The local path of the page about an IRI, or ``None`` when it is somebody else's."""
        if iri.startswith(VOCABULARY + "ontology"):
            return "/ontology" + iri[len(VOCABULARY + "ontology") :]
        path = self.path(iri)
        if path is None:
            return None
        kind, _, rest = path.partition("/")
        if kind == "id" and "/" in rest:
            return f"/doc/{rest}"
        return f"/{path}" if kind in ("code", "graph") and rest else None

    def data(self, iri: str, extension: str) -> str | None:
        """The local path of the data about an IRI in one format, or ``None`` when it is somebody else's."""
        page = self.page(iri)
        if page is None:
            return None
        page = page.partition("#")[0]
        return f"/data/{page.removeprefix('/doc/').removeprefix('/')}.{extension}"

    def path(self, iri: str) -> str | None:
        """The path of an IRI below the base (or the vocabulary's), or ``None``."""
        for start in (self.base, VOCABULARY):
            if iri.startswith(start):
                return iri[len(start) :]
        return None

    def of_data(self, path: str) -> str:
        """The IRI that ``/data/{path}.{extension}`` is about."""
        top = path.partition("/")[0]
        return self.iri(path if top in ("code", "graph", "ontology", "shapes") else f"id/{path}")
