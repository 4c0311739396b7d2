"""Where a resource of the graph is found on this server: public IRIs on one side, local paths on the other."""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import quote

import pyoxigraph as ox

from ce_graph.errors import NotFoundError
from ce_graph.settings import VOCABULARY, Settings
from ce_graph.wording import say

_UNSAFE = re.compile(r"[^A-Za-z0-9/:@!$&'()*+,;=~._\x80-\U0010ffff-]")
"""ASCII that may not stand in the path of an IRI as it is; letters of other scripts may."""
_VOCABULARIES = ("ontology", "shapes")
"""Documents whose terms are named by fragments; each term has a page of its own below."""
_SAME = ("code", "dataset", "graph")
"""Kinds of resources that are documents themselves: page and data stand at their own address."""

_QUESTIONS = "questions"
"""The stored questions: their pages have the answers, and no data is about them alone."""


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
        return _iri((VOCABULARY if _shared(path) else self.base) + _escaped(path))

    def readings(self, path: str) -> tuple[str, ...]:
        """The IRIs that a path of an address can stand for, the likeliest first.

        Servers decode addresses, so whether ``ä`` or ``%C3%A4`` is in the IRI, and ``/`` or ``%2F``, is not told.
        """
        start = VOCABULARY if _shared(path) else self.base
        top, _, rest = path.partition("/")
        kind, _, slug = rest.partition("/")
        ways = [_escaped(path), quote(path, safe="/:@!$&'()*+,;=~")]
        if top == "id" and slug:
            ways.append(f"id/{quote(kind)}/{quote(slug, safe='')}")
        return tuple(dict.fromkeys(_iri(start + way) for way in ways))

    def graph(self, name: str) -> str:
        """The IRI of a named graph, from its short name."""
        return self.iri(f"graph/{name}")

    def page(self, iri: str) -> str | None:
        """The local path of the page about an IRI, or ``None`` when it is somebody else's."""
        for name in _VOCABULARIES:
            start = f"{VOCABULARY}{name}"
            if iri == start or iri.startswith((start + "#", start + "/")):
                term = iri[len(start) + 1 :]
                return f"/{name}/{term}" if term else f"/{name}"
        path = self.path(iri)
        if path is None:
            return None
        kind, _, rest = path.partition("/")
        if kind == "id" and "/" in rest:
            return f"/doc/{rest}"
        return f"/{path}" if kind in (*_SAME, _QUESTIONS) and rest else None

    def data(self, iri: str, extension: str) -> str | None:
        """The local path of the data about an IRI in one format, or ``None`` when it is not ours or a question."""
        page = self.page(iri)
        if page is None or page.startswith(f"/{_QUESTIONS}/"):
            return None
        return f"/data/{page.removeprefix('/doc/').removeprefix('/')}.{extension}"

    def path(self, iri: str) -> str | None:
        """The path of an IRI below the base (or the vocabulary's), or ``None``."""
        for start in (self.base, VOCABULARY):
            if iri.startswith(start):
                return iri[len(start) :]
        return None

    def of_data(self, path: str) -> tuple[str, ...]:
        """The IRIs that ``/data/{path}.{extension}`` can be about."""
        top, _, rest = path.partition("/")
        if top in _VOCABULARIES:
            return (term(top, rest),)
        return self.readings(path if top in _SAME else f"id/{path}")


def term(vocabulary: str, name: str) -> str:
    """The IRI of a term of the ontology or of a shape, by its local name; a version (``0.1.0``) is the whole.

    Raises:
        NotFoundError: no IRI can be made of the name.
    """
    if not name or name[0].isdecimal():
        return VOCABULARY + vocabulary
    return _iri(f"{VOCABULARY}{vocabulary}{'/' if name.startswith('alignments') else '#'}{_escaped(name)}")


def _shared(path: str) -> bool:
    return path in _VOCABULARIES or path.startswith("code/")


def _escaped(path: str) -> str:
    return _UNSAFE.sub(lambda found: quote(found.group()), path)


def _iri(text: str) -> str:
    try:
        return ox.NamedNode(text).value
    except ValueError as error:
        raise NotFoundError(say("Nothing can have the name %(name)s.", name=repr(text))) from error
