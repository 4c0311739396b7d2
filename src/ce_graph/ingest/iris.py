"""IRIs: the URI templates and compact names of the metadata, and the base of the instance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from ce_graph.rdf.namespaces import PREFIXES
from ce_graph.settings import VOCABULARY

_EXPRESSION = re.compile(r"\{(\+?)([A-Za-z_]\w*)\}", re.ASCII)
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*")
_RESERVED = ":/?#[]@!$&'()*+,;=%"
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_COMPACT = re.compile(r"([A-Za-z][\w-]*):(?!//)(.*)", re.DOTALL)
_PREFIXES = PREFIXES | {"dc": PREFIXES["dcterms"]}
_INSTANCE = tuple(VOCABULARY + part for part in ("id/", "graph/", "dataset/"))


class Template:
    """A URI template of RFC 6570 with the expressions ``{name}`` and ``{+name}``, taken apart once."""

    __slots__ = ("_parts", "names", "prefix")

    def __init__(self, text: str) -> None:
        """Take a template apart.

        Raises:
            ValueError: it has other expressions than these two.
        """
        pieces = _EXPRESSION.split(text)
        if any("{" in piece or "}" in piece for piece in pieces[::3]):
            raise ValueError(f"{text!r}: a URI template may only have expressions such as {{id}} and {{+id}}")
        self.prefix = pieces[0]
        """What stands before the first expression."""
        self.names = tuple(pieces[2::3])
        """The columns that it is made of."""
        self._parts = tuple(zip(map(bool, pieces[1::3]), pieces[2::3], pieces[3::3], strict=True))

    def expand(self, values: Mapping[str, str]) -> str:
        """The IRI that values make; a name without a value leaves nothing."""
        text = self.prefix
        for reserved, name, rest in self._parts:
            text += _escaped(values.get(name, ""), reserved=reserved) + rest
        return text


def _escaped(value: str, *, reserved: bool) -> str:
    if _UNRESERVED.fullmatch(value):
        return value
    return _STRAY.sub("%25", quote(value, safe=_RESERVED)) if reserved else quote(value, safe="~")


def full(iri: str) -> str:
    """An IRI written out where it is compact (``skos:prefLabel``)."""
    match = _COMPACT.fullmatch(iri)
    return _PREFIXES[match[1]] + match[2] if match and match[1] in _PREFIXES else iri


def rebase(iri: str, base: str) -> str:
    """An IRI of the default instance as one of the instance at ``base``; the vocabulary's IRIs stay."""
    return base + iri[len(VOCABULARY) :] if base != VOCABULARY and iri.startswith(_INSTANCE) else iri
